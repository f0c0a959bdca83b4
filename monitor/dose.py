"""The dose done: how long the patient ran or walked, and how many contacts were taken.

Time is told by the steps: who walks through a run segment has not run, and who runs through a walk
segment has. Where samples are missing nobody knows; there the plan's clock stands in for the steps,
as prescribed. That a hole says nothing about quality is for ``monitor.coverage`` to count.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from analysis.step import Gait, Step
from monitor.coverage import are_neighbours
from monitor.plan import Stretch
from monitor.programme.model import Segment

LOST_STEPS: Final = 1
"""Steps that may be missing between two of one bout: a single step that was not found does not
mean that the patient stood still. Design default."""

EDGE_S: Final = 3.0
"""s. Steps so near a hole are lost with it: the analysis wants about two strides of signal to find
a rhythm again. Design default."""

Span = tuple[float, float]


def gait_s(
    gait: Gait, steps: Sequence[Step], holes: Sequence[Span], stretches: Sequence[Stretch]
) -> float:
    """Return for how long a gait was done between the start and the end of the plan.

    Parameters
    ----------
    gait : Gait
        Running or walking.
    steps : sequence of Step
        The session's steps, in order.
    holes : sequence of (float, float)
        Where samples are missing, in session seconds: all of the time for a pod without samples.
    stretches : sequence of Stretch
        What was to be done when; empty before the start.

    Returns
    -------
    float
        Seconds. Time on hold counts where steps were taken in it: a step is a step.
    """
    if not stretches:
        return 0.0
    begin_s, end_s = stretches[0].begin_s, stretches[-1].end_s
    inside = [step for step in steps if begin_s <= step.t_ic_s < end_s]
    # Nothing is known from the start to the first step, and from the last step's stride to the end.
    known_s, done_s = begin_s, 0.0
    for before, step in pairwise([None, *inside, None]):
        until_s = end_s if step is None else step.t_ic_s
        if before is not None:
            is_bout = step is not None and are_neighbours(before, step, LOST_STEPS)
            known_s = until_s if is_bout else min(before.t_ic_s + (before.stride_s or 0.0), until_s)
            done_s += known_s - before.t_ic_s if before.gait is gait else 0.0
        done_s += _unseen_s(gait, (known_s, until_s), holes, stretches)
    return done_s


def planned_s(gait: Gait, segments: Sequence[Segment]) -> float:
    """Return how long a gait is prescribed, in seconds."""
    return sum(segment.duration_s for segment in segments if segment.gait is gait)


def _unseen_s(gait: Gait, span: Span, holes: Sequence[Span], stretches: Sequence[Stretch]) -> float:
    """Return for how long the gait was prescribed in those parts of a span that nobody saw."""
    unseen_s = 0.0
    seen_until_s = span[0]
    for low, high in sorted(holes):
        begin_s, end_s = max(low - EDGE_S, seen_until_s), min(high + EDGE_S, span[1])
        if low < span[1] and high > span[0] and end_s > begin_s:
            unseen_s += sum(s.common_s(begin_s, end_s) for s in stretches if s.gait is gait)
            seen_until_s = end_s
    return unseen_s
