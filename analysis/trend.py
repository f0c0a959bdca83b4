"""Loading as a trend within one person: how much harder these steps are than earlier ones.

The index is the mean impact of at least 30 run steps relative to that of a reference of the same
person, pod and placement, with a 95 % interval. It is **not a force**: from one accelerometer the
loading rate of an unknown person cannot be told better than by guessing the mean of others, for
single steps or between people (Kiernan 2023 found the same in 74 runners). Where it cannot be told,
there is no number but a reason. The interval holds the chance in these steps; pace, shoe and ground
shift the index too, so compare like with like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.impact import MIN_RATE_HZ
from analysis.step import Gait, Step

FloatArray = NDArray[np.float64]

MIN_STEPS: Final = 30
"""Steps of a window, and of its reference: single steps scatter too much to be compared
(a runner's loading rate by 6-9 body weights a second from stride to stride)."""

MAX_CLIPPED_PCT: Final = 0.0
"""Share of clipped steps that a trend bears. None: the hard steps are the ones that would be lost,
so the mean of the others says that nothing has changed when it has (design default)."""

MAX_UNMEASURED_PCT: Final = 50.0
"""Share of the window's run steps without an impact. With more, those measured need not be like
the others (design default)."""

CONFIDENCE: Final = 0.95
"""Of the interval."""

MAX_LAG_CORRELATION: Final = 0.9
"""Correlation of neighbouring steps is counted up to this: 30 steps of a drifting pace tell less
than 30 steps drawn alone. Beyond it, an interval would have no end."""

NOTE: Final = "within-person trend of impact, not a force"
"""Belongs beside every index, on a screen as in a report."""


class NoTrend(StrEnum):
    """Why there is no trend."""

    RATE = "rate"
    """The sampling is below 190 Hz: the peaks are cut between samples."""
    CLIPPED = "clipped"
    """Steps reached the full scale: their impact is not known."""
    TOO_FEW = "too_few_steps"
    """Fewer than 30 measured run steps, in the window or in the reference."""
    UNMEASURED = "unmeasured"
    """Most run steps lie in holes."""


@dataclass(frozen=True, slots=True)
class Trend:
    """A loading index with its uncertainty, or the reason why there is none.

    Attributes
    ----------
    index : float or None
        Geometric mean of the window's impacts over that of the reference: 1.0 is no change.
    low, high : float or None
        95 % interval of the index.
    steps, reference_steps : int
        Measured run steps behind the two means.
    reason : NoTrend or None
        Why there is no index.
    note : str
        What the index is not.
    """

    index: float | None
    low: float | None
    high: float | None
    steps: int
    reference_steps: int
    reason: NoTrend | None
    note: str = NOTE

    @property
    def is_changed(self) -> bool | None:
        """Whether the interval leaves out 1; None without an index."""
        if self.low is None or self.high is None:
            return None
        return not self.low <= 1.0 <= self.high


def loading_trend(window: Sequence[Step], reference: Sequence[Step], fs_hz: float) -> Trend:
    """Compare a window of steps with a reference of the same person.

    Parameters
    ----------
    window, reference : sequence of Step
        In order of time; walk steps are left out.
    fs_hz : float
        Sampling rate in Hz that both were taken at.

    Returns
    -------
    Trend
    """
    runs = [step for step in window if step.gait is Gait.RUN]
    base = [step for step in reference if step.gait is Gait.RUN]
    now, before = _log_impacts(runs), _log_impacts(base)
    reason = _reason(runs, base, len(now), len(before), fs_hz)
    if reason is not None:
        return Trend(None, None, None, len(now), len(before), reason)
    # Ratios are compared as differences of logarithms: a rise and a fall by the same factor weigh
    # the same, and impacts are skewed to the right.
    change = float(now.mean() - before.mean())
    variances = [_variance_of_mean(x) for x in (now, before)]
    degrees = _degrees_of_freedom(variances)
    margin = float(scipy.special.stdtrit(degrees, 0.5 + CONFIDENCE / 2.0)) * sqrt(
        sum(variance for variance, _ in variances)
    )
    return Trend(
        index=exp(change),
        low=exp(change - margin),
        high=exp(change + margin),
        steps=len(now),
        reference_steps=len(before),
        reason=None,
    )


def _log_impacts(steps: Sequence[Step]) -> FloatArray:
    return np.array([log(s.impact_g) for s in steps if s.impact_g is not None and s.impact_g > 0.0])


def _reason(
    runs: Sequence[Step], base: Sequence[Step], now: int, before: int, fs_hz: float
) -> NoTrend | None:
    if not fs_hz >= MIN_RATE_HZ:
        return NoTrend.RATE
    if any(_pct(part, "clipped") > MAX_CLIPPED_PCT for part in (runs, base)):
        return NoTrend.CLIPPED
    if any(_pct(part, "unmeasured") > MAX_UNMEASURED_PCT for part in (runs, base)):
        return NoTrend.UNMEASURED
    return NoTrend.TOO_FEW if min(now, before) < MIN_STEPS else None


def _pct(steps: Sequence[Step], what: str) -> float:
    if not steps:
        return 0.0
    hits = sum(s.is_clipped if what == "clipped" else not s.is_valid for s in steps)
    return 100.0 * hits / len(steps)


def _variance_of_mean(x: FloatArray) -> tuple[float, float]:
    """Return the variance of the mean of correlated values, and how many free ones they are worth.

    Neighbouring steps are taken as a first-order autoregression of the measured correlation.
    """
    deviation = x - x.mean()
    square = float(deviation @ deviation)
    if square == 0.0:
        return 0.0, float(len(x))
    correlation = float(deviation[1:] @ deviation[:-1]) / square
    correlation = min(max(correlation, 0.0), MAX_LAG_CORRELATION)
    effective = max(2.0, len(x) * (1.0 - correlation) / (1.0 + correlation))
    return square / (len(x) - 1) / effective, effective


def _degrees_of_freedom(parts: Sequence[tuple[float, float]]) -> float:
    """Return Welch's degrees of freedom of a difference of two means."""
    total = sum(variance for variance, _ in parts)
    if total == 0.0:
        return float("inf")
    return total**2 / sum(variance**2 / (count - 1.0) for variance, count in parts)
