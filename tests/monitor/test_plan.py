"""The plan's clock: segments, holds, stops and the walk after a red event."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.step import Gait
from monitor.plan import Plan
from monitor.programme.model import Part, Segment

WALK, RUN = Gait.WALK, Gait.RUN
SEGMENTS = (
    Segment(WALK, 10.0, Part.WARM_UP),
    Segment(RUN, 20.0, Part.MAIN),
    Segment(WALK, 5.0, Part.MAIN),
    Segment(RUN, 15.0, Part.MAIN),
    Segment(WALK, 10.0, Part.COOL_DOWN),
)


def started(at_s: float = 2.0) -> Plan:
    plan = Plan(SEGMENTS)
    plan.start(at_s)
    return plan


def test_nothing_runs_before_the_start() -> None:
    plan = Plan(SEGMENTS)
    assert plan.at(100.0).index is None
    assert not plan.is_done(100.0)
    assert plan.segment_began_s(100.0) is None


def test_segments_follow_each_other_and_count_down() -> None:
    plan = started()
    assert [plan.at(t).index for t in (2.0, 11.99, 12.0, 32.0, 37.0, 52.0, 62.0)] == [
        0, 0, 1, 2, 3, 4, None,
    ]  # fmt: skip
    assert plan.at(30.0).left_s == pytest.approx(2.0)
    assert plan.segment_began_s(30.0) == pytest.approx(12.0)
    assert plan.is_done(62.0)
    assert not plan.is_done(61.99)


def test_a_hold_stops_the_clock_and_a_window_never_spans_it() -> None:
    plan = started()
    plan.hold(20.0)
    assert plan.is_holding
    assert plan.at(500.0).left_s == pytest.approx(12.0)
    assert plan.segment_began_s(25.0) is None
    plan.start(30.0)
    assert plan.at(31.0).left_s == pytest.approx(11.0)
    assert plan.segment_began_s(31.0) == 30.0
    assert plan.segment_began_s(43.0) == pytest.approx(42.0)
    main = [s for s in plan.stretches(50.0) if s.part is Part.MAIN]
    ends = [end for s in main for end in (s.begin_s, s.end_s)]
    assert ends == pytest.approx([12.0, 20.0, 30.0, 42.0, 42.0, 47.0, 47.0, 50.0])


def test_starting_twice_or_holding_twice_changes_nothing() -> None:
    plan = started()
    plan.start(5.0)
    plan.hold(20.0)
    plan.hold(25.0)
    assert plan.plan_s(40.0) == pytest.approx(18.0)


def test_a_stop_is_for_good() -> None:
    plan = started()
    plan.stop(20.0)
    plan.start(30.0)
    assert plan.is_done(20.0)
    assert plan.is_stopped
    assert not plan.is_holding
    assert [plan.done_s(i, 90.0) for i in range(5)] == pytest.approx([10.0, 8.0, 0.0, 0.0, 0.0])


def test_after_a_red_event_the_rest_of_the_main_set_is_walked_and_not_counted_as_run() -> None:
    plan = started()
    plan.walk_the_rest(18.0)
    assert plan.at(17.9).gait is RUN
    assert plan.at(18.0).gait is WALK
    assert plan.at(40.0).gait is WALK
    assert plan.segment_began_s(20.0) == pytest.approx(18.0)
    assert [plan.done_s(i, 70.0) for i in range(5)] == pytest.approx([10.0, 6.0, 5.0, 0.0, 10.0])
    assert plan.is_done(62.0)


def test_a_second_red_event_does_not_move_the_first() -> None:
    plan = started()
    plan.walk_the_rest(18.0)
    plan.walk_the_rest(40.0)
    assert plan.done_s(1, 70.0) == pytest.approx(6.0)


@given(
    st.lists(st.floats(0.1, 30.0), min_size=0, max_size=8),
    st.floats(0.0, 200.0),
)
def test_what_is_done_is_the_running_time_whatever_the_holds(
    pauses: list[float], until_s: float
) -> None:
    plan = Plan(SEGMENTS)
    plan.start(0.0)
    t_s, running_s = 0.0, 0.0
    for i, length in enumerate(pauses):
        t_s += length
        if i % 2 == 0:
            running_s += length
            plan.hold(t_s)
        else:
            plan.start(t_s)
    if len(pauses) % 2 == 0:
        running_s += until_s
    expected = min(running_s, plan.planned_s)
    now_s = t_s + until_s
    assert plan.plan_s(now_s) == pytest.approx(expected)
    assert sum(plan.done_s(i, now_s) for i in range(5)) == pytest.approx(expected)
    assert sum(s.end_s - s.begin_s for s in plan.stretches(now_s)) == pytest.approx(expected)
