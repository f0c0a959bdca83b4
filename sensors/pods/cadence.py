"""What the cadence of a step-counting pod counts: contacts of its own foot, or steps of both.

By the standard it is contacts of the pod's own foot (strides/min), and its stride length is that of
two steps. Makers differ: some send steps/min, some a step length. The rules here only suggest; a
make that is known, and above all the user's word, go first.
"""

from dataclasses import dataclass
from typing import Final

from sensors.pods.rsc_makes import CadenceUnit, make_of
from sensors.samples import StepFeatures, StepReport

MAX_STRIDES_PER_MIN: Final = 120
"""Below it, while running, a cadence is strides/min: nobody runs at 120 steps/min."""

MIN_STEPS_PER_MIN: Final = 130
"""From it on it is steps/min: 130 strides/min were 260 steps/min. Between the two it is open."""

MAX_WALK_STEPS_PER_MIN: Final = 150
"""Steps of both feet that no walker takes: race walkers do, and call it sport (design default)."""

MIN_RUN_SPEED_MPS: Final = 2.0
"""m/s. About here people change from walking to running (Hreljac 1993: 2.05 m/s)."""

RATIO_TOLERANCE: Final = 0.15
"""How far speed, stride length and cadence may disagree: each is rounded and averaged in its own
way (design default)."""

MIN_SPEED_MPS: Final = 0.5
"""Metres per second below which speed over stride length says nothing (design default)."""

CONFIRMATIONS: Final = 5
"""Reports in a row that have to agree before a decision is changed, about 5 s: one odd report must
not double or halve what is shown (design default)."""

STANDING_S: Final = 2.0
"""Seconds without contacts after which a cadence of 0 is one; before, it is not known."""


@dataclass(frozen=True, slots=True)
class CadenceMemory:
    """What was decided of a pod, for its next session.

    Attributes
    ----------
    unit : CadenceUnit
        What its cadence counts.
    pod : str
        Who it is, as ``PodIdentity.key`` says; empty: whichever pod comes.
    is_chosen : bool
        Whether the user said so; else it was learnt.
    """

    unit: CadenceUnit
    pod: str = ""
    is_chosen: bool = False

    def holds_for(self, pod: str) -> bool:
        """Whether it was decided of this pod."""
        return self.pod in ("", pod)


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


def suggested_unit(report: StepReport, *, tells_gait: bool = True) -> Suggestion:
    """Return what one report says about the unit of its cadence.

    Parameters
    ----------
    report : StepReport
        As decoded.
    tells_gait : bool
        Whether the pod tells walking from running: where it does not, its flag always says walking.

    Returns
    -------
    Suggestion
        From speed, stride length and cadence together where they are there and agree, else from
        the height of the cadence while running. What no foot can do goes before both.
    """
    cadence = report.cadence_per_min
    if cadence == 0:
        return Suggestion(None, "no contacts are counted")
    if cadence >= MIN_STEPS_PER_MIN:
        return Suggestion(CadenceUnit.STEPS, f"{cadence}/min is too fast for one foot")
    by_length = _by_stride_length(report)
    if by_length is not None and _is_too_fast_a_walk(report, by_length):
        # Steps with the length of a step agree as well as strides with that of a stride.
        if tells_gait:
            return Suggestion(CadenceUnit.STEPS, f"{cadence}/min is too fast for a walking foot")
        return Suggestion(None, f"{cadence}/min is a walk's steps, or a slow run's strides")
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


def _is_too_fast_a_walk(report: StepReport, suggestion: Suggestion) -> bool:
    is_walk = not report.is_running and report.speed_mps < MIN_RUN_SPEED_MPS
    steps_per_min = 2 * report.cadence_per_min
    is_strides = suggestion.unit is CadenceUnit.STRIDES
    return is_walk and is_strides and steps_per_min > MAX_WALK_STEPS_PER_MIN


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
    is_chosen, is_decided : bool
        Whether the user said so; whether anything else than the standard did.
    """

    def __init__(
        self, name: str = "", *, chosen: CadenceUnit | None = None, last: CadenceUnit | None = None
    ) -> None:
        make = make_of(name)
        known = None if make is None else make.cadence
        self.suggestion: Suggestion | None = None
        self.is_chosen = chosen is not None
        self._is_fixed = self.is_chosen or (
            make is not None and make.is_certain and known is not None
        )
        self.is_decided = self._is_fixed or last is not None
        self._against = 0
        self._tells_gait = True
        self._stepped_s: float | None = None
        if chosen is not None:
            self.unit, self.reason = chosen, "chosen by the user"
        elif known is not None and self._is_fixed:
            self.unit, self.reason = known, f"{name} is known to send {known}"
        elif last is not None:
            self.unit, self.reason = last, "as in the session before"
        elif known is not None:
            self.unit, self.reason = known, f"{name} is said to send {known}"
        else:
            self.unit, self.reason = CadenceUnit.STRIDES, "by the Bluetooth standard"

    def learn_features(self, features: StepFeatures) -> None:
        """Take in what the pod says it can."""
        self._tells_gait = features.tells_gait

    def steps_per_min(self, report: StepReport, t_s: float) -> int | None:
        """Return steps per minute of both feet; None where they are not known.

        Parameters
        ----------
        report : StepReport
            The next one.
        t_s : float
            Its arrival, in session seconds.

        Returns
        -------
        int or None
            0 only where the pod stands and counted nothing for ``STANDING_S``: some pods send a 0
            now and then between two steps, and one that moves and counts nothing has lost count.
        """
        self.suggestion = suggested_unit(report, tells_gait=self._tells_gait)
        self._learn(self.suggestion)
        if report.cadence_per_min == 0:
            has_stood = self._stepped_s is None or t_s - self._stepped_s >= STANDING_S
            return 0 if has_stood and report.speed_mps == 0.0 else None
        self._stepped_s = t_s
        return report.cadence_per_min * (2 if self.unit is CadenceUnit.STRIDES else 1)

    def _learn(self, suggestion: Suggestion) -> None:
        if self._is_fixed or suggestion.unit is None:
            return
        self._against = 0 if suggestion.unit is self.unit else self._against + 1
        if self.is_decided and 0 < self._against < CONFIRMATIONS:
            return
        self.unit, self.reason = suggestion.unit, suggestion.reason
        self.is_decided, self._against = True, 0
