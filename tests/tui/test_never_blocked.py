"""The loop that draws and judges waits for nothing: no call that blocks it, no disk that stands."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from blockbuster import blockbuster_ctx
from made_sessions import made_setup, run_between_walks
from monkey import SPEED, HandingSource
from screens import is_on, text_of
from served import until
from textual.pilot import Pilot

from monitor.marks import MarkKind
from monitor.record import RecordingSink, read_session
from monitor.session import SessionRunner
from monitor.tui.app import LiveApp
from monitor.tui.live import LiveScreen
from sensors.clock import SessionClock
from sensors.samples import Notification

KEYS = (
    *("t", "t", "p", "1", "e", "H", "i", "enter", "n", "x", "enter"),
    *("h", "r", "w", "escape", "d", "escape", "f1", "escape"),
)

pytestmark = pytest.mark.usefixtures("ticking", "impatient")


@pytest.fixture
def source() -> HandingSource:
    """Make a gait that is handed over in time."""
    return HandingSource(SessionClock(SPEED))


@pytest.fixture
def runner(tmp_path: Path, source: HandingSource) -> SessionRunner:
    """Make a session on it, with its recording on the disk."""
    setup = made_setup(run_between_walks(60.0))
    sink = RecordingSink(tmp_path / "s.mcap", setup, 0)
    return SessionRunner(setup, source, sink, source.clock)


@asynccontextmanager
async def shown(runner: SessionRunner) -> AsyncIterator[tuple[LiveApp, Pilot[None]]]:
    """Show the session until it has its first steps."""
    app = LiveApp(lambda: runner)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(lambda: is_on(app, LiveScreen))
        runner.mark(MarkKind.START)
        await until(lambda: len(runner.core.judge.steps) > 3)
        yield app, pilot


async def test_no_key_and_no_frame_calls_what_blocks(runner: SessionRunner) -> None:
    async with shown(runner) as (app, pilot):
        # From here on a call that waits for a disk, a lock or a socket in the loop is an error.
        with blockbuster_ctx(["monitor", "sensors", "analysis"]):
            for key in KEYS:
                await pilot.press(key)
            await pilot.resize_terminal(80, 24)
            steps = len(runner.core.judge.steps)
            await until(lambda: len(runner.core.judge.steps) > steps + 10)
        assert app.is_running
        runner.mark(MarkKind.STOP)
        await until(lambda: runner.result is not None)
    texts = [entry["text"] for entry in read_session(runner.recording).decisions]
    assert any(text.startswith("Pain") for text in texts), texts


async def test_a_disk_that_stands_still_stops_neither_screen_nor_judgement(
    runner: SessionRunner, source: HandingSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, held = threading.Event(), threading.Event()
    flush = RecordingSink.flush

    def stands(sink: RecordingSink) -> None:
        held.set()
        gate.wait(60.0)
        flush(sink)

    async with shown(runner) as (app, pilot):
        monkeypatch.setattr(RecordingSink, "flush", stands)
        await until(held.is_set)
        steps = len(runner.core.judge.steps)
        await until(lambda: "The disk is slow" in text_of(app), every_s=0.1)
        await pilot.press("t")
        await until(lambda: len(runner.core.judge.steps) > steps + 10)
        gate.set()
        runner.mark(MarkKind.STOP)
        await until(lambda: runner.result is not None)
    session = read_session(runner.recording)
    assert session.recording.is_finished
    # What was handed over while the disk stood is in the recording, every packet of it.
    kept = [item.payload for item in session.inputs() if isinstance(item, Notification)]
    handed = [item.payload for item in source.handed]
    assert kept == handed[: len(kept)]
    assert len(handed) - len(kept) < 20
