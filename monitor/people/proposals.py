"""A baseline put before a clinician: from which sessions, with which limits, or why not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.baseline import (
    RULES,
    BaselineKind,
    BaselineProposal,
    CapturedSteps,
    Refusal,
    propose_from,
)
from monitor.limits import MAX_FULL_SCALE_SHARE, Baselines, StageLimits, stage_limits
from monitor.people.baselines import AcceptedBaseline, AcceptedLimits
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.programme.edits import edits_in_force, stage_after
from monitor.programme.model import Programme, Stage
from monitor.programme.rules import Baseline
from monitor.sides import SidesBaseline, mean_sides

_NEEDED: Final = {
    "shoe": "--shoe",
    "placement": "--placement",
    "surface": "--surface",
    "full_scale_g": "--full-scale",
}
"""Conditions without which a baseline says nothing, and the options that give them."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a clinician is shown.

    Attributes
    ----------
    which : Baseline
        W0 or R0.
    sessions : tuple of str
        The sessions that it is made of.
    proposal : BaselineProposal
        The numbers, and why not.
    limits : tuple of (str, StageLimits)
        The limits that follow for the stages to come; empty where there is no number.
    capped_at_g : float or None
        Where limits are capped; None where none is.
    refusals : tuple of str
        A sentence each; empty where it may be accepted.
    sides : SidesBaseline or None
        Left against right in its sessions; None where one of them was without both pods.
    """

    which: Baseline
    sessions: tuple[str, ...]
    proposal: BaselineProposal
    limits: tuple[tuple[str, StageLimits], ...]
    capped_at_g: float | None
    refusals: tuple[str, ...]
    sides: SidesBaseline | None = None

    def accepted(self, patient: Patient, by: str, t_s: int) -> AcceptedBaseline:
        """Return the baseline as a clinician accepts it; there are no refusals."""
        impact_g = self.proposal.impact_g
        assert impact_g is not None
        assert not self.refusals
        return AcceptedBaseline(
            t_s=t_s,
            which=self.which,
            median_g=impact_g,
            iqr_g=self.proposal.iqr_g,
            steps=self.proposal.valid_steps,
            clipped_steps=self.proposal.clipped_steps,
            cadence_spm=self.proposal.cadence_spm,
            sessions=self.sessions,
            conditions=patient.conditions,
            limits={
                stage: AcceptedLimits(g.amber_g, g.red_g, g.single_g, g.is_capped)
                for stage, g in self.limits
            },
            capped_at_g=self.capped_at_g,
            by=by,
            sides=self.sides,
        )


def propose(patient: Patient, outlook: Outlook, programme: Programme, which: Baseline) -> Proposed:
    """Propose a baseline from the latest sessions that were done with what the patient wears now.

    As few of the latest sessions are taken as give a baseline, at least two.

    Parameters
    ----------
    patient, outlook, programme
        Of one patient.
    which : Baseline
        W0 or R0.
    """
    kind = BaselineKind(which.value)
    captured = [
        (session.id, session.measured.steps)
        for session in patient.sessions
        if session.measured is not None
        and session.measured.captures is which
        and session.measured.steps is not None
        and not patient.conditions.changed_since(session.measured.conditions)
    ]
    fewest = RULES[kind].min_sessions
    tries = [captured[-n:] for n in range(fewest, max(fewest, len(captured)) + 1)]
    proposals = [(part, propose_from(kind, [steps for _, steps in part])) for part in tries]
    # More sessions mend too few steps; otherwise the latest two tell what is wrong.
    part, proposal = next(
        (found for found in proposals if found[1].is_acceptable),
        proposals[-1] if Refusal.TOO_FEW_STEPS in proposals[0][1].refusals else proposals[0],
    )
    limits = _limits(patient, outlook, programme, which, proposal)
    scale_g = patient.conditions.full_scale_g
    is_capped = any(found.is_capped for _, found in limits)
    return Proposed(
        which,
        tuple(name for name, _ in part),
        proposal,
        limits,
        MAX_FULL_SCALE_SHARE * scale_g if is_capped and scale_g is not None else None,
        (*proposal.sentences, *_unknown(patient)),
        None if proposal.impact_g is None else _sides(patient, part),
    )


def _sides(patient: Patient, part: Sequence[tuple[str, CapturedSteps]]) -> SidesBaseline | None:
    measured = {session.id: session.measured for session in patient.sessions}
    found = [measured[name] for name, _ in part]
    return mean_sides([None if session is None else session.sides for session in found])


def stages_to_come(outlook: Outlook, programme: Programme) -> tuple[Stage, ...]:
    """Return the patient's stage and those after it; all of them before the first start."""
    ids = [stage.id for stage in programme.stages]
    stage = outlook.decision.stage
    return programme.stages[0 if stage is None else ids.index(stage) :]


def stage_in_force(patient: Patient, outlook: Outlook, stage: Stage) -> Stage:
    """Return a stage with the clinician's edits that hold for the next session on it.

    On the stage of now these are the edits from before the stay; a stage to come has all of them.
    """
    is_now = stage.id == outlook.decision.stage and outlook.entered_s is not None
    edits = edits_in_force(patient.edits, outlook.entered_s or 0) if is_now else patient.edits
    return stage_after(stage, edits)


def _limits(
    patient: Patient,
    outlook: Outlook,
    programme: Programme,
    which: Baseline,
    proposal: BaselineProposal,
) -> tuple[tuple[str, StageLimits], ...]:
    if proposal.impact_g is None:
        return ()
    baselines = _with(patient.in_force, which, proposal)
    return tuple(
        (stage.id, stage_limits(edited, baselines, patient.conditions.full_scale_g))
        for stage in stages_to_come(outlook, programme)
        if (edited := stage_in_force(patient, outlook, stage)).limits.impact is not None
        and edited.limits.impact.baseline is which
    )


def _with(now: Baselines, which: Baseline, proposal: BaselineProposal) -> Baselines:
    if which is Baseline.W0:
        return replace(now, w0_g=proposal.impact_g, w0_cadence_spm=proposal.cadence_spm)
    return replace(now, r0_g=proposal.impact_g, r0_cadence_spm=proposal.cadence_spm, is_stale=False)


def _unknown(patient: Patient) -> tuple[str, ...]:
    missing = [
        option for name, option in _NEEDED.items() if getattr(patient.conditions, name) is None
    ]
    if not missing:
        return ()
    options = ", ".join(missing)
    what = f"It is not known what the patient wears: give {options} with stridegate conditions."
    return (what,)
