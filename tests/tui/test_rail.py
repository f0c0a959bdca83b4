"""The plan as blocks and in words."""

from dataclasses import replace

import made_snapshots as made
from hypothesis import given
from hypothesis import strategies as st
from made_snapshots import FakeRunner
from screens import live

from analysis.step import Gait
from monitor.snapshot import SegmentView
from monitor.tui.rail import Rail, done_cells, plan_text, rail_widths

lengths = st.lists(st.floats(1.0, 3600.0), min_size=1, max_size=40)


@given(lengths, st.integers(0, 300))
def test_widths_fill_the_rail_and_every_segment_is_seen(planned: list[float], cells: int) -> None:
    widths = rail_widths(planned, cells)
    assert min(widths) >= 1
    if cells >= 2 * len(planned):
        assert sum(widths) + len(planned) - 1 == cells


@given(lengths)
def test_a_longer_segment_is_never_narrower(planned: list[float]) -> None:
    widths = rail_widths(planned, 200)
    for a, wide in zip(planned, widths, strict=True):
        for b, other in zip(planned, widths, strict=True):
            assert a <= b or wide >= other


@given(st.floats(0.0, 200.0), st.integers(1, 50))
def test_a_segment_is_full_only_when_it_is_done(done_s: float, width: int) -> None:
    cells = done_cells(SegmentView(Gait.RUN, "main", 100.0, done_s), width)
    assert 0 <= cells <= width
    assert (cells == width) == (done_s >= 100.0)


def test_the_plan_in_words() -> None:
    assert plan_text(made.RUNNING) == (
        "now RUN 1:00 · next WALK 1:00",
        "run 2 of 3 · 3:22 of 9:00",
    )
    assert plan_text(made.NOTHING_YET) == ("first WALK 1:00", "run 1 of 3 · 0:00 of 9:00")
    last = replace(made.WALKING, segment_index=7)
    assert plan_text(last)[0] == "now WALK 2:00 · this is the last segment"
    assert plan_text(made.OVER) == ("The plan is over", "9:00 of 9:00")


def test_after_a_red_event_no_run_is_announced_any_more() -> None:
    s = made.AFTER_RED_EVENT
    assert plan_text(s) == ("now WALK 1:00 · next WALK 1:00", "the rest is walking · 3:22 of 9:00")
    assert plan_text(replace(s, segment_index=4))[0] == "now WALK 1:00 · next WALK 1:00"


async def test_runs_stand_higher_than_walks() -> None:
    async with live(FakeRunner()) as (app, _):
        _, top, foot = str(app.screen.query_one(Rail).render()).split("\n")
        assert len([part for part in foot.split(" ") if part]) == 8
        assert len([part for part in top.split(" ") if part]) == 3
        assert set(foot) == {"█", " "}
