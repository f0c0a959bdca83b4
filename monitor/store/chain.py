"""A chain: whose it is, what one entry holds, and what binds an entry to its place."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from monitor.gate.times import time_s, time_text
from monitor.store.names import patient_name, shown_name

_ENTRY: Final = "stridegate-entry-1"
_PATIENT: Final = "patient:"

GENESIS: Final = "0" * 64
"""What stands for the previous hash in the first entry of a chain."""


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain of the record.

    Attributes
    ----------
    key : str
        ``clinic``, or ``patient:`` and the pseudonym: what stands in the store and is hashed.
    """

    key: str

    @property
    def patient(self) -> str | None:
        """The pseudonym; None for the clinic's chain."""
        return self.key.removeprefix(_PATIENT) if self.key.startswith(_PATIENT) else None

    @property
    def file_id(self) -> str:
        """The name of its files, hexadecimal: no name that a user gives reaches a path."""
        return hashlib.sha256(self.key.encode("utf-8", "surrogateescape")).hexdigest()[:32]

    @property
    def title(self) -> str:
        """Whose chain it is, for a sentence."""
        if self.key == CLINIC.key:
            return "the clinic"
        return f"patient {shown_name(self.key.removeprefix(_PATIENT))}"


CLINIC: Final = Chain("clinic")
"""The chain of clinicians, programme signatures, opened and erased patients."""


def patient_chain(name: str) -> Chain:
    """Return a patient's chain.

    Raises
    ------
    UsageError
        Where ``name`` can be no pseudonym, see ``patient_name``.
    """
    return Chain(f"{_PATIENT}{patient_name(name)}")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the store gives it: nothing in it is believed before it was verified.

    Attributes
    ----------
    chain : str
        The chain's key.
    seq : int
        Its place in the chain, from 1.
    previous, hash : str
        The hash of the entry before, and its own, hexadecimal.
    text : str
        The entry's canonical text.
    """

    chain: str
    seq: int
    previous: str
    text: str
    hash: str


def row_of(values: Sequence[object]) -> Row:
    """Return what the table holds as a row.

    SQLite keeps a number where a text belongs if somebody puts it there. Such a value becomes a
    text that no entry has, and such a place becomes 0, which is none.
    """
    chain, seq, *texts = values
    previous, text, digest = map(_as_text, texts)
    return Row(_as_text(chain), seq if isinstance(seq, int) else 0, previous, text, digest)


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else f"not a text: {value!r}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One verified entry.

    Attributes
    ----------
    chain : Chain
        Whose it is.
    seq : int
        Its place, from 1.
    t_s : int
        When it was written, UTC seconds since 1970, as stamped by the store.
    kind : str
        What it records.
    record : mapping
        All fields, ``kind`` and ``t`` included.
    text : str
        The canonical text that was hashed.
    hash : str
        Its hash, hexadecimal.
    notices : tuple of str
        Sentences for the person who caused it; only just after writing.
    """

    chain: Chain
    seq: int
    t_s: int
    kind: str
    record: Mapping[str, Any]
    text: str
    hash: str
    notices: tuple[str, ...] = ()


def mac(key: bytes, *parts: str | int) -> str:
    """Return the HMAC-SHA256 over the parts as one JSON list, hexadecimal: no two lists collide."""
    message = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(key, message.encode("utf-8", "surrogateescape"), "sha256").hex()


def entry_hash(key: bytes, chain: str, seq: int, previous: str, text: str) -> str:
    """Return what an entry's hash has to be: it holds for one place of one chain alone."""
    return mac(key, _ENTRY, chain, seq, previous, text)


def is_authentic(key: bytes, row: Row, chain: str | None = None, seq: int | None = None) -> bool:
    """Return whether a row was written with ``key``: for its place, or for another one."""
    at = row.seq if seq is None else seq
    owner = row.chain if chain is None else chain
    return hmac.compare_digest(
        entry_hash(key, owner, at, row.previous, row.text).encode(),
        row.hash.encode("utf-8", "surrogateescape"),
    )


def entry_of(row: Row, notices: tuple[str, ...] = ()) -> Entry:
    """Return a verified row as an entry."""
    record = json.loads(row.text)
    at_s = time_s(record["t"])
    return Entry(
        Chain(row.chain), row.seq, at_s, record["kind"], record, row.text, row.hash, notices
    )


def stamp(now_s: int, last_s: int | None) -> tuple[int, str | None]:
    """Return the time of a new entry, and a sentence where the clock stands before the record.

    Parameters
    ----------
    now_s : int
        The clock, UTC seconds since 1970.
    last_s : int or None
        The time of the chain's last entry; None where it has none.
    """
    if last_s is None or now_s >= last_s:
        return now_s, None
    return last_s, (
        f"the computer's clock is {_span(last_s - now_s)} behind the record, whose last entry is "
        f"of {time_text(last_s)}: the new entry got that time; set the clock"
    )


def _span(seconds: int) -> str:
    for unit, length in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count = seconds // length
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return "0 seconds"
