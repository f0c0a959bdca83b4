"""What stands on the screen in every state of a session, at three sizes of terminal."""

import re
from dataclasses import replace

import made_snapshots as made
import pytest
from made_snapshots import FakeRunner
from screens import SIZES, lines_of, live, show, text_of
from textual.widget import Widget

from monitor.snapshot import Aged, Snapshot
from monitor.tui.bigtext import BigText
from monitor.tui.hero import Hero, WordAndTime
from monitor.tui.numberpanel import NumberPanel, Tile
from sensors.linkstate import LinkState

STATES: list[tuple[str, Snapshot, list[str]]] = [
    ("nothing yet", made.NOTHING_YET, ["Searching for the pod: move or tap it", "battery –"]),
    (
        "running",
        made.RUNNING,
        ["● RUN", "now RUN 1:00 · next WALK 1:00", "run 2 of 3", "71 run · load 38 %"],
    ),
    ("walking", made.WALKING, ["◆ WALK", "now WALK 1:00 · next RUN 1:00", "nothing judged now"]),
    ("amber", made.AMBER, ["run softer, with quicker, shorter steps.", "above amber 5.8"]),
    ("red", made.RED, ["walk now.", "above red 6.5", "below band 160–176", "battery 14 % low"]),
    ("clipped", made.CLIPPED, ["above red 6.5"]),
    ("unknown share", made.UNKNOWN_SHARE, ["unknown", "fewer than 8 steps"]),
    ("silent", made.SILENT, ["The pod sends nothing", "No data for 6 s", "3 s ago"]),
    ("holding", made.HOLDING, ["On hold: the plan waits for you."]),
    ("over", made.OVER, ["Well done. The session is over.", "The plan is over"]),
    ("contacts", made.CONTACTS, ["↕ CONTACTS", "now 60 contacts", "12 of 60", "load 20 %"]),
    ("red event", made.AFTER_RED_EVENT, ["now WALK 1:00", "the rest is walking"]),
]


@pytest.mark.parametrize("size", SIZES)
async def test_every_state_says_its_words(size: tuple[int, int]) -> None:
    runner = FakeRunner()
    async with live(runner, size) as (app, pilot):
        for name, snapshot, texts in STATES:
            await show(pilot, runner, snapshot)
            screen = text_of(app)
            for text in texts:
                assert text in screen, f"{name} at {size}: {text!r} is missing in\n{screen}"
            assert app.screen.query_one("#big", WordAndTime).word == snapshot.word.value
            assert app.screen.query_one(Hero).has_class(
                "word-" + snapshot.word.value.lower().replace(" ", "-")
            )
            assert "not a medical device" in screen
            assert "DRAFT" in screen
            for alarm in snapshot.open_alarms:
                assert f"▲ {alarm}" in screen


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_not_known_is_a_dash_and_never_0(size: tuple[int, int]) -> None:
    runner = FakeRunner(made.NOTHING_YET)
    async with live(runner, size) as (app, pilot):
        await show(pilot, runner, made.NOTHING_YET)
        shown = str(app.screen.query_one(NumberPanel).render())
        if size != SIZES[0]:
            assert [tile.query_one(BigText).value for tile in app.screen.query(Tile)] == ["–"] * 3
        names = ["Coverage", "Steps", "Alarms", "Pain"]
        for name in names + (["Impact", "Above amber", "Cadence"] if size == SIZES[0] else []):
            assert re.search(rf"{name} +– ", shown), shown
        assert not re.search(r"\d", shown), shown
        assert app.screen.query_one("#big", WordAndTime).countdown == "–"


async def test_a_number_ages_to_grey_and_then_to_a_dash() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        for age_s, text in ((1.9, "4.9 g"), (2.1, "4.9 g    2 s ago"), (5.1, "–")):
            await show(pilot, runner, replace(made.RUNNING, impact=Aged(4.9, age_s)))
            row = next(line for line in lines_of(app) if " Impact  " in line)
            assert text in row
            assert ("4.9" in row) == (age_s < 5.0)


async def test_every_link_state_has_its_sentence_and_age() -> None:
    sentences = {
        LinkState.SEARCHING: "Searching for the pod: move or tap it",
        LinkState.CONNECTING: "Connecting to the pod",
        LinkState.CONFIGURING: "Setting up the pod",
        LinkState.STREAMING: "The pod sends data",
        LinkState.SILENT: "The pod sends nothing",
        LinkState.LOST: "Lost the pod",
        LinkState.BUSY: "Pod busy elsewhere?",
        LinkState.REFUSED: "The pod is refused",
        LinkState.CLOSED: "The link to the pod is closed",
    }
    assert set(sentences) == set(LinkState)
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        for state, sentence in sentences.items():
            await show(pilot, runner, replace(made.RUNNING, link=state, link_age_s=75.4))
            row = next(line for line in lines_of(app) if sentence in line)
            assert "1:15" in row


async def test_connected_without_data_is_not_shown_as_fine() -> None:
    runner = FakeRunner(replace(made.RUNNING, data_age_s=7.4))
    async with live(runner) as (app, pilot):
        assert "Connected, but no data for 7 s" in text_of(app)
        await show(pilot, runner, replace(made.RUNNING, data_age_s=None))
        assert "Connected, but no data yet" in text_of(app)


@pytest.mark.usefixtures("ticking")
async def test_the_screen_follows_the_session_by_itself() -> None:
    runner = FakeRunner()
    async with live(runner) as (app, pilot):
        runner.snapshot = made.RED
        while not all(text in text_of(app) for text in ("▲ WALK NOW", "battery 14 % low")):
            await pilot.pause(0.02)
        runner.snapshot = made.NOTHING_YET
        while "no steps yet" not in text_of(app):
            await pilot.pause(0.02)


async def test_open_alarms_come_before_events_and_the_newest_event_first() -> None:
    async with live(FakeRunner(made.AMBER)) as (app, _):
        screen = text_of(app)
        places = [
            screen.index(text)
            for text in ("▲ Impacts above amber", "RUN for 1:00 min", "The pod's link was lost")
        ]
        assert places == sorted(places)


async def test_names_are_text_and_never_markup() -> None:
    odd = replace(made.RUNNING, patient="[b]P[/b]", open_alarms=("[red]x[/red]",))
    odd = replace(odd, sentence="[i]Run[/i]", stage_title="[/]")
    async with live(FakeRunner(odd)) as (app, _):
        for text in ("[b]P[/b]", "[red]x[/red]", "[i]Run[/i]", "[/]"):
            assert text in text_of(app)


async def test_a_signed_programme_is_no_draft() -> None:
    runner = FakeRunner(replace(made.RUNNING, is_draft=False))
    async with live(runner) as (app, _):
        assert "DRAFT" not in text_of(app)
        assert "not a medical device" in text_of(app)


async def test_nothing_clinical_needs_scrolling_at_80_by_24() -> None:
    async with live(FakeRunner(replace(made.RED, ladder=made.LADDER))) as (app, _):
        screen = text_of(app)
        names = (
            "Impact|Above amber|Cadence|Coverage|clipped 2|lost 3|Steps|load 38 %|Alarms|drops 1"
        )
        names += "|Pain|Baseline|12 days old|WR3|1 of 2 counted|! Waits for a clinician's signature"
        for text in [*names.split("|"), "▲ Impacts above red", "q Quit", "p Pain", "c Cut"]:
            assert text in screen, f"{text!r} is missing in\n{screen}"
        assert len(lines_of(app)) == 24
        assert not [w for w in app.screen.query(Widget) if w.show_vertical_scrollbar]


async def test_any_size_and_back() -> None:
    runner = FakeRunner(made.CLIPPED)
    async with live(runner) as (app, pilot):
        before = lines_of(app)
        for size in ((20, 5), (1, 1), (80, 8), (60, 16), (30, 60), (200, 24)):
            await pilot.resize_terminal(*size)
            await show(pilot, runner, made.CLIPPED)
        await pilot.resize_terminal(20, 5)
        await show(pilot, runner, made.CLIPPED)
        assert "● RUN 0:38" in text_of(app)
        await pilot.resize_terminal(80, 24)
        await show(pilot, runner, made.CLIPPED)
        await show(pilot, runner, made.CLIPPED)
        assert lines_of(app) == before
