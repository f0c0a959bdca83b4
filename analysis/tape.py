"""Named columns of samples addressed by absolute index; old samples are forgotten."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
ROOM = 4096
"""Samples there is room for at first."""


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
        self.columns = columns
        self._base = 0
        self.end = 0
        self._hold(np.empty((columns, ROOM)))

    def _hold(self, data: FloatArray) -> None:
        self._data = data
        # Single numbers come five times as fast out of a memoryview as out of an array.
        self._values = [memoryview(row) for row in data]

    def extend(self, n: int) -> FloatArray:
        """Make room for ``n`` samples more and return it, shape (columns, n), to be written."""
        used = self.end - self._base
        if used + n > self._data.shape[1]:
            grown = np.empty((self.columns, 2 * (used + n)))
            grown[:, :used] = self._data[:, :used]
            self._hold(grown)
        self.end += n
        return self._data[:, used : used + n]

    def forget(self, before: int) -> None:
        """Drop the samples before ``before``, when enough of them have come together."""
        drop = before - self._base
        used = self.end - self._base
        if drop > max(2048, used // 2):
            self._data[:, : used - drop] = self._data[:, drop:used].copy()
            self._base = before

    def view(self, column: int, start: int, stop: int) -> FloatArray:
        """Return a view of one column over [start, stop), clipped to what is held."""
        low, high = self._held(start, stop)
        return self._data[column, low:high]

    def numbers(self, column: int, start: int, stop: int) -> list[float]:
        """Return one column over [start, stop), clipped to what is held, as plain numbers."""
        low, high = self._held(start, stop)
        numbers: list[float] = self._data[column, low:high].tolist()
        return numbers

    def rise(self, column: int, index: int, longest: int, level: float) -> float | None:
        """Return how many samples before ``index`` a column last rose through ``level``.

        0 where it is below it at ``index``; None where it did not within ``longest`` samples, or
        within what is held.
        """
        values, last = self._values[column], index - self._base
        first = max(last - longest, 0)
        k = last
        while values[k] >= level:
            k -= 1
            if k < first:
                return None
        if k == last:
            return 0.0
        return last - k - (level - values[k]) / (values[k + 1] - values[k])

    def between(self, column: int, index: float) -> float:
        """Return a value at an index with a fraction, beyond the ends by the line there."""
        values, at = self._values[column], index - self._base
        low = min(max(int(at // 1), 0), self.end - self._base - 2)
        left = values[low]
        return left + (index - (low + self._base)) * (values[low + 1] - left)

    def rows(self, first: int, last: int, start: int, stop: int) -> FloatArray:
        """Return a copy of the columns ``first`` to ``last`` over [start, stop), as far as held."""
        low, high = self._held(start, stop)
        return self._data[first : last + 1, low:high].copy()

    def _held(self, start: int, stop: int) -> tuple[int, int]:
        base = self._base
        if base <= start <= stop <= self.end:
            return start - base, stop - base
        low = max(start - base, 0)
        return low, max(min(stop, self.end) - base, low)

    def at(self, column: int, index: int) -> float:
        """Return one value; ``index`` must be held."""
        return self._values[column][index - self._base]

    def mean(self, column: int, start: int, stop: int) -> float:
        """Return the mean over (start, stop] of what ``column`` sums up, cut to what is held."""
        base, last = self._base, self.end - 1
        sums = self._values[column]
        if base <= start < stop <= last:
            return (sums[stop - base] - sums[start - base]) / (stop - start)
        low, high = max(start, base), min(stop, last)
        if high <= low:
            low = min(low, last - 1)
            high = low + 1
        return (sums[high - base] - sums[low - base]) / (high - low)

    def any(self, column: int, start: int, stop: int) -> bool:
        """Return whether what ``column`` counts happened in [start, stop), as far as held."""
        low, high = self._held(start, stop)
        if high <= low:
            return False
        counts = self._values[column]
        return counts[high - 1] > (counts[low - 1] if low else 0.0)

    @property
    def start(self) -> int:
        """The oldest index held."""
        return self._base
