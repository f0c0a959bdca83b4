"""What stands on each screen in every state, stored: a change is seen as a diff, in words.

``pytest tests/tui/test_stored_screens.py --snapshot-update`` stores them anew. The states come from
decided sessions; nothing is drawn by a clock, so the same code gives the same screens.
"""

from dataclasses import replace

import made_snapshots as made
import pytest
from decided_states import decided_states
from made_snapshots import FakeRunner
from screens import SIZES, live, reach, settle, show
from stored import SvgExtension, stored_picture, stored_text
from syrupy.assertion import SnapshotAssertion

from monitor.live.client import Viewing
from monitor.live.door import Door
from monitor.tui.summary import SummaryScreen
from monitor.tui.watchapp import WatchApp
from sensors.clock import SessionClock


@pytest.mark.parametrize("view", ["physio", "patient"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_state(size: tuple[int, int], view: str, snapshot: SnapshotAssertion) -> None:
    states = decided_states()
    states = {**states, "pending": replace(states["run"], ladder=made.LADDER)}
    runner = FakeRunner()
    async with live(runner, size) as (app, pilot):
        if view == "patient":
            await pilot.press("t")
        for name, state in states.items():
            await show(pilot, runner, state)
            assert stored_text(app) == snapshot(name=name)


async def test_dialogs_and_what_comes_before_and_after(snapshot: SnapshotAssertion) -> None:
    runner = FakeRunner(replace(decided_states()["run"], ladder=made.LADDER))
    async with live(runner) as (app, pilot):
        for key in ("p", "s", "c", "q", "e", "w", "d", "question_mark", "v"):
            await pilot.press(key)
            await settle(pilot)
            app.screen.set_focus(None)
            await settle(pilot)
            assert stored_text(app) == snapshot(name=f"key {key}")
            await pilot.press("escape")
            await settle(pilot)
        runner.end()
        await reach(pilot, SummaryScreen)
        assert stored_text(app) == snapshot(name="summary")
    watching = WatchApp(Viewing(Door("none", "p", 0, "/nowhere/none.sock"), SessionClock()))
    async with watching.run_test(size=SIZES[0]) as pilot:
        await pilot.pause()
        assert stored_text(watching) == snapshot(name="waiting")


@pytest.mark.parametrize(
    ("state", "view", "theme"),
    [
        ("amber", "patient", "clinic-dark"),
        ("red", "physio", "clinic-contrast"),
        ("stop", "patient", "clinic-light"),
    ],
)
async def test_pictures(state: str, view: str, theme: str, snapshot: SnapshotAssertion) -> None:
    runner = FakeRunner(decided_states()[state])
    async with live(runner) as (app, pilot):
        # A flash goes by real time: a picture would catch either half of it.
        app.settings = replace(app.settings, flash=False)
        app.theme = theme
        if view == "patient":
            await pilot.press("t")
        await settle(pilot)
        await settle(pilot)
        assert stored_picture(app) == snapshot(extension_class=SvgExtension)
