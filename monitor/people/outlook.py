"""What the gate says of a patient, and whether it would heed an act: one pass over the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.gate.course import Course
from monitor.gate.decision import LATELY_MISSING_S, Decision, follow, read_off
from monitor.gate.events import Event
from monitor.gate.outcome import Outcome, Shortfall
from monitor.programme.model import Programme

INVALID_IN_A_ROW: Final = 3
"""So many sessions in a row without a usable signal call for a look at pod, strap and place.
Design default."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a session is worth.

    Attributes
    ----------
    id, stage : str
        Which.
    t_s : int
        When it was closed, in seconds since 1970 in UTC.
    outcome : Outcome
        In one word.
    reasons : tuple of Shortfall
        What kept it from counting.
    needs_answers : bool
        Whether a required answer is missing that the gate waits for.
    """

    id: str
    stage: str
    t_s: int
    outcome: Outcome
    reasons: tuple[Shortfall, ...]
    needs_answers: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a patient stands.

    Attributes
    ----------
    decision : Decision
        The gate's.
    phase : str or None
        None before the first start.
    entered_s : int or None
        When the stay on the stage began: for ``edits_in_force``.
    phase_ends_s : int or None
        When the days of the phase are over.
    required : int
        Clean sessions that the stage asks for.
    sessions : tuple of Judged
        In the order of time.
    lacks_signal : bool
        Whether the last ``INVALID_IN_A_ROW`` sessions are all INVALID.
    """

    decision: Decision
    phase: str | None
    entered_s: int | None
    phase_ends_s: int | None
    required: int
    sessions: tuple[Judged, ...]
    lacks_signal: bool


def outlook_of(programme: Programme, events: Sequence[Event], now_s: int) -> Outlook:
    """Return how a patient stands at a time.

    Parameters
    ----------
    programme : Programme
        The patient's.
    events : sequence of Event
        ``Patient.events``.
    now_s : int
        UTC seconds since 1970. A clock that stands before the last event is taken for its time, as
        the store stamps it.

    Raises
    ------
    LogError
        Where the log does not begin with an enrol event.
    """
    course = follow(programme, events)
    return outlook_from(course, max(now_s, events[-1].t_s))


def outlook_from(course: Course, now_s: int) -> Outlook:
    """Return the same from a course that was followed; it is advanced to ``now_s``."""
    course.advance(now_s)
    position = course.position
    rung = position.rung
    since = course.history.restarted_at
    sessions = tuple(
        Judged(
            r.session.id,
            r.session.stage,
            r.session.t_s,
            r.outcome,
            r.reasons,
            r.lacks_answers and (r.number >= since or r.session.t_s > now_s - LATELY_MISSING_S),
        )
        for r in course.history.records
    )
    last = sessions[-INVALID_IN_A_ROW:]
    return Outlook(
        decision=read_off(course, now_s),
        phase=None if rung is None else rung.phase.id,
        entered_s=None if rung is None else position.entered_s,
        phase_ends_s=None if rung is None else course.phase_ends_s,
        required=0 if rung is None else rung.sessions_required,
        sessions=sessions,
        lacks_signal=len(last) == INVALID_IN_A_ROW
        and all(session.outcome is Outcome.INVALID for session in last),
    )


def is_ignored(course: Course, event: Event) -> bool:
    """Take an event; return whether the gate gives it no effect."""
    before = len(course.ignored)
    course.take(event)
    return len(course.ignored) > before
