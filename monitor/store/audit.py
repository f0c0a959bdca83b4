"""The audit of one chain: its rows against each other, against the key, and against its head."""

from collections.abc import Sequence
from typing import Final

from monitor.store.chain import GENESIS, Chain, Row
from monitor.store.findings import Fault, Finding, about, joined
from monitor.store.head import Head, HeadFaultError, empty_head, head_of
from monitor.store.whereabouts import Place, Whereabouts

_CUT_OFF: Final = (
    "was cut off the end, or an older copy of the store was put back: the head knows of more"
)


def audit_chain(
    key: bytes,
    chain: Chain,
    rows: Sequence[Row],
    head_file: bytes | None,
    whereabouts: Whereabouts,
) -> tuple[Finding, ...]:
    """Return what is wrong with a chain: nothing where it is whole.

    Parameters
    ----------
    key : bytes
        The record's key.
    chain : Chain
        Whose.
    rows : sequence of Row
        Every row of the record that stands in this chain or belongs to it.
    head_file : bytes or None
        The head's file, read before the rows; None where it is missing.
    whereabouts : Whereabouts
        Of these rows.
    """
    head, at_head = _head(key, chain, rows, head_file)
    return at_head + _ChainAudit(chain, rows, head, whereabouts).findings()


def verify_chain(
    key: bytes, chain: Chain, rows: Sequence[Row], head_file: bytes | None
) -> tuple[Finding, ...]:
    """Return what is wrong with a chain, from its own rows alone."""
    where = Whereabouts(key, rows, [empty_head(chain.key)])
    return audit_chain(key, chain, rows, head_file, where)


def against_copy(chain: Chain, rows: Sequence[Row], copy: Head) -> tuple[Finding, ...]:
    """Return what a copy of the head kept outside says of a chain: this needs no key."""
    hashes = {row.seq: row.hash for row in rows if row.chain == chain.key}
    if not copy.count or hashes.get(copy.count) == copy.hash:
        return ()
    what = (
        f"the copy of its head names {copy.count} entries, the last with the hash "
        f"{copy.hash[:12]}…: the store does not have it, it was cut off, put back or recomputed"
    )
    return (Finding(chain, Fault.HEAD_DIFFERS, None, None, what),)


def _head(
    key: bytes, chain: Chain, rows: Sequence[Row], head_file: bytes | None
) -> tuple[Head | None, tuple[Finding, ...]]:
    if head_file is None:
        if not any(row.chain == chain.key for row in rows):
            return None, ()
        return None, (Finding(chain, Fault.HEAD_MISSING, None, None, "the head's file is missing"),)
    try:
        head = head_of(key, head_file)
        if head.chain != chain.key:
            raise HeadFaultError(f"it is the head of {Chain(head.chain).title}")
    except HeadFaultError as fault:
        what = f"the head's file was edited: {fault}"
        return None, (Finding(chain, Fault.HEAD_EDITED, None, None, what),)
    return head, ()


class _ChainAudit:
    """One chain, row by row: what belongs here, what only stands here, what is missing."""

    def __init__(
        self, chain: Chain, rows: Sequence[Row], head: Head | None, whereabouts: Whereabouts
    ) -> None:
        self._chain, self._head = chain, head
        self._ours: dict[int, Row] = {}
        self._strangers: dict[int, Row] = {}
        self._found: list[Finding] = []
        located = [(row, whereabouts.place(row)) for row in rows]
        # Entries in their own places first, so that a copy elsewhere is seen as the copy.
        for row, place in sorted(located, key=lambda pair: pair[1] != (pair[0].chain, pair[0].seq)):
            if place is None:
                self._stranger(row)
            elif place[0] == chain.key:
                self._entry(row, place)
            else:
                self._foreign(row, place)
        last = max(self._ours, default=0)
        self._end = max(last, 0 if head is None else head.count)

    def findings(self) -> tuple[Finding, ...]:
        """Return everything, in the order of the entries."""
        self._judge_strangers()
        self._judge_missing()
        self._judge_links()
        return joined(self._found) + tuple(f for f in self._found if f.first is None)

    def _add(self, fault: Fault, seq: int, what: str, shift: int = 0) -> None:
        self._found.append(about(self._chain, fault, seq, what, shift))

    def _entry(self, row: Row, place: Place) -> None:
        seq = place[1]
        stands_elsewhere = (row.chain, row.seq) != place
        if seq in self._ours:
            if row.chain == self._chain.key:
                self._add(Fault.INSERTED, row.seq, f"is a copy of entry {seq}")
            return
        self._ours[seq] = row
        if not stands_elsewhere:
            return
        if row.chain != self._chain.key:
            where = f"was moved to {Chain(row.chain).title}"
            self._add(Fault.MOVED, seq, where)
        else:
            by = row.seq - seq
            what = f"was moved {abs(by)} {'down' if by > 0 else 'up'}"
            self._add(Fault.MOVED, seq, what, by)

    def _foreign(self, row: Row, place: Place) -> None:
        what = f"was moved here, it is entry {place[1]} of {Chain(place[0]).title}"
        self._add(Fault.MOVED, row.seq, what)

    def _stranger(self, row: Row) -> None:
        if row.seq < 1 or row.seq in self._strangers:
            what = f"an entry was put at place {row.seq}, where none can be"
            self._found.append(Finding(self._chain, Fault.INSERTED, None, None, what))
            return
        self._strangers[row.seq] = row

    def _judge_strangers(self) -> None:
        recomputed = self._recomputed_from()
        for seq, row in self._strangers.items():
            if seq in self._ours or (self._head is not None and seq > self._end):
                self._add(Fault.INSERTED, seq, "was inserted: this record's key did not write it")
            elif recomputed is not None and seq >= recomputed:
                self._add(Fault.RECOMPUTED, seq, "was recomputed with another key")
            else:
                self._add(Fault.EDITED, seq, f"was edited{self._which(seq, row)}")

    def _which(self, seq: int, row: Row) -> str:
        """Return which column is surely the edited one, where the neighbours tell."""
        after = self._ours.get(seq + 1)
        before = self._ours.get(seq - 1)
        named = after.previous if after is not None else self._head_hash(seq)
        previous = before.hash if before is not None else GENESIS if seq == 1 else None
        if previous is not None and row.previous != previous:
            return ": it does not follow the entry before"
        if named is not None and row.hash != named:
            return ": the hash is not the one that it had"
        return "" if named is None or previous is None else ": the text is not the one that it had"

    def _head_hash(self, seq: int) -> str | None:
        head = self._head
        return head.hash if head is not None and head.count == seq else None

    def _recomputed_from(self) -> int | None:
        """Return from where to the end every entry is linked, but none written with the key."""
        seq = max(self._strangers, default=0)
        if not seq or seq < self._end or self._strangers[seq].hash == self._head_hash(seq):
            return None
        while (row := self._strangers.get(seq)) is not None:
            before = self._strangers.get(seq - 1) or self._ours.get(seq - 1)
            if row.previous != (GENESIS if seq == 1 else before.hash if before else None):
                return None
            seq -= 1
        return seq + 1

    def _judge_missing(self) -> None:
        last = max(self._ours, default=0)
        for seq in range(1, self._end + 1):
            if seq in self._ours or seq in self._strangers:
                continue
            if seq < last:
                self._add(Fault.DELETED, seq, "was deleted")
            else:
                self._add(Fault.CUT_OFF, seq, _CUT_OFF)

    def _judge_links(self) -> None:
        for seq, row in self._ours.items():
            before = self._ours.get(seq - 1)
            previous = GENESIS if seq == 1 else None if before is None else before.hash
            if previous is not None and row.previous != previous:
                self._add(Fault.FORKED, seq, "does not follow the entry before: two copies mixed")
        head = self._head
        if head is None or head.count not in self._ours:
            return
        if self._ours[head.count].hash != head.hash:
            what = (
                f"entry {head.count} is not the one that the head names: an older copy of the "
                "store was put back and written on, or somebody with the key recomputed it"
            )
            self._found.append(Finding(self._chain, Fault.HEAD_DIFFERS, None, None, what))
