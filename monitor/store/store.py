"""The store: the record of every patient and of the clinic. Entries are added, never changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select

from monitor.errors import StoreError
from monitor.store.audit import verify_chain
from monitor.store.auditrecord import Audit, audit_record
from monitor.store.chain import CLINIC, Chain, Entry, Row, entry_of, row_of
from monitor.store.findings import Fault, Finding
from monitor.store.head import Head, empty_head, head_at
from monitor.store.headfiles import HeadFiles
from monitor.store.lock import append_lock
from monitor.store.names import shown_name
from monitor.store.places import Places
from monitor.store.roster import ERASED, OPENED, chain_fields, opened_chains
from monitor.store.tables import ENTRIES, foreign_objects, reading, writing
from monitor.store.writing import Record, believed_head, disagreement, next_rows

Check = Callable[[Sequence[Entry], Sequence[Mapping[str, Any]]], None]
"""Called within the transaction with the entries before and the new records; raises to refuse."""

_ROWS: Final = select(
    ENTRIES.c.chain, ENTRIES.c.seq, ENTRIES.c.previous, ENTRIES.c.text, ENTRIES.c.hash
)


class Store:
    """The record at one place, made by ``open_store``. It holds nothing open between calls.

    Every call raises StoreError with one sentence where the record cannot be used.
    """

    def __init__(self, places: Places, key: bytes, engine: Engine) -> None:
        self.places = places
        self._key = key
        self._engine = engine
        self._heads = HeadFiles(places.heads, key)

    def append(
        self,
        chain: Chain,
        kind: str,
        fields: Mapping[str, object],
        now_s: int,
        check: Check | None = None,
    ) -> Entry:
        """Add one entry; see ``append_all``."""
        return self.append_all(chain, [(kind, fields)], now_s, check)[0]

    def append_all(
        self, chain: Chain, records: Sequence[Record], now_s: int, check: Check | None = None
    ) -> tuple[Entry, ...]:
        """Add entries to the end of a chain: all of them, durably, or none.

        Parameters
        ----------
        chain : Chain
            Whose.
        records : sequence of Record
            Kind and fields of each, at least one. A ``t`` in the fields may only be what the
            store stamps.
        now_s : int
            The clock, whole UTC seconds since 1970. The entries get the later of it and the time
            of the chain's last entry, with a notice where the clock is behind.
        check : callable or None
            See ``Check``.

        Raises
        ------
        StoreError
            One sentence; nothing was written.
        """
        with append_lock(self.places):
            with writing(self._engine, self.places.store) as connection:
                tail = self._tail(connection, chain)
                rows, notice = next_rows(self._key, chain, tail, records, now_s)
                new = tuple(map(entry_of, rows))
                if check is not None:
                    before = self._verified(chain, *self._state(connection, chain))
                    check(before, [entry.record for entry in new])
                if tail is None and chain != CLINIC:
                    rows += self._opening(connection, chain, now_s)
                self._heads.begin(rows)
                _insert(connection, rows)
            # Only now: a head must never name an entry that a crash could take away.
            unwritten = self._heads.write(rows)
        notices = tuple(text for text in (notice, unwritten) if text is not None)
        return tuple(replace(entry, notices=notices) for entry in new)

    def erase(
        self, chain: Chain, by: str, reason: str, now_s: int, recordings: int | None = None
    ) -> Entry:
        """Erase a patient's chain; returns the clinic's entry about it, which has no pseudonym.

        ``recordings`` is how many of them the caller erased before; it stands in that entry.
        Copies of the store, recordings and exports are not reached.
        """
        with append_lock(self.places):
            with writing(self._engine, self.places.store) as connection:
                tail = self._tail(connection, chain)
                if tail is None or chain == CLINIC:
                    raise StoreError(f"{chain.title}: there is no such patient to erase")
                fields = {**chain_fields(chain), "entries": tail.seq, "by": by, "reason": reason}
                if recordings is not None:
                    fields["recordings"] = recordings
                clinic = self._tail(connection, CLINIC)
                rows, notice = next_rows(self._key, CLINIC, clinic, [(ERASED, fields)], now_s)
                connection.execute(delete(ENTRIES).where(ENTRIES.c.chain == chain.key))
                _insert(connection, rows)
                # Before the commit, and last: a head must not name entries that are gone.
                self._heads.empty(chain)
            unwritten = self._heads.write(rows)
            self._heads.remove(chain)
        notices = tuple(text for text in (notice, unwritten) if text is not None)
        return replace(entry_of(rows[0]), notices=notices)

    def entries(self, chain: Chain) -> tuple[Entry, ...]:
        """Return a chain's entries, verified; none where there is no such chain.

        Raises
        ------
        StoreError
            Where anything about the chain is not as it was written: nothing is decided from it.
        """
        # Under the lock, so that head and rows are of one moment.
        with append_lock(self.places), reading(self._engine, self.places.store) as connection:
            head, rows = self._state(connection, chain)
        return self._verified(chain, head, rows)

    def rows(self, chain: Chain) -> tuple[Row, ...]:
        """Return a chain's rows as they stand, not verified."""
        with reading(self._engine, self.places.store) as connection:
            return _read(connection, chain)

    def chains(self) -> tuple[Chain, ...]:
        """Return every chain that has an entry, by key."""
        with reading(self._engine, self.places.store) as connection:
            keys = connection.scalars(select(ENTRIES.c.chain).distinct()).all()
        return tuple(sorted(map(Chain, keys), key=lambda chain: chain.key))

    def head(self, chain: Chain) -> Head:
        """Return a chain's head, verified: for a recording's header or a report."""
        entries = self.entries(chain)
        return head_at(entries[-1]) if entries else empty_head(chain.key)

    def audit(self, copies: Sequence[Head] = ()) -> Audit:
        """Verify every chain, also against copies of heads that were kept outside."""
        with append_lock(self.places), reading(self._engine, self.places.store) as connection:
            heads = self._heads.read_all()
            rows = _read(connection)
            foreign = foreign_objects(connection)
        result = audit_record(self._key, rows, heads, copies)
        if not foreign:
            return result
        what = f"the store's tables were changed: {shown_name(', '.join(foreign))}"
        changed = Finding(None, Fault.TABLES_CHANGED, None, None, what)
        return replace(result, findings=(changed, *result.findings))

    def _state(self, connection: Connection, chain: Chain) -> tuple[bytes | None, tuple[Row, ...]]:
        return self._heads.read(chain), _read(connection, chain)

    def _verified(self, chain: Chain, head: bytes | None, rows: Sequence[Row]) -> tuple[Entry, ...]:
        findings = verify_chain(self._key, chain, rows, head)
        if findings:
            raise StoreError(
                f"{findings[0].text}: nothing is decided from it; run stridegate audit"
            )
        return tuple(map(entry_of, rows))

    def _tail(self, connection: Connection, chain: Chain) -> Row | None:
        """Return a chain's last row, with which the head has to agree; None for a new chain."""
        ours = _ROWS.where(ENTRIES.c.chain == chain.key)
        last = connection.execute(ours.order_by(ENTRIES.c.seq.desc()).limit(1)).first()
        tail = None if last is None else row_of(last)
        head = believed_head(self._key, chain, tail, self._heads.read(chain))
        if head.count:
            at_head = connection.execute(ours.where(ENTRIES.c.seq == head.count)).first()
            if at_head is None or row_of(at_head).hash != head.hash:
                raise disagreement(chain)
        return tail

    def _opening(self, connection: Connection, chain: Chain, now_s: int) -> list[Row]:
        clinic = self._verified(CLINIC, *self._state(connection, CLINIC))
        if opened_chains(clinic).get(chain.file_id):
            raise StoreError(
                f"{chain.title}: the clinic's chain knows of entries that are gone, so nothing is "
                "added: run stridegate audit"
            )
        tail = self._tail(connection, CLINIC)
        return next_rows(self._key, CLINIC, tail, [(OPENED, chain_fields(chain))], now_s)[0]


def _insert(connection: Connection, rows: Sequence[Row]) -> None:
    names = ("chain", "seq", "previous", "text", "hash")
    values = [{name: getattr(row, name) for name in names} for row in rows]
    connection.execute(insert(ENTRIES), values)


def _read(connection: Connection, chain: Chain | None = None) -> tuple[Row, ...]:
    query = _ROWS.order_by(ENTRIES.c.chain, ENTRIES.c.seq)
    if chain is not None:
        query = query.where(ENTRIES.c.chain == chain.key)
    return tuple(row_of(values) for values in connection.execute(query))
