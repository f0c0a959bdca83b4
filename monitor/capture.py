"""The measurement of a baseline: what one session gives, and what is put before a clinician.

A baseline is accepted by a clinician from two sessions or more, never by a program. All that is
shown here is derived from the sessions' steps, which a recording gives again at any time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.baseline import (
    BaselineKind,
    BaselineProposal,
    Refusal,
    SessionBaseline,
    propose_baseline,
    session_baseline,
)
from analysis.step import Step
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.core import SessionCore
from monitor.limits import MAX_FULL_SCALE_SHARE, StageLimits, stage_limits
from monitor.programme.model import Programme
from monitor.programme.rules import Baseline
from monitor.text import known


@dataclass(frozen=True, slots=True)
class Offer:
    """A baseline as it is put before a clinician, with the limits that it would lead to.

    Attributes
    ----------
    proposal : BaselineProposal
        The measurement, or why there is none yet.
    capped : tuple of (str, StageLimits)
        The stages whose limits would stand at the top of the accelerometer's scale, in order: they
        are accepted together with the baseline, not when the patient stands ready.
    """

    proposal: BaselineProposal
    capped: tuple[tuple[str, StageLimits], ...]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the clinician has to know: each refusal, or each capped stage, in one line."""
        return (*self.proposal.sentences, *(_capped_sentence(*pair) for pair in self.capped))


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


def offer(
    programme: Programme,
    which: Baseline,
    sessions: Sequence[SessionCore],
    baselines: OwnBaselines,
    full_scale_g: float | None,
) -> Offer:
    """Return what a clinician is asked to accept.

    Parameters
    ----------
    programme : Programme
        Its ratios make the limits.
    which : Baseline
        W0 or R0.
    sessions : sequence of SessionCore
        Sessions that measured it, over; same shoe, mount and surface is for the caller to see to.
    baselines : OwnBaselines
        The patient's so far.
    full_scale_g : float or None
        Full scale of the pod in g; None where it is not known, and nothing can be capped.
    """
    proposal = propose_baseline(_kind(which), [baseline_steps(core) for core in sessions])
    if proposal.impact_g is None:
        return Offer(proposal, ())
    # As if it were accepted: by whom is not known before somebody has.
    new = AcceptedBaseline(proposal.impact_g, proposal.cadence_spm, accepted_by="")
    with_it = (
        OwnBaselines(new, baselines.r0) if which is Baseline.W0 else OwnBaselines(baselines.w0, new)
    )
    limits = [
        (stage.id, stage_limits(stage, with_it.for_limits, full_scale_g))
        for stage in programme.stages
    ]
    return Offer(
        proposal, tuple((id_, x) for id_, x in limits if x.baseline is which and x.is_capped)
    )


def _kind(which: Baseline) -> BaselineKind:
    return BaselineKind(which.value)


def _capped_sentence(stage_id: str, limits: StageLimits) -> str:
    limit_g = {
        "amber": limits.amber_g if limits.amber_is_capped else None,
        "red": limits.red_g if limits.red_is_capped else None,
        "single step": limits.single_g if limits.single_is_capped else None,
    }
    capped = {name: known(g, 1) for name, g in limit_g.items() if g is not None}
    return (
        f"{stage_id}: the limit {', '.join(capped)} would be beyond the pod's scale: it stands at "
        f"{max(capped.values())} g, {100 * MAX_FULL_SCALE_SHARE:.0f} % of the scale."
    )
