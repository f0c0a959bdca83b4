"""The measurement of a baseline: what one session gives to it.

A baseline is accepted by a clinician from two sessions or more, never by a program. All that is
told here is derived from the session's steps, which a recording gives again at any time.
"""

from analysis.baseline import (
    BaselineKind,
    Refusal,
    SessionBaseline,
    propose_baseline,
    session_baseline,
)
from analysis.step import Step
from monitor.core import SessionCore
from monitor.programme.rules import Baseline


def baseline_steps(core: SessionCore) -> tuple[float, list[Step]]:
    """Return the start of a session and its judged steps: what ``propose_baseline`` asks for.

    Those that the wrong pod took, before left and right were swapped, are not among them.
    """
    steps = [step for step in core.judged.steps if step.t_ic_s >= core.foot.from_s]
    return core.plan.began_s or 0.0, steps


def captured(core: SessionCore) -> SessionBaseline | None:
    """Return what a session gives to the baseline of its stage; None where it measures none."""
    which = core.setup.captures
    return None if which is None else session_baseline(_kind(which), *baseline_steps(core))


def refused(core: SessionCore) -> str:
    """Return why a session's baseline is refused however many more are done; empty otherwise."""
    which = core.setup.captures
    if which is None:
        return ""
    proposal = propose_baseline(_kind(which), [baseline_steps(core)])
    pairs = zip(proposal.refusals, proposal.sentences, strict=True)
    return next((text for refusal, text in pairs if refusal is Refusal.CLIPPED), "")


def _kind(which: Baseline) -> BaselineKind:
    return BaselineKind(which.value)
