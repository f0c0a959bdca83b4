"""What the gyroscope alone says of a foot's labels: a second witness that knows no step detector.

Between two rests of the foot lies one swing. Where labels and swings disagree, the label is at
fault: a foot that turns at 300 degrees per second has not landed, and one that rests has landed
before. Nothing here is used by the analysis, nor fitted to what it finds.
"""

from itertools import pairwise

import numpy as np
from scipy.ndimage import uniform_filter1d
from shared_recordings import EventScore, FloatArray, Recording, matches

SMOOTH_S = 0.04
RESTING_DPS = 50.0
"""Below this a foot stands (after smoothing): a walker's stance shows 5-30."""
REST_S = 0.08
"""Shortest rest: half of a quick walker's flat-foot time."""
SWING_DPS = 150.0
"""A swing reaches this; the slowest labelled step of these recordings shows 103, most 300-600."""
LONGEST_SWING_S = 2.0
ROLL_S = 0.10
"""From initial contact to rest: the fall of the forefoot."""
WITHIN_S = 0.20
"""How near a contact must lie to the end of a swing: the roll varies from step to step."""

SWINGING_DPS = 250.0
STANDING_DPS = 50.0
"""A label is impossible where the foot turns faster than the first in the 0.12-0.22 s after it, or
slower than the second in the 0.20-0.05 s before: it is in swing, or has not swung."""

STRIDES = 5
SHORTER = 0.91
"""A recording is torn where, over so many strides, those of the signal are this much shorter than
those of the labels: samples were lost without a gap in the times, the labels kept real time."""
ALONE_S = 0.5
LABELS_ALONE = 2
"""Or where at least so many labels have no movement within this time."""


def swings(rec: Recording) -> FloatArray:
    """Return starts and ends of the swings in seconds, shape (n, 2)."""
    assert rec.gyro_dps is not None
    turning = uniform_filter1d(
        np.linalg.norm(rec.gyro_dps, axis=1), max(1, round(SMOOTH_S * rec.fs_hz))
    )
    edges = np.flatnonzero(np.diff(np.r_[0, (turning < RESTING_DPS).astype(int), 0]))
    rests = [
        (a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= REST_S * rec.fs_hz
    ]
    found = [
        (rec.t_s[lift], rec.t_s[down])
        for (_, lift), (down, _) in pairwise(rests)
        if turning[lift:down].max() >= SWING_DPS
        and rec.t_s[down] - rec.t_s[lift] <= LONGEST_SWING_S
    ]
    return np.array(found).reshape(-1, 2)


def against_swings(rec: Recording, times_s: FloatArray) -> EventScore:
    """Score contacts against the ends of the swings, within the time that the truth covers."""
    ends = swings(rec)[:, 1] - ROLL_S
    first, last = rec.truth[0, 0] - 0.3, rec.truth[-1, 0] + 0.3
    ends = ends[(ends > first) & (ends < last)]
    times_s = times_s[(times_s > first) & (times_s < last)]
    return EventScore(len(times_s), len(ends), len(matches(times_s, ends, WITHIN_S)))


def impossible_labels(rec: Recording) -> list[int]:
    """Return the labels that the gyroscope contradicts."""
    if rec.gyro_dps is None:
        return []
    turning = np.linalg.norm(rec.gyro_dps, axis=1)

    def mean_dps(low_s: float, high_s: float) -> float:
        part = turning[np.searchsorted(rec.t_s, low_s) : np.searchsorted(rec.t_s, high_s)]
        return float(part.mean()) if len(part) else float("nan")

    return [
        j
        for j, t in enumerate(rec.truth[:, 0])
        if mean_dps(t + 0.12, t + 0.22) > SWINGING_DPS
        or mean_dps(t - 0.20, t - 0.05) < STANDING_DPS
    ]


def is_torn(rec: Recording) -> bool:
    """Return whether the signal has lost time against its labels."""
    return _shortest_share(rec) < SHORTER or _labels_alone(rec) >= LABELS_ALONE


def _shortest_share(rec: Recording) -> float:
    """Return the least ratio of the signal's strides to the labels'."""
    ends, labels = swings(rec)[:, 1], rec.truth[:, 0]
    least = 1.0
    for k in range(len(labels) - STRIDES):
        labelled = np.diff(labels[k : k + STRIDES + 1])
        near = ends[(ends > labels[k] - 0.4) & (ends < labels[k + STRIDES] + 0.4)]
        seen = np.diff(near)
        seen = seen[(seen > 0.4) & (seen < 1.7)]
        if labelled.max() < 1.7 and len(seen) >= STRIDES - 1:
            least = min(least, float(np.median(seen) / np.median(labelled)))
    return least


def _labels_alone(rec: Recording) -> int:
    assert rec.gyro_dps is not None
    turning = np.linalg.norm(rec.gyro_dps, axis=1)
    moving = rec.t_s[turning > RESTING_DPS]
    return sum(not np.any(np.abs(moving - label) <= ALONE_S) for label in rec.truth[:, 0])
