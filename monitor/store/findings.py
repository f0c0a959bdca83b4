"""What an audit may find, each as one line: whose chain, which entries, and what is sure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from monitor.store.chain import Chain


class Fault(StrEnum):
    """What happened to a chain."""

    EDITED = "edited"
    DELETED = "deleted"
    MOVED = "moved"
    INSERTED = "inserted"
    RECOMPUTED = "recomputed"
    CUT_OFF = "cut-off"
    FORKED = "forked"
    HEAD_MISSING = "head-missing"
    HEAD_EDITED = "head-edited"
    HEAD_DIFFERS = "head-differs"
    CHAIN_GONE = "chain-gone"
    ERASED_IS_BACK = "erased-is-back"
    TABLES_CHANGED = "tables-changed"
    OTHER_KEY = "other-key"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes
    ----------
    chain : Chain or None
        Whose chain; None where it is the whole record.
    fault : Fault
        What happened.
    first, last : int or None
        The entries, by their places as written; None where it is not about entries.
    what : str
        The rest of the sentence, after the chain and the entries.
    shift : int
        Places between where a moved entry stands and where it belongs.
    """

    chain: Chain | None
    fault: Fault
    first: int | None
    last: int | None
    what: str
    shift: int = 0

    @property
    def text(self) -> str:
        """The finding as one line."""
        owner = "the record" if self.chain is None else self.chain.title
        if self.first is None:
            return f"{owner}: {self.what}"
        if self.last == self.first:
            return f"{owner}: entry {self.first} {self.what}"
        were = re.sub("^was ", "were ", self.what)
        return f"{owner}: entries {self.first} to {self.last} {were}"

    def as_dict(self) -> dict[str, object]:
        """Return the JSON values that ``audit --json`` prints."""
        return {
            "chain": None if self.chain is None else self.chain.key,
            "patient": None if self.chain is None else self.chain.patient,
            "fault": self.fault.value,
            "first": self.first,
            "last": self.last,
            "text": self.text,
        }


def about(chain: Chain, fault: Fault, seq: int, what: str, shift: int = 0) -> Finding:
    """Return a finding about one entry."""
    return Finding(chain, fault, seq, seq, what, shift)


def joined(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings of a chain in order, neighbours with the same thing wrong as one."""
    about_entries = sorted(
        (f for f in findings if f.first is not None), key=lambda f: (f.first, f.fault, f.what)
    )
    lines: list[Finding] = []
    for _, group in groupby(enumerate(about_entries), key=lambda pair: _run(*pair)):
        run = [finding for _, finding in group]
        lines.append(replace(run[0], last=run[-1].last))
    return tuple(lines)


def _run(place: int, finding: Finding) -> tuple[object, ...]:
    # Of entries in a row, their number less their place in the list stays the same.
    assert finding.first is not None, "only findings about entries are joined"
    return (finding.first - place, finding.fault, finding.what, finding.shift)
