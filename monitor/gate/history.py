"""The sessions of one log, as far as the gate has read, and what they say together.

Nothing here looks through all sessions at an event: a log of ten thousand lines is judged in
about the time that it takes to read it.
"""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from typing import Final

from monitor.gate.events import Pain, Session, When
from monitor.gate.ladder import Rung
from monitor.gate.outcome import (
    Answers,
    Circumstances,
    Outcome,
    Shortfall,
    is_lockout_level,
    judge,
)
from monitor.gate.reasons import Reason
from monitor.gate.times import DAY_S, HOUR_S
from monitor.programme.sites import Risk

WEEK_S: Final = 7 * DAY_S
"""s. What a weekly maximum looks back on."""

MORNING_S: Final = 6 * HOUR_S
"""s. A next morning's answer earlier than this after the session is an evening's."""

FAILS: Final = 3
"""So many fails lock."""

FAILS_WITHIN_S: Final = 14 * DAY_S
"""s. The fails that lock lie within this time, or are the last sessions."""

_SAYS_NOTHING: Final = (Outcome.INVALID, Outcome.PENDING)


@dataclass(slots=True)
class SessionRecord:
    """One session with everything that the gate knows of it so far.

    Attributes
    ----------
    session : Session
        Its line.
    number : int
        Its place among the log's sessions, from 0.
    rung : Rung
        Its stage.
    around : Circumstances
        What was judged once, at its own line.
    answers, has_red_flag
        What was said about it.
    outcome, reasons
        What it is worth, and why.
    has_fallen : bool
        Whether it was ever HOLD or REGRESS; the first time alone can be a fail.
    is_fail : bool
        Whether that happened while the patient was active.
    has_moved_back : bool
        Whether it moved the patient back; it does so once.
    counted_in : int or None
        The stay in which its success was counted.
    """

    session: Session
    number: int
    rung: Rung
    around: Circumstances
    answers: Answers
    outcome: Outcome
    reasons: tuple[Shortfall, ...]
    has_red_flag: bool = False
    has_fallen: bool = False
    is_fail: bool = False
    has_moved_back: bool = False
    counted_in: int | None = None
    # What was known at the last unlock. Only an event that names the session changes that, so it
    # is taken at the first such event after the unlock.
    unlocks_seen: int = 0
    pain_pardoned: int | None = None

    @property
    def lacks_answers(self) -> bool:
        """Whether a required answer is missing; a session that locked is done with."""
        return self.outcome is not Outcome.LOCKOUT and not self.answers.are_complete


class History:
    """The sessions of one log.

    Parameters
    ----------
    risk : Risk
        Of the injured site.

    Attributes
    ----------
    records : list of SessionRecord
        In the order of the file, which is the order of time.
    by_id : dict of str to SessionRecord
        The same.
    restarted_at : int
        Number of the first session after the last effective start or unlock.
    missing : int
        Sessions from there on that lack answers.
    """

    def __init__(self, risk: Risk) -> None:
        self.records: list[SessionRecord] = []
        self.by_id: dict[str, SessionRecord] = {}
        self.restarted_at = 0
        self.missing = 0
        self._risk = risk
        self._times_s: list[int] = []
        # Numbers of the sessions that are neither INVALID nor PENDING: all, and by stage.
        self._telling: list[int] = []
        self._telling_at: dict[int, list[int]] = {}
        self._fails_s: list[int] = []
        self._unlocked_at = 0
        self._unlocks = 0

    @property
    def last_s(self) -> int | None:
        """When the last session was; None where there is none."""
        return self._times_s[-1] if self._times_s else None

    def add(self, session: Session, rung: Rung, *, is_ahead: bool) -> SessionRecord:
        """Enter a session and judge it for the first time."""
        last_s = self.last_s
        is_too_soon = last_s is not None and session.t_s - last_s < rung.gap_s
        self._times_s.append(session.t_s)
        is_too_soon |= (
            rung.max_per_week is not None and self.week_count(session.t_s) > rung.max_per_week
        )
        around = Circumstances(self._risk, rung.needs_impact, is_too_soon, is_ahead)
        answers = Answers()
        outcome, reasons = judge(session, answers, around, has_red_flag=False)
        record = SessionRecord(session, len(self.records), rung, around, answers, outcome, reasons)
        self.records.append(record)
        self.by_id[session.id] = record
        self.missing += record.lacks_answers
        self._tell(record)
        return record

    def answer(self, record: SessionRecord, pain: Pain) -> tuple[Reason | None, bool]:
        """Add an answer.

        Returns
        -------
        danger : Reason or None
            Why it locks; None where it does not. A lock-out that a clinician has seen is not news.
        has_changed : bool
            Whether the outcome changed.
        """
        self._look_back(record)
        is_early = pain.t_s < record.session.t_s + MORNING_S
        when = When.EVENING if is_early and pain.when is When.NEXT_MORNING else pain.when
        danger = None
        pardoned = record.pain_pardoned
        if is_lockout_level(when, pain.site, self._risk) and (
            pardoned is None or pain.site > pardoned
        ):
            danger = Reason.PAIN_NEXT_MORNING if when is When.NEXT_MORNING else Reason.PAIN
        lacked = record.lacks_answers
        record.answers = record.answers.add(when, pain.site, pain.soreness)
        return danger, self._rejudge(record, lacked)

    def flag(self, record: SessionRecord) -> None:
        """Add a red flag."""
        self._look_back(record)
        lacked = record.lacks_answers
        record.has_red_flag = True
        self._rejudge(record, lacked)

    def restart(self, *, is_unlock: bool) -> None:
        """Draw the line of an effective start or unlock under the sessions so far."""
        self.restarted_at = len(self.records)
        self.missing = 0
        if is_unlock:
            self._unlocked_at = len(self.records)
            self._unlocks += 1
            self._fails_s.clear()

    def week_count(self, t_s: int) -> int:
        """Return how many sessions there are in the seven days up to ``t_s``, the last entered."""
        return len(self._times_s) - bisect_right(self._times_s, t_s - WEEK_S)

    def week_has_fewer_s(self, sessions: int) -> int:
        """Return when fewer than ``sessions`` of those entered lie in the last seven days."""
        return self._times_s[-sessions] + WEEK_S

    def fail(self, record: SessionRecord) -> bool:
        """Enter a fail; return whether there are too many now."""
        record.is_fail = True
        if record.number < self._unlocked_at:
            return False
        t_s = record.session.t_s
        insort(self._fails_s, t_s)
        near = self._fails_s[
            bisect_left(self._fails_s, t_s - FAILS_WITHIN_S) : bisect_right(
                self._fails_s, t_s + FAILS_WITHIN_S
            )
        ]
        last = self._telling[-FAILS:]
        return any(
            later - earlier <= FAILS_WITHIN_S
            for earlier, later in zip(near, near[FAILS - 1 :], strict=False)
        ) or (
            len(last) == FAILS
            and last[0] >= self._unlocked_at
            and all(self.records[number].is_fail for number in last)
        )

    def follows_hold(self, record: SessionRecord, since_s: int) -> bool:
        """Return whether the last telling session of its stage before it, since then, is HOLD."""
        numbers = self._telling_at[record.rung.place]
        i = bisect_left(numbers, record.number)
        if i == 0:
            return False
        before = self.records[numbers[i - 1]]
        return before.session.t_s >= since_s and before.outcome is Outcome.HOLD

    def _look_back(self, record: SessionRecord) -> None:
        # Before the session changes: what was known of it at the last unlock.
        if record.unlocks_seen != self._unlocks:
            record.unlocks_seen = self._unlocks
            is_lockout = record.outcome is Outcome.LOCKOUT
            record.pain_pardoned = record.answers.highest if is_lockout else None

    def _rejudge(self, record: SessionRecord, lacked: bool) -> bool:
        before = record.outcome
        record.outcome, record.reasons = judge(
            record.session, record.answers, record.around, has_red_flag=record.has_red_flag
        )
        if record.number >= self.restarted_at:
            self.missing += record.lacks_answers - lacked
        if before in _SAYS_NOTHING:
            self._tell(record)
        return record.outcome is not before

    def _tell(self, record: SessionRecord) -> None:
        if record.outcome not in _SAYS_NOTHING:
            insort(self._telling, record.number)
            insort(self._telling_at.setdefault(record.rung.place, []), record.number)
