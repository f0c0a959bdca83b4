"""Coverage of the main set, by worked examples: a hole counts against it, a hold does not."""

import pytest

from analysis.step import Gait, NoImpact, Step
from monitor.coverage import MAX_STRIDE_STRETCH, Coverage
from monitor.plan import Plan
from monitor.programme.model import Part, Segment

STRIDE_S = 0.75


def step(t_ic_s: float, impact_g: float | None = 4.0, stride_s: float | None = STRIDE_S) -> Step:
    reason = None if impact_g is not None else NoImpact.HOLE
    return Step(t_ic_s, None, t_ic_s + 1.0, stride_s, None, impact_g, None, reason, Gait.RUN, ())


def main_set_of(seconds: float) -> Plan:
    plan = Plan((Segment(Gait.WALK, 10.0, Part.WARM_UP), Segment(Gait.RUN, seconds, Part.MAIN)))
    plan.start(0.0)
    return plan


def measured(plan: Plan, steps: list[Step]) -> Coverage:
    coverage = Coverage(plan)
    for s in steps:
        coverage.add(s)
    return coverage


def strides(begin_s: float, end_s: float) -> list[Step]:
    count = int((end_s - begin_s) / STRIDE_S) + 1
    return [step(begin_s + i * STRIDE_S) for i in range(count)]


def test_nothing_done_is_unknown_and_not_zero() -> None:
    coverage = measured(main_set_of(60.0), [])
    assert coverage.pct(10.0) is None
    assert coverage.pct(40.0) == 0.0


def test_steps_from_end_to_end_cover_everything() -> None:
    assert measured(main_set_of(60.0), strides(9.5, 70.5)).pct(70.0) == pytest.approx(100.0)


def test_a_hole_counts_by_the_clock() -> None:
    # 60 s of main set from 10 s on; steps cover 10-40 and 52-70: 48 of 60 s.
    steps = strides(10.0, 40.0) + strides(52.0, 70.0)
    assert measured(main_set_of(60.0), steps).pct(70.0) == pytest.approx(80.0)


def test_a_step_without_a_valid_impact_costs_its_two_strides() -> None:
    steps = strides(10.0, 70.0)
    steps[20] = step(steps[20].t_ic_s, impact_g=None)
    expected = 100.0 * (60.0 - 2 * STRIDE_S) / 60.0
    assert measured(main_set_of(60.0), steps).pct(70.0) == pytest.approx(expected)


def test_time_on_hold_does_not_count() -> None:
    plan = main_set_of(60.0)
    plan.hold(40.0)
    plan.start(100.0)
    steps = strides(10.0, 40.0) + strides(100.0, 130.0)
    assert measured(plan, steps).pct(130.0) == pytest.approx(100.0)


def test_the_warm_up_does_not_count() -> None:
    assert measured(main_set_of(60.0), strides(0.0, 10.0)).pct(20.0) == 0.0


@pytest.mark.parametrize(("stretch", "covered"), [(0.99, True), (1.01, False)])
def test_two_steps_are_neighbours_up_to_a_stretched_stride(stretch: float, covered: bool) -> None:
    apart_s = stretch * MAX_STRIDE_STRETCH * STRIDE_S
    pct = measured(main_set_of(60.0), [step(20.0), step(20.0 + apart_s)]).pct(70.0)
    assert pct == pytest.approx(100.0 * apart_s / 60.0 if covered else 0.0)


def test_steps_whose_strides_are_unknown_cover_nothing() -> None:
    steps = [step(20.0, stride_s=None), step(20.75, stride_s=None)]
    assert measured(main_set_of(60.0), steps).pct(70.0) == 0.0


@pytest.mark.parametrize("known", [0, 1])
def test_one_known_stride_is_enough_to_tell_neighbours(known: int) -> None:
    strides_s = [STRIDE_S if i == known else None for i in range(2)]
    steps = [step(20.0 + 0.75 * i, stride_s=stride_s) for i, stride_s in enumerate(strides_s)]
    assert measured(main_set_of(60.0), steps).pct(70.0) == pytest.approx(100.0 * 0.75 / 60.0)
