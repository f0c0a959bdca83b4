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

    def push(
        self, t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None
    ) -> list[Stretch]:
        """Take the next samples.

        Parameters
        ----------
        t_s : ndarray, shape (n,)
            Sample times in seconds. A sample that is not later than every one before is dropped.
        acc_g : ndarray, shape (n, 3)
            Acceleration in g; a sample that is not finite, or not believable, counts as missing.
        gyro_dps : ndarray, shape (n, 3), or None
            Angular velocity.

        Returns
        -------
        list of Stretch
        """
        rows = np.empty((4 if gyro_dps is None else 7, len(t_s)))
        rows[0] = t_s
        rows[1:4] = acc_g.T
        if gyro_dps is not None:
            rows[4:] = gyro_dps.T
        last = self._last
        rows = self._good(rows)
        n = rows.shape[1]
        if n == 0:
            return []
        if self.first_t_s is None:
            self.first_t_s = float(rows[0, 0])
        self.count.samples += n
        self._last = rows[:, -1].copy()
        gap_s = rows[0, 1:] - rows[0, :-1]
        before = rows[:, :0]
        if last is not None and len(last) == len(rows):
            before = last[:, None]
            gap_s = np.concatenate((rows[0, :1] - last[0], gap_s))
        anew = not before.shape[1]
        longest_s = HOLE_PERIODS / self._fs_hz
        if not len(gap_s) or gap_s.max() <= longest_s:
            return [_stretch(anew, rows, np.zeros(n, bool))]
        joined = np.concatenate((before, rows), axis=1)
        return self._cut(anew, joined, gap_s, np.flatnonzero(gap_s > longest_s))

    def _good(self, rows: FloatArray) -> FloatArray:
        if rows.shape[1] == 0 or self._is_good(rows):
            return rows
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

    def _is_good(self, rows: FloatArray) -> bool:
        """Return whether nothing has to be dropped, the usual case."""
        if self._last is not None and rows[0, 0] <= self._last[0]:
            return False
        if not (np.abs(rows) <= LIMITS[: len(rows)]).all():
            return False
        return rows.shape[1] == 1 or bool((rows[0, 1:] > rows[0, :-1]).all())

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


def join(parts: list[Stretch]) -> Stretch:
    """Return consecutive parts of one stretch as one."""
    if len(parts) == 1:
        return parts[0]
    gyro = [p.gyro_dps for p in parts if p.gyro_dps is not None]
    return Stretch(
        parts[0].anew,
        np.concatenate([p.t_s for p in parts]),
        np.concatenate([p.acc_g for p in parts], axis=1),
        np.concatenate(gyro, axis=1) if gyro else None,
        np.concatenate([p.filled for p in parts]),
    )


def part(stretch: Stretch, start: int, stop: int) -> Stretch:
    """Return samples [start, stop) of a stretch."""
    gyro = stretch.gyro_dps
    return Stretch(
        stretch.anew,
        stretch.t_s[start:stop],
        stretch.acc_g[:, start:stop],
        None if gyro is None else gyro[:, start:stop],
        stretch.filled[start:stop],
    )
