"""The even pace of the samples, found behind stamps that are rounded to whole ticks."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from sensors.samples import FloatArray

SMOOTHING_S: Final = 1.0
"""Seconds over which stamps are averaged: rounding to 1 ms then moves samples by less than 0.1 ms
(design default)."""

MAX_RATE_ERROR: Final = 8.0
"""A measured rate that is further from the nominal one than this factor is no rate at all."""

MAX_PERIOD_DRIFT: Final = 0.1
"""Part of the measured period by which it may drift later on (design default)."""

GAP_PERIODS: Final = 1.5
"""Periods between two samples from which at least one is missing."""


def measured_pace(
    stamps_s: Sequence[float], counts: Sequence[int], tick_s: float, nominal_s: float
) -> tuple[float, float]:
    """Measure the sample period and the first sample's time from the first packets.

    Missing packets do no harm while some follow each other: a loss only ever makes a packet's own
    period longer, so the lower quartile tells where samples are missing. A line through all stamps
    by sample number then gives the period.

    Parameters
    ----------
    stamps_s : sequence of float
        Pod times of each packet's first sample, rising.
    counts : sequence of int
        Samples of each packet.
    tick_s : float
        Resolution of the stamps.
    nominal_s : float
        Period to fall back on.

    Returns
    -------
    float
        Period in pod seconds.
    float
        Pod time of the first sample.
    """
    steps_s = np.diff(np.asarray(stamps_s, dtype=np.float64))
    numbers = np.asarray(counts[:-1], dtype=np.float64)
    if len(steps_s) == 0:
        return nominal_s, stamps_s[0]
    typical_s = float(np.sort(steps_s / numbers)[(len(steps_s) - 1) // 4])
    # From the first sample of a packet to that of the next one, the last gap may be a longer one.
    without_gap = steps_s <= (numbers - 1.0 + GAP_PERIODS) * typical_s + tick_s
    period_s = float(steps_s[without_gap].sum() / numbers[without_gap].sum())
    if not nominal_s / MAX_RATE_ERROR <= period_s <= nominal_s * MAX_RATE_ERROR:
        return nominal_s, stamps_s[0]
    gaps_s = steps_s - numbers * period_s
    is_gap = gaps_s > stamp_tolerance_s(period_s, tick_s)
    missing = np.where(is_gap, np.rint(gaps_s / period_s), 0.0)
    index = np.concatenate([[0.0], np.cumsum(numbers + missing)])
    return _line(index, np.asarray(stamps_s, dtype=np.float64))


def stamp_tolerance_s(period_s: float, tick_s: float) -> float:
    """Return how far a stamp may be off its place before a sample counts as missing."""
    return max(0.5 * period_s, tick_s)


def _line(x: FloatArray, y: FloatArray) -> tuple[float, float]:
    dx, dy = x - x.mean(), y - y.mean()
    slope = float((dx * dy).sum() / (dx * dx).sum())
    return slope, float(y.mean() - slope * x.mean())


class Pace:
    """A second-order tracking filter (alpha-beta) over the packets' stamps.

    Parameters
    ----------
    period_s : float
        Measured sample period.
    start_s : float
        Pod time of the first sample.
    tick_s : float
        Resolution of the stamps.

    Attributes
    ----------
    period_s : float
        Pod seconds between two samples, as tracked.
    next_s : float
        Where the sample after the last one is expected.
    """

    def __init__(self, period_s: float, start_s: float, tick_s: float) -> None:
        self.period_s = period_s
        self.next_s = start_s
        self._tick_s = tick_s
        self._least_s = period_s * (1.0 - MAX_PERIOD_DRIFT)
        self._most_s = period_s * (1.0 + MAX_PERIOD_DRIFT)

    def missing(self, stamp_s: float) -> int:
        """Return how many samples are missing between the last one and a stamp."""
        gap_s = stamp_s - self.next_s
        if gap_s <= stamp_tolerance_s(self.period_s, self._tick_s):
            return 0
        return round(gap_s / self.period_s)

    def is_taken(self, stamp_s: float, count: int) -> bool:
        """Whether a packet lies, for the most part, where others already are."""
        tolerance_s = stamp_tolerance_s(self.period_s * count, self._tick_s)
        return stamp_s - self.next_s < -tolerance_s

    def place(self, stamp_s: float, missing: int, count: int) -> float:
        """Take the next packet in.

        Parameters
        ----------
        stamp_s : float
            Pod time of its first sample, as stamped.
        missing : int
            Samples that are missing before it.
        count : int
            Its samples.

        Returns
        -------
        float
            Pod time of its first sample, smoothed.
        """
        expected_s = self.next_s + missing * self.period_s
        error_s = stamp_s - expected_s
        steps = missing + count
        alpha = 1.0 - math.exp(-steps * self.period_s / SMOOTHING_S)
        beta = alpha * alpha / (2.0 - alpha)
        period_s = self.period_s + beta * error_s / steps
        self.period_s = min(max(period_s, self._least_s), self._most_s)
        # However far back a stamp lies, the samples stay in their order.
        shift_s = max(alpha * error_s, -0.5 * self.period_s)
        return self._start(expected_s + shift_s, count)

    def jump(self, stamp_s: float, count: int) -> float:
        """Take a packet in after a hole too long for the pace: its stamp is its time."""
        return self._start(stamp_s, count)

    def _start(self, start_s: float, count: int) -> float:
        self.next_s = start_s + count * self.period_s
        return start_s
