"""The clinician's list: who waits for a clinician first, then who waits, then who may go on."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.gate.decision import Status
from monitor.gate.reasons import Reason
from monitor.gate.words import SENTENCES
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.people.proposals import Proposed
from monitor.people.unclosed import UNCLOSED
from monitor.programme.rules import Baseline
from monitor.text import NOT_KNOWN

_ORDER: Final = (
    Status.LOCKED,
    Status.NEEDS_SIGNOFF,
    Status.WAIT,
    Status.READY,
    Status.DISCHARGED,
)
"""What a clinician has to look at stands first."""


class Duty(StrEnum):
    """What a clinician can do about a patient now; each is one key."""

    START = "start"
    UNLOCK = "unlock"
    SIGN = "sign off"
    BASELINE = "accept baseline"
    NONE = ""


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient of the list.

    Attributes
    ----------
    name, stage : str
        Pseudonym and stage; a dash before the first start.
    status : Status
        The gate's.
    duty : Duty
        What waits for a clinician.
    why : str
        The first reason in a sentence; empty where there is none.
    """

    name: str
    stage: str
    status: Status
    duty: Duty
    why: str


def rank(patient: Patient, outlook: Outlook) -> tuple[int, bool, str]:
    """Return the place of a patient in the list, to sort by."""
    decision = outlook.decision
    # A phase that waits for its days alone needs no clinician yet.
    waits_for_days = Reason.PHASE_COMPLETE not in decision.reasons
    place = 0 if patient.unclosed else _ORDER.index(decision.status)
    return place, waits_for_days, patient.name


def patient_line(patient: Patient, outlook: Outlook, proposals: Iterable[Proposed]) -> PatientLine:
    """Return one line of the list.

    Parameters
    ----------
    patient, outlook
        Of one patient.
    proposals : iterable of Proposed
        The baselines that the sessions give.
    """
    decision = outlook.decision
    why = SENTENCES[decision.reasons[0]] if decision.reasons else ""
    return PatientLine(
        name=patient.name,
        stage=NOT_KNOWN if decision.stage is None else decision.stage,
        status=decision.status,
        duty=_duty(outlook, any(awaits(patient, found) for found in proposals)),
        why=UNCLOSED if patient.unclosed else why,
    )


def awaits(patient: Patient, proposed: Proposed) -> bool:
    """Whether a baseline may be accepted, and none is that still holds."""
    return not proposed.refusals and not patient.has_current(proposed.which)


def wanted_baseline(patient: Patient, proposals: Iterable[Proposed]) -> Baseline | None:
    """Return the baseline that waits to be accepted; None where none does."""
    return next((found.which for found in proposals if awaits(patient, found)), None)


def _duty(outlook: Outlook, has_baseline: bool) -> Duty:
    decision = outlook.decision
    if Reason.NOT_STARTED in decision.reasons:
        return Duty.START
    if decision.status is Status.LOCKED:
        return Duty.UNLOCK
    if Reason.PHASE_COMPLETE in decision.reasons:
        return Duty.SIGN
    return Duty.BASELINE if has_baseline else Duty.NONE
