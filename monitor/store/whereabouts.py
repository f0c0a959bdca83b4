"""Where each row belongs: in its own place, in another one, or nowhere under this key."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from monitor.store.chain import GENESIS, Row, is_authentic
from monitor.store.head import Head

Place = tuple[str, int]
"""A chain's key and a place in it, from 1."""


class Whereabouts:
    """The rows of a record, each with the place for which its hash holds.

    A hash holds for one place alone. A row that does not hold where it stands is tried after the
    row that has its previous hash, and before the row that names its own, or where the head does:
    a few tries a row, however much was moved.

    Parameters
    ----------
    key : bytes
        The record's key.
    rows : sequence of Row
        All rows, each chain in order.
    heads : iterable of Head
        The genuine heads, and empty ones of the chains that have none: of every known chain one.
    """

    def __init__(self, key: bytes, rows: Sequence[Row], heads: Iterable[Head]) -> None:
        self._key = key
        self._of: dict[int, Place | None] = {}
        self._follows: dict[str, list[Place]] = defaultdict(list)
        self._has: dict[str, Place] = {}
        for head in heads:
            self._follows[GENESIS].append((head.chain, 1))
            self._has[head.hash] = (head.chain, head.count)
        strays: list[Row] = []
        for row in rows:
            if is_authentic(key, row):
                self._settle(row, (row.chain, row.seq))
            else:
                strays.append(row)
        # A row may only be known once its neighbour is: forwards, then from the end.
        for row in (*strays, *reversed(strays)):
            if self._of.get(id(row)) is None:
                self._settle(row, self._found(row))

    def place(self, row: Row) -> Place | None:
        """Return where a row belongs; None where it was not written with the key as it is."""
        return self._of[id(row)]

    def _settle(self, row: Row, place: Place | None) -> None:
        self._of[id(row)] = place
        if place is not None:
            chain, seq = place
            self._follows[row.hash] = [(chain, seq + 1)]
            self._has[row.previous] = (chain, seq - 1)

    def _found(self, row: Row) -> Place | None:
        tries = list(self._follows.get(row.previous, ()))
        if row.hash in self._has:
            tries.append(self._has[row.hash])
        return next((place for place in tries if is_authentic(self._key, row, *place)), None)
