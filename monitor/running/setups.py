"""A graded session's setup, from the patient's record and what is wished for this one session."""

from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Final

from analysis.step import Placement
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.errors import UsageError
from monitor.gate.outcome import LOCKOUT_LEVELS
from monitor.limits import stage_limits
from monitor.people.casefile import Casefile
from monitor.people.conditions import Conditions
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.podchoices import PodChoice, judge_first
from monitor.programme.edits import edits_in_force, stage_after
from monitor.programme.model import Stage, StageKind
from monitor.programme.rules import Baseline
from monitor.setup import PodSetup, Purpose, SessionSetup, session_segments
from sensors.binding import PodBinding
from sensors.pods.cadence import CadenceMemory
from sensors.pods.registry import KINDS, pod_of_kind
from sensors.pods.rsc import Rsc
from sensors.pods.rsc_makes import CadenceUnit

RATES_HZ: Final = {
    kind: round(fs_hz) for kind in KINDS if (fs_hz := pod_of_kind(kind).abilities.fs_hz) is not None
}
"""Hz. What a pod with samples is asked for: its usual rate, above the 190 Hz that an impact needs
where it can."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished for one session; None: as the record has it.

    Attributes
    ----------
    pods : tuple of PodChoice
        The pods; empty: the one that the record has.
    placement : str or None
        ``foot`` or ``shank``.
    is_virtual : bool
        Whether the program plays the pod itself.
    supervised_by : str or None
        The clinician who is present.
    cadence : str or None
        What a step-counting pod's cadence counts: ``strides`` or ``steps``.
    """

    pods: tuple[PodChoice, ...] = ()
    placement: str | None = None
    is_virtual: bool = False
    supervised_by: str | None = None
    cadence: str | None = None


def session_conditions(patient: Patient, wish: Wish) -> Conditions:
    """Return with what the session is going to be done, as far as it is known before it.

    Raises
    ------
    UsageError
        Where pod or placement are none that the program knows.
    """
    kept = patient.conditions
    own = own_pod(patient, wish)
    judge = _pods(patient, wish)[0]
    pod = judge.kind or (kept.pod if own is None else own.kind) or next(iter(KINDS))
    placement = wish.placement or kept.placement or Placement.SHANK.value
    if placement not in {p.value for p in Placement}:
        places = " or ".join(p.value for p in Placement)
        raise UsageError(f"--placement {placement}: not known: use {places}")
    if own is not None and pod != own.kind:
        raise UsageError(
            f"--pod {pod}: {patient.name}'s own pod is {own.title}: a clinician binds another one "
            f"with stridegate patient pod {patient.name}"
        )
    address = judge.address
    if own is not None and address is not None and not own.has_address(address):
        raise UsageError(
            f"--address {address}: {patient.name}'s own pod is {own.title}: leave it out"
        )
    if wish.is_virtual and pod not in RATES_HZ:
        raise UsageError(f"--virtual: no {pod} is played: give --pod {' or '.join(RATES_HZ)}")
    if pod != kept.pod:
        kept = replace(kept, serial=None, firmware=None, full_scale_g=None, cadence=None)
    full_scale_g = kept.full_scale_g
    if full_scale_g is None:
        full_scale_g = pod_of_kind(pod, RATES_HZ.get(pod)).abilities.full_scale_g
    kinds = {pod, *(choice.kind for choice in wish.pods)}
    cadence = _cadence(wish, pod, counts=Rsc.kind in kinds) or kept.cadence
    return replace(kept, pod=pod, placement=placement, full_scale_g=full_scale_g, cadence=cadence)


def _cadence(wish: Wish, pod: str, *, counts: bool) -> CadenceMemory | None:
    if wish.cadence is None:
        return None
    units = {unit.name.lower(): unit for unit in CadenceUnit}
    if wish.cadence not in units:
        raise UsageError(f"--cadence {wish.cadence}: not known: use {' or '.join(units)}")
    if not counts:
        raise UsageError(f"--cadence {wish.cadence}: a {pod} counts nothing itself: leave it out")
    return CadenceMemory(units[wish.cadence], is_chosen=True)


def own_pod(patient: Patient, wish: Wish) -> PodBinding | None:
    """Return the pod that no other may stand in for; a virtual one is nobody's."""
    return None if wish.is_virtual else patient.own_pod


def _pods(patient: Patient, wish: Wish) -> tuple[PodChoice, ...]:
    """Return the pods of the session, that of the injured leg first."""
    return judge_first(wish.pods, patient.enrolment.side.value) or (PodChoice(),)


def _pod_setups(patient: Patient, wish: Wish, conditions: Conditions) -> tuple[PodSetup, ...]:
    assert conditions.pod is not None, "chosen before"
    assert conditions.placement is not None, "chosen before"
    pods: list[PodSetup] = []
    for choice in _pods(patient, wish):
        kind = choice.kind or conditions.pod
        pods.append(
            PodSetup(
                choice.slot,
                kind,
                RATES_HZ.get(kind),
                Placement(conditions.placement),
                wish.is_virtual,
                # It is the injured leg's, which comes first.
                bound=None if pods else own_pod(patient, wish),
                cadence=conditions.cadence if kind == Rsc.kind else None,
            )
        )
    return tuple(pods)


def stage_of(case: Casefile, outlook: Outlook) -> Stage:
    """Return the patient's stage with the clinician's edits in force."""
    assert outlook.decision.stage is not None, "who may run has a stage"
    assert outlook.entered_s is not None, "a stage was entered"
    stage = case.programme.stage(outlook.decision.stage)
    return stage_after(stage, edits_in_force(case.patient.edits, outlook.entered_s))


def own_baselines(patient: Patient, now: Conditions) -> OwnBaselines:
    """Return the accepted baselines as a session has them, with what makes them stale now."""
    found: dict[Baseline, AcceptedBaseline] = {}
    for which, accepted in patient.baselines.items():
        measured = accepted.conditions
        found[which] = AcceptedBaseline(
            accepted.median_g,
            accepted.cadence_spm,
            accepted.by,
            ", ".join(f"another {what}" for what in now.changed_since(measured)),
            measured.serial or "",
            measured.firmware or "",
            accepted.sides,
        )
    return OwnBaselines(found.get(Baseline.W0), found.get(Baseline.R0))


def graded_setup(
    case: Casefile, outlook: Outlook, wish: Wish, session_id: str, record_head: str = ""
) -> SessionSetup:
    """Return the setup of a patient's next session.

    Parameters
    ----------
    case : Casefile
        The patient.
    outlook : Outlook
        Now; the patient may run.
    wish : Wish
        For this session.
    session_id : str
        Its name.
    record_head : str
        ``COUNT:HASH`` of the record.

    Raises
    ------
    UsageError
        Where something is missing without which nothing is run: the sentence says what.
    """
    patient, programme = case.patient, case.programme
    stage = stage_of(case, outlook)
    _check_supervision(stage, wish, case)
    conditions = session_conditions(patient, wish)
    baselines = own_baselines(patient, conditions)
    limits = stage_limits(stage, baselines.for_limits, conditions.full_scale_g)
    if stage.kind is StageKind.RUN and limits.red_g is None:
        raise UsageError(
            f"stage {stage.id}: no accepted baseline gives it impact limits, and nobody runs "
            "without: a clinician accepts one with stridegate baseline"
        )
    risk = programme.site(patient.enrolment.site).risk
    return SessionSetup(
        purpose=Purpose.DEMO_PATIENT if patient.enrolment.is_demo else Purpose.PATIENT,
        patient=patient.name,
        programme=programme.id,
        programme_title=programme.title,
        programme_version=programme.version,
        programme_sha256=programme.sha256,
        is_draft=programme.is_draft,
        stage=stage.id,
        stage_title=stage.title,
        segments=session_segments(stage, outlook.decision.count),
        judged=stage.judged,
        limits=limits,
        stop_pain=LOCKOUT_LEVELS[risk].pain,
        pods=_pod_setups(patient, wish, conditions),
        software=version("stridegate"),
        session_id=session_id,
        contacts=stage.contacts,
        baselines=baselines,
        captures=stage.captures,
        run_cadence_spm=programme.run_cadence_spm,
        walk_cadence_spm=programme.walk_cadence_spm,
        record_head=record_head,
    )


def _check_supervision(stage: Stage, wish: Wish, case: Casefile) -> None:
    by = wish.supervised_by
    if by is not None and by not in case.clinic.clinicians:
        known_ids = ", ".join(case.clinic.clinicians) or "none is on record"
        raise UsageError(f"--supervised-by {by}: no clinician of that name: {known_ids}")
    if stage.is_supervised and by is None:
        raise UsageError(
            f"stage {stage.id} is run with a clinician present: name them with --supervised-by"
        )
