"""Where each row belongs: in its own place, in another one, or nowhere under this key."""

from collections.abc import Iterable, Sequence

from monitor.store.chain import GENESIS, Row, is_authentic

Place = tuple[str, int]
"""A chain's key and a place in it, from 1."""


class Whereabouts:
    """The rows of a record, each with the place for which its hash holds.

    A hash holds for one place alone. A row that does not hold where it stands is tried after the
    row that has its previous hash, and before the row that names its own: two tries a row, however
    much was moved.

    Parameters
    ----------
    key : bytes
        The record's key.
    rows : sequence of Row
        All rows, each chain in order.
    chains : iterable of str
        Keys of all chains that are known, also of those that have no row left.
    """

    def __init__(self, key: bytes, rows: Sequence[Row], chains: Iterable[str]) -> None:
        self._key = key
        self._firsts = [(chain, 1) for chain in sorted(chains)]
        self._of: dict[int, Place | None] = {}
        self._next: dict[str, Place] = {}
        self._before: dict[str, Place] = {}
        strays: list[Row] = []
        for row in rows:
            if is_authentic(key, row):
                self._settle(row, (row.chain, row.seq))
            else:
                strays.append(row)
        # Twice: a row may only be known once one that was moved after it is.
        for _ in range(2):
            for row in strays:
                if self._of.get(id(row)) is None:
                    self._settle(row, self._found(row))

    def place(self, row: Row) -> Place | None:
        """Return where a row belongs; None where it was not written with the key as it is."""
        return self._of[id(row)]

    def _settle(self, row: Row, place: Place | None) -> None:
        self._of[id(row)] = place
        if place is not None:
            chain, seq = place
            self._next[row.hash] = (chain, seq + 1)
            self._before[row.previous] = (chain, seq - 1)

    def _found(self, row: Row) -> Place | None:
        tries = [self._next.get(row.previous), self._before.get(row.hash)]
        if row.previous == GENESIS:
            tries += self._firsts
        for place in tries:
            if place is not None and is_authentic(self._key, row, *place):
                return place
        return None
