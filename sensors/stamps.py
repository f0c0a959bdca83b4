"""The time base of a table of samples whose rows carry times: slots, arrivals, repeats and holes.

Two kinds of files exist. A pod that stamps its samples gives times on a grid of slots, and a step
of three slots is two lost samples: such times are kept. A program that stamps rows as they arrive
gives times that say more about the radio than about the foot: such rows are placed by their number,
at the rate that fits best.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sensors.samples import FloatArray

OFF_GRID_SLOTS: Final = 0.25
"""A step further than this from a whole number of slots is off the grid. Halfway between the grid
and the middle of two slots (design default)."""

ARRIVAL_SHARE: Final = 0.10
"""Share of steps off the grid from which stamps are taken as arrivals (design default). Rounding to
milliseconds moves no single step that far at rates up to 250 Hz; steps with no relation to the grid
are off it half of the time."""

LONGEST_ARRIVAL_S: Final = 0.5
"""A later arrival is a hole, not jitter: the bound of the reordering window (design default)."""

HOLE_STEPS: Final = 5
"""A hole among arrivals is also longer than this many usual steps, for pods that send rarely."""

LOWEST_RATE_HZ: Final = 1.0
HIGHEST_RATE_HZ: Final = 10_000.0
"""Rates outside are a wrong unit of time, not a pod (design default)."""


@dataclass(frozen=True, slots=True, eq=False)
class TimeBase:
    """When the rows of a table were sampled.

    Attributes
    ----------
    kept : ndarray of bool, shape (n_rows,)
        The rows that stay.
    t_s : ndarray, shape (n_kept,)
        Their times, strictly rising.
    fs_hz : float
        Nominal sampling rate.
    missing_slots : int
        Slots without a row.
    duplicates, backwards : int
        Rows dropped because their time repeats the latest, or lies before it.
    is_restamped : bool
        The times are fitted to arrivals, not taken from the rows.
    """

    kept: NDArray[np.bool_]
    t_s: FloatArray
    fs_hz: float
    missing_slots: int
    duplicates: int
    backwards: int
    is_restamped: bool


def time_base(stamps_s: FloatArray, values: FloatArray) -> TimeBase:
    """Decide what the stamps of a table mean, and give each row its time.

    Parameters
    ----------
    stamps_s : ndarray, shape (n,)
        Finite times in the order of the rows.
    values : ndarray, shape (n, k)
        The measured values: rows with one stamp and equal values are repeats, rows with one stamp
        and other values came in one packet.

    Returns
    -------
    TimeBase

    Raises
    ------
    ValueError
        The times do not advance, or at a rate that no pod has, or are too large to tell apart.
    """
    latest = np.maximum.accumulate(stamps_s)
    before = np.concatenate(([-np.inf], latest[:-1]))
    is_backwards = stamps_s < before
    is_shared = stamps_s == before
    holder = np.maximum.accumulate(np.where(stamps_s > before, np.arange(len(stamps_s)), 0))
    is_repeat = is_shared & np.all(values == values[holder], axis=1)

    candidates = ~is_backwards & ~is_repeat
    steps = np.diff(stamps_s[candidates])
    if not np.any(steps > 0):
        raise ValueError("its times do not advance")
    period = _slot(steps)
    # A slot shorter than any pod's is refused below, where it is one: here it must not overflow.
    lengths = steps / max(period, 1 / HIGHEST_RATE_HZ)
    is_off = np.abs(lengths - np.maximum(np.rint(lengths), 1)) > OFF_GRID_SLOTS
    if np.mean(is_off) > ARRIVAL_SHARE:
        t_s, period, missing = _fitted(stamps_s[candidates], steps)
        kept, is_restamped = candidates, True
        if not np.all(np.diff(t_s) > 0):
            raise ValueError("its times are too far from zero to tell one row from the next")
    else:
        kept, is_restamped = ~is_backwards & ~is_shared, False
        t_s = stamps_s[kept]
        missing = _holes(np.diff(t_s), period)
    return TimeBase(
        kept=kept,
        t_s=t_s,
        fs_hz=_plausible_rate(period),
        missing_slots=missing,
        duplicates=int(np.count_nonzero(~is_backwards & ~kept)),
        backwards=int(np.count_nonzero(is_backwards)),
        is_restamped=is_restamped,
    )


def _slot(steps: FloatArray) -> float:
    """Return the length of one slot: the median step, or the mean where rounding moved the median.

    Times at 208 Hz in whole milliseconds step by 5, 5, 5, 5, 4 ms: the median says 200 Hz.
    """
    positive = steps[steps > 0]
    median = float(np.median(positive))
    mean = float(np.mean(positive[positive <= 1.5 * median]))
    return mean if abs(mean - median) > 0.01 * median else median


def _holes(steps: FloatArray, period_s: float) -> int:
    _plausible_rate(period_s)
    return int(np.sum(np.maximum(np.rint(steps / period_s) - 1, 0)))


def _plausible_rate(period_s: float) -> float:
    # A step of 0.01 s is the difference of two times, and misses 100 Hz in the twelfth figure.
    rate_hz = round(1 / period_s, 6) if period_s > 0 else math.inf
    if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
        raise ValueError(f"its times give a rate of {rate_hz:.3g} Hz")
    return rate_hz


def _fitted(arrivals_s: FloatArray, steps: FloatArray) -> tuple[FloatArray, float, int]:
    """Place rows by their number: one rate for the file, one start after each hole."""
    longest = max(LONGEST_ARRIVAL_S, HOLE_STEPS * float(np.median(steps[steps > 0])))
    starts = np.concatenate(([0], np.flatnonzero(steps > longest) + 1))
    lengths = np.diff(np.append(starts, len(arrivals_s)))
    number = np.arange(len(arrivals_s), dtype=np.float64)
    number -= np.repeat(np.add.reduceat(number, starts) / lengths, lengths)
    middle = np.add.reduceat(arrivals_s, starts) / lengths
    delay = arrivals_s - np.repeat(middle, lengths)
    period = float(np.dot(number, delay) / np.dot(number, number))
    _plausible_rate(period)
    first = middle - (lengths - 1) / 2 * period
    # Where a part would start before the last one ended, it follows on at once.
    for part in range(1, len(starts)):
        first[part] = max(first[part], first[part - 1] + lengths[part - 1] * period)
    gaps = np.diff(first) - (lengths[:-1] - 1) * period
    within = np.arange(len(arrivals_s)) - np.repeat(starts, lengths)
    return np.repeat(first, lengths) + within * period, period, _holes(gaps, period)
