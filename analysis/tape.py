"""Named columns of samples addressed by absolute index; old samples are forgotten."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Tape:
    """A growing table of float columns; sample ``i`` keeps its index when older ones are dropped.

    Parameters
    ----------
    columns : int
        Number of columns.

    Attributes
    ----------
    columns : int
        As given.
    end : int
        One after the newest index.
    """

    def __init__(self, columns: int) -> None:
        self._data: FloatArray = np.empty((columns, 4096))
        self.columns = columns
        self._base = 0
        self.end = 0

    def append(self, block: FloatArray) -> None:
        """Add ``block``, shape (columns, n)."""
        used = self.end - self._base
        n = block.shape[1]
        if used + n > self._data.shape[1]:
            grown = np.empty((len(self._data), 2 * (used + n)))
            grown[:, :used] = self._data[:, :used]
            self._data = grown
        self._data[:, used : used + n] = block
        self.end += n

    def forget(self, before: int) -> None:
        """Drop the samples before ``before``, when enough of them have come together."""
        drop = before - self._base
        used = self.end - self._base
        if drop > max(2048, used // 2):
            self._data[:, : used - drop] = self._data[:, drop:used].copy()
            self._base = before

    def view(self, column: int, start: int, stop: int) -> FloatArray:
        """Return a view of one column over [start, stop), clipped to what is held."""
        low = max(start, self._base) - self._base
        high = max(min(stop, self.end) - self._base, low)
        return self._data[column, low:high]

    def rows(self, first: int, last: int, start: int, stop: int) -> FloatArray:
        """Return a copy of the columns ``first`` to ``last`` over [start, stop), as far as held."""
        low = max(start, self._base) - self._base
        high = max(min(stop, self.end) - self._base, low)
        return self._data[first : last + 1, low:high].copy()

    def at(self, column: int, index: int) -> float:
        """Return one value; ``index`` must be held."""
        return self._data.item(column, index - self._base)

    def mean(self, column: int, start: int, stop: int) -> float:
        """Return the mean over (start, stop] of what ``column`` sums up, cut to what is held."""
        low = max(self._base, start)
        high = stop if stop < self.end else self.end - 1
        if high <= low:
            low = min(low, self.end - 2)
            high = low + 1
        item, base = self._data.item, self._base
        return (item(column, high - base) - item(column, low - base)) / (high - low)

    def any(self, column: int, start: int, stop: int) -> bool:
        """Return whether what ``column`` counts happened in [start, stop), as far as held."""
        low = max(start, self._base)
        high = min(stop, self.end)
        if high <= low:
            return False
        item, base = self._data.item, self._base
        before = item(column, low - 1 - base) if low > base else 0.0
        return item(column, high - 1 - base) > before

    @property
    def start(self) -> int:
        """The oldest index held."""
        return self._base
