"""Each key does one thing, says so, and asks before it ends anything."""

from dataclasses import replace

import made_snapshots as made
import pytest
from made_snapshots import FakeRunner
from screens import is_on, lines_of, listen, live, reach, settle, show, text_of
from textual.binding import Binding

from monitor.marks import MarkKind
from monitor.snapshot import SidesView
from monitor.tui.dialogs import AskDialog, PainDialog, TextDialog
from monitor.tui.live import LiveScreen
from monitor.tui.numbers import side_rows
from monitor.tui.summary import SummaryScreen
from monitor.wording import EXPLANATIONS, SAFETY


async def test_space_does_what_the_state_allows() -> None:
    runner = FakeRunner(made.NOTHING_YET)
    async with live(runner) as (app, pilot):
        for snapshot, kind, label in (
            (made.NOTHING_YET, MarkKind.START, "space Start"),
            (made.RUNNING, MarkKind.HOLD, "space Hold"),
            (made.HOLDING, MarkKind.RESUME, "space Resume"),
        ):
            await show(pilot, runner, snapshot)
            await settle(pilot)
            assert lines_of(app)[-1].startswith(label)
            await pilot.press("space")
            assert runner.marks.pop() == (kind, None, "")
        await show(pilot, runner, made.OVER)
        await pilot.press("space", "s", "p", "m")
        assert runner.marks == []
        assert is_on(app, LiveScreen)


async def test_pain_is_stored_with_one_more_key(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        said = listen(app, monkeypatch)
        for key, score in (("0", 0), ("7", 7), ("t", 10)):
            await pilot.press("p")
            assert is_on(app, PainDialog)
            await pilot.press(key)
            assert runner.marks[-1] == (MarkKind.PAIN, score, "")
        assert said == [f"Pain {score} of 10 stored at 3:23" for score in (0, 7, 10)]


def test_every_score_has_its_key() -> None:
    keys = {b.action: b.key for b in PainDialog.BINDINGS if isinstance(b, Binding)}
    assert [keys[f"score({score})"] for score in range(11)] == [*"0123456789", "t"]


async def test_pain_by_mouse_and_not_at_all() -> None:
    runner = FakeRunner()
    async with live(runner) as (_, pilot):
        await pilot.press("p")
        await pilot.click("#pain-10")
        assert runner.marks == [(MarkKind.PAIN, 10, "")]
        await pilot.press("p", "escape")
        assert len(runner.marks) == 1


async def test_the_word_stays_in_sight_while_pain_is_asked() -> None:
    async with live(FakeRunner(made.RED)) as (app, pilot):
        await pilot.press("p")
        await settle(pilot)
        top = min(w.region.y for w in app.screen.query(".dialog"))
        assert top >= 8


async def test_stop_asks_first() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press("s", "n")
        await pilot.press("s", "escape")
        assert runner.marks == []
        await pilot.press("s")
        assert is_on(app, AskDialog)
        await pilot.press("y")
        assert runner.marks == [(MarkKind.STOP, None, "")]
        await reach(pilot, SummaryScreen)
        assert "The session is complete." in text_of(app)


async def test_mark_and_acknowledge(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        said = listen(app, monkeypatch)
        await pilot.press("m")
        assert runner.marks == [(MarkKind.NOTE, None, "")]
        await pilot.press("a")
        assert len(runner.marks) == 1
        await show(pilot, runner, made.RED)
        await pilot.press("a")
        assert runner.marks[1:] == [(MarkKind.ACKNOWLEDGE, None, "")]
        assert said == ["Mark stored at 3:23", "No alarm is open", "Alarms acknowledged"]


async def test_help_explains_each_number() -> None:
    async with live(FakeRunner()) as (app, pilot):
        await pilot.press("question_mark")
        assert is_on(app, TextDialog)
        await pilot.press("escape", "f1")
        await settle(pilot)
        for name, sentence in EXPLANATIONS:
            assert name in text_of(app)
            assert sentence in text_of(app)
        await pilot.press("escape")
        assert is_on(app, LiveScreen)


async def test_safety_copy_is_one_key_away() -> None:
    async with live(FakeRunner()) as (app, pilot):
        await pilot.press("d")
        await settle(pilot)
        assert is_on(app, TextDialog)
        shown = " ".join(line.strip("▊▎▁▔ ") for line in lines_of(app))
        assert SAFETY in " ".join(shown.split())


async def test_leaving_a_running_session_asks_and_stops_it() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        for key in ("q", "ctrl+c", "ctrl+q"):
            await pilot.press(key)
            assert is_on(app, AskDialog)
            await pilot.press("n")
            assert is_on(app, LiveScreen)
        assert runner.marks == []
        await pilot.press("ctrl+c", "y")
        assert runner.marks == [(MarkKind.STOP, None, "")]
        while app.is_running:
            await pilot.pause(0.005)
        assert not runner.is_cancelled


async def test_ctrl_c_asks_over_a_dialog_too_and_only_once() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press("p", "ctrl+c", "ctrl+c")
        assert is_on(app, AskDialog)
        await pilot.press("n")
        assert is_on(app, PainDialog)
        assert runner.marks == []


async def test_a_session_that_does_not_stop_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.tui.app.LEAVE_S", 0.01)
    runner = FakeRunner()
    runner.ends_on_stop = False
    async with live(runner) as (app, pilot):
        await pilot.press("q", "y")
        while app.is_running:
            await pilot.pause(0.005)
        assert runner.is_cancelled


async def test_before_the_start_leaving_does_not_ask() -> None:
    runner = FakeRunner(made.NOTHING_YET)
    async with live(runner) as (app, pilot):
        await pilot.press("q")
        while app.is_running:
            await pilot.pause(0.005)
        assert runner.marks == [(MarkKind.STOP, None, "")]


async def test_the_palette_has_every_key() -> None:
    async with live(FakeRunner()) as (app, pilot):
        titles = {command.title for command in app.get_system_commands(app.screen)}
        assert {
            "Hold the plan",
            "Stop the session",
            "Tell the pain at the injury",
            "Mark this moment",
            "Acknowledge the open alarms",
            "Read the safety copy",
            "Explain the numbers",
            "Quit",
        } <= titles
        assert not {"Start the plan", "Go on with the plan"} & titles
        footer = lines_of(app)[-1]
        for label in (
            "s Stop",
            "p Pain",
            "c Cut",
            "a Seen",
            "t View",
            "d Safety",
            "? Help",
            "q Quit",
        ):
            assert label in footer
        await pilot.press("ctrl+p")
        await pilot.press(*"mark this", "enter")
        await pilot.pause()


async def test_left_and_right_are_swapped_by_x_after_a_question_and_only_with_two_legs() -> None:
    sides = (SidesView("impact", 19.0, 2.0, True), SidesView("contact time", None, None, False))
    runner = FakeRunner(replace(made.RUNNING, sides=sides))
    async with live(runner) as (app, pilot):
        await pilot.press("x")
        assert is_on(app, AskDialog)
        assert "Is the left pod on the right leg?" in text_of(app)
        await pilot.press("n")
        assert runner.marks == []
        await pilot.press("x", "y")
        assert runner.marks == [(MarkKind.SWAP_SIDES, None, "")]
        assert [row.value for row in side_rows(runner.snapshot)[-2:]] == ["L +19 %", "–"]
        assert [row.note for row in side_rows(runner.snapshot)[-2:]] == [
            "moved, own L +2 %",
            "no baseline of left/right yet",
        ]
        await show(pilot, runner, made.RUNNING)
        await pilot.press("x")
        assert is_on(app, LiveScreen)
