"""What the cadence of a step-counting pod counts: contacts of its own foot, or steps of both.

By the standard it is contacts of the pod's own foot (strides/min), and its stride length is that of
two steps. Makers differ: some send steps/min, some a step length. The rules here only suggest; a
name that is known, and above all the user's word, go first.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sensors.samples import StepReport


class CadenceUnit(StrEnum):
    """What a pod counts per minute."""

    STRIDES = "strides/min"
    STEPS = "steps/min"


KNOWN_UNITS: Final = {"TICKR X": CadenceUnit.STEPS}
"""By the beginning of the advertised name. The TICKR X sends steps/min, against the standard."""

MAX_STRIDES_PER_MIN: Final = 120
"""Below it, while running, a cadence is strides/min: nobody runs at 120 steps/min."""

MIN_STEPS_PER_MIN: Final = 130
"""From it on it is steps/min: 130 strides/min were 260 steps/min. Between the two it is open."""

RATIO_TOLERANCE: Final = 0.15
"""How far speed, stride length and cadence may disagree: each is rounded and averaged in its own
way (design default)."""

MIN_SPEED_MPS: Final = 0.5
"""Metres per second below which speed over stride length says nothing (design default)."""

CONFIRMATIONS: Final = 5
"""Reports in a row that have to agree before a decision is changed, about 5 s: one odd report must
not double or halve what is shown (design default)."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What one report points to.

    Attributes
    ----------
    unit : CadenceUnit or None
        None where the report fits both.
    reason : str
        Why, for a person.
    """

    unit: CadenceUnit | None
    reason: str


def suggested_unit(report: StepReport) -> Suggestion:
    """Return what one report says about the unit of its cadence.

    Parameters
    ----------
    report : StepReport
        As decoded.

    Returns
    -------
    Suggestion
        From speed, stride length and cadence together where they are there and agree, else from
        the height of the cadence while running.
    """
    cadence = report.cadence_per_min
    if cadence == 0:
        return Suggestion(None, "no contacts are counted")
    if cadence >= MIN_STEPS_PER_MIN:
        return Suggestion(CadenceUnit.STEPS, f"{cadence}/min is too fast for one foot")
    by_length = _by_stride_length(report)
    if by_length is not None:
        return by_length
    if not report.is_running:
        return Suggestion(None, "walking cadences fit both units")
    if cadence < MAX_STRIDES_PER_MIN:
        return Suggestion(CadenceUnit.STRIDES, f"{cadence}/min is too slow for running steps")
    return Suggestion(None, f"{cadence}/min while running fits both units")


def _by_stride_length(report: StepReport) -> Suggestion | None:
    if not report.stride_length_m or report.speed_mps < MIN_SPEED_MPS:
        return None
    strides_per_min = 60.0 * report.speed_mps / report.stride_length_m
    for unit, ratio in ((CadenceUnit.STRIDES, 1.0), (CadenceUnit.STEPS, 2.0)):
        if abs(report.cadence_per_min / (ratio * strides_per_min) - 1.0) <= RATIO_TOLERANCE:
            reason = f"speed over stride length gives {strides_per_min:.0f} strides/min"
            return Suggestion(unit, reason)
    return None


class CadenceReader:
    """Turns one pod's reports into steps per minute of both feet.

    Parameters
    ----------
    name : str
        The advertised name: some makes are known.
    chosen : CadenceUnit or None
        What the user says: then nothing is guessed.
    last : CadenceUnit or None
        The decision of an earlier session with the same pod.

    Attributes
    ----------
    unit : CadenceUnit
        In force: the user's word, the known make, the last decision, or the standard.
    reason : str
        Why it is in force.
    suggestion : Suggestion or None
        What the last report points to, whether or not it is followed.
    """

    def __init__(
        self, name: str = "", *, chosen: CadenceUnit | None = None, last: CadenceUnit | None = None
    ) -> None:
        known = next((u for start, u in KNOWN_UNITS.items() if name.startswith(start)), None)
        self.suggestion: Suggestion | None = None
        self._is_fixed = chosen is not None or known is not None
        self._is_decided = last is not None
        self._against = 0
        if chosen is not None:
            self.unit, self.reason = chosen, "chosen by the user"
        elif known is not None:
            self.unit, self.reason = known, f"{name} is known to send {known}"
        elif last is not None:
            self.unit, self.reason = last, "as in the session before"
        else:
            self.unit, self.reason = CadenceUnit.STRIDES, "by the Bluetooth standard"

    def steps_per_min(self, report: StepReport) -> int | None:
        """Return steps per minute of both feet; None where the pod moves and counts nothing."""
        self.suggestion = suggested_unit(report)
        self._learn(self.suggestion)
        if report.cadence_per_min == 0 and report.speed_mps > 0.0:
            return None
        return report.cadence_per_min * (2 if self.unit is CadenceUnit.STRIDES else 1)

    def _learn(self, suggestion: Suggestion) -> None:
        if self._is_fixed or suggestion.unit is None:
            return
        self._against = 0 if suggestion.unit is self.unit else self._against + 1
        if self._is_decided and 0 < self._against < CONFIRMATIONS:
            return
        self.unit, self.reason = suggestion.unit, suggestion.reason
        self._is_decided, self._against = True, 0
