"""A clinician's edit of the limits of one patient, applied to the stages that it names.

The programme stays as it was signed; an edit is a record beside it, see
``monitor.programme.editchecks`` for what may be written. It holds from the patient's next stage
on: within a stay on a stage all sessions are held against the same limits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.programme.model import Stage
from monitor.programme.rules import CadenceRule, Evidence, LimitRule
from monitor.programme.segments import Segment

IMPACT: Final = ("amber_ratio", "red_ratio")
CADENCE: Final = (
    "cadence_low_ratio",
    "cadence_target_ratio",
    "cadence_target_low_ratio",
    "cadence_target_high_ratio",
)
DOSE: Final = "dose_pct"
QUANTITIES: Final = (*IMPACT, *CADENCE, DOSE)
"""What an edit may change: fields of ``LimitEdit``."""

_FULL_PCT: Final = 100.0


@dataclass(frozen=True, slots=True)
class LimitEdit:
    """What a clinician changes for one patient; None keeps what was before.

    Attributes
    ----------
    t_s : int
        When, in seconds since 1970 in UTC.
    by, reason : str
        Who, and why.
    stages : tuple of str
        The stages that it is for.
    amber_ratio, red_ratio : float or None
        Impact limits, times the baseline that the stage's own limits are relative to. Those for a
        stale baseline stay as they are.
    cadence_low_ratio, cadence_target_ratio : float or None
        Below the first the patient is told; the second is aimed at; times the R0 cadence.
    cadence_target_low_ratio, cadence_target_high_ratio : float or None
        The band around the target, times the R0 cadence.
    dose_pct : float or None
        Of the programme's running (walking, contacts) in the stage, in per cent.
    """

    t_s: int
    by: str
    reason: str
    stages: tuple[str, ...]
    amber_ratio: float | None = None
    red_ratio: float | None = None
    cadence_low_ratio: float | None = None
    cadence_target_ratio: float | None = None
    cadence_target_low_ratio: float | None = None
    cadence_target_high_ratio: float | None = None
    dose_pct: float | None = None

    def given(self) -> dict[str, float]:
        """Return what is changed: quantity to value."""
        values = {name: getattr(self, name) for name in QUANTITIES}
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that an edit changes, with both values for the record.

    Attributes
    ----------
    stage, quantity : str
        Which; the quantity is one of ``QUANTITIES``.
    before, after : float
        As it stood, and as the clinician set it.
    """

    stage: str
    quantity: str
    before: float
    after: float


def edits_in_force(edits: Sequence[LimitEdit], entered_s: int) -> tuple[LimitEdit, ...]:
    """Return the edits that hold in a stay on a stage: those made before it began.

    Parameters
    ----------
    edits : sequence of LimitEdit
        The patient's, in the order in which they were made.
    entered_s : int
        When the patient came to the stage, in seconds since 1970 in UTC: the gate's
        ``Position.entered_s``.
    """
    return tuple(edit for edit in edits if edit.t_s <= entered_s)


def values_after(stage: Stage, edits: Sequence[LimitEdit]) -> dict[str, float]:
    """Return the values of a stage after edits; a quantity that it does not have is left out.

    Parameters
    ----------
    stage : Stage
        As the programme has it.
    edits : sequence of LimitEdit
        Of any stage, in the order in which they were made: of two for one quantity the later holds.
    """
    impact, cadence = stage.limits.impact, stage.limits.cadence
    values: dict[str, float] = {}
    if impact is not None:
        values |= {name: getattr(impact, name) for name in IMPACT}
    if cadence is not None:
        values |= {name: getattr(cadence, name.removeprefix("cadence_")) for name in CADENCE}
    if stage.has_sessions:
        values[DOSE] = _FULL_PCT
    for edit in _own(stage, edits):
        values |= {name: value for name, value in edit.given().items() if name in values}
    return values


def stage_after(stage: Stage, edits: Sequence[LimitEdit]) -> Stage:
    """Return a stage with its edits applied.

    Parameters
    ----------
    stage : Stage
        As the programme has it; a dose is a share of this one's.
    edits : sequence of LimitEdit
        Edits without faults, of any stage, in the order in which they were made.
    """
    values = values_after(stage, edits)
    limits = stage.limits
    impact, cadence = limits.impact, limits.cadence
    if impact is not None and (by := _editor(stage, edits, IMPACT)):
        impact = _impact(impact, values, by)
    if cadence is not None and (by := _editor(stage, edits, CADENCE)):
        cadence = _cadence(values, by)
    share = values.get(DOSE, _FULL_PCT) / _FULL_PCT
    return replace(
        stage,
        limits=replace(limits, impact=impact, cadence=cadence),
        plans=tuple(tuple(_dosed(s, stage, share) for s in plan) for plan in stage.plans),
        contacts=None if stage.contacts is None else round(stage.contacts * share),
    )


def changes(
    stages: Sequence[Stage], edits: Sequence[LimitEdit], edit: LimitEdit
) -> tuple[Change, ...]:
    """Return what an edit changes, with the value before and after each.

    Parameters
    ----------
    stages : sequence of Stage
        Of the patient's programme, as it has them.
    edits : sequence of LimitEdit
        The patient's earlier ones, in the order in which they were made.
    edit : LimitEdit
        The new one, without faults.
    """
    return tuple(
        Change(stage.id, name, before, edit.given()[name])
        for stage in stages
        if stage.id in edit.stages
        for name, before in values_after(stage, edits).items()
        if edit.given().get(name, before) != before
    )


def _own(stage: Stage, edits: Sequence[LimitEdit]) -> list[LimitEdit]:
    return [edit for edit in edits if stage.id in edit.stages]


def _editor(stage: Stage, edits: Sequence[LimitEdit], names: Sequence[str]) -> str | None:
    by = [edit.by for edit in _own(stage, edits) if not edit.given().keys().isdisjoint(names)]
    return by[-1] if by else None


def _impact(rule: LimitRule, values: Mapping[str, float], by: str) -> LimitRule:
    # Whatever the programme's number came from, this one came from a clinician.
    return replace(
        rule,
        amber_ratio=values["amber_ratio"],
        red_ratio=values["red_ratio"],
        evidence=Evidence.DESIGN,
        source=f"set by {by}",
    )


def _cadence(values: Mapping[str, float], by: str) -> CadenceRule:
    low, target, target_low, target_high = (values[name] for name in CADENCE)
    return CadenceRule(low, target, target_low, target_high, Evidence.DESIGN, f"set by {by}")


def _dosed(segment: Segment, stage: Stage, share: float) -> Segment:
    # Only what is the dose: a shorter break would make a session harder, not easier.
    if not stage.is_dose(segment):
        return segment
    return replace(segment, duration_s=segment.duration_s * share)
