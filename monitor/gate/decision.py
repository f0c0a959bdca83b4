"""The decision: ``docs/programme.md``, section 5.5, and nothing else.

``decide`` is pure: the programme, the events and the time come in, the decision goes out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.gate.course import Course, Standing
from monitor.gate.events import Enrol, Event, LogError
from monitor.gate.ladder import build_ladder
from monitor.gate.reasons import Reason
from monitor.gate.times import HOUR_S, time_text
from monitor.programme.model import Programme

ANSWERS_DUE_S: Final = 18 * HOUR_S
"""s. After a session, from when a missing answer bars the next one."""

LATELY_MISSING_S: Final = 48 * HOUR_S
"""s. A session so recent bars the next one by its missing answers, also after a new start."""


class Status(StrEnum):
    """What a patient may do now, in one word."""

    LOCKED = "locked"
    DISCHARGED = "discharged"
    NEEDS_SIGNOFF = "needs_signoff"
    WAIT = "wait"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a patient may do now.

    Attributes
    ----------
    status : Status
        In one word.
    stage : str or None
        The stage; None before the first start.
    count : int
        Sessions that count on it.
    may_run : bool
        Whether a session may begin now.
    reasons : tuple of Reason
        Why not, or what is waited for.
    earliest_s : int or None
        When the wait is over, in seconds since 1970; None where no time is known.
    ignored : tuple of str
        Kinds of the clinicians' events that might not act, in order.
    """

    status: Status
    stage: str | None
    count: int
    may_run: bool
    reasons: tuple[Reason, ...]
    earliest_s: int | None
    ignored: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """Return the decision as JSON values, times written out."""
        return {
            "status": self.status.value,
            "stage": self.stage,
            "count": self.count,
            "may_run": self.may_run,
            "reasons": [reason.value for reason in self.reasons],
            "earliest": None if self.earliest_s is None else time_text(self.earliest_s),
            "ignored": list(self.ignored),
        }


def decide(programme: Programme, events: Sequence[Event], now_s: int) -> Decision:
    """Derive what a patient may do at a time from everything that happened.

    Parameters
    ----------
    programme : Programme
        The patient's.
    events : sequence of Event
        The patient's log, as ``monitor.gate.log.read_log`` gives it.
    now_s : int
        The time of the decision, in seconds since 1970 in UTC.

    Raises
    ------
    LogError
        Where the log does not begin with an enrol event or goes on after ``now_s``.
    """
    course = follow(programme, events)
    if now_s < events[-1].t_s:
        raise LogError(len(events), "after the time of the decision: ask for a later time")
    course.advance(now_s)
    return read_off(course, now_s)


def follow(programme: Programme, events: Sequence[Event]) -> Course:
    """Return the course of a patient up to the last event.

    Raises
    ------
    LogError
        Where the log does not begin with an enrol event.
    """
    first = events[0] if events else None
    if not isinstance(first, Enrol):
        raise LogError(1, "the log does not begin with an enrol event: put one there")
    course = Course(build_ladder(programme, first))
    for event in events:
        course.take(event)
    return course


def read_off(course: Course, now_s: int) -> Decision:
    """Return the decision that a course leads to; it has been advanced to ``now_s``."""
    position = course.position
    waits = _waits(course, now_s)
    reasons: tuple[Reason, ...] = ()
    may_run = False
    earliest_s = None
    if course.standing is Standing.NEW:
        status, reasons = Status.LOCKED, (Reason.NOT_STARTED,)
    elif course.standing is Standing.LOCKED:
        status, reasons = Status.LOCKED, tuple(course.lock_reasons)
    elif course.standing is Standing.DISCHARGED:
        status = Status.DISCHARGED
    elif position.needs_signature:
        status = Status.NEEDS_SIGNOFF
        reasons = _signature_reasons(course, now_s)
        may_run = position.is_completed and not waits
        if Reason.PHASE_MIN_DAYS in reasons:
            earliest_s = course.phase_ends_s
    elif waits:
        status, reasons = Status.WAIT, tuple(waits)
        ends_s = [end_s for end_s in waits.values() if end_s is not None]
        earliest_s = max(ends_s) if len(ends_s) == len(waits) else None
    else:
        status, may_run = Status.READY, True
    return Decision(
        status=status,
        stage=None if position.rung is None else position.rung.id,
        count=position.count,
        may_run=may_run,
        reasons=reasons,
        earliest_s=earliest_s,
        ignored=tuple(course.ignored),
    )


def _signature_reasons(course: Course, now_s: int) -> tuple[Reason, ...]:
    if now_s < course.phase_ends_s:
        waiting = Reason.PHASE_MIN_DAYS
    elif course.is_stale(now_s):
        waiting = Reason.REPEAT_SESSION
    else:
        waiting = Reason.PHASE_COMPLETE
    return (Reason.ANSWERS_MISSING, waiting) if course.history.missing else (waiting,)


def _waits(course: Course, now_s: int) -> Mapping[Reason, int | None]:
    """Return what bars the next session, in order, with the time at which it clears."""
    rung, last_s = course.position.rung, course.history.last_s
    if rung is None or last_s is None:
        return {}
    waits: dict[Reason, int | None] = {}
    if _lacks_answers(course, now_s):
        waits[Reason.ANSWERS_MISSING] = None
    if now_s < last_s + rung.gap_s:
        waits[Reason.GAP_HOURS] = last_s + rung.gap_s
    full = rung.max_per_week
    if full is not None and course.history.week_count(now_s) >= full:
        waits[Reason.WEEK_FULL] = course.history.week_has_fewer_s(full)
    return waits


def _lacks_answers(course: Course, now_s: int) -> bool:
    history = course.history
    return any(
        record.lacks_answers
        and record.session.t_s + ANSWERS_DUE_S <= now_s
        and (record.number >= history.restarted_at or record.session.t_s > now_s - LATELY_MISSING_S)
        for record in history.records
    )
