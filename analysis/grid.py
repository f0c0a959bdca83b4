"""From a stream with holes to stretches without: short holes filled, long ones cut.

Every rule looks at single samples and at neighbouring pairs only, so the result does not depend
on how the stream was cut into blocks.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

HOLE_PERIODS = 1.5
"""A step in time of more than this many sample periods is a hole (design default)."""
MOST_G = 1000.0
"""More than any worn accelerometer measures: such a sample is a broken packet."""
FILL_MAX_S = 0.100
"""Longest hole, in seconds of missing signal, that is filled for timing (design default)."""
MOST_DPS = 100_000.0
"""The same for a gyroscope."""
MOST_S = 1e10
"""Seconds: three centuries, in any time base."""
LIMITS = np.array([[MOST_S]] + [[MOST_G]] * 3 + [[MOST_DPS]] * 3)
"""Largest believable magnitude of time, acceleration and angular velocity."""


@dataclass(frozen=True, slots=True, eq=False)
class Stretch:
    """Consecutive samples without a hole.

    Attributes
    ----------
    anew : bool
        Whether a hole (or the start) lies before it; otherwise it continues the stretch before.
    t_s : ndarray, shape (n,)
        Time of each sample.
    acc_g : ndarray, shape (3, n)
        Acceleration, one row per axis.
    gyro_dps : ndarray, shape (3, n), or None
        Angular velocity.
    filled : ndarray of bool, shape (n,)
        Which samples were interpolated.
    """

    anew: bool
    t_s: FloatArray
    acc_g: FloatArray
    gyro_dps: FloatArray | None
    filled: BoolArray


@dataclass(slots=True)
class GridCount:
    """What the grid saw, counted in samples; ``holes`` counts the places."""

    samples: int = 0
    bad: int = 0
    disordered: int = 0
    holes: int = 0
    missing: int = 0
    filled: int = 0


class SampleGrid:
    """Cuts a stream into stretches.

    Parameters
    ----------
    fs_hz : float
        Nominal sampling rate in Hz.
    """

    def __init__(self, fs_hz: float) -> None:
        self._fs_hz = fs_hz
        self._last: FloatArray | None = None
        self.count = GridCount()
        self.first_t_s: float | None = None

    @property
    def last_t_s(self) -> float | None:
        """Time of the latest good sample."""
        return None if self._last is None else float(self._last[0])

    def push(self, rows: FloatArray) -> list[Stretch]:
        """Take the next samples.

        Parameters
        ----------
        rows : ndarray, shape (4, n) or (7, n)
            Sample times in seconds; a sample that is not later than every one before is dropped.
            Three rows of acceleration in g; a sample that is not finite, or not believable, counts
            as missing. Where there is a gyroscope, three rows of angular velocity in degrees per
            second.

        Returns
        -------
        list of Stretch
            They may be views of ``rows``.
        """
        gap_s = self._gaps_s(rows)
        if not self._is_good(rows, gap_s):
            rows = self._good(rows)
            gap_s = self._gaps_s(rows)
        n = rows.shape[1]
        if n == 0:
            return []
        if self.first_t_s is None:
            self.first_t_s = float(rows[0, 0])
        self.count.samples += n
        last, self._last = self._last, rows[:, -1].copy()
        if last is None or len(last) != len(rows):
            return self._cut_at_holes(True, rows, gap_s[1:])
        return self._cut_at_holes(False, rows, gap_s, last)

    def _gaps_s(self, rows: FloatArray) -> FloatArray:
        """Return the time from the sample before to each sample; the very first has a period."""
        t_s = rows[0]
        gap_s = np.empty(len(t_s))
        np.subtract(t_s[1:], t_s[:-1], out=gap_s[1:])
        gap_s[:1] = 1.0 / self._fs_hz if self._last is None else t_s[:1] - self._last[0]
        return gap_s

    def _is_good(self, rows: FloatArray, gap_s: FloatArray) -> bool:
        """Return whether nothing has to be dropped, the usual case."""
        if not len(gap_s):
            return True
        # What rises is believable as a whole where its ends are.
        if not (gap_s.min() > 0.0 and rows[0, 0] >= -MOST_S and rows[0, -1] <= MOST_S):
            return False
        if not np.abs(rows[1:4]).max() <= MOST_G:
            return False
        return len(rows) == 4 or bool(np.abs(rows[4:]).max() <= MOST_DPS)

    def _good(self, rows: FloatArray) -> FloatArray:
        n = rows.shape[1]
        finite = (np.abs(rows) <= LIMITS[: len(rows)]).all(axis=0)
        if not finite.all():
            rows = rows[:, finite]
        bad = n - rows.shape[1]
        before = -np.inf if self._last is None else self._last[0]
        latest = np.maximum.accumulate(np.concatenate([[before], rows[0]]))[:-1]
        rising = rows[0] > latest
        if not rising.all():
            rows = rows[:, rising]
        self.count.bad += bad
        self.count.disordered += n - bad - rows.shape[1]
        return rows

    def _cut_at_holes(
        self, anew: bool, rows: FloatArray, gap_s: FloatArray, last: FloatArray | None = None
    ) -> list[Stretch]:
        longest_s = HOLE_PERIODS / self._fs_hz
        if not len(gap_s) or gap_s.max() <= longest_s:
            return [_stretch(anew, rows, np.zeros(rows.shape[1], bool))]
        joined = rows if last is None else np.concatenate((last[:, None], rows), axis=1)
        return self._cut(anew, joined, gap_s, np.flatnonzero(gap_s > longest_s))

    def _cut(
        self, anew: bool, joined: FloatArray, gap_s: FloatArray, holes: NDArray[np.intp]
    ) -> list[Stretch]:
        stretches: list[Stretch] = []
        parts: list[FloatArray] = []
        marks: list[BoolArray] = []

        def close() -> None:
            nonlocal anew
            if parts:
                stretches.append(
                    _stretch(anew, np.concatenate(parts, axis=1), np.concatenate(marks))
                )
            parts.clear()
            marks.clear()
            anew = True

        # Without ``anew`` the first column is the last sample of the push before.
        start = 0 if anew else 1
        for hole in holes:
            if hole + 1 > start:
                parts.append(joined[:, start : hole + 1])
                marks.append(np.zeros(hole + 1 - start, bool))
            missing = max(1, round(float(gap_s[hole]) * self._fs_hz) - 1)
            self.count.holes += 1
            self.count.missing += missing
            if gap_s[hole] - 1.0 / self._fs_hz <= FILL_MAX_S + 1e-6:
                share = np.arange(1, missing + 1) / (missing + 1)
                left, right = joined[:, hole, None], joined[:, hole + 1, None]
                parts.append(left + share * (right - left))
                marks.append(np.ones(missing, bool))
                self.count.filled += missing
            else:
                close()
            start = hole + 1
        parts.append(joined[:, start:])
        marks.append(np.zeros(joined.shape[1] - start, bool))
        close()
        return stretches


def _stretch(anew: bool, rows: FloatArray, filled: BoolArray) -> Stretch:
    gyro = rows[4:] if len(rows) > 4 else None
    return Stretch(anew, rows[0], rows[1:4], gyro, filled)
