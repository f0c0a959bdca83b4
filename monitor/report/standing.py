"""What a report knows of a patient: the gate's decision, the ladder, the last fourteen days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.gate.decision import Decision
from monitor.gate.events import Event, Pain, RedFlag, When
from monitor.gate.words import SESSION_SENTENCES, sentences
from monitor.people.answering import QUESTIONS, open_questions
from monitor.people.casefile import Casefile
from monitor.people.outlook import Judged, Outlook, outlook_of
from monitor.people.unclosed import closing_way, headline_of, is_undecided
from monitor.people.ways import ways_on
from monitor.people.zones import local_day, local_text, past_text, zone_of

STRIP_DAYS: Final = 14
"""Days of the strip: what ``three-fails`` and a stale signature look back on."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage on the ladder."""

    id: str
    phase: str
    title: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the strip; None is not known, or did not happen.

    Attributes
    ----------
    date : str
        The patient's own day, ``YYYY-MM-DD``.
    stage : str or None
        At the end of the day, by the gate.
    pain : int or None
        The highest answer about that day's sessions, 0 to 10.
    outcomes : tuple of str
        Of that day's sessions, as they stand now.
    red_flags : tuple of str
        Warning signs of that day.
    """

    date: str
    stage: str | None
    pain: int | None
    outcomes: tuple[str, ...]
    red_flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """The answers about one session, by the moment asked about; None is not answered."""

    session: str
    pain: tuple[tuple[str, int | None], ...]
    soreness: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient at the time of the report.

    Attributes
    ----------
    case : Casefile
        What the record holds.
    outlook : Outlook
        What the gate says of it.
    zone : ZoneInfo
        The patient's.
    now_s : int
        The time of the report, UTC seconds since 1970.
    """

    case: Casefile
    outlook: Outlook
    zone: ZoneInfo
    now_s: int

    @property
    def decision(self) -> Decision:
        """The gate's decision."""
        return self.outlook.decision

    @property
    def headline(self) -> str:
        """The decision in one line."""
        return headline_of(self.case.patient, self.decision)

    @property
    def is_undecided(self) -> bool:
        """Whether a session that is not closed can still take back the decision."""
        return is_undecided(self.case.patient, self.decision)

    @property
    def unclosed_way(self) -> str | None:
        """How the session that is not closed comes to its end; None where there is none."""
        return closing_way(self.case.patient)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Every reason of the decision, a sentence each."""
        return tuple(sentences(self.decision).values())

    @property
    def ways(self) -> tuple[str, ...]:
        """What would let the patient on."""
        questions = open_questions(self.case.patient, self.outlook, self.zone)
        way = self.unclosed_way
        ways = ways_on(
            self.case.patient, self.outlook, self.case.programme, questions, self.say_from
        )
        return ways if way is None else (way, *ways)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The ladder."""
        here = self.decision.stage
        stages = self.case.programme.stages
        return tuple(Rung(s.id, s.phase, s.title, s.id == here) for s in stages)

    def say(self, t_s: int) -> str:
        """Return a time of what has happened, as the patient reads it."""
        return past_text(t_s, self.zone)

    def say_from(self, t_s: int) -> str:
        """Return a time from when something may be done, as the patient reads it."""
        return local_text(t_s, self.zone)

    def judged(self, session_id: str) -> Judged | None:
        """Return what a session is worth; None where the record has no line of it."""
        return next((s for s in self.outlook.sessions if s.id == session_id), None)

    def session_reasons(self, session_id: str) -> tuple[str, ...]:
        """Return what kept a session from counting, a sentence each."""
        judged = self.judged(session_id)
        return () if judged is None else tuple(SESSION_SENTENCES[r] for r in judged.reasons)

    def measures(self, session_id: str) -> Mapping[str, Any]:
        """Return what the record holds of a session's result; empty where it holds none."""
        file = self.case.patient.session(session_id)
        return {} if file is None or file.measured is None else file.measured.measures

    def answered(self, session_id: str) -> Answered | None:
        """Return the answers about a session; None where the record does not have it."""
        file = self.case.patient.session(session_id)
        if file is None:
            return None
        sore = [
            e.soreness
            for e in self.case.patient.events
            if isinstance(e, Pain) and e.session == session_id and e.soreness is not None
        ]
        answers = dict(file.answers)
        if When.BEFORE not in answers and file.opened and file.opened.pain_before is not None:
            answers[When.BEFORE] = file.opened.pain_before
        pain = tuple((QUESTIONS[when], answers.get(when)) for when in When)
        return Answered(session_id, pain, max(sore) if sore else None)

    def days(self) -> tuple[Day, ...]:
        """Return the last days, the report's own as the last."""
        today = local_day(self.now_s, self.zone)
        return tuple(self._day(today - timedelta(days=n)) for n in reversed(range(STRIP_DAYS)))

    def _day(self, day: date) -> Day:
        patient = self.case.patient
        ends_s = int(datetime.combine(day + timedelta(days=1), time(), self.zone).timestamp())
        before = _until(patient.events, ends_s)
        stage = None
        if before:
            at_s = max(min(ends_s, self.now_s), before[-1].t_s)
            stage = outlook_of(self.case.programme, before, at_s).decision.stage
        sessions = [s for s in self.outlook.sessions if local_day(s.t_s, self.zone) == day]
        files = [patient.session(s.id) for s in sessions]
        scores = [score for file in files if file for score in file.answers.values()]
        flags = [
            event.flag
            for event in patient.events
            if isinstance(event, RedFlag) and local_day(event.t_s, self.zone) == day
        ]
        outcomes = tuple(s.outcome.value for s in sessions)
        return Day(day.isoformat(), stage, max(scores) if scores else None, outcomes, tuple(flags))


def standing_of(case: Casefile, now_s: int) -> Standing:
    """Return how a patient stands; a clock behind the record is taken for the record's end."""
    now_s = max(now_s, case.entries[-1].t_s)
    outlook = outlook_of(case.programme, case.patient.events, now_s)
    return Standing(case, outlook, zone_of(case.patient.enrolment.time_zone), now_s)


def _until(events: Sequence[Event], t_s: int) -> tuple[Event, ...]:
    return tuple(event for event in events if event.t_s < t_s)
