"""The live session's ways out: each closes source and recording, and loses no input.

Sources are made here; a session over both ends of a link is in test_session_link.py.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path

import pytest
from made_sessions import made_setup, run_between_walks

from monitor.analysed import Analysed
from monitor.core import Input
from monitor.journal import Entry
from monitor.marks import Mark, MarkKind
from monitor.replay import decide
from monitor.result import SessionResult, result_of
from monitor.session import CLOSE_ATTEMPTS, SessionRunner
from sensors.clock import SessionClock
from sensors.errors import UnwritableFileError
from sensors.samples import LinkEvent, LinkState

SETUP = made_setup(run_between_walks(20.0, 5.0))
FULL = "the disk is full; free some space"


class MadeSource:
    """A source that streams nothing and ends as a test wants it."""

    def __init__(self, end: Callable[[], None] = lambda: None, close_s: float = 0.0) -> None:
        self.is_closed = False
        self._end = end
        self._close_s = close_s

    async def run(self, inbox: deque[Input]) -> None:
        inbox.append(LinkEvent(0.0, "pod", LinkState.SEARCHING))
        try:
            await asyncio.sleep(0.05)
            self._end()
            await asyncio.get_running_loop().create_future()
        finally:
            await asyncio.sleep(self._close_s)
            self.is_closed = True


class MadeSink:
    """A recording in memory, whose disk refuses as often as a test wants."""

    def __init__(self, refusals: int = 0, flush_refusals: int = 0) -> None:
        self.path = Path("made.mcap")
        self.items: list[Input] = []
        self.entries: list[Entry] = []
        self.results: list[SessionResult] = []
        self.is_closed = False
        self.dropped = 0
        self.refusals = refusals
        self.flush_refusals = flush_refusals

    def item(self, item: Input) -> None:
        self.items.append(item)

    def entry(self, entry: Entry) -> None:
        self.entries.append(entry)

    def result(self, result: SessionResult, _: Analysed | None) -> None:
        self.results.append(result)

    def flush(self) -> None:
        if self.flush_refusals > 0:
            self.flush_refusals -= 1
            raise UnwritableFileError(FULL)

    def close(self) -> None:
        if self.refusals > 0:
            self.refusals -= 1
            raise UnwritableFileError(FULL)
        self.is_closed = True


def made_runner(source: MadeSource, sink: MadeSink, speed: float = 1.0) -> SessionRunner:
    return SessionRunner(SETUP, source, sink, SessionClock(speed))


async def begun(runner: SessionRunner) -> asyncio.Task[None]:
    task = asyncio.create_task(runner.run())
    async with asyncio.timeout(20.0):
        while runner.core.t_s < 0.3:  # noqa: ASYNC110 - the grid has no event
            await asyncio.sleep(0.01)
    return task


def replayed(runner: SessionRunner, sink: MadeSink) -> SessionResult:
    assert runner.result is not None
    return result_of(decide(SETUP, sink.items, runner.result.ended_s))


async def test_pain_tapped_just_before_the_end_stands_in_the_record() -> None:
    source, sink = MadeSource(), MadeSink()
    runner = made_runner(source, sink)
    task = await begun(runner)
    runner.mark(MarkKind.PAIN, 8)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert runner.result is not None
    assert runner.result.pain == (8,)
    assert runner.result.end == "pain"
    assert [m.value for m in sink.items if isinstance(m, Mark)] == [8]
    assert source.is_closed
    assert sink.is_closed
    assert replayed(runner, sink) == runner.result


async def test_a_second_cancellation_does_not_cost_the_result() -> None:
    source, sink = MadeSource(close_s=5.0), MadeSink()
    runner = made_runner(source, sink)
    task = await begun(runner)
    task.cancel()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert sink.results == [runner.result]
    assert runner.result is not None
    assert runner.result.end == "interrupted"


async def test_what_the_source_raises_is_raised_and_the_recording_is_finished() -> None:
    def fail() -> None:
        raise RuntimeError("the radio caught fire")

    source, sink = MadeSource(fail), MadeSink()
    runner = made_runner(source, sink)
    with pytest.raises(RuntimeError, match="caught fire"):
        await runner.run()
    assert sink.is_closed
    assert len(sink.results) == 1


async def test_a_full_disk_at_the_end_keeps_the_summary_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.session.CLOSE_RETRY_S", 0.01)
    sink = MadeSink(refusals=CLOSE_ATTEMPTS)
    runner = made_runner(MadeSource(), sink)
    task = await begun(runner)
    runner.mark(MarkKind.STOP)
    await task
    assert runner.trouble == FULL
    assert any(FULL in line for line in runner.summary_lines)
    assert any("stopped early" in line for line in runner.summary_lines)


async def test_a_disk_that_takes_the_end_later_is_no_trouble(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("monitor.session.CLOSE_RETRY_S", 0.01)
    sink = MadeSink(refusals=CLOSE_ATTEMPTS - 1)
    runner = made_runner(MadeSource(), sink)
    task = await begun(runner)
    runner.mark(MarkKind.STOP)
    await task
    assert sink.is_closed
    assert runner.trouble == ""


async def test_a_disk_that_refuses_is_told_once_and_its_recovery_too() -> None:
    sink = MadeSink(flush_refusals=3)
    runner = made_runner(MadeSource(), sink)
    task = await begun(runner)
    async with asyncio.timeout(20.0):
        while sum(isinstance(i, Mark) and i.kind is MarkKind.DISK for i in sink.items) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    runner.mark(MarkKind.STOP)
    await task
    said = [i.text for i in sink.items if isinstance(i, Mark) and i.kind is MarkKind.DISK]
    assert said == [FULL, "The recording is on the disk again"]
    assert replayed(runner, sink) == runner.result


def test_the_filters_are_loaded_before_the_first_packet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loading them holds everything up for longer than a packet may wait for the disk."""
    loaded: list[bool] = []
    monkeypatch.setattr("monitor.session.load_filters", lambda: loaded.append(True))
    made_runner(MadeSource(), MadeSink())
    assert loaded == [True]
