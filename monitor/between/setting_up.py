"""The way from an empty record to the first session, step by step: what is done, what is next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.people.clinic import Clinic
from monitor.people.conditions import Conditions
from monitor.people.patient import Patient

NEEDED: Final = ("shoe", "pod", "placement", "surface")
"""Conditions that are entered before the first session: without them no baseline says anything."""


class SetupStep(StrEnum):
    """The steps in order."""

    CLINICIAN = "clinician"
    PROGRAMME = "programme"
    PATIENT = "patient"
    STAGE = "stage"
    POD = "pod"
    BASELINE = "baseline"


TITLES: Final = {
    SetupStep.CLINICIAN: "Let a clinician in",
    SetupStep.PROGRAMME: "Sign a programme",
    SetupStep.PATIENT: "Enrol a patient",
    SetupStep.STAGE: "Put the patient on a stage",
    SetupStep.POD: "Tell shoe, pod and ground",
    SetupStep.BASELINE: "Accept a baseline",
}

WHYS: Final = {
    SetupStep.CLINICIAN: "A clinician signs with a PIN. You get a recovery code: keep it.",
    SetupStep.PROGRAMME: "The ladder with its numbers, as it is: nothing runs by an unsigned one.",
    SetupStep.PATIENT: "A pseudonym, the injury, and a list of what must not be there.",
    SetupStep.STAGE: "Where the patient stands today: the first stage, or a later one.",
    SetupStep.POD: "The own baseline holds for one shoe, pod, place and ground.",
    SetupStep.BASELINE: "Comes with two clean sessions that measure it: W0 walking, R0 running.",
}
"""Each step in one sentence."""


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step.

    Attributes
    ----------
    step : SetupStep
        Which.
    is_done, is_next : bool
        Whether it is done, and whether Enter does it.
    """

    step: SetupStep
    is_done: bool
    is_next: bool


def setup_lines(
    clinic: Clinic, patient: Patient | None, *, is_started: bool
) -> tuple[StepLine, ...]:
    """Return the steps with what is done.

    Parameters
    ----------
    clinic : Clinic
        As the record has it; an empty one where there is no record.
    patient : Patient or None
        The one who is set up; None before the enrolment.
    is_started : bool
        Whether the patient is on a stage.
    """
    done = {
        SetupStep.CLINICIAN: bool(clinic.clinicians),
        SetupStep.PROGRAMME: bool(clinic.programmes),
        SetupStep.PATIENT: patient is not None,
        SetupStep.STAGE: is_started,
        SetupStep.POD: patient is not None and not lacking(patient.conditions),
        SetupStep.BASELINE: patient is not None and bool(patient.baselines),
    }
    following = next((step for step in SetupStep if not done[step]), None)
    return tuple(StepLine(step, done[step], step is following) for step in SetupStep)


def lacking(conditions: Conditions) -> Sequence[str]:
    """Return what is not told yet of what the patient trains with."""
    return [name for name in NEEDED if getattr(conditions, name) is None]


def is_ready(lines: Sequence[StepLine]) -> bool:
    """Whether everything is done that stands before the first session."""
    return all(line.is_done for line in lines if line.step is not SetupStep.BASELINE)
