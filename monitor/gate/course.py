"""The course of a patient, event by event: ``docs/programme.md``, sections 5.3 and 5.4.

A course is made anew for every decision and never stored. Before an event, what fell due with
time is done at its own due time; so it changes nothing whether somebody looked in between.
"""

from enum import StrEnum
from typing import Final

from monitor.gate.events import Enrol, Event, Pain, RedFlag, Session, Signoff, Start, Unlock
from monitor.gate.history import History, SessionRecord
from monitor.gate.ladder import Ladder
from monitor.gate.outcome import Outcome
from monitor.gate.position import Position
from monitor.gate.reasons import Reason
from monitor.gate.times import DAY_S

STALE_S: Final = 14 * DAY_S
"""s. Without a session for longer, nobody signs: the last stage is repeated first."""

GAP_DUE_S: Final = (15 * DAY_S // 2, 29 * DAY_S // 2, 28 * DAY_S)
"""s. After so long without a full session the count, two stages, and the way on are lost."""

GAP_STAGES: Final = 2
"""Stages lost by the second of these gaps."""

FULL_DOSE_PCT: Final = 90
"""%. A session of at least so much of the prescribed dose ends a gap."""


class Standing(StrEnum):
    """How the patient stands to the programme."""

    NEW = "new"
    ACTIVE = "active"
    LOCKED = "locked"
    DISCHARGED = "discharged"


class Course:
    """What became of a patient so far.

    Parameters
    ----------
    ladder : Ladder
        The patient's stages.

    Attributes
    ----------
    standing : Standing
        How the patient stands to the programme.
    position : Position
        The stage and what counts there; kept while locked and after the discharge.
    history : History
        The sessions.
    lock_reasons : list of Reason
        Why the patient is locked, in the order in which it came.
    ignored : list of str
        Kinds of the clinicians' events that might not act.
    """

    def __init__(self, ladder: Ladder) -> None:
        self.standing = Standing.NEW
        self.position = Position(ladder)
        self.history = History(ladder.risk)
        self.lock_reasons: list[Reason] = []
        self.ignored: list[str] = []
        self._ladder = ladder
        self._started_s = 0
        self._was_discharged = False
        self._dosed_s: dict[str, int] = {}
        self._anchor_s: int | None = None
        self._gaps_done = 0

    @property
    def phase_ends_s(self) -> int:
        """When the days of the phase are over."""
        phase = self.position.phase
        assert phase is not None
        return self.position.phase_entered_s + phase.min_s

    def is_stale(self, t_s: int) -> bool:
        """Return whether the last session is too long ago for a signature, where one is due."""
        phase, last_s = self.position.phase, self.history.last_s
        assert phase is not None
        return phase.has_sessions and (last_s is None or t_s - last_s > STALE_S)

    def take(self, event: Event) -> None:
        """Do what fell due before an event, then the event."""
        self.advance(event.t_s)
        match event:
            case Pain():
                self._pain(event)
            case Session():
                self._session(event)
            case RedFlag():
                self._red_flag(event)
            case Signoff():
                self._signoff(event)
            case Start() | Unlock():
                self._put(event)
            case Enrol():
                pass
        self._settle(event.t_s)

    def advance(self, t_s: int) -> None:
        """Do what falls due strictly before ``t_s``, in the order of the due times."""
        position = self.position
        while self.standing is Standing.ACTIVE:
            phase = position.phase
            if phase is None or not phase.has_sessions:
                return
            gap_s = self._gap_due_s(phase.id)
            progress_s = self._progress_due_s()
            if progress_s is not None and progress_s <= gap_s:
                if progress_s >= t_s:
                    return
                position.progress(progress_s)
            else:
                if gap_s >= t_s:
                    return
                self._gap(gap_s)

    def _progress_due_s(self) -> int | None:
        position = self.position
        if position.settled_s is None or position.is_completed:
            return None
        assert position.rung is not None
        return max(position.entered_s + position.rung.min_s, position.settled_s)

    def _gap_due_s(self, phase: str) -> int:
        anchor_s = max(self.position.phase_entered_s, self._started_s)
        if phase in self._dosed_s:
            anchor_s = max(anchor_s, self._dosed_s[phase])
        if anchor_s != self._anchor_s:
            self._anchor_s, self._gaps_done = anchor_s, 0
        return anchor_s + GAP_DUE_S[self._gaps_done]

    def _gap(self, due_s: int) -> None:
        self._gaps_done += 1
        if self._gaps_done == len(GAP_DUE_S):
            self._lock(Reason.GAP_28)
        elif not self.position.is_completed:
            if self._gaps_done == 1:
                self.position.reset_count()
            else:
                self.position.back(GAP_STAGES, due_s)

    def _settle(self, t_s: int) -> None:
        position = self.position
        if position.rung is None:
            return
        if position.count < position.rung.sessions_required or self.history.missing:
            position.settled_s = None
        elif position.settled_s is None:
            position.settled_s = t_s

    def _session(self, event: Session) -> None:
        position, t_s = self.position, event.t_s
        rung = self._ladder.by_id[event.stage]
        is_ahead = (
            position.rung is not None
            and position.is_ahead(rung)
            and not position.was_lately(rung, t_s)
        )
        record = self.history.add(event, rung, is_ahead=is_ahead)
        if event.run_pct >= FULL_DOSE_PCT:
            self._dosed_s[rung.phase.id] = t_s
        self._become(record, t_s)

    def _pain(self, event: Pain) -> None:
        record = self.history.by_id[event.session]
        danger, has_changed = self.history.answer(record, event)
        if danger is not None:
            self._lock(danger)
        if has_changed:
            self._become(record, event.t_s)

    def _red_flag(self, event: RedFlag) -> None:
        # Danger first: a session that a red flag names has no other effect.
        self._lock(Reason.RED_FLAG)
        if event.session is not None:
            self.history.flag(self.history.by_id[event.session])

    def _lock(self, reason: Reason) -> None:
        if self.standing is not Standing.LOCKED:
            self.standing = Standing.LOCKED
            self.lock_reasons = [reason]
        elif reason not in self.lock_reasons:
            self.lock_reasons.append(reason)

    def _become(self, record: SessionRecord, t_s: int) -> None:
        """Let the outcome that a session has come to take effect; only while active."""
        falls = record.outcome in (Outcome.HOLD, Outcome.REGRESS)
        is_first_fall = falls and not record.has_fallen
        record.has_fallen |= falls
        if self.standing is not Standing.ACTIVE:
            return
        if is_first_fall and self.history.fail(record):
            self._lock(Reason.THREE_FAILS)
        elif record.outcome is Outcome.REGRESS:
            self._move_back(record, t_s)
        elif record.outcome is Outcome.HOLD:
            self._hold(record, t_s)
        elif record.outcome is Outcome.SUCCESS:
            position = self.position
            if position.is_current(record.rung, record.session.t_s):
                position.count += 1
                record.counted_in = position.stay

    def _hold(self, record: SessionRecord, t_s: int) -> None:
        position = self.position
        position.reset_count()
        is_second = position.is_current(
            record.rung, record.session.t_s
        ) and self.history.follows_hold(record, position.entered_s)
        led_here = record.counted_in is not None and record.counted_in == position.progressed_from
        if is_second or led_here:
            self._move_back(record, t_s)

    def _move_back(self, record: SessionRecord, t_s: int) -> None:
        if not record.has_moved_back:
            record.has_moved_back = True
            self.position.back(1, t_s)

    def _put(self, event: Start | Unlock) -> None:
        position, rung = self.position, self._ladder.by_id[event.stage]
        is_unlock = isinstance(event, Unlock)
        may_act = is_unlock is (self.standing is Standing.LOCKED)
        is_allowed = not position.is_ahead(rung) or (event.ahead and event.reason is not None)
        if not (may_act and is_allowed):
            self.ignored.append("unlock" if is_unlock else "start")
            return
        if rung.phase is not position.phase or self._was_discharged:
            position.phase_entered_s = event.t_s
        position.change(rung, event.t_s)
        self.history.restart(is_unlock=is_unlock)
        self._started_s = event.t_s
        self._was_discharged = False
        self.standing = Standing.ACTIVE
        self.lock_reasons = []

    def _signoff(self, event: Signoff) -> None:
        position, t_s = self.position, event.t_s
        phase = position.phase
        if (
            self.standing is not Standing.ACTIVE
            or phase is None
            or phase.id != event.phase
            or not position.needs_signature
            or self.history.missing
            or t_s < self.phase_ends_s
            or self.is_stale(t_s)
        ):
            self.ignored.append("signoff")
            return
        if phase.last + 1 == len(self._ladder.rungs):
            self.standing = Standing.DISCHARGED
            self._was_discharged = True
        else:
            position.change(self._ladder.rungs[phase.last + 1], t_s)
            position.phase_entered_s = t_s
