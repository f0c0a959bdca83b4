"""The patient's view: one word, the time in large digits, one number, in the word's own colour."""

from dataclasses import replace

import made_snapshots as made
import pytest
from decided_states import decided_states
from made_snapshots import FakeRunner
from screens import SIZES, lines_of, live, show, text_of
from textual.widget import Widget

from monitor.snapshot import Message, Snapshot, Word
from monitor.tui.bigtext import BigText
from monitor.tui.patient import PatientView, impact_bar, next_text, progress_text
from monitor.wording import ASK_PAIN, GLYPHS

DIGITS_PART = 0.25
"""Of the screen's height: what the digits of the countdown have at least."""


def inked_rows(widget: BigText) -> int:
    """Return how many of a widget's rows have ink."""
    return sum(
        any(sign in "█▀▄" for sign in widget.render_line(y).text) for y in range(widget.size.height)
    )


@pytest.mark.parametrize("size", SIZES)
async def test_word_time_number_next_and_progress_are_seen(size: tuple[int, int]) -> None:
    runner = FakeRunner()
    async with live(runner, size) as (app, pilot):
        await pilot.press("t")
        for snapshot, texts in (
            (made.RUNNING, ("next WALK 1:00", "run 2 of 3", "amber 5.8 · red 6.5", "P-017")),
            (replace(made.RUNNING, segment_left_s=754.0), ("next WALK 1:00",)),
            (replace(made.RUNNING, message=Message("Softer", 1.0)), ("✉ Softer",)),
            (made.AMBER, ("▼ impact, g · above amber 5.8", made.AMBER.sentence)),
            (made.RED, ("▲ impact, g · above red 6.5", made.RED.sentence)),
            (replace(made.RED, asks_pain=True), (ASK_PAIN, made.RED.sentence)),
            (made.SILENT, ("3 s ago", made.SILENT.sentence)),
            (made.CONTACTS, ("12 of 60 contacts",)),
            (made.NOTHING_YET, ("first WALK 1:00", "run 1 of 3")),
        ):
            await show(pilot, runner, snapshot)
            screen = text_of(app)
            for text in texts:
                assert text in screen, f"{text!r} is missing in\n{screen}"
            left = app.screen.query_one("#patient-left", BigText)
            if snapshot is not made.NOTHING_YET:
                assert inked_rows(left) >= DIGITS_PART * size[1], left.value
            assert inked_rows(app.screen.query_one("#patient-word", BigText)) >= 5
            assert len(lines_of(app)) == size[1]
            assert not [w for w in app.screen.query(Widget) if w.show_vertical_scrollbar]


async def test_a_state_is_told_by_word_shape_and_the_colour_of_the_whole_view() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        await pilot.press("t")
        told = set()
        for name, snapshot in decided_states().items():
            await show(pilot, runner, snapshot)
            view = app.screen.query_one(PatientView)
            word = app.screen.query_one("#patient-word", BigText).value
            shape = app.screen.query_one("#patient-shape", BigText).value
            assert (word, shape) == (snapshot.word.value, GLYPHS[snapshot.word]), name
            assert view.size.height == 23, "all of the screen but the keys"
            grounds = {w.rich_style.bgcolor for w in view.query(BigText)}
            assert grounds == {view.rich_style.bgcolor}
            told.add((word, shape))
        assert {Word(word) for word, _ in told} == set(Word) - {Word.CONTACTS}


@pytest.mark.parametrize("size", [SIZES[0], (60, 18), (80, 12)])
async def test_message_and_asked_pain_are_in_sight_in_every_state(size: tuple[int, int]) -> None:
    runner = FakeRunner()
    async with live(runner, size) as (app, pilot):
        for view in ("physio's", "patient's"):
            for name, snapshot in decided_states().items():
                if snapshot.is_over:
                    continue
                asked = replace(snapshot, asks_pain=True, message=Message("Shorter steps", 1.0))
                await show(pilot, runner, asked)
                if size[1] >= 16 or view == "patient's":
                    assert "✉ Shorter steps" in text_of(app), (name, view)
                    assert ASK_PAIN in text_of(app), (name, view)
            await pilot.press("t")
            if view == "physio's":
                # The key answers a question where there is one.
                await show(pilot, runner, made.RUNNING)
                await pilot.press("t")


def test_the_next_segment_and_the_progress() -> None:
    def said(s: Snapshot) -> tuple[str, str]:
        return next_text(s), progress_text(s)

    assert said(made.RUNNING) == ("next WALK 1:00", "run 2 of 3")
    assert said(made.OVER) == ("", "the plan is over")
    assert said(replace(made.WALKING, segment_index=7)) == ("last segment", "run 2 of 3")
    assert said(made.AFTER_RED_EVENT) == ("next WALK 2:00", "the rest is walking")
    assert said(replace(made.CONTACTS, contacts_done=None))[1] == "– of 60 contacts"


def test_the_bar_holds_the_impact_against_its_limits() -> None:
    bar = impact_bar(made.RUNNING, 24)
    assert bar.count("┃") == 2
    assert bar.index("┃") == round(24 * 5.75 / (1.25 * 6.5))
    assert bar.count("█") == round(24 * 4.9 / (1.25 * 6.5))
    assert "░" not in impact_bar(made.CLIPPED, 24)
    assert impact_bar(made.WALKING, 24) == ""
    assert impact_bar(made.NOTHING_YET, 24) == ""
    assert impact_bar(made.RUNNING, 7) == ""


async def test_a_sliver_has_the_word_and_the_time() -> None:
    runner = FakeRunner(made.RED)
    async with live(runner, (20, 5)) as (app, pilot):
        await pilot.press("t")
        await show(pilot, runner, made.RED)
        assert "▲ WALK NOW" in text_of(app)
        assert app.screen.query_one("#patient-left", BigText).value == "0:38"
        assert inked_rows(app.screen.query_one("#patient-left", BigText)) >= 2
        await pilot.resize_terminal(80, 24)
        await show(pilot, runner, made.RED)
        assert made.RED.sentence in text_of(app)
