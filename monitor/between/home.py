"""What a patient sees between the runs: the stage, may I run, when, what is missing, the next key.

Everything comes from the record and the gate; nothing is decided here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from monitor.gate.decision import Decision, Status
from monitor.gate.reasons import Reason
from monitor.gate.words import SENTENCES
from monitor.people.answering import QUESTIONS, Question, open_questions
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.people.unclosed import closing_way, headline_of
from monitor.people.zones import local_day, local_text, past_text
from monitor.programme.model import Programme
from monitor.text import NOT_KNOWN

DAY_S: Final = 86_400


class MayRun(StrEnum):
    """The answer to "may I do a session now?" in one word."""

    YES = "YES"
    NOT_YET = "NOT YET"
    NO = "NO"
    DONE = "DONE"


class NextKey(StrEnum):
    """The one key that leads on."""

    RUN = "r"
    ANSWER = "a"
    HISTORY = "h"
    CLINIC = "c"


NEXT: Final = {
    NextKey.RUN: "begin the session",
    NextKey.ANSWER: "answer what is asked",
    NextKey.HISTORY: "look at what is done",
    NextKey.CLINIC: "your clinician goes on here",
}
"""What each key does, behind its letter."""

CLOSE: Final = "close what broke off, then decide"
"""What the key of a session does where the last one is not closed."""

_CLINICIANS: Final = {
    Reason.NOT_STARTED: "The clinician starts the programme",
    Reason.PHASE_COMPLETE: "The clinician signs the phase",
}
"""What a clinician does about a reason; about any other that locks: look, then unlock."""

_OF_TIME: Final = (
    Reason.ANSWERS_MISSING,
    Reason.GAP_HOURS,
    Reason.WEEK_FULL,
    Reason.PHASE_MIN_DAYS,
    Reason.REPEAT_SESSION,
)
"""Reasons that no clinician's act clears."""


@dataclass(frozen=True, slots=True)
class HomeView:
    """One patient between the runs.

    Attributes
    ----------
    patient, site : str
        Pseudonym, and the injury with its side.
    stage, stage_title, phase : str
        Where the patient stands; dashes before the first start.
    counted : str
        Clean sessions on the stage, in words; empty where the stage asks for none.
    may_run : MayRun
        In one word.
    headline : str
        In one sentence.
    when : str
        From when, in words; a dash where the programme is finished.
    why : tuple of str
        The gate's reasons in sentences.
    missing : tuple of str
        What would let the patient on.
    next_key : NextKey
        The one key.
    last_session : str or None
        The latest session; None where there was none.
    is_demo : bool
        Whether the patient is made up.
    is_unclosed : bool
        Whether a session runs now, or broke off and is not closed yet.
    """

    patient: str
    site: str
    stage: str
    stage_title: str
    phase: str
    counted: str
    may_run: MayRun
    headline: str
    when: str
    why: tuple[str, ...]
    missing: tuple[str, ...]
    next_key: NextKey
    last_session: str | None
    is_demo: bool
    is_unclosed: bool

    @property
    def next_words(self) -> str:
        """What the one key does."""
        return CLOSE if self.is_unclosed else NEXT[self.next_key]


def home_view(
    programme: Programme, patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int
) -> HomeView:
    """Return what a patient is shown.

    Parameters
    ----------
    programme, patient, outlook
        Of one patient; the outlook is that of ``now_s``.
    zone : ZoneInfo
        The patient's.
    now_s : int
        UTC seconds since 1970.
    """
    decision, enrolment = outlook.decision, patient.enrolment
    stage = None if decision.stage is None else programme.stage(decision.stage)
    phase = None if stage is None else programme.phase(stage.phase)
    questions = open_questions(patient, outlook, zone)
    if any(question.is_required for question in questions):
        # What the gate does not need is asked for once nothing is open that it does.
        questions = tuple(question for question in questions if question.is_required)
    missing = (*_missing(outlook, questions, zone, now_s), *_daily(patient, outlook, zone, now_s))
    way = closing_way(patient)
    if way is not None:
        missing = (f"{way[0].upper()}{way[1:]}", *missing)
    return HomeView(
        patient=patient.name,
        site=f"{programme.site(enrolment.site).title}, {enrolment.side}",
        stage=NOT_KNOWN if stage is None else stage.id,
        stage_title="not started yet" if stage is None else stage.title,
        phase=NOT_KNOWN if phase is None else f"{phase.id} {phase.title}",
        counted=_counted(outlook),
        may_run=_may_run(decision, is_unclosed=way is not None),
        headline=headline_of(patient, decision),
        when=_when(decision, zone) if way is None else "once the session is closed",
        why=tuple(SENTENCES[reason] for reason in decision.reasons),
        missing=missing,
        next_key=_next_key(patient, outlook, zone, now_s),
        last_session=patient.sessions[-1].id if patient.sessions else None,
        is_demo=enrolment.is_demo,
        is_unclosed=way is not None,
    )


def asks_daily(patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int) -> bool:
    """Whether today's questions about night and rest pain are open: in phases without sessions."""
    in_protected = outlook.decision.status is Status.NEEDS_SIGNOFF and outlook.required == 0
    today = local_day(now_s, zone)
    answered = any(date.fromisoformat(answer.date) == today for answer in patient.daily)
    return in_protected and not answered


def answerable(questions: tuple[Question, ...], now_s: int) -> tuple[Question, ...]:
    """Return the questions that may be answered now."""
    return tuple(question for question in questions if question.from_s <= now_s)


def _may_run(decision: Decision, *, is_unclosed: bool) -> MayRun:
    if decision.status is Status.DISCHARGED:
        return MayRun.DONE
    if decision.may_run:
        return MayRun.NOT_YET if is_unclosed else MayRun.YES
    is_begun = Reason.NOT_STARTED not in decision.reasons
    return MayRun.NO if decision.status is Status.LOCKED and is_begun else MayRun.NOT_YET


def _when(decision: Decision, zone: ZoneInfo) -> str:
    if decision.may_run:
        return "now"
    if decision.status is Status.WAIT and decision.earliest_s is not None:
        return f"from {local_text(decision.earliest_s, zone)} on"
    if Reason.ANSWERS_MISSING in decision.reasons:
        return "once the open questions are answered"
    if Reason.PHASE_COMPLETE in decision.reasons:
        return "once your clinician has signed"
    if decision.status is Status.LOCKED:
        return "once your clinician has opened it"
    return NOT_KNOWN if decision.status is Status.DISCHARGED else "not in this phase"


def _counted(outlook: Outlook) -> str:
    if not outlook.required:
        return ""
    return f"{outlook.decision.count} of {outlook.required} clean sessions"


def _missing(
    outlook: Outlook, questions: tuple[Question, ...], zone: ZoneInfo, now_s: int
) -> Iterator[str]:
    decision = outlook.decision
    ended_s = {session.id: session.t_s for session in outlook.sessions}
    for question in questions:
        if not question.is_required and question.from_s > now_s:
            continue
        day = past_text(ended_s[question.session], zone)[:3]
        wish = "" if question.is_required else " (if you like)"
        since = "" if question.from_s <= now_s else f", from {local_text(question.from_s, zone)}"
        yield f"Answer: pain {QUESTIONS[question.when]} of {day}{wish}{since}"
    if Reason.PHASE_MIN_DAYS in decision.reasons and outlook.phase_ends_s is not None:
        yield f"The days of {outlook.phase} are over on {local_text(outlook.phase_ends_s, zone)}"
    if Reason.REPEAT_SESSION in decision.reasons:
        yield f"One more session of {decision.stage}, then the clinician signs"
    if decision.status is Status.WAIT and decision.earliest_s is not None:
        yield f"Rest until {local_text(decision.earliest_s, zone)}"
    for reason in decision.reasons:
        if reason not in _OF_TIME:
            unlocks = "The clinician looks at you and unlocks the programme"
            yield _CLINICIANS.get(reason, unlocks)


def _daily(patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int) -> Iterator[str]:
    if asks_daily(patient, outlook, zone, now_s):
        yield "Answer today: pain in the night, and at rest"


def _next_key(patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int) -> NextKey:
    decision = outlook.decision
    if patient.unclosed is not None:
        return NextKey.RUN
    waits = answerable(open_questions(patient, outlook, zone), now_s)
    if any(question.is_required for question in waits):
        return NextKey.ANSWER
    if decision.may_run:
        return NextKey.RUN
    if decision.status is Status.LOCKED or Reason.PHASE_COMPLETE in decision.reasons:
        return NextKey.CLINIC
    if asks_daily(patient, outlook, zone, now_s):
        return NextKey.ANSWER
    return NextKey.HISTORY
