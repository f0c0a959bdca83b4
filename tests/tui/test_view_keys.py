"""Views, settings, sounds and flashes; the physio's keys beside the patient; pain over anything."""

from dataclasses import replace
from pathlib import Path

import made_snapshots as made
import pytest
from made_snapshots import FakeRunner
from screens import is_on, listen, live, reach, settle, show, text_of

from monitor.cues import Cue
from monitor.ladderview import LadderView
from monitor.marks import MarkKind
from monitor.snapshot import Word
from monitor.tui.app import LiveApp
from monitor.tui.dialogs import AskDialog, LineDialog, PainDialog, TextDialog
from monitor.tui.ladder import rungs_text
from monitor.tui.live import FLASH_HZ, LiveScreen
from monitor.tui.physiokeys import NO_RECORD, why_text
from monitor.tui.settings import Settings, read_settings, settings_path, write_settings

SAFE_FLASH_HZ = 3.0
"""WCAG 2.2, 2.3.1: three flashes in a second are safe."""


def screen_of(app: LiveApp) -> LiveScreen:
    assert isinstance(app.screen, LiveScreen)
    return app.screen


async def test_t_turns_the_view_and_a_wish_for_one_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        assert not screen_of(app).has_class("-patient"), "the demo opens in the physio's view"
        said = listen(app, monkeypatch)
        await pilot.press("t")
        assert screen_of(app).has_class("-patient")
        screen_of(app).action_prefer()
        await pilot.press("t")
        assert not screen_of(app).has_class("-patient")
        assert said == ["Sessions open in the patient's view from now on"]
    async with live(FakeRunner()) as (app, _):
        assert screen_of(app).has_class("-patient")


async def test_t_answers_ten_where_pain_is_asked_and_turns_nothing() -> None:
    runner = FakeRunner(replace(made.WALKING, asks_pain=True))
    async with live(runner) as (app, pilot):
        await pilot.press("t", "3")
        assert [mark[:2] for mark in runner.marks] == [(MarkKind.PAIN, 10), (MarkKind.PAIN, 3)]
        assert not screen_of(app).has_class("-patient")
        await show(pilot, runner, made.WALKING)
        await pilot.press("3", "t")
        assert len(runner.marks) == 2
        assert screen_of(app).has_class("-patient")


async def test_a_dialog_is_answered_once_however_fast_the_keys_come() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        for key, kind in (("s", AskDialog), ("p", PainDialog), ("e", LineDialog)):
            await pilot.press(key)
            dialog = app.screen
            assert isinstance(dialog, kind)
            dialog.dismiss(None)
            dialog.dismiss(None)
            await settle(pilot)
            assert is_on(app, LiveScreen)
        await pilot.press("s")
        below = app.screen
        assert isinstance(below, AskDialog)
        await pilot.press("p")
        below.action_answer(is_yes=True)
        await settle(pilot)
        assert is_on(app, PainDialog), "what comes from below closes nothing"
        await pilot.press("4")
        assert app.screen is below
        await pilot.press("y")
    assert [mark[0] for mark in runner.marks] == [MarkKind.PAIN, MarkKind.STOP]


@pytest.mark.parametrize("opened_by", ["s", "question_mark", "d", "v", "w", "c", "q"])
async def test_pain_is_told_in_two_keys_over_a_dialog_too(opened_by: str) -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press(opened_by)
        before = app.screen
        assert not is_on(app, LiveScreen)
        await pilot.press("p")
        assert is_on(app, PainDialog)
        await pilot.press("2")
        assert runner.marks == [(MarkKind.PAIN, 2, "")]
        assert app.screen is before


async def test_cut_short_asks_first() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press("c", "n")
        await pilot.press("c", "escape")
        assert runner.marks == []
        await pilot.press("c")
        assert is_on(app, AskDialog)
        await pilot.press("y")
        assert runner.marks == [(MarkKind.CUT_SHORT, None, "")]


@pytest.mark.parametrize(("key", "kind"), [("e", MarkKind.MESSAGE), ("n", MarkKind.NOTE)])
async def test_a_line_is_written_and_what_cannot_be_printed_is_left_out(
    key: str, kind: MarkKind
) -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press(key, *"walk", "space", "p", "enter")
        assert runner.marks == [(kind, None, "walk p")]
        await pilot.press(key, "space", "enter")
        await pilot.press(key, "escape")
        assert len(runner.marks) == 1
        await pilot.press(key)
        dialog = app.screen
        assert isinstance(dialog, LineDialog)
        dialog.query_one("#line").value = "a\x1b[2J\tb" + "x" * 3  # type: ignore[attr-defined]
        await pilot.press("enter")
        assert runner.marks[1] == (kind, None, "a[2Jbxxx")


async def test_the_pain_is_asked_with_a_key() -> None:
    runner = FakeRunner()
    async with live(runner) as (_, pilot):
        await pilot.press("k")
        assert runner.marks == [(MarkKind.ASK_PAIN, None, "")]


async def test_nothing_is_done_to_a_session_that_is_over() -> None:
    runner = FakeRunner(made.OVER)
    async with live(runner) as (app, pilot):
        await pilot.press("c", "e", "k", "n", "4", "m", "p")
        assert runner.marks == []
        assert is_on(app, LiveScreen)


async def test_why_says_where_the_patient_stands() -> None:
    runner = FakeRunner(replace(made.RUNNING, ladder=made.LADDER))
    async with live(runner) as (app, pilot):
        await pilot.press("w")
        await settle(pilot)
        assert is_on(app, TextDialog)
        for text in ("Stage WR3, phase P4: 1 of 2 sessions counted. Femoral neck, left.",
                     *made.LADDER.why, *made.LADDER.pending, *made.LADDER.baselines):  # fmt: skip
            assert text in text_of(app)
    assert why_text(None) == NO_RECORD


def test_the_present_stage_is_always_among_those_shown() -> None:
    for at in range(len(made.LADDER.ladder)):
        for cells in (1, 12, 30, 200):
            here: LadderView = replace(made.LADDER, at=at)
            shown = rungs_text(here, cells).plain
            assert f" {here.ladder[at]} " in shown
            assert ("…" in shown) == (shown.count("W") + shown.count("T") < len(here.ladder))


async def test_wide_screens_say_why_without_a_key() -> None:
    runner = FakeRunner(replace(made.RUNNING, ladder=made.LADDER))
    async with live(runner, (120, 40)) as (app, pilot):
        await show(pilot, runner, runner.snapshot)
        assert "Two more clean sessions are asked for. Baselines: W0 2.1 g, 40" in text_of(app)


async def test_sounds_are_heard_and_go_with_one_key(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeRunner(made.WALKING)
    async with live(runner) as (app, pilot):
        heard: list[Cue] = []
        monkeypatch.setattr(app.speaker, "_bell", lambda: heard.append(Cue.COUNT))
        await show(pilot, runner, made.RUNNING)
        assert len(heard) == 2, "run: two bells"
        await show(pilot, runner, made.RUNNING)
        assert len(heard) == 2
        said = listen(app, monkeypatch)
        await pilot.press("b")
        await show(pilot, runner, made.RED)
        assert len(heard) == 2
        assert read_settings(settings_path()).sound is False
        await pilot.press("b")
        await show(pilot, runner, made.WALKING)
        assert len(heard) == 3
        assert said == ["Sounds are off", "Sounds are on"]


async def test_alarms_flash_slowly_and_not_at_all_where_not_wanted() -> None:
    assert FLASH_HZ <= SAFE_FLASH_HZ
    runner = FakeRunner(made.RED)
    async with live(runner) as (app, _):
        screen = screen_of(app)

        def halves(word: Word) -> list[bool]:
            runner.snapshot = replace(made.RED, word=word)
            seen = []
            for _ in range(4):
                screen.blink()
                # Shown again and again meanwhile: only the timer turns it.
                screen.show()
                screen.show()
                seen.append(screen.has_class("-dimmed"))
            return seen

        by_turns = [True, False, True, False]
        for word in (Word.WALK_NOW, Word.STOP):
            assert halves(word) in (by_turns, by_turns[::-1])
        assert halves(Word.EASE_OFF) == [False] * 4
        screen.action_flash()
        assert halves(Word.STOP) == [False] * 4
        assert read_settings(settings_path()).flash is False


def test_settings_keep_comments_and_survive_any_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "screen.toml"
    assert read_settings(path) == Settings()
    write_settings(path, Settings(theme="clinic-light", view="patient"))
    assert read_settings(path) == Settings(theme="clinic-light", view="patient")
    path.write_text("# mine\nsound = 3\nflash = false\nother = 1\n")
    assert read_settings(path) == Settings(flash=False)
    write_settings(path, Settings(flash=True))
    assert "# mine" in path.read_text()
    assert "other = 1" in path.read_text()
    for broken in (b"\xff\xfe", b"= 1", b"[theme]\nx = 1\n"):
        path.write_bytes(broken)
        assert read_settings(path) == Settings()


async def test_a_theme_that_was_chosen_is_there_next_time() -> None:
    async with live(FakeRunner()) as (app, pilot):
        app.theme = "clinic-contrast"
        await settle(pilot)
    assert LiveApp(FakeRunner).theme == "clinic-contrast"


async def test_a_setting_that_cannot_be_kept_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with live(FakeRunner()) as (app, pilot):
        said = listen(app, monkeypatch)
        settings_path().parent.parent.mkdir(parents=True, exist_ok=True)
        settings_path().parent.write_text("a file where a folder should be")
        await pilot.press("b")
        await reach(pilot, LiveScreen)
        assert app.speaker.is_on is False
        assert said[0].startswith("This setting is not kept")
