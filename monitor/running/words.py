"""How a patient stands, in lines: the decision with every reason and what would unlock it."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from monitor.gate.decision import Status
from monitor.gate.events import When
from monitor.gate.outcome import Outcome, Shortfall
from monitor.gate.reasons import Reason
from monitor.gate.words import HEADLINES, SENTENCES, SESSION_SENTENCES
from monitor.people.mornings import next_morning_s
from monitor.people.outlook import INVALID_IN_A_ROW, Outlook
from monitor.people.patient import Patient
from monitor.people.zones import local_text
from monitor.programme.model import Programme

MOMENTS: Final = {
    When.DURING: "how much it hurt during the session",
    When.AFTER: "how much it hurt after it",
    When.NEXT_MORNING: "how much it hurts on the next morning",
}
"""The questions without whose answers no session counts, as they are called in a sentence."""

_LOCKS: Final = (
    Reason.RED_FLAG,
    Reason.PAIN,
    Reason.PAIN_NEXT_MORNING,
    Reason.THREE_FAILS,
    Reason.GAP_28,
)

_OUTCOMES: Final = {
    Outcome.SUCCESS: "This session counts.",
    Outcome.PENDING: "This session does not count yet.",
    Outcome.INVALID: "This session is not valid: it neither counts nor is it held against you.",
    Outcome.HOLD: "This session does not count, and the count begins again.",
    Outcome.REGRESS: "Your injury hurt: you go one stage back.",
    Outcome.LOCKOUT: "Your programme is locked: do not run, and call your clinician.",
}

CURES: Final = {
    Shortfall.SIGNAL_QUALITY: "mount and pod: strap it tight at the same place, charge it, keep it "
    "near, and try stridegate demo --radio system",
    Shortfall.NO_IMPACT_DATA: "baseline: your clinician accepts or renews it for this shoe, pod "
    "and place; a pod without samples cannot give it",
    Shortfall.UNDER_DOSE: "plan: do it to its end, or ask your clinician for a smaller dose",
}
"""What mends sessions that are not valid, by reason."""


def decision_lines(
    programme: Programme, patient: Patient, outlook: Outlook, zone: ZoneInfo
) -> tuple[str, ...]:
    """Return how a patient stands, each reason with what would unlock it.

    Parameters
    ----------
    programme : Programme
        The patient's.
    patient : Patient
        Whose.
    outlook : Outlook
        At the time that is spoken of.
    zone : ZoneInfo
        The patient's.
    """
    decision = outlook.decision
    lines = [HEADLINES[decision.status]]
    if decision.stage is not None:
        title = programme.stage(decision.stage).title
        lines.append(f"Stage {decision.stage}: {title}{_count(outlook)}.")
    lines += [f"- {SENTENCES[reason]}{_key(reason)}" for reason in decision.reasons]
    if decision.status is Status.NEEDS_SIGNOFF and decision.may_run:
        lines.append("- You may repeat the last stage meanwhile.")
    lines += [f"- {text}" for text in open_answer_lines(patient, outlook, zone)]
    if decision.earliest_s is not None:
        lines.append(f"- Earliest: {local_text(decision.earliest_s, zone)}.")
    return (*lines, *cure_lines(outlook))


def _count(outlook: Outlook) -> str:
    if not outlook.required:
        return ""
    return f"; {outlook.decision.count} of {outlook.required} clean sessions"


def _key(reason: Reason) -> str:
    if reason in _LOCKS:
        return " A clinician opens it again with stridegate unlock."
    return (
        " A clinician does so with stridegate signoff." if reason is Reason.PHASE_COMPLETE else ""
    )


def open_answer_lines(patient: Patient, outlook: Outlook, zone: ZoneInfo) -> Iterator[str]:
    """Yield each required question that is open, and from when it can be answered."""
    pending = {session.id for session in outlook.sessions if session.needs_answers}
    for session in patient.with_open_answers:
        line = session.line
        if line is None or session.id not in pending:
            continue
        for when in session.open_answers:
            if when in MOMENTS:
                from_s = next_morning_s(line.t_s, zone) if when is When.NEXT_MORNING else line.t_s
                since = (
                    "" if when is not When.NEXT_MORNING else f", from {local_text(from_s, zone)}"
                )
                yield (
                    f"Answer {MOMENTS[when]}{since}: stridegate answer, or at the next start "
                    f"({session.id})."
                )


def cure_lines(outlook: Outlook) -> tuple[str, ...]:
    """Return what mends several sessions in a row that were not valid; nothing otherwise."""
    if not outlook.lacks_signal:
        return ()
    last = outlook.sessions[-INVALID_IN_A_ROW:]
    found = [reason for reason in CURES if any(reason in session.reasons for session in last)]
    lines = [f"The last {INVALID_IN_A_ROW} sessions were not valid. What mends it:"]
    return (*lines, *(f"- {CURES[reason]}" for reason in found))


def outcome_lines(outlook: Outlook, session_id: str) -> tuple[str, ...]:
    """Return what one session is worth by the gate, with every reason."""
    judged = next((s for s in outlook.sessions if s.id == session_id), None)
    if judged is None:
        return ()
    return (
        _OUTCOMES[judged.outcome],
        *(f"- {SESSION_SENTENCES[reason]}" for reason in judged.reasons),
    )
