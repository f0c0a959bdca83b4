"""The questions about pain: which are open, from when, and what may not be answered yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from typing import Any, Final

from monitor.errors import StoreError
from monitor.gate.events import Pain, Session, When
from monitor.gate.outcome import REQUIRED
from monitor.people.acts import SayTime
from monitor.people.mornings import is_next_morning, next_morning_s
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.programme.model import Programme
from monitor.store.chain import Entry
from monitor.store.gatelog import GateCheck

EVENING: Final = time(17)
"""From when on the session's day the evening is asked about. Design default."""

QUESTIONS: Final[Mapping[When, str]] = {
    When.BEFORE: "before the session",
    When.DURING: "during the session, at its worst",
    When.AFTER: "in the hour after the session",
    When.EVENING: "in the evening after the session",
    When.NEXT_MORNING: "on the next morning",
}
"""What is asked, behind "How much did your injury hurt"."""


@dataclass(frozen=True, slots=True)
class Question:
    """An open question.

    Attributes
    ----------
    session : str
        About which session.
    when : When
        About which moment.
    from_s : int
        From when it may be answered, UTC seconds since 1970.
    is_required : bool
        Whether the session cannot count without the answer.
    """

    session: str
    when: When
    from_s: int
    is_required: bool


def open_questions(patient: Patient, outlook: Outlook, zone: tzinfo) -> tuple[Question, ...]:
    """Return the questions that are open, in order.

    What the gate waits for is asked about every session; what it does not need, about the last
    session alone.

    Parameters
    ----------
    patient : Patient
        Whose.
    outlook : Outlook
        The patient's.
    zone : tzinfo
        The patient's.
    """
    waited_for = {session.id for session in outlook.sessions if session.needs_answers}
    last = outlook.sessions[-1].id if outlook.sessions else None
    return tuple(
        Question(session.id, when, _from_s(when, session.line, zone), when in REQUIRED)
        for session in patient.with_open_answers
        for when in session.open_answers
        if session.line is not None
        and (session.id == last or (session.id in waited_for and when in REQUIRED))
    )


class AnswerCheck:
    """Refuses an answer for a next morning that has not come yet; for ``Store.append``.

    It looks at the time that the store stamps: a clock that was set back lets nothing in early.

    Parameters
    ----------
    programme : Programme
        The patient's.
    zone : tzinfo
        The patient's.
    say_time : SayTime
        For the sentence.
    """

    def __init__(self, programme: Programme, zone: tzinfo, say_time: SayTime) -> None:
        self._gate = GateCheck(programme)
        self._zone = zone
        self._say_time = say_time

    def __call__(self, before: Sequence[Entry], records: Sequence[Mapping[str, Any]]) -> None:
        """Check new records; raises StoreError with the time from when it may be answered."""
        old, new = self._gate.events(before, records)
        ended_s = {event.id: event.t_s for event in (*old, *new) if isinstance(event, Session)}
        for event in new:
            if not isinstance(event, Pain) or event.when is not When.NEXT_MORNING:
                continue
            if not is_next_morning(ended_s[event.session], event.t_s, self._zone):
                from_s = next_morning_s(ended_s[event.session], self._zone)
                raise StoreError(
                    f"session {event.session}: the next morning has not come yet: answer from "
                    f"{self._say_time(from_s)} on; what hurts now is told with --when evening, a "
                    "warning sign with stridegate flag"
                )


def _from_s(when: When, line: Session, zone: tzinfo) -> int:
    if when is When.NEXT_MORNING:
        return next_morning_s(line.t_s, zone)
    if when is When.EVENING:
        day = datetime.fromtimestamp(line.t_s, zone).date()
        return max(line.t_s, int(datetime.combine(day, EVENING, zone).timestamp()))
    return line.t_s
