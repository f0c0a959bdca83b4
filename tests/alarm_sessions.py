"""``make sessions``: sessions with known over-limit stretches, from bytes to alarm.

Each over-limit stretch has to raise its alarm within the rule's own time, judged by the gait's true
steps; nothing else may. Found of those due, and false ones an hour of running, are counted.
"""

import random
from dataclasses import dataclass

from made_sessions import LIMITS, START_S, decided, made_setup, run_between_walks

from monitor.journal import Kind
from sensors.virtual.gait import GaitSource, TrueStep
from sensors.virtual.gait_script import GaitScript, run, walk

WALK_S, RUN_S = 6.0, 45.0
EASY_G, HARD_G = 4.4, 7.4
"""g. Three spreads of 8 % below and above the amber limit: the truth leaves no doubt."""

FINAL_S = 2.3
"""s. The analysis makes a step final up to this long after its contact, and the grid 0.1 s more."""

STRIDE_S = 0.8
"""s. One missed or doubtful step at the change of gait may shift the eighth step by a stride."""

LEAST_FOUND_PCT, MOST_FALSE_PER_H = 99.5, 1.0
"""What is asked of the alarms."""

SETUP = made_setup(run_between_walks(RUN_S, WALK_S))


@dataclass(frozen=True, slots=True)
class Case:
    """One session: when the over-limit stretch begins in the run and how long it is, or None."""

    seed: int
    hard_from_s: float | None
    hard_for_s: float


@dataclass(frozen=True, slots=True)
class Count:
    """Alarms due, found in time, and raised without cause; and the time run."""

    due: int = 0
    found: int = 0
    false: int = 0
    run_h: float = 0.0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.due + other.due,
            self.found + other.found,
            self.false + other.false,
            self.run_h + other.run_h,
        )

    @property
    def found_pct(self) -> float:
        """Share of the alarms due that were raised in time."""
        return 100.0 * self.found / self.due

    @property
    def false_per_h(self) -> float:
        """Alarms without cause in an hour of running."""
        return self.false / self.run_h

    @property
    def is_enough(self) -> bool:
        """Whether both are as asked for."""
        return self.found_pct >= LEAST_FOUND_PCT and self.false_per_h <= MOST_FALSE_PER_H


def cases(count: int) -> list[Case]:
    """Return sessions, a third of them without any over-limit stretch."""
    chance = random.Random(2026)
    return [
        Case(
            seed,
            None if seed % 3 == 0 else chance.uniform(0.0, 20.0),
            chance.uniform(12.0, 18.0),
        )
        for seed in range(1, count + 1)
    ]


def script_of(case: Case) -> GaitScript:
    """Return the case's gait."""
    if case.hard_from_s is None:
        runs = [run(RUN_S, impact_g=EASY_G)]
    else:
        rest_s = RUN_S - case.hard_from_s - case.hard_for_s
        stretches = ((case.hard_from_s, EASY_G), (case.hard_for_s, HARD_G), (rest_s, EASY_G))
        runs = [run(seconds, impact_g=g) for seconds, g in stretches if seconds > 0.5]
    return GaitScript((walk(WALK_S), *runs, walk(WALK_S + 4.0)))


def due_s(case: Case) -> float | None:
    """Return when the rule is first met by the true steps, on the session's clock."""
    assert LIMITS.amber_g is not None
    steps = [s for s in GaitSource(script_of(case), 208.0, case.seed).truth if s.gait == "run"]
    window: list[TrueStep] = []
    for step in steps:
        if not WALK_S <= step.t_ic_s < WALK_S + RUN_S:
            continue
        window = [s for s in (*window, step) if s.t_ic_s > step.t_ic_s - 30.0]
        over = sum(s.impact_g > LIMITS.amber_g for s in window)
        if len(window) >= 8 and over > 0.2 * len(window):
            return START_S + step.t_ic_s
    return None


def counted(case: Case) -> Count:
    """Run one session and hold its alarms against the truth."""
    core = decided(SETUP, script_of(case), case.seed)
    alarms = [entry.t_s for entry in core.journal.entries if entry.kind is Kind.ALARM]
    due = due_s(case)
    hours = RUN_S / 3600.0
    if due is None:
        return Count(false=len(alarms), run_h=hours)
    in_time = [t for t in alarms if due - 1.0 <= t <= due + FINAL_S + STRIDE_S]
    # Whatever comes after the first alarm is of the same stretch: its steps stay in the window.
    early = [t for t in alarms if t < due - 1.0]
    return Count(due=1, found=bool(in_time), false=len(early), run_h=hours)
