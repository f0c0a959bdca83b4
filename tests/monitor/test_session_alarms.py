"""Fifty sessions with known over-limit stretches, from bytes to alarm.

Each over-limit stretch raises its alarm within the rule's own time, judged by the gait's true
steps; a session without one raises none.
"""

import random
from dataclasses import dataclass

import pytest
from made_sessions import LIMITS, START_S, decided, made_setup, run_between_walks

from monitor.core import SessionCore
from monitor.journal import Kind
from sensors.virtual.gait import GaitSource, TrueStep
from sensors.virtual.gait_script import GaitScript, run, walk

WALK_S, RUN_S = 6.0, 45.0
EASY_G, HARD_G = 4.4, 7.4
"""g. Three spreads of 8 % below and above the amber limit: the truth leaves no doubt."""

FINAL_S = 2.3
"""s. The analysis makes a step final up to this long after its contact, and the grid 0.1 s more."""

SESSIONS = 50


@dataclass(frozen=True)
class Case:
    """One session: when the over-limit stretch begins in the run and how long it is, or None."""

    seed: int
    hard_from_s: float | None
    hard_for_s: float


def cases() -> list[Case]:
    """Return fifty sessions, a third of them without any over-limit stretch."""
    chance = random.Random(2026)
    return [
        Case(
            seed,
            None if seed % 3 == 0 else chance.uniform(0.0, 20.0),
            chance.uniform(12.0, 18.0),
        )
        for seed in range(1, SESSIONS + 1)
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
    run_begin_s = WALK_S
    steps = [s for s in GaitSource(script_of(case), 208.0, case.seed).truth if s.gait == "run"]
    window: list[TrueStep] = []
    for step in steps:
        if not run_begin_s <= step.t_ic_s < run_begin_s + RUN_S:
            continue
        window = [s for s in (*window, step) if s.t_ic_s > step.t_ic_s - 30.0]
        over = sum(s.impact_g > LIMITS.amber_g for s in window)
        if len(window) >= 8 and over > 0.2 * len(window):
            return START_S + step.t_ic_s
    return None


def alarms(core: SessionCore) -> list[float]:
    return [entry.t_s for entry in core.journal.entries if entry.kind is Kind.ALARM]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_every_over_limit_stretch_raises_its_alarm_in_time_and_nothing_else_does(part: int) -> None:
    setup = made_setup(run_between_walks(RUN_S, WALK_S))
    raised = 0
    for case in cases()[part::5]:
        found = alarms(decided(setup, script_of(case), case.seed))
        due = due_s(case)
        if due is None:
            assert case.hard_from_s is None
            assert not found, f"{case}: alarm without cause at {found}"
            continue
        raised += 1
        assert found, f"{case}: no alarm, due at {due:.1f} s"
        # One missed or doubtful step at the change of gait may shift the eighth step by a stride.
        assert due - 1.0 <= found[0] <= due + FINAL_S + 0.8, f"{case}: {found[0]} for {due:.1f} s"
    assert raised >= 5
