"""From the first frame to the summary."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import made_snapshots as made
import pytest
from made_snapshots import FakeRunner
from screens import SIZES, live, reach, settle, text_of

from monitor.errors import UsageError
from monitor.tui.app import LiveApp, OpeningScreen
from monitor.tui.live import LiveScreen
from monitor.tui.runner import Runner
from monitor.tui.summary import SummaryScreen

ROOT = Path(__file__).parents[2]


async def test_the_first_frame_comes_before_the_session_is_open() -> None:
    may_open = threading.Event()
    runner = FakeRunner()

    def open_session() -> Runner:
        may_open.wait()
        return runner

    app = LiveApp(open_session)
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            await settle(pilot)
            assert isinstance(app.screen, OpeningScreen)
            assert "Opening the session…" in text_of(app)
            assert app.runner is None
        finally:
            may_open.set()
        await reach(pilot, LiveScreen)
        assert app.runner is runner


def test_the_app_loads_nothing_heavy() -> None:
    probe = "import sys, monitor.tui.app; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(done.stdout.split())
    assert "textual.app" in loaded
    assert not loaded & {"numpy", "scipy", "bleak", "bumble", "monitor.session", "monitor.core"}


def test_the_plain_lines_load_neither_a_screen_nor_numpy() -> None:
    probe = "import sys, monitor.plain; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert not set(done.stdout.split()) & {"textual", "rich", "numpy"}


@pytest.mark.parametrize("size", [SIZES[0], SIZES[2]])
async def test_the_summary_stands_until_a_key(size: tuple[int, int]) -> None:
    runner = FakeRunner()
    async with live(runner, size) as (app, pilot):
        runner.end()
        await reach(pilot, SummaryScreen)
        for text in ("The session is complete.", "Coverage 97 %", "Well done.", "Press q to close"):
            assert text in text_of(app)
        await pilot.press("q")
        while app.is_running:
            await pilot.pause(0.005)


async def test_the_summary_closes_by_itself_where_asked() -> None:
    runner = FakeRunner()
    async with live(runner, auto_exit_s=3.0) as (app, pilot):
        runner.end()
        await reach(pilot, SummaryScreen)
        screen = app.screen
        assert isinstance(screen, SummaryScreen)
        assert "Closes in 3 s" in text_of(app)
        screen.count_down()
        await settle(pilot)
        assert "Closes in 2 s" in text_of(app)
        screen.count_down()
        screen.count_down()
        while app.is_running:
            await pilot.pause(0.005)


async def test_the_end_takes_open_dialogs_along() -> None:
    runner = FakeRunner()
    async with live(runner) as (_, pilot):
        await pilot.press("p")
        runner.end()
        await reach(pilot, SummaryScreen)


@pytest.mark.parametrize("when", ["opening", "running"])
async def test_an_error_ends_the_app_and_is_handed_on(when: str) -> None:
    runner = FakeRunner()
    runner.error = UsageError("No pod named left: give one of: pod.")

    def open_session() -> Runner:
        if when == "opening":
            assert runner.error is not None
            raise runner.error
        return runner

    app = LiveApp(open_session)
    async with app.run_test(size=(80, 24)) as pilot:
        if when == "running":
            await reach(pilot, LiveScreen)
            runner.end()
        while app.is_running:
            await pilot.pause(0.005)
    assert app.error is runner.error
    assert app.return_code == 1


async def test_without_colours_the_screen_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "NO_COLOR", "1")
    async with live(FakeRunner(made.RED)) as (app, pilot):
        assert app.no_color
        for size in (*SIZES, (20, 5), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
        for text in ("▲ WALK NOW", "above red 6.5", "▲ Impacts above red: walk now"):
            assert text in text_of(app)


@pytest.mark.parametrize(
    ("wished", "theme"),
    [("", "clinic-dark"), ("clinic-light", "clinic-light"), ("x", "clinic-dark")],
)
def test_the_theme_can_be_chosen(monkeypatch: pytest.MonkeyPatch, wished: str, theme: str) -> None:
    monkeypatch.setenv("TEXTUAL_THEME", wished)
    assert LiveApp(FakeRunner).theme == theme


async def test_another_theme_shows_the_same_words() -> None:
    async with live(FakeRunner(made.RED)) as (app, pilot):
        for theme in ("clinic-light", "nord", "clinic-dark"):
            app.theme = theme
            await settle(pilot)
            assert "▲ WALK NOW" in text_of(app)
