"""A clinician's acts: start, unlock, sign off.

The gate ignores one that may not act. It is refused here with the reason instead, so that an act
without effect is never written.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from monitor.errors import StoreError
from monitor.gate.course import STALE_S, Course, Standing
from monitor.gate.decision import follow
from monitor.gate.events import Event, Signoff, Start, Unlock
from monitor.gate.times import DAY_S
from monitor.programme.model import Programme
from monitor.store.chain import Entry
from monitor.store.gatelog import GateCheck

Act = Start | Unlock | Signoff

SayTime = Callable[[int], str]
"""Writes UTC seconds as the patient reads them."""

_DAYS: Final = STALE_S // DAY_S


def refusal(course: Course, act: Act, say_time: SayTime) -> str | None:
    """Return why the gate would give an act no effect, and what to do; None where it acts.

    Parameters
    ----------
    course : Course
        The patient's up to the last event; it is advanced to the act's time.
    act : Start or Unlock or Signoff
        What a clinician means to do.
    say_time : SayTime
        For the sentence.
    """
    course.advance(act.t_s)
    return _not_signed(course, act, say_time) if isinstance(act, Signoff) else _not_put(course, act)


class ActCheck:
    """Refuses what the gate could not read, and an act without effect; for ``Store.append``.

    The log is read and followed once.

    Parameters
    ----------
    programme : Programme
        The patient's.
    say_time : SayTime
        For the sentence.
    """

    def __init__(self, programme: Programme, say_time: SayTime) -> None:
        self._programme = programme
        self._say_time = say_time

    def __call__(self, before: Sequence[Entry], records: Sequence[Mapping[str, Any]]) -> None:
        """Check new records; raises StoreError with the reason."""
        old, new = GateCheck(self._programme).events(before, records)
        self.judge(old, new)

    def judge(self, old: Sequence[Event], new: Sequence[Event]) -> None:
        """Check new events against those before them; raises StoreError with the reason."""
        course = follow(self._programme, old or new)
        for event in new if old else ():
            if isinstance(event, Act):
                reason = refusal(course, event, self._say_time)
                if reason is not None:
                    raise StoreError(f"{reason}; nothing was written")
            course.take(event)


def _not_put(course: Course, act: Start | Unlock) -> str | None:
    position = course.position
    is_locked = course.standing is Standing.LOCKED
    if is_locked and isinstance(act, Start):
        why = ", ".join(course.lock_reasons)
        return f"the patient is locked ({why}): look into it, then use stridegate unlock"
    if not is_locked and isinstance(act, Unlock):
        return "the patient is not locked: put a patient on a stage with stridegate start"
    if not position.is_ahead(position.ladder.by_id[act.stage]):
        return None
    if act.ahead and act.reason is not None:
        return None
    now = position.ladder.rungs[0] if position.rung is None else position.rung
    return (
        f"stage {act.stage} stands after {now.id}, the patient's stage: everything between is "
        "skipped; where that is meant, give --ahead and --reason"
    )


def _not_signed(course: Course, act: Signoff, say_time: SayTime) -> str | None:
    position, phase = course.position, course.position.phase
    if course.standing is Standing.LOCKED:
        why = ", ".join(course.lock_reasons)
        return f"the patient is locked ({why}): nothing is signed before stridegate unlock"
    if course.standing is Standing.DISCHARGED:
        return "the patient is discharged: there is nothing to sign"
    if phase is None or position.rung is None:
        return "the programme has not begun: use stridegate start"
    if phase.id != act.phase:
        return f"the patient is in phase {phase.id}, not in {act.phase}: that is the one to sign"
    if not position.needs_signature:
        last = position.ladder.rungs[phase.last]
        return (
            f"phase {phase.id} is not done: stage {position.rung.id} has {position.count} of "
            f"{position.rung.sessions_required} clean sessions, and {last.id} is the last stage"
        )
    if course.history.missing:
        lacking = [
            record.session.id
            for record in course.history.records[course.history.restarted_at :]
            if record.lacks_answers
        ]
        return (
            f"answers about pain are missing for {', '.join(lacking)}: "
            "the patient gives them with stridegate answer"
        )
    if act.t_s < course.phase_ends_s:
        ends = say_time(course.phase_ends_s)
        return f"phase {phase.id} has its days until {ends}: bone heals with time, sign then"
    if course.is_stale(act.t_s):
        return f"the last session is more than {_DAYS} days ago: repeat stage {position.rung.id}"
    return None
