"""What a step counter's cadence counts: strides of one foot, as the standard says, or steps of both.

The standard counts contacts of the pod's own foot. Some vendors send steps of both feet, and a
cadence that is half or double is worse than none. So the convention is decided from the data, kept
while they say nothing, and the reason is told; a person may overrule it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sensors.samples import StepReport


class Convention(StrEnum):
    """What the cadence field counts."""

    STRIDES = "strides"
    STEPS = "steps"


QUIRKS: Final[dict[str, Convention]] = {
    # OpenTracks halves this sensor's value by its name.
    "TICKR": Convention.STEPS,
}
"""Name prefixes of sensors that are known to count otherwise than the standard."""

RATIO_TOLERANCE: Final = 0.15
"""Relative. How well speed / stride length has to fit the cadence, or half of it, to decide; the
two candidates are a factor of 2 apart (design default)."""

MAX_STRIDES_PER_MIN: Final = 120
"""1/min. Nobody runs with more strides: 240 steps/min (design default)."""

MIN_STEPS_PER_MIN: Final = 130
"""1/min. A runner's steps are above it; from 120 to 130 the number alone says nothing."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A cadence and how its convention was decided.

    Attributes
    ----------
    cadence_spm : float
        Steps per minute of both feet.
    convention : Convention
        What the raw number was taken for.
    reason : str
        Why, for a person.
    """

    cadence_spm: float
    convention: Convention
    reason: str


class RscCadence:
    """The convention of one pod, learnt from its reports.

    Parameters
    ----------
    name : str
        The advertised name; empty where it is not known.
    override : Convention or None
        A person's word; nothing is learnt then.
    """

    def __init__(self, name: str = "", override: Convention | None = None) -> None:
        known = next((c for prefix, c in QUIRKS.items() if name.startswith(prefix)), None)
        self._is_fixed = override is not None or known is not None
        self._convention = override or known or Convention.STRIDES
        self._reason = "as the standard says"
        if override is not None:
            self._reason = "as set by hand"
        elif known is not None:
            self._reason = "this model is known for it"

    def read(self, report: StepReport) -> Reading:
        """Return a report's cadence in steps per minute of both feet."""
        if not self._is_fixed:
            self._learn(report)
        factor = 1.0 if self._convention is Convention.STEPS else 2.0
        return Reading(factor * report.cadence_per_min, self._convention, self._reason)

    def _learn(self, report: StepReport) -> None:
        raw, stride_m = report.cadence_per_min, report.stride_length_m
        if raw == 0:
            return
        if stride_m is not None and stride_m > 0.0 and report.speed_mps > 0.0:
            ratio = raw / (60.0 * report.speed_mps / stride_m)
            for expected, convention in ((1.0, Convention.STRIDES), (2.0, Convention.STEPS)):
                if abs(ratio / expected - 1.0) <= RATIO_TOLERANCE:
                    self._convention = convention
                    self._reason = "speed and stride length fit"
                    return
        if not report.is_running:
            return
        if raw < MAX_STRIDES_PER_MIN:
            self._convention = Convention.STRIDES
            self._reason = f"{raw} is too low for the steps of a run"
        elif raw >= MIN_STEPS_PER_MIN:
            self._convention = Convention.STEPS
            self._reason = f"{raw} is too high for the strides of one foot"
