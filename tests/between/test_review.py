"""A recorded session to look through: decided as live, kept by the second, table by values."""

from dataclasses import replace
from pathlib import Path

import pytest
from made_sessions import made_setup

from analysis.step import Gait
from monitor.between.review import FRAME_S, Review, reviewed, segment_rows
from monitor.core import SessionCore
from monitor.journal import Journal
from monitor.marks import Mark, MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import read_session
from monitor.replay import decide, stepped
from monitor.result import result_of
from monitor.view import snapshot_of

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.mcap"
RSC = DEMO.with_name("rsc.mcap")


@pytest.fixture(scope="module")
def review() -> Review:
    return reviewed(read_session(DEMO))


def test_every_frame_is_what_the_screen_showed_then_and_the_result_is_the_replay_s(
    review: Review,
) -> None:
    session = read_session(DEMO)
    core = SessionCore(session.setup, Journal())
    looked = 0
    for t_s in stepped(core, session.inputs(), session.ended_s):
        # A session that ends on a whole second is closed at it: the last frame is that one.
        if t_s % FRAME_S == 0.0 and t_s < review.end_s:
            # But for the dot that a contact lights, which no frame of a second can tell.
            assert review.at(t_s) == replace(snapshot_of(core, t_s), strike_age_s=None)
            looked += 1
    assert looked > 30
    assert review.frames[-1] == replace(snapshot_of(core, core.t_s), strike_age_s=None)
    assert review.result == result_of(core)
    assert session.result == review.result.to_json()


def test_a_moment_is_the_frame_before_it_and_the_ends_hold(review: Review) -> None:
    assert review.at(10.9).t_s == 10.0
    assert review.at(-5.0).t_s == 0.0
    assert review.at(1e6).t_s == review.end_s == review.result.ended_s


def test_equal_parts_of_frames_are_kept_once(review: Review) -> None:
    points = [point for frame in review.frames for point in frame.impacts]
    assert len({id(point) for point in points}) == len(set(points)) < len(points) / 10


def test_the_table_sums_up_to_the_session(review: Review) -> None:
    rows, result = review.segments, review.result
    assert [row.done_s for row in rows] == pytest.approx([s.done_s for s in result.segments], abs=1)
    runs = [row for row in rows if row.gait == "run"]
    assert result.amber_pct is not None
    assert all(row.over_amber_pct is not None for row in runs)
    assert all(row.over_amber_pct is None for row in rows if row.gait == "walk")
    # The hard stretch of the demo lies in the first run.
    assert (runs[0].over_amber_pct or 0) > (runs[1].over_amber_pct or 0)
    assert all(row.cadence_spm == pytest.approx(165.0, abs=3.0) for row in runs)
    steps = sum(row.steps or 0 for row in rows)
    assert 0 < steps <= (result.steps or 0)


def test_segments_are_stepped_through_in_both_directions(review: Review) -> None:
    begins = [row.begin_s for row in review.segments if row.begin_s is not None]
    walked = [0.0]
    while walked[-1] < review.end_s:
        walked.append(review.neighbour_s(walked[-1], ahead=True))
    assert walked == [0.0, *begins, review.end_s]
    assert review.neighbour_s(begins[1], ahead=False) == begins[0]
    assert review.segment_at(begins[2] + 0.5) == 2
    assert review.segment_at(begins[0] - 0.1) is None


def test_a_pod_without_samples_has_no_numbers_not_zeros() -> None:
    rows = reviewed(read_session(RSC)).segments
    assert all(row.steps is None and row.impact_g is None for row in rows)
    assert all(row.coverage_pct is None and row.over_red_pct is None for row in rows)


def test_what_was_not_reached_and_what_was_held_is_not_counted() -> None:
    segments = (
        Segment(Gait.WALK, 5.0, Part.WARM_UP),
        Segment(Gait.RUN, 10.0),
        Segment(Gait.WALK, 5.0, Part.COOL_DOWN),
    )
    marks = [
        Mark(1.0, MarkKind.START),
        Mark(9.0, MarkKind.HOLD),
        Mark(12.0, MarkKind.RESUME),
        Mark(15.0, MarkKind.STOP),
    ]
    core = decide(made_setup(segments), marks)
    walk, run, rest = segment_rows(core)
    assert (walk.begin_s, run.begin_s, rest.begin_s) == (1.0, 6.0, None)
    assert (walk.done_s, run.done_s, rest.done_s) == (5.0, 6.0, 0.0)
    assert core.plan.spans(1, core.t_s) == ((6.0, 9.0), (12.0, 15.0))
    assert rest.steps is None


def test_leaving_ends_the_deciding() -> None:
    class LeftError(Exception):
        pass

    def leave(t_s: float) -> None:
        if t_s >= 3.0:
            raise LeftError

    with pytest.raises(LeftError):
        reviewed(read_session(DEMO), leave)
