"""How long somebody ran or walked: by the steps, and by the plan where nobody saw them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_cores import steps_of

from analysis.step import Gait, Step
from monitor.dose import EDGE_S, gait_s, planned_s
from monitor.plan import Stretch
from monitor.programme.model import Part, Segment

RUN, WALK = Gait.RUN, Gait.WALK
PLAN = (Stretch(0.0, 100.0, WALK, Part.MAIN), Stretch(100.0, 200.0, RUN, Part.MAIN))


def run(begin_s: float, end_s: float) -> list[Step]:
    return steps_of(RUN, begin_s, end_s, 0.75, 5.0)


def test_only_what_is_prescribed_counts_as_planned() -> None:
    segments = [Segment(WALK, 60.0, Part.WARM_UP), Segment(RUN, 30.0), Segment(RUN, 45.0)]
    assert planned_s(RUN, segments) == 75.0
    assert planned_s(WALK, segments) == 60.0


def test_before_the_start_nothing_is_done() -> None:
    assert gait_s(RUN, run(0.0, 30.0), [], ()) == 0.0


def test_one_lost_step_does_not_stop_a_run_and_two_do() -> None:
    # 40 steps of 0.75 s: 30 s. Without one step the gap is 1.5 s and is run; without two of them it
    # is 2.25 s, more than 2 x 1.4 strides (2.1 s): only the first of its three strides is left.
    steps = run(100.0, 130.0)
    assert gait_s(RUN, [*steps[:10], *steps[11:]], [], PLAN) == pytest.approx(30.0)
    assert gait_s(RUN, [*steps[:10], *steps[12:]], [], PLAN) == pytest.approx(28.5)


def test_a_hole_is_done_as_prescribed_with_the_steps_that_it_took() -> None:
    # Samples are missing 120-140 s; no steps are known from 120 to 142.5 s. By the steps: 20 s of
    # run before (the last contact at 119.25 s, its stride to 120) and 30 s after. Unseen: 120 to
    # 142.5 s, all of it within 3 s of the hole.
    steps = [*run(100.0, 120.0)[:27], *run(142.5, 172.5)]
    seen_s = 27 * 0.75 + 30.0
    done_s = gait_s(RUN, steps, [(120.25, 140.0)], PLAN)
    assert done_s == pytest.approx(seen_s + 142.5 - 120.25)


def test_beyond_the_edge_of_a_hole_nobody_ran() -> None:
    # The hole ends at 110 s; the next step is at 150 s: unseen until 113 s only.
    steps = [*run(100.0, 105.0), *run(150.0, 160.0)]
    last_s = steps[6].t_ic_s + 0.75
    seen_s = last_s - 100.0 + len(run(150.0, 160.0)) * 0.75
    done_s = gait_s(RUN, steps, [(106.0, 110.0)], PLAN)
    assert done_s == pytest.approx(seen_s + 110.0 + EDGE_S - max(106.0 - EDGE_S, last_s))


def test_two_holes_side_by_side_are_not_counted_twice() -> None:
    holes = [(110.0, 114.0), (115.0, 120.0)]
    assert gait_s(RUN, [], holes, PLAN) == pytest.approx(13.0 + 3.0)


def test_a_step_whose_stride_is_unknown_stands_for_no_time() -> None:
    (step,) = run(150.0, 150.75)
    assert gait_s(RUN, [step], [], PLAN) == pytest.approx(0.75)
    alone = Step(150.0, None, 151.0, None, None, 5.0, None, None, RUN, ())
    assert gait_s(RUN, [alone], [], PLAN) == 0.0


def test_a_last_stride_ends_with_the_plan() -> None:
    (step,) = run(199.5, 200.25)
    assert gait_s(RUN, [step], [], PLAN) == pytest.approx(0.5)


@given(
    kept=st.lists(st.booleans(), min_size=200, max_size=200),
    holes=st.lists(st.tuples(st.floats(0.0, 200.0), st.floats(0.0, 60.0)), max_size=4),
)
def test_nobody_does_more_than_the_clock_allows(
    kept: list[bool], holes: list[tuple[float, float]]
) -> None:
    walked = steps_of(WALK, 0.0, 100.0, 1.0, 2.0)
    steps = [s for s, is_kept in zip([*walked, *run(100.0, 175.0)], kept, strict=True) if is_kept]
    spans = [(begin, begin + length) for begin, length in holes]
    done = {gait: gait_s(gait, steps, spans, PLAN) for gait in Gait}
    assert all(seconds >= 0.0 for seconds in done.values())
    assert sum(done.values()) <= 200.0 + 1e-9
    everything = gait_s(RUN, steps, [(-float("inf"), float("inf"))], PLAN)
    assert everything >= done[RUN] - 1e-9
