"""How left and right were to each other with a baseline, and by what the two pods are known.

Both pods were worn in the sessions that a baseline was made of; otherwise there is none of it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

LEFT: Final = "left"
RIGHT: Final = "right"
CADENCE: Final = "cadence"
SLOT: Final = "pod"
"""Names of a session's pods: one at each leg, one that counts steps beside, or the only one."""

OTHER: Final = {LEFT: RIGHT, RIGHT: LEFT}

Axis = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SidesBaseline:
    """Left against right of one person.

    Attributes
    ----------
    impact_pct, contact_pct : float or None
        Symmetry indices of impact and contact time in per cent, above 0 where left is more; None
        where they were not measured.
    left_serial, right_serial : str
        Of the pods; empty where a pod did not say.
    left_axis, right_axis : tuple of 3 float, or None
        About which each pod swung, in its own frame; None for a pod without a gyroscope.
    """

    impact_pct: float | None
    contact_pct: float | None
    left_serial: str = ""
    right_serial: str = ""
    left_axis: Axis | None = None
    right_axis: Axis | None = None

    @property
    def is_possible(self) -> bool:
        """Whether these can be anybody's: an index lies within 200 % of 0."""
        pcts = (self.impact_pct, self.contact_pct)
        axes = (self.left_axis, self.right_axis)
        return (
            all(pct is None or abs(pct) <= 200.0 for pct in pcts)
            and all(axis is None or all(map(math.isfinite, axis)) for axis in axes)
            and (self.left_serial + self.right_serial).isprintable()
        )


def mean_sides(sessions: Sequence[SidesBaseline | None]) -> SidesBaseline | None:
    """Return what the sessions of a baseline come to; None where one was without both pods.

    Pods and axes are those of the last session.
    """
    known = [sides for sides in sessions if sides is not None]
    if not known or len(known) < len(sessions):
        return None
    last = known[-1]
    return SidesBaseline(
        _mean_pct([sides.impact_pct for sides in known]),
        _mean_pct([sides.contact_pct for sides in known]),
        last.left_serial,
        last.right_serial,
        last.left_axis,
        last.right_axis,
    )


def _mean_pct(pcts: Sequence[float | None]) -> float | None:
    known = [pct for pct in pcts if pct is not None]
    return fmean(known) if known and len(known) == len(pcts) else None
