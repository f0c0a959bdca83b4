"""Open the app in a test and read what stands on its screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from made_snapshots import FakeRunner
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Footer

from monitor.snapshot import Snapshot
from monitor.tui.app import LiveApp
from monitor.tui.impactplot import ImpactPlot
from monitor.tui.live import LiveScreen

SIZES = [(80, 24), (120, 40), (200, 60)]
SLIVERS = [(20, 5)]


def lines_of(app: App[None]) -> list[str]:
    """Return the screen's rows as text."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


def text_of(app: App[None]) -> str:
    """Return the screen as one text."""
    return "\n".join(lines_of(app))


def is_on(app: App[None], screen: type) -> bool:
    """Return whether a screen of this class is the active one."""
    return isinstance(app.screen, screen)


async def settle(pilot: Pilot[None]) -> None:
    """Let the screen lay itself out, show the runner's Snapshot and draw it."""
    app = pilot.app
    await pilot.pause()
    if isinstance(app.screen, LiveScreen):
        app.screen.show()
        app.screen.query_one(ImpactPlot).draw()
    await pilot.pause()
    # The footer is made anew where other keys hold: on a busy machine it is empty for a while. In a
    # sliver of a terminal it has no room, and no screen waits longer than this for it.
    for _ in range(100):
        if not app.screen.query(Footer) or app.size in SLIVERS or lines_of(app)[-1].strip():
            break
        await pilot.pause(0.01)


async def show(pilot: Pilot[None], runner: FakeRunner, snapshot: Snapshot) -> None:
    """Make the session stand at a Snapshot and show it."""
    runner.snapshot = snapshot
    await settle(pilot)


async def reach(pilot: Pilot[None], screen: type) -> None:
    """Wait until a screen of this class is the active one."""
    # Opening runs in a thread: this waits for it, however long it takes.
    while not isinstance(pilot.app.screen, screen):
        await pilot.pause(0.005)
    await settle(pilot)


def listen(app: App[None], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which every notification is added: they fade from the screen."""
    said: list[str] = []
    monkeypatch.setattr(app, "notify", lambda message, **_: said.append(message))
    return said


@asynccontextmanager
async def live(
    runner: FakeRunner, size: tuple[int, int] = (80, 24), auto_exit_s: float | None = None
) -> AsyncIterator[tuple[LiveApp, Pilot[None]]]:
    """Run the app on a fake session up to its live screen."""
    app = LiveApp(lambda: runner, auto_exit_s=auto_exit_s)
    async with app.run_test(size=size) as pilot:
        await reach(pilot, LiveScreen)
        yield app, pilot
