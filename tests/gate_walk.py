"""A state machine that walks through a patient's record and holds the gate to its promises.

``python tests/gate_walk.py [STEPS]`` walks so many steps with fresh seeds, 50 000 without an
argument; the tests walk 2 000 that are always the same. After every event:

- no stage is reached without all gates of the one before;
- missing data never passes;
- a lock opens only by a clinician;
- one more point of pain never gives a better decision;
- an event without effect, or a decision asked for in between, changes nothing later;
- a prefix and then the rest equals the whole.
"""

import sys
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from monitor.gate.course import Course, Standing
from monitor.gate.decision import Decision, Status, decide, follow, read_off
from monitor.gate.events import Enrol, Event, Pain, Session, Signoff, Start, Unlock
from monitor.gate.history import SessionRecord
from monitor.gate.ladder import build_ladder
from monitor.gate.log import LogReader
from monitor.gate.outcome import REQUIRED, Outcome
from monitor.gate.times import DAY_S, HOUR_S, time_s, time_text
from monitor.programme.file import load_programme

PROGRAMME = load_programme("hip-bsi")
STAGES = [stage.id for stage in PROGRAMME.stages]
SESSION_STAGES = [stage.id for stage in PROGRAMME.stages if stage.has_sessions]
PHASES = [phase.id for phase in PROGRAMME.phases]
LAST_STAGES = ["W5", "L4", "WR12", "T8"]
STEPS_PER_WALK = 40
LONG = 50_000

WAITS_S = st.sampled_from(
    [
        0,
        1,
        HOUR_S,
        3 * HOUR_S,
        6 * HOUR_S,
        18 * HOUR_S,
        42 * HOUR_S,
        2 * DAY_S,
        3 * DAY_S,
        5 * DAY_S,
        7 * DAY_S,
        15 * DAY_S // 2,
        14 * DAY_S,
        14 * DAY_S + 1,
        29 * DAY_S // 2,
        29 * DAY_S // 2 + 1,
        28 * DAY_S + 1,
    ]
)
MOMENTS = st.sampled_from(["before", "during", "after", "evening", "next_morning"])
PAINS = st.sampled_from([0, 0, 0, 0, 0, 1, 1, 2, 3, 9])


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a course holds at one moment; the place is -1 before the first stage."""

    standing: Standing
    place: int
    phase: str
    entered_s: int
    count: int
    is_completed: bool
    missing: int


def snapshot(course: Course) -> Snapshot:
    position = course.position
    return Snapshot(
        course.standing,
        -1 if position.rung is None else position.rung.place,
        "" if position.phase is None else position.phase.id,
        position.entered_s,
        position.count,
        position.is_completed,
        course.history.missing,
    )


class GateWalk(RuleBasedStateMachine):
    """One patient; each rule is one thing that can happen."""

    def __init__(self) -> None:
        super().__init__()
        self.reader = LogReader(PROGRAMME)
        self.events: list[Event] = []
        self.t_s = time_s("2026-01-05T08:00:00Z")
        self.names: list[str] = []

    @initialize(
        site=st.sampled_from([site.id for site in PROGRAMME.sites]),
        days=st.sampled_from([0, 1, 14]),
        stage=st.sampled_from([*STAGES, *LAST_STAGES, *LAST_STAGES]),
        starts=st.sampled_from([True, True, True, True, False]),
    )
    def enrol(self, site: str, days: int, stage: str, starts: bool) -> None:
        line = {"kind": "enrol", "patient": "p", "site": site, "programme": PROGRAMME.id}
        event = self.write(line | {"min_days": dict.fromkeys(PHASES, days)})
        assert isinstance(event, Enrol)
        self.events.append(event)
        self.course = Course(build_ladder(PROGRAMME, event))
        # The same patient, but looked at between the events and told what has no effect.
        self.disturbed = Course(build_ladder(PROGRAMME, event))
        self.course.take(event)
        self.disturbed.take(event)
        if starts:
            self.happens({"kind": "start", "stage": stage, "by": "d", "ahead": True, "reason": "r"})

    # --- what can happen -----------------------------------------------------------------------

    @rule(wait_s=WAITS_S)
    def wait(self, wait_s: int) -> None:
        self.t_s += wait_s

    @rule(times=st.integers(1, 5), extra_s=st.sampled_from([0, HOUR_S, DAY_S]))
    def clean_sessions(self, times: int, extra_s: int) -> None:
        """Sessions as they should be, with every answer, on their due times."""
        self.clear_the_way()
        for _ in range(times):
            rung = self.course.position.rung
            if rung is None or not rung.phase.has_sessions:
                return
            self.wait_for_turn(extra_s)
            self.session(rung.id)
            for when, after_s in (("during", 0), ("after", 60), ("next_morning", 16 * HOUR_S)):
                self.t_s += after_s
                self.answer(self.names[-1], when, 0, None)

    def clear_the_way(self) -> None:
        """Let the clinician open a lock, answer everything, and have the phase signed."""
        course = self.course
        if course.standing is Standing.LOCKED:
            stage = STAGES[0] if course.position.rung is None else course.position.rung.id
            self.happens({"kind": "unlock", "stage": stage, "by": "d", "reason": "r"})
        for record in course.history.records[course.history.restarted_at :]:
            if record.lacks_answers:
                self.answer_openly(record)
        position = course.position
        if position.rung is not None and position.settled_s is not None:
            # The stage has its sessions: wait until it has its days, and the phase its own.
            self.t_s = max(self.t_s, position.entered_s + position.rung.min_s + 1)
            if position.rung.is_last_of_phase:
                self.t_s = max(self.t_s, course.phase_ends_s)
                self.happens({"kind": "signoff", "phase": position.rung.phase.id, "by": "d"})

    def answer_openly(self, record: SessionRecord) -> None:
        """Give the answers that are still missing, all without pain."""
        self.t_s = max(self.t_s, record.session.t_s + 6 * HOUR_S)
        for when in sorted(REQUIRED - record.answers.given):
            self.answer(record.session.id, when, 0, None)

    def wait_for_turn(self, extra_s: int) -> None:
        rung, last_s = self.course.position.rung, self.course.history.last_s
        if rung is not None and last_s is not None:
            pace_s = max(rung.gap_s, 7 * DAY_S // (rung.max_per_week or 1))
            self.t_s = max(self.t_s, last_s + pace_s + extra_s)

    @rule(recent=st.integers(1, 3))
    def open_answers(self, recent: int) -> None:
        for name in self.names[-recent:]:
            self.answer_openly(self.course.history.by_id[name])

    @rule(
        stage=st.sampled_from([None, None, None, *SESSION_STAGES]),
        on_time=st.sampled_from([True, True, True, False]),
        numbers=st.sampled_from(
            [
                {},
                {},
                {"valid_pct": 84.9},
                {"run_pct": 89.9},
                {"run_pct": 110.1},
                {"red_events": 1},
                {"load_pct": 125.1},
                {"amber_pct": 20.1},
                {"impact": False},
            ]
        ),
    )
    def any_session(self, stage: str | None, on_time: bool, numbers: dict[str, Any]) -> None:
        if on_time:
            self.wait_for_turn(0)
        rung = self.course.position.rung
        present = rung.id if rung is not None and rung.id in SESSION_STAGES else "W1"
        self.session(stage or present, **numbers)

    @rule(
        recent=st.integers(1, 4),
        when=MOMENTS,
        site=PAINS,
        soreness=st.sampled_from([None, None, 0, 4]),
    )
    def any_answer(self, recent: int, when: str, site: int, soreness: int | None) -> None:
        if self.names:
            self.answer(self.names[-recent:][0], when, site, soreness)

    @rule(
        kind=st.sampled_from(["start", "unlock", "unlock", "unlock", "signoff", "red_flag"]),
        steps=st.integers(-2, 2),
        phase=st.sampled_from([None, None, *PHASES]),
    )
    def clinic(self, kind: str, steps: int, phase: str | None) -> None:
        """What is seldom, in one rule so that it stays seldom."""
        position = self.course.position
        if kind == "red_flag":
            line = {"kind": kind, "flag": "limp"}
            self.happens(line | ({"session": self.names[-1]} if steps > 0 and self.names else {}))
        elif kind == "signoff":
            name = phase or (PHASES[0] if position.phase is None else position.phase.id)
            self.happens({"kind": kind, "phase": name, "by": "d"})
        else:
            place = (0 if position.rung is None else position.rung.place) + steps
            stage = STAGES[max(0, min(len(STAGES) - 1, place))]
            put = {"kind": kind, "stage": stage, "by": "d", "reason": "r"}
            self.happens(put | ({"ahead": True} if steps > 0 else {}))

    # --- one event -----------------------------------------------------------------------------

    def session(self, stage: str, **numbers: Any) -> None:
        self.names.append(f"s{len(self.names)}")
        usual = {"valid_pct": 97.5, "run_pct": 100, "load_pct": 100, "amber_pct": 1}
        usual |= {"red_events": 0, "impact": True}
        self.happens({"kind": "session", "id": self.names[-1], "stage": stage, **usual, **numbers})

    def answer(self, name: str, when: str, site: int, soreness: int | None) -> None:
        line = {"kind": "pain", "session": name, "when": when, "site": site}
        self.happens(line if soreness is None else line | {"soreness": soreness})

    def write(self, line: dict[str, Any]) -> Event:
        return self.reader.take({"t": time_text(self.t_s), **line})

    def happens(self, line: dict[str, Any]) -> None:
        event = self.write(line)
        before_s, t_s = self.events[-1].t_s, event.t_s
        for moment_s in (before_s, (before_s + t_s) // 2, t_s):
            self.disturbed.advance(moment_s)
        # What falls due with time comes first, by itself, then the event.
        old = snapshot(self.course)
        self.course.advance(t_s)
        due = snapshot(self.course)
        self.time_passed(old, due)
        self.course.take(event)
        self.disturbed.take(event)
        self.events.append(event)
        self.acted(event, due, snapshot(self.course))
        self.is_undisturbed(event)
        if isinstance(event, Pain):
            self.pain_is_never_better(event)

    # --- the promises --------------------------------------------------------------------------

    def time_passed(self, old: Snapshot, due: Snapshot) -> None:
        """No stage is reached with time alone before its gates are passed."""
        if due.place > old.place:
            rung = self.course.position.ladder.rungs[old.place]
            # Gaps move back only, so more than one stage up would be one without its sessions.
            assert due.place == old.place + 1
            assert due.phase == old.phase, "a phase was left without a signature"
            assert due.entered_s >= old.entered_s + rung.min_s
            assert self.faultless(rung.id, old.entered_s) >= rung.sessions_required
        if due.place > old.place or (due.is_completed and not old.is_completed):
            assert not old.missing, "missing answers passed"
            assert old.standing is Standing.ACTIVE

    def faultless(self, stage: str, since_s: int) -> int:
        """Count the sessions without a fault by their lines alone."""
        clean = 0
        for session in self.events:
            if not isinstance(session, Session) or session.stage != stage:
                continue
            pains = [e for e in self.events if isinstance(e, Pain) and e.session == session.id]
            moments = {
                e.when
                for e in pains
                if e.when != "next_morning" or e.t_s >= session.t_s + 6 * HOUR_S
            }
            clean += (
                session.t_s >= since_s
                and moments >= {"during", "after", "next_morning"}
                and all(e.site == 0 and (e.soreness or 0) < 4 for e in pains)
                and session.valid_pct >= 85
                and 90 <= session.run_pct <= 110
                and session.load_pct <= 125
                and session.amber_pct <= 20
                and not session.red_events
                and (session.impact or (stage[0] in "WL" and not stage.startswith("WR")))
            )
        return clean

    def acted(self, event: Event, due: Snapshot, new: Snapshot) -> None:
        """Only a clinician leads on to another phase, opens a lock, or puts on a later stage."""
        if due.standing is Standing.LOCKED and new.standing is not Standing.LOCKED:
            assert isinstance(event, Unlock), "a lock opened by itself"
            assert event.by
        if new.place > max(due.place, 0):  # the ladder's first stage is behind nobody
            assert isinstance(event, Start | Unlock | Signoff)
            if isinstance(event, Signoff):
                assert due.standing is Standing.ACTIVE
                assert not due.missing, "a phase was signed with answers missing"
                assert due.is_completed or due.phase in ("P0", "P1")
            else:
                assert event.ahead
                assert event.reason
        if new.count > due.count:
            assert isinstance(event, Pain)
            record = self.course.history.by_id[event.session]
            assert record.outcome is Outcome.SUCCESS
            assert record.answers.are_complete
        decision = read_off(self.course, event.t_s)
        if new.missing and decision.status is Status.NEEDS_SIGNOFF:
            assert "answers-missing" in decision.reasons
        if decision.may_run:
            assert new.standing is Standing.ACTIVE

    def is_undisturbed(self, event: Event) -> None:
        """Events without effect and looks in between leave the same patient."""
        for line in self.without_effect(event):
            self.disturbed.take(line)
        plain, disturbed = follow(PROGRAMME, self.events), self.disturbed
        assert snapshot(plain) == snapshot(disturbed) == snapshot(self.course)
        assert plain.lock_reasons == disturbed.lock_reasons
        decided, looked = read_off(plain, event.t_s), read_off(disturbed, event.t_s)
        assert replace(decided, ignored=()) == replace(looked, ignored=())

    def without_effect(self, event: Event) -> list[Event]:
        t_s, position = event.t_s, self.course.position
        stage = STAGES[0] if position.rung is None else position.rung.id
        is_locked = self.course.standing is Standing.LOCKED
        elsewhere = next(p for p in PHASES if position.phase is None or p != position.phase.id)
        idle: list[Event] = [
            Signoff(t_s, elsewhere, "d"),
            Start(t_s, stage, "d") if is_locked else Unlock(t_s, stage, "d", "r"),
        ]
        # The same answer a second time; a danger that is answered by an unlock is news no more.
        return [*idle, event] if isinstance(event, Pain) else idle

    def pain_is_never_better(self, event: Pain) -> None:
        if event.site == 10:
            return
        worse = replace(event, site=event.site + 1)
        told, more = follow(PROGRAMME, self.events), follow(PROGRAMME, self.events[:-1])
        more.take(worse)
        for later_s in (0, 20 * HOUR_S, 6 * DAY_S, 15 * DAY_S):
            now_s = event.t_s + later_s
            told.advance(now_s)
            more.advance(now_s)
            assert is_no_better(read_off(more, now_s), read_off(told, now_s)), (event, later_s)

    def teardown(self) -> None:
        """A prefix and then the rest equals the whole, wherever it is cut."""
        for cut in range(1, len(self.events), 25):
            course = follow(PROGRAMME, self.events[:cut])
            # A decision in between is made from a course of its own.
            decide(PROGRAMME, self.events[:cut], self.events[cut - 1].t_s)
            for event in self.events[cut:]:
                course.take(event)
            assert snapshot(course) == snapshot(self.course)
            assert read_off(course, self.events[-1].t_s) == decide(
                PROGRAMME, self.events, self.events[-1].t_s
            )


def is_no_better(more: Decision, told: Decision) -> bool:
    """Return whether a decision is at most as good as another: locked is the worst."""
    if more.status is Status.LOCKED:
        return True
    if told.status is Status.LOCKED or (more.may_run and not told.may_run):
        return False
    places = [-1 if d.stage is None else STAGES.index(d.stage) for d in (more, told)]
    return places[0] < places[1] or (places[0] == places[1] and more.count <= told.count)


def walk(steps: int, *, is_repeatable: bool) -> None:
    """Walk so many steps; the first broken promise raises with the shortest walk to it."""
    run_state_machine_as_test(
        GateWalk,
        settings=settings(
            max_examples=-(-steps // STEPS_PER_WALK),
            stateful_step_count=STEPS_PER_WALK,
            derandomize=is_repeatable,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


if __name__ == "__main__":
    walk(int(sys.argv[1]) if len(sys.argv) > 1 else LONG, is_repeatable=False)
