"""A total distance over wraps of its counter, changes of battery and pauses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.pods.distance import MAX_SPEED_MPS, SLACK_M, TURN_M, Distance


def fed(*reports: tuple[float, float | None]) -> Distance:
    distance = Distance()
    for t_s, total_m in reports:
        distance.add(t_s, total_m)
    return distance


def test_nothing_is_known_before_the_first_report_and_nought_at_it() -> None:
    assert fed().total_m is None
    assert fed((1.0, None)).total_m is None
    assert fed((1.0, 5000.0)).total_m == 0.0


@given(start=st.integers(0, 2**32 - 1), steps=st.lists(st.integers(0, 60), max_size=30))
def test_a_counter_that_wraps_is_added_up(start: int, steps: list[int]) -> None:
    counter, distance = start, Distance()
    distance.add(0.0, counter / 10.0)
    for second, step in enumerate(steps, start=1):
        counter = (counter + step) % 2**32
        distance.add(float(second), counter / 10.0)
    assert distance.total_m == pytest.approx(sum(steps) / 10.0, abs=1e-4)
    assert distance.resets == 0


def test_a_reset_is_no_wrap_and_takes_nothing_back() -> None:
    distance = fed(
        (0.0, 1000.0), (1.0, 1003.0), (10.0, 0.0), (11.0, 3.0), (12.0, None), (13.0, 9.0)
    )
    assert distance.total_m == pytest.approx(12.0)
    assert distance.resets == 1


def test_a_pause_may_hold_what_can_be_run_in_it() -> None:
    most_m = MAX_SPEED_MPS * 60.0 + SLACK_M
    assert fed((0.0, 0.0), (60.0, most_m)).total_m == pytest.approx(most_m)
    assert fed((0.0, 0.0), (60.0, most_m + 0.2)).resets == 1
    assert fed((0.0, TURN_M - 1.0), (1.0, 2.0)).total_m == pytest.approx(3.0)
