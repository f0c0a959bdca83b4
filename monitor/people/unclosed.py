"""A session on record that was opened and never closed, in words.

The gate does not know of it yet: pain that was told in it, or a warning sign, may lie in its
recording alone. Until it is closed nobody may read the gate's decision as leave to run.
"""

from shlex import quote
from typing import Final

from monitor.gate.decision import Decision, Status
from monitor.gate.words import HEADLINES
from monitor.people.patient import Patient

UNCLOSED: Final = "A session is not closed: what it means is not decided yet."


def is_undecided(patient: Patient, decision: Decision) -> bool:
    """Whether a session that is not closed can take back the gate's decision; a lock stays."""
    return patient.unclosed is not None and decision.status is not Status.LOCKED


def headline_of(patient: Patient, decision: Decision) -> str:
    """Return where the patient stands in one sentence."""
    return UNCLOSED if is_undecided(patient, decision) else HEADLINES[decision.status]


def may_run(patient: Patient, decision: Decision) -> bool:
    """Whether a session may be run now: never while another is not closed."""
    return decision.may_run and patient.unclosed is None


def decision_dict(patient: Patient, decision: Decision) -> dict[str, object]:
    """Return the decision as JSON values, and the session that is not closed."""
    unclosed = patient.unclosed
    return {
        **decision.as_dict(),
        "may_run": may_run(patient, decision),
        "unclosed": None if unclosed is None else unclosed.id,
    }


def closing_way(patient: Patient) -> str | None:
    """Return how a session that is not closed comes to its end; None where there is none."""
    session = patient.unclosed
    if session is None:
        return None
    return (
        f"session {session.id} runs now, or it broke off: stridegate recover {quote(patient.name)} "
        "closes it, and so does the next start of a session"
    )
