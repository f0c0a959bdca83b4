"""Hands a view's target to another process, on no command line: others can read those."""

import json
from dataclasses import asdict
from typing import Final

from monitor.live.door import Door
from monitor.live.ticket import SCHEME, Ticket, read_ticket

VARIABLE: Final = "STRIDEGATE_WATCH"
"""The environment variable that carries it: an environment is its user's alone."""


def handed(target: Door | Ticket) -> str:
    """Return a target as text."""
    return str(target) if isinstance(target, Ticket) else json.dumps(asdict(target))


def taken(text: str) -> Door | Ticket:
    """Return the target again.

    Raises
    ------
    LiveError
        Where a text that begins as a ticket is none.
    """
    return read_ticket(text) if text.startswith(f"{SCHEME}:") else Door(**json.loads(text))
