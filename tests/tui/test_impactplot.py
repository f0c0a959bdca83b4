"""The plot of impacts: what is drawn where, and in which colour."""

from dataclasses import replace

import made_snapshots as made
from made_snapshots import FakeRunner
from screens import SIZES, lines_of, live, show, text_of

from analysis.step import Gait
from monitor.snapshot import ImpactPoint, Snapshot
from monitor.tui.app import LiveApp
from monitor.tui.impactplot import (
    EDGE,
    ImpactPlot,
    clipped_ago_s,
    marks_by_look,
    top_g,
    whole_ticks,
)
from monitor.tui.plot import QuietPlot


def with_points(*points: tuple[float, float], **changes: object) -> Snapshot:
    """Return a running Snapshot at 100 s with run steps at (time, impact)."""
    impacts = tuple(ImpactPoint(t_s, Gait.RUN, g, False) for t_s, g in points)
    return replace(made.RUNNING, t_s=100.0, impacts=impacts, **changes)  # type: ignore[arg-type] # any field


def rows_in_frame(app: LiveApp) -> list[str]:
    """Return the rows of cells inside the plot's frame."""
    plot = app.screen.query_one(QuietPlot).region
    rows = [line[plot.x + 5 : plot.right - 1] for line in lines_of(app)]
    return rows[plot.y + 1 : plot.bottom - 2]


def test_the_scale_keeps_the_limits_apart() -> None:
    assert top_g(with_points()) == 6.5 * 1.15
    assert top_g(with_points((90.0, 8.0))) == 8.0 * 1.15
    assert top_g(with_points((90.0, 40.0))) == 13.0
    assert top_g(with_points((90.0, 1.0), amber_g=None, red_g=None)) == 4.0
    clipped = replace(made.CLIPPED, impacts=(ImpactPoint(200.0, Gait.RUN, 16.0, True),))
    assert top_g(clipped) == 6.5 * 1.15


def test_steps_are_sorted_by_what_they_exceed() -> None:
    s = with_points((40.0, 5.75), (99.0, 5.76), (99.5, 6.51), (99.7, 40.0), (39.9, 5.0))
    marks = marks_by_look(s)
    assert marks["step"].ago_s == (-60.0,)
    assert marks["amber"].impact_g == (5.76,)
    assert marks["red"].impact_g == (6.51, top_g(s) * EDGE)
    walk = replace(s, impacts=(ImpactPoint(99.0, Gait.WALK, 2.0, False),))
    assert list(marks_by_look(walk)) == ["step-walk"]


def test_clipped_steps_are_apart_from_the_measured_ones() -> None:
    s = replace(made.RUNNING, t_s=100.0, impacts=(ImpactPoint(90.0, Gait.RUN, 16.0, True),))
    assert clipped_ago_s(s) == (-10.0,)
    assert marks_by_look(s) == {}


def test_ticks_are_whole_and_few() -> None:
    assert whole_ticks(7.5, 4) == [0.0, 5.0]
    assert whole_ticks(7.5, 20) == [float(g) for g in range(8)]
    assert whole_ticks(900.0, 4)[0] == 0.0


async def test_limits_and_clipped_steps_on_the_screen() -> None:
    runner = FakeRunner(made.CLIPPED)
    for size in SIZES:
        async with live(runner, size) as (app, pilot):
            await show(pilot, runner, made.CLIPPED)
            assert "┄ amber 5.8  ━ red 6.5" in text_of(app)
            rows = rows_in_frame(app)
            drawn = "".join(rows)
            assert drawn.count("┄") > 5
            assert drawn.count("━") > 5
            assert "≥" in rows[0]
            assert any(block in drawn for block in "▖▗▘▝▄▀")


async def test_no_line_where_there_is_no_limit_and_no_dot_where_there_is_no_step() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await show(pilot, runner, replace(made.NOTHING_YET, t_s=100.0))
        assert "no steps yet" in text_of(app)
        rows = rows_in_frame(app)
        assert len(rows) == 4
        assert "".join(rows).strip() == ""


async def test_the_limits_take_turns_where_they_share_a_row() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        close = replace(made.RUNNING, amber_g=6.4, red_g=6.5, impacts=())
        await show(pilot, runner, close)
        assert "━┄━┄━┄" in text_of(app)


async def test_the_plot_follows_a_change_of_size() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        for size in ((120, 40), (80, 24), (200, 60)):
            await pilot.resize_terminal(*size)
            await show(pilot, runner, made.RUNNING)
            await show(pilot, runner, made.RUNNING)
            region = app.screen.query_one(ImpactPlot).region
            assert "-60" in lines_of(app)[region.bottom - 1]
            assert (
                "┣" in lines_of(app)[region.bottom - 2] or "╋" in lines_of(app)[region.bottom - 2]
            )
