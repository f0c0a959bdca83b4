"""Left against right of the last minute: when it asks, when it is back, and how clocks agree."""

from dataclasses import replace

import pytest
from made_cores import steps_of

from analysis.step import Gait, Step
from analysis.stomp import DoubleStomp
from monitor.alignment import AlignmentCheck
from monitor.asymmetry import ASK_EVERY_S, AsymmetryWatch
from monitor.sides import LEFT, RIGHT, SidesBaseline, mean_sides
from monitor.sidewords import signed_pct

OWN = SidesBaseline(impact_pct=0.0, contact_pct=0.0)


def watched(
    phases: list[tuple[float, float, float]], own: SidesBaseline | None = OWN
) -> tuple[AsymmetryWatch, list[tuple[float, str]]]:
    """Watch phases of seconds, left impact and right impact in g."""
    watch = AsymmetryWatch({Gait.RUN: own})
    asked = []
    begin_s = 0.0
    for seconds, left_g, right_g in phases:
        end_s = begin_s + seconds
        steps = [(LEFT, step) for step in steps_of(Gait.RUN, begin_s, end_s, 0.7, left_g)]
        steps += [(RIGHT, step) for step in steps_of(Gait.RUN, begin_s, end_s, 0.7, right_g)]
        for side, step in sorted(steps, key=lambda pair: pair[1].t_ic_s):
            watch.add(side, [step])
            question = watch.look(step.t_ic_s)
            if question is not None:
                asked.append((step.t_ic_s, question))
        begin_s = end_s
    return watch, asked


def test_within_the_bound_nothing_is_asked() -> None:
    _, asked = watched([(200.0, 5.7, 5.0)])
    assert asked == []


def test_beyond_the_bound_it_is_asked_once_however_long_it_lasts() -> None:
    watch, asked = watched([(100.0, 5.0, 5.0), (900.0, 6.0, 5.0)])
    ((t_s, text),) = asked
    assert 100.0 < t_s < 170.0
    assert text == (
        "Left against right has changed: impact L +18 % (own 0 %). Any pain at the injury?"
    )
    assert watch.now[0].is_beyond
    assert not watch.now[1].is_beyond


def test_between_the_bounds_it_stays_what_it_was() -> None:
    watch, asked = watched([(100.0, 6.0, 5.0), (100.0, 5.65, 5.0)])
    assert len(asked) == 1
    assert watch.now[0].now_pct == pytest.approx(12.2, abs=0.1)
    assert watch.now[0].is_beyond, "12 points are within 15 and not within 10"
    watch, _ = watched([(100.0, 6.0, 5.0), (100.0, 5.4, 5.0)])
    assert not watch.now[0].is_beyond


def test_it_asks_again_after_it_was_back_and_not_sooner_than_every_five_minutes() -> None:
    soon = [(70.0, 6.0, 5.0), (70.0, 5.0, 5.0), (70.0, 6.0, 5.0)]
    assert len(watched(soon)[1]) == 1
    late = [(70.0, 6.0, 5.0), (ASK_EVERY_S, 5.0, 5.0), (70.0, 6.0, 5.0)]
    first, second = watched(late)[1]
    assert second[0] - first[0] >= ASK_EVERY_S


def test_without_an_own_index_nothing_is_asked() -> None:
    for own in (None, SidesBaseline(None, None)):
        watch, asked = watched([(100.0, 8.0, 5.0)], own)
        assert asked == []
        assert watch.now[0].now_pct == pytest.approx(46.2, abs=0.1)
        assert watch.now[0].own_pct is None


def test_walking_and_running_have_an_own_each() -> None:
    watch = AsymmetryWatch({Gait.RUN: None, Gait.WALK: OWN})

    def walked(g: float) -> list[Step]:
        steps = steps_of(Gait.WALK, 0.0, 40.0, 1.1, g)
        return [replace(step, t_tc_s=step.t_ic_s + 0.1 * g) for step in steps]

    watch.add(LEFT, walked(3.0))
    watch.add(RIGHT, walked(2.0))
    question = watch.look(40.0)
    assert question is not None
    assert "impact L +40 % (own 0 %), contact time L +40 % (own 0 %)" in question


def test_an_index_says_which_side_is_more() -> None:
    assert [signed_pct(pct) for pct in (4.2, -7.6, 0.3, None)] == ["L +4 %", "R +8 %", "0 %", "–"]


def test_a_baseline_has_left_and_right_where_all_its_sessions_had() -> None:
    first = SidesBaseline(4.0, None, "A", "B", (0.0, 1.0, 0.0), None)
    last = SidesBaseline(8.0, 2.0, "A", "C", (0.0, 0.9, 0.1), (0.0, -1.0, 0.0))
    assert mean_sides([first, last]) == replace(last, impact_pct=6.0, contact_pct=None)
    assert mean_sides([first, None]) is None
    assert mean_sides([]) is None


def test_what_cannot_be_anybodys_is_known() -> None:
    assert OWN.is_possible
    assert not SidesBaseline(200.1, None).is_possible
    assert not SidesBaseline(float("nan"), None).is_possible
    assert not SidesBaseline(0.0, 0.0, left_axis=(float("inf"), 0.0, 0.0)).is_possible
    assert not SidesBaseline(0.0, 0.0, "\x1b").is_possible


def aligned(left: tuple[float, float], right: tuple[float, float], at_s: float) -> AlignmentCheck:
    check = AlignmentCheck()
    check.add(LEFT, [DoubleStomp(*left)])
    check.add(RIGHT, [DoubleStomp(*right)])
    check.look(at_s)
    return check


def test_two_pods_stomps_give_the_offset_and_how_well_they_agree() -> None:
    found = aligned((10.0, 10.5), (10.012, 10.508), 12.0).last
    assert found is not None
    assert (found.t_s, found.offset_ms, found.spread_ms) == (10.0, 10.0, 4.0)
    assert found.text == (
        "Double stomp: the right pod is +10 ms to the left one, its two stomps 4 ms apart"
    )


def test_feet_that_do_not_land_together_are_told_to_repeat_it() -> None:
    found = aligned((10.0, 10.5), (10.0, 10.53), 12.0).last
    assert found is not None
    assert found.text.endswith("the feet did not land together, repeat it")


def test_stomps_far_apart_or_of_one_pod_belong_to_nothing() -> None:
    assert aligned((10.0, 10.5), (10.2, 10.7), 12.0).last is None
    assert aligned((10.0, 10.5), (10.0, 10.5), 21.0).last is None, "too old"
    check = AlignmentCheck()
    check.add(LEFT, [DoubleStomp(10.0, 10.5)])
    assert check.look(11.0) is None
