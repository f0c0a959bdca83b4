"""Made histories of patients: plausible enough to climb the whole ladder, unkind at every boundary.

Each history follows its own patient with the gate itself, so that sessions come when they may and
signatures when they are due; then it strays on purpose: times exactly on a due time or one second
beside it, answers that are late, missing, doubled or changed, sessions of other stages, starts and
unlocks that may not act, red flags, long gaps, several events in one second.
"""

import heapq
import json
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from monitor.gate.course import GAP_DUE_S, Course, Standing
from monitor.gate.events import Enrol, Event
from monitor.gate.ladder import Ladder, build_ladder
from monitor.gate.log import LogReader
from monitor.gate.times import DAY_S, HOUR_S, time_s, time_text
from monitor.programme.model import Programme

Line = dict[str, Any]

BEGIN_S = time_s("2026-01-05T08:00:00Z")


@dataclass(frozen=True, slots=True)
class Temper:
    """How a history goes: probabilities, each for one step."""

    clean: float
    late: float
    skipped: float
    stray: float
    meddling: float
    edge: float
    gap: float


TEMPERS = (
    Temper(clean=0.995, late=0.02, skipped=0.005, stray=0.01, meddling=0.01, edge=0.15, gap=0.01),
    Temper(clean=0.97, late=0.1, skipped=0.02, stray=0.05, meddling=0.05, edge=0.3, gap=0.04),
    Temper(clean=0.93, late=0.3, skipped=0.05, stray=0.1, meddling=0.1, edge=0.5, gap=0.1),
    Temper(clean=0.9, late=0.05, skipped=0.02, stray=0.05, meddling=0.02, edge=0.6, gap=0.3),
    Temper(clean=0.75, late=0.4, skipped=0.15, stray=0.3, meddling=0.2, edge=0.4, gap=0.1),
    Temper(clean=0.4, late=0.5, skipped=0.3, stray=0.5, meddling=0.4, edge=0.4, gap=0.1),
)


@dataclass(frozen=True, slots=True)
class History:
    """A valid log and the time at which it is to be decided."""

    lines: list[Line]
    at: str

    @property
    def content(self) -> bytes:
        """The log as a file."""
        return "".join(f"{json.dumps(line)}\n" for line in self.lines).encode()


def make_history(programme: Programme, seed: int, steps: int | None = None) -> History:
    """Return history number ``seed``; the same number gives the same history."""
    rng = Random(seed)
    writer = _Writer(programme, rng, rng.choice(TEMPERS))
    for _ in range(rng.randint(4, 45) if steps is None else steps):
        writer.step()
    writer.flush(writer.t_s + rng.choice((0, 0, 7 * HOUR_S, 40 * DAY_S)))
    moments = [writer.t_s, writer.t_s + 1, writer.t_s + rng.randrange(30 * DAY_S)]
    moments += [m for m in writer.edges() if m >= writer.t_s]
    at = time_text(rng.choice(moments))
    assert at is not None
    return History(writer.lines, at)


class _Writer:
    def __init__(self, programme: Programme, rng: Random, temper: Temper) -> None:
        self.rng, self.temper = rng, temper
        self.lines: list[Line] = []
        self.t_s = BEGIN_S + rng.randrange(2 * DAY_S)
        self._reader = LogReader(programme)
        self._due: list[tuple[int, int, Line]] = []
        self._order = count()
        self._names = count(1)
        site = rng.choice(programme.sites)
        enrol: Line = {"kind": "enrol", "patient": "p", "site": site.id, "programme": programme.id}
        days = {p.id: rng.choice((0, 1, 5, 20)) for p in programme.phases if rng.random() < 0.5}
        if site.surgeon_sets:
            days |= {"P0": rng.choice((0, 10, 42)), "P1": rng.choice((0, 14))}
        if days:
            enrol["min_days"] = days
        event = self._write(enrol)
        assert isinstance(event, Enrol)
        self.ladder: Ladder = build_ladder(programme, event)
        self.course = Course(self.ladder)
        self.course.take(event)
        # A few patients never start: what happens to them has to be judged all the same.
        self._starts = rng.random() < 0.94
        if self._starts and rng.random() < 0.95:
            self.t_s += rng.choice((0, 60, HOUR_S, DAY_S))
            # Often where a phase ends: what follows a signature would be seldom otherwise.
            ends = [rung for rung in self.ladder.rungs if rung.is_last_of_phase]
            share = rng.random()
            rung = rng.choice(self.ladder.rungs if share < 0.6 else ends)
            rung = ends[-1] if share > 0.9 else rung
            self._put("start", rung.id, ahead=True)

    # --- one step of a life ----------------------------------------------------------------------

    def step(self) -> None:
        rng, temper, course = self.rng, self.temper, self.course
        if rng.random() < temper.meddling:
            self._meddle()
            return
        records = course.history.records
        if records and rng.random() < temper.late / 4:
            # Second thoughts about a session, also about one of an earlier stage.
            self._wait(self.t_s + rng.choice((0, HOUR_S, DAY_S)))
            name = rng.choice(records[-12:]).session.id
            moment = rng.choice(("during", "evening", "next_morning"))
            site = rng.choice((1, 1, 1, 1, 2, 2, 3))
            self._emit({"kind": "pain", "session": name, "when": moment, "site": site})
            return
        if rng.random() < temper.gap:
            edges = self.edges()
            self._wait(rng.choice(edges) if edges else self.t_s + rng.randrange(30 * DAY_S))
        if course.standing is Standing.LOCKED and rng.random() < 0.7:
            self._wait(self.t_s + rng.choice((0, 60, HOUR_S, 20 * HOUR_S, 3 * DAY_S)))
            self._unlock()
        elif course.standing is Standing.DISCHARGED and rng.random() < 0.6:
            self._put("start", rng.choice(self.ladder.rungs[-8:]).id, ahead=False)
        elif course.position.needs_signature and rng.random() < 0.6:
            self._sign()
        elif course.position.rung is None and self._starts:
            self._put("start", rng.choice(self.ladder.rungs).id, ahead=True)
        elif rng.random() < (1 - temper.clean) / 8:
            self._red_flag()
        else:
            self._session()

    def edges(self) -> list[int]:
        """Return times at which something can change, and the second before and after each."""
        course, position = self.course, self.course.position
        if position.rung is None:
            return []
        last_s = course.history.last_s or self.t_s
        times = [
            position.entered_s + position.rung.min_s,
            position.entered_s + 3 * HOUR_S,
            course.phase_ends_s,
            last_s + position.rung.gap_s,
            last_s + 14 * DAY_S,
            last_s + 18 * HOUR_S,
            last_s + 48 * HOUR_S,
            *(max(last_s, position.entered_s) + due_s for due_s in GAP_DUE_S),
            *(record.session.t_s + 7 * DAY_S for record in course.history.records[-5:]),
            *(record.session.t_s + 14 * DAY_S for record in course.history.records[-5:]),
        ]
        return [t_s + off for t_s in times for off in (-1, 0, 1) if t_s + off >= self.t_s]

    def _session(self) -> None:
        rng, temper = self.rng, self.temper
        rung = self.course.position.rung
        with_sessions = [r for r in self.ladder.rungs if r.phase.has_sessions]
        if rung is None or not rung.phase.has_sessions or rng.random() < temper.stray:
            place = 0 if rung is None else rung.place
            near = [r for r in with_sessions if abs(r.place - place) <= 2]
            rung = rng.choice(near if near and rng.random() < 0.7 else with_sessions)
        later = [r for r in with_sessions if r.place - rung.place in (1, 2)]
        if later and rng.random() < temper.edge and self._has_just_gone_back():
            # A run of the stage that was the patient's a moment ago.
            rung = rng.choice(later)
            entered_s = self.course.position.entered_s
            self._wait(entered_s + 3 * HOUR_S + rng.choice((-1, 0, 1)))
        elif rng.random() < temper.edge:
            edges = self.edges()
            soon = [e for e in edges if e < self.t_s + 8 * DAY_S]
            self._wait(rng.choice(soon) if soon else self.t_s)
        else:
            last_s = self.course.history.last_s
            spread_s = 7 * DAY_S // (rung.max_per_week or 1)
            t_s = self.t_s if last_s is None else last_s + max(rung.gap_s, spread_s)
            self._wait(t_s + rng.choice((0, 0, 60, HOUR_S)))
        self.flush(self.t_s)
        name = f"s{next(self._names)}"
        self._emit(
            {
                "kind": "session",
                "id": name,
                "stage": rung.id,
                "valid_pct": self._pct(97.5, 85, 84.9, 60),
                "run_pct": self._pct(100, 90, 89.9, 110, 110.1, 50),
                "load_pct": self._pct(100, 125, 125.1, 140),
                "amber_pct": self._pct(3, 20, 20.1, 60),
                "red_events": 0 if rng.random() < temper.clean else rng.choice((0, 1, 2)),
                "impact": rng.random() < temper.clean,
            }
        )
        self._ask(name)

    def _has_just_gone_back(self) -> bool:
        position = self.course.position
        lately = position.entered_s > self.t_s - 3 * HOUR_S
        return lately and position.stay > 1 and position.progressed_from is None

    def _pct(self, usual: float, *others: float) -> float:
        return usual if self.rng.random() < self.temper.clean else self.rng.choice(others)

    def _ask(self, name: str) -> None:
        rng, temper = self.rng, self.temper
        delays = {
            "before": (0,),
            "during": (0, 0, 60),
            "after": (60, 60, HOUR_S),
            "evening": (8 * HOUR_S,),
            "next_morning": (16 * HOUR_S, 16 * HOUR_S, 18 * HOUR_S, 6 * HOUR_S, 6 * HOUR_S + 1),
        }
        for when, choices in delays.items():
            if rng.random() < (0.6 if when in ("before", "evening") else temper.skipped):
                continue
            delay_s = rng.choice(choices)
            if rng.random() < temper.late:
                late_s = (HOUR_S, DAY_S, 3 * DAY_S, rng.randrange(25 * DAY_S))
                delay_s = rng.choice((*GAP_DUE_S[:2], *(delay_s + s for s in late_s)))
            if when == "next_morning" and rng.random() < temper.late / 4:
                delay_s = rng.choice((0, 6 * HOUR_S - 1))
            self._answer(name, when, delay_s)
            if rng.random() < temper.late / 4:
                self._answer(name, when, delay_s + rng.randrange(10 * DAY_S))

    def _answer(self, name: str, when: str, delay_s: int) -> None:
        rng = self.rng
        line: Line = {"kind": "pain", "session": name, "when": when, "site": 0}
        if rng.random() > self.temper.clean:
            line["site"] = rng.choice((0, 1, 1, 1, 1, 2, 2, 2, 3, 4, 10))
        if rng.random() < 0.1:
            line["soreness"] = rng.choice((0, 1, 3)) if rng.random() < 0.9 else 4
        heapq.heappush(self._due, (self.t_s + delay_s, next(self._order), line))

    def _meddle(self) -> None:
        rng = self.rng
        self._wait(self.t_s + rng.choice((0, 0, 1, HOUR_S, DAY_S)))
        stage = rng.choice(self.ladder.rungs).id
        if self.course.position.rung is not None and rng.random() < 0.5:
            stage = self.course.position.rung.id
        what = rng.randrange(4)
        if what == 0:
            self._put("start", stage, ahead=rng.random() < 0.7)
        elif what == 1:
            self._put("unlock", stage, ahead=rng.random() < 0.7)
        elif what == 2:
            self._sign()
        else:
            self._red_flag()

    def _unlock(self) -> None:
        rng, rung = self.rng, self.course.position.rung
        place = 0 if rung is None else rung.place
        place = max(0, min(len(self.ladder.rungs) - 1, place + rng.choice((0, 0, 0, -1, -2, 1))))
        self._put("unlock", self.ladder.rungs[place].id, ahead=rng.random() < 0.5)

    def _put(self, kind: str, stage: str, *, ahead: bool) -> None:
        line: Line = {"kind": kind, "stage": stage, "by": "dr-a"}
        if kind == "unlock" or self.rng.random() < 0.9:
            line["reason"] = "seen"
        if ahead or self.rng.random() < 0.2:
            line["ahead"] = ahead
        self._emit(line)

    def _sign(self) -> None:
        phase = self.course.position.phase
        if phase is not None:
            if self.rng.random() < 0.6:
                ends_s = self.course.phase_ends_s
                self._wait(ends_s + self.rng.choice((0, 0, 60, -1)))
            if self.rng.random() < 0.2:
                last_s = self.course.history.last_s or self.t_s
                self._wait(last_s + 14 * DAY_S + self.rng.choice((-1, 0, 1, DAY_S)))
            ids = sorted({rung.phase.id for rung in self.ladder.rungs})
            name = phase.id if self.rng.random() < 0.9 else self.rng.choice(ids)
            self._emit({"kind": "signoff", "phase": name, "by": "dr-b"})

    def _red_flag(self) -> None:
        line: Line = {"kind": "red_flag", "flag": "limp"}
        records = self.course.history.records
        if records and self.rng.random() < 0.5:
            line["session"] = self.rng.choice(records[-4:]).session.id
        self._emit(line)

    # --- the log -----------------------------------------------------------------------------

    def _wait(self, t_s: int) -> None:
        t_s = max(t_s, self.t_s)
        self.flush(t_s)
        self.t_s = t_s
        # What falls due meanwhile, so that the next step knows the present stage.
        self.course.advance(t_s)

    def flush(self, t_s: int) -> None:
        """Write the answers that are due up to a time."""
        while self._due and self._due[0][0] <= t_s:
            due_s, _, line = heapq.heappop(self._due)
            self.t_s = max(self.t_s, due_s)
            self._emit(line)

    def _emit(self, line: Line) -> None:
        self.course.take(self._write(line))

    def _write(self, line: Line) -> Event:
        full = {"t": time_text(self.t_s), **line}
        event = self._reader.take(full)
        self.lines.append(full)
        return event
