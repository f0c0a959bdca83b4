"""The patient's own baselines as a session has them: what, by whom accepted, whether current.

A baseline is a clinician's decision about a measurement. It is *current* until shoe, pod, firmware,
placement or surface class change; from then on it is stale, and what changed is kept with it.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.limits import Baselines, StageLimits
from monitor.programme.rules import Baseline, Judged
from monitor.sides import SidesBaseline
from sensors.samples import PodIdentity


@dataclass(frozen=True, slots=True)
class AcceptedBaseline:
    """One accepted baseline.

    Attributes
    ----------
    impact_g : float
        Median impact in g.
    cadence_spm : float or None
        Median cadence in steps per minute of both feet; None where it was not measured.
    accepted_by : str
        Who accepted it.
    stale_because : str
        What has changed since, in words; empty while it is current.
    pod_serial, pod_firmware : str or None
        Of the pod that measured it, an empty text where the pod did not say; None where the pod of
        the session is not held against it.
    sides : SidesBaseline or None
        Left against right with it; None where it was measured with one pod.
    """

    impact_g: float
    cadence_spm: float | None
    accepted_by: str
    stale_because: str = ""
    pod_serial: str | None = None
    pod_firmware: str | None = None
    sides: SidesBaseline | None = None

    @property
    def is_current(self) -> bool:
        """Whether nothing has changed since it was accepted."""
        return not self.stale_because

    def changed_pod(self, pod: PodIdentity) -> tuple[str, ...]:
        """Return what of a pod is not as it was when this was measured, in words."""
        now = {"pod": (self.pod_serial, pod.serial), "firmware": (self.pod_firmware, pod.firmware)}
        return tuple(word for word, (was, is_) in now.items() if was is not None and was != is_)


@dataclass(frozen=True, slots=True)
class OwnBaselines:
    """The baselines of one patient; None where none was accepted.

    Attributes
    ----------
    w0, r0 : AcceptedBaseline or None
        Of walking and running.
    """

    w0: AcceptedBaseline | None = None
    r0: AcceptedBaseline | None = None

    def of(self, which: Baseline) -> AcceptedBaseline | None:
        """Return a baseline, stale or not; None where none was accepted."""
        return self.w0 if which is Baseline.W0 else self.r0

    def is_current(self, which: Baseline) -> bool:
        """Whether a baseline was accepted and nothing has changed since."""
        accepted = self.of(which)
        return accepted is not None and accepted.is_current

    @property
    def current_r0_g(self) -> float | None:
        """R0 in g; None where there is none, or a stale one."""
        return self.r0.impact_g if self.r0 is not None and self.r0.is_current else None

    @property
    def for_limits(self) -> Baselines:
        """The numbers from which ``monitor.limits`` makes the limits of a stage."""
        w0, r0 = self.w0, self.r0
        return Baselines(
            w0_g=None if w0 is None else w0.impact_g,
            r0_g=None if r0 is None else r0.impact_g,
            w0_cadence_spm=None if w0 is None else w0.cadence_spm,
            r0_cadence_spm=None if r0 is None else r0.cadence_spm,
            is_stale=r0 is not None and not r0.is_current,
        )


def baseline_notice(baselines: OwnBaselines, judged: Judged | None, limits: StageLimits) -> str:
    """Return what a missing or stale baseline does to a session; empty where all is current.

    Parameters
    ----------
    baselines : OwnBaselines
        The patient's.
    judged : Judged or None
        Whose steps the stage is about.
    limits : StageLimits
        The limits in force.
    """
    if judged is Judged.RUN and baselines.current_r0_g is None:
        r0 = baselines.r0
        text = "No R0 yet" if r0 is None else f"R0 is stale ({r0.stale_because})"
        text += ": each run step counts 1 in the load"
        return f"{text}, and the limits go by W0" if limits.is_fallback else text
    w0 = baselines.w0
    if limits.baseline is Baseline.W0 and w0 is not None and not w0.is_current:
        return f"W0 is stale ({w0.stale_because}): the limits still go by it"
    return ""


def impossible_baselines(baselines: OwnBaselines) -> Iterator[str]:
    """Yield what no accepted baselines can be, one phrase each."""
    for which in Baseline:
        accepted = baselines.of(which)
        if accepted is None:
            continue
        if not 0.0 < accepted.impact_g < math.inf:
            yield f"baseline {which} is not above 0 g"
        if accepted.cadence_spm is not None and not 0.0 < accepted.cadence_spm < math.inf:
            yield f"baseline {which} has a cadence that is not above 0 steps/min"
        if accepted.sides is not None and not accepted.sides.is_possible:
            yield f"baseline {which} has a left and right that are not possible"
        if not accepted.accepted_by:
            yield f"baseline {which} was accepted by nobody"
        if not (accepted.accepted_by + accepted.stale_because).isprintable():
            yield f"baseline {which} holds control characters"
