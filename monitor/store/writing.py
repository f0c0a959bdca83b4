"""What is added to the end of a chain: the next rows, and whether the end can be believed."""

from collections.abc import Mapping, Sequence

from monitor.errors import StoreError
from monitor.gate.times import time_text
from monitor.store.canonical import canonical_text
from monitor.store.chain import GENESIS, Chain, Row, entry_hash, entry_of, is_authentic, stamp
from monitor.store.head import Head, HeadFaultError, empty_head, head_of

Record = tuple[str, Mapping[str, object]]
"""The kind and the fields of a new entry."""


def next_rows(
    key: bytes, chain: Chain, tail: Row | None, records: Sequence[Record], now_s: int
) -> tuple[list[Row], str | None]:
    """Return new rows for the end of a chain, and a notice where the clock is behind.

    Parameters
    ----------
    key : bytes
        The record's key.
    chain : Chain
        Whose.
    tail : Row or None
        Its last row, verified; None where it has none.
    records : sequence of Record
        What is to be added. A ``t`` among the fields may only be what is stamped.
    now_s : int
        The clock, whole UTC seconds since 1970.

    Raises
    ------
    StoreError
        Where a record cannot stand there.
    """
    t_s, notice = stamp(now_s, None if tail is None else entry_of(tail).t_s)
    t = time_text(t_s)
    if t is None:
        raise StoreError("the computer's clock is beyond the year 9999: set it")
    rows: list[Row] = []
    for kind, fields in records:
        told = fields.get("t", t)
        if told != t:
            raise StoreError(
                f"the entry names the time {told!r}, the record stamps {t}: an entry gets the time "
                "of its writing, for another one would move what the gate waits for; leave it out"
            )
        if not kind or fields.get("kind", kind) != kind:
            raise StoreError("the entry needs one kind, and only one: name it once")
        before = rows[-1] if rows else tail
        seq, previous = (1, GENESIS) if before is None else (before.seq + 1, before.hash)
        text = canonical_text({**fields, "kind": kind, "t": t})
        digest = entry_hash(key, chain.key, seq, previous, text)
        rows.append(Row(chain.key, seq, previous, text, digest))
    return rows, notice


def believed_head(key: bytes, chain: Chain, tail: Row | None, head_file: bytes | None) -> Head:
    """Return the head to which rows may be added; its hash is still to be compared with its row.

    Without this check, an append after a cut would give the shorter chain a genuine head.

    Raises
    ------
    StoreError
        Where head and last row do not agree.
    """
    if tail is None and head_file is None:
        return empty_head(chain.key)
    try:
        head = head_of(key, head_file or b"")
    except HeadFaultError:
        raise disagreement(chain) from None
    last = 0 if tail is None else tail.seq
    is_ours = tail is None or is_authentic(key, tail)
    if head.chain != chain.key or not is_ours or last < head.count:
        raise disagreement(chain)
    return head


def disagreement(chain: Chain) -> StoreError:
    """Return the refusal to add to a chain whose end is not what its head says."""
    return StoreError(
        f"{chain.title}: the end of the record does not agree with its head, so nothing is added "
        "to it: run stridegate audit"
    )
