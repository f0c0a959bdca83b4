"""The head of a chain: how many entries it has and the hash of the last, kept outside the store.

An entry cannot be taken off the end of a chain without making the head wrong. The file beside the
store is authenticated with the store's key; a copy in a recording or on a report needs no key.
"""

import hmac
import json
import re
from dataclasses import dataclass
from typing import Final

from monitor.errors import UsageError
from monitor.gate.fields import FaultError, Fields
from monitor.store.chain import GENESIS, Entry, mac

_HEAD: Final = "stridegate-head-1"
_OUTSIDE: Final = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")


class HeadFaultError(Exception):
    """A head file that cannot be believed: the phrase says why."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends.

    Attributes
    ----------
    chain : str
        The chain's key.
    count : int
        Entries.
    hash : str
        The hash of the last one, hexadecimal; ``GENESIS`` where there is none.
    """

    chain: str
    count: int
    hash: str

    @property
    def outside(self) -> str:
        """``COUNT:HASH``: for a recording's header or a report, and for ``audit --head``."""
        return f"{self.count}:{self.hash}"


def empty_head(chain: str) -> Head:
    """Return the head of a chain without entries."""
    return Head(chain, 0, GENESIS)


def head_at(entry: Entry) -> Head:
    """Return the head of a chain that ends with an entry."""
    return Head(entry.chain.key, entry.seq, entry.hash)


def outside_head(chain: str, text: str) -> Head:
    """Return a head from its copy outside, ``COUNT:HASH``.

    Raises
    ------
    UsageError
        Where the text is none.
    """
    found = _OUTSIDE.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f"{text!r} is no head: copy COUNT:HASH from the recording or the report, with all 64 "
            "digits of the hash"
        )
    return Head(chain, int(found[1]), found[2])


def head_bytes(key: bytes, head: Head) -> bytes:
    """Return a head as its file holds it."""
    value = {
        "chain": head.chain,
        "count": head.count,
        "hash": head.hash,
        "mac": _head_mac(key, head),
    }
    return (json.dumps(value, sort_keys=True, ensure_ascii=False) + "\n").encode("utf-8")


def head_of(key: bytes, content: bytes) -> Head:
    """Return the head that a file holds.

    Raises
    ------
    HeadFaultError
        Where it was not written with ``key``.
    """
    try:
        fields = Fields(json.loads(content))
        head = Head(fields.text("chain"), fields.integer("count"), fields.text("hash"))
        told = fields.text("mac")
    except (ValueError, TypeError, RecursionError, FaultError):
        raise HeadFaultError("it is not as the program wrote it") from None
    try:
        is_ours = hmac.compare_digest(_head_mac(key, head).encode(), told.encode())
    except UnicodeEncodeError:
        is_ours = False
    if not is_ours:
        raise HeadFaultError("it was not written with this store's key")
    return head


def _head_mac(key: bytes, head: Head) -> str:
    return mac(key, _HEAD, head.chain, head.count, head.hash)
