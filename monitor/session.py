"""The composition root of a session: the only owner of tasks. Radio or file in, decisions out.

Live and replayed sessions share ``SessionRunner``: it owns the core, steps it on the grid of the
session's clock and keeps the Snapshot that every view reads.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Protocol

from monitor.core import GRID_HZ, Input, SessionCore
from monitor.journal import Entry, Journal
from monitor.marks import Mark, MarkKind
from monitor.result import SessionResult, result_of
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from monitor.view import snapshot_of
from sensors.clock import SessionClock
from sensors.errors import UnwritableFileError

FLUSH_S = 0.1
"""s, real time. With the grid's 0.1 s before it, data are on the disk 0.2 s after the radio."""


class Source(Protocol):
    """Where a session's inputs come from: it appends them to the inbox, in order of their times."""

    async def run(self, inbox: deque[Input]) -> None:
        """Fill the inbox until cancelled or until there is nothing left."""
        ...


class Sink(Protocol):
    """What keeps a session: the recording, or nothing."""

    path: Path

    def item(self, item: Input) -> None:
        """Keep one input, before anything is decided on it."""
        ...

    def entry(self, entry: Entry) -> None:
        """Keep one decision."""
        ...

    def result(self, result: SessionResult) -> None:
        """Keep the result."""
        ...

    def flush(self) -> None:
        """Bring what was kept so far to the disk."""
        ...

    def close(self) -> None:
        """Bring everything to the disk and close."""
        ...


class SessionRunner:
    """One session from its first input to its result.

    Parameters
    ----------
    setup : SessionSetup
        Plan, limits and pods.
    source : Source
        The radio, or a recording.
    sink : Sink or None
        The recording; None for a replay.
    clock : SessionClock
        The session's clock.
    on_step : callable, optional
        Called with the Snapshot after every grid step, for example to print changes.

    Attributes
    ----------
    snapshot : Snapshot
        What is to be shown now.
    result : SessionResult or None
        The result once the session is over.
    """

    def __init__(
        self,
        setup: SessionSetup,
        source: Source,
        sink: Sink | None,
        clock: SessionClock,
        on_step: Callable[[Snapshot], None] | None = None,
    ) -> None:
        self.setup = setup
        self.clock = clock
        self.result: SessionResult | None = None
        self._source = source
        self._sink = sink
        self._on_step = on_step
        self._inbox: deque[Input] = deque()
        self._journal = Journal(None if sink is None else sink.entry)
        self.core = SessionCore(setup, self._journal)
        self.snapshot = snapshot_of(self.core, 0.0)

    @property
    def recording(self) -> Path | None:
        """Where the session is recorded; None in a replay."""
        return None if self._sink is None else self._sink.path

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """The result in lines for a person; empty before the end."""
        if self.result is None:
            return ()
        kept = () if self.recording is None else (f"Recording: {self.recording}",)
        return (*self.result.lines(), *kept)

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Take a key press or command as an input of this instant; a replay takes none."""
        if self._sink is None:
            return
        self._inbox.append(Mark(self.clock.now_s(), kind, value, text))

    async def run(self) -> None:
        """Run the session to its end; the source is closed on every way out."""
        source = asyncio.create_task(self._source.run(self._inbox), name="source")
        tasks = [source]
        if self._sink is not None:
            tasks.append(asyncio.create_task(self._keep_flushed(self._sink), name="flush"))
        try:
            k = 0
            while not self.core.is_over:
                k += 1
                t_s = k / GRID_HZ
                await self.clock.sleep_until(t_s)
                self._take(t_s)
                if source.done() and not self._inbox:
                    source.result()
                    self.core.close(self.core.end_reason or "interrupted")
                self._show(t_s)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.finish()

    def finish(self) -> None:
        """Close what is still open, sum up, and store the result. Called twice it does nothing."""
        if self.result is not None:
            return
        self.core.close(self.core.end_reason or "interrupted")
        self.result = result_of(self.core)
        self.snapshot = snapshot_of(self.core, self.core.t_s)
        if self._sink is not None:
            self._sink.result(self.result)
            self._sink.close()

    async def _keep_flushed(self, sink: Sink) -> None:
        refused = False
        while True:
            await asyncio.sleep(FLUSH_S)
            try:
                # In a thread: a slow disk must not hold up the session.
                await asyncio.to_thread(sink.flush)
            except UnwritableFileError as error:
                # Nothing is lost yet: what waits goes with the next flush that the disk takes.
                if not refused:
                    self.mark(MarkKind.DISK, text=error.sentence)
                refused = True
            else:
                if refused:
                    self.mark(MarkKind.DISK, text="The recording is on the disk again")
                refused = False

    def _take(self, t_s: float) -> None:
        # Nothing can arrive late: arrivals are stamped in this same thread, so all that is stamped
        # before the grid time is in the inbox when the grid time has come.
        while self._inbox and self._inbox[0].t_s < t_s:
            item = self._inbox.popleft()
            if self._sink is not None:
                self._sink.item(item)
            self.core.feed(item)
        self.core.step(t_s)

    def _show(self, t_s: float) -> None:
        self.snapshot = snapshot_of(self.core, t_s)
        if self._on_step is not None:
            self._on_step(self.snapshot)


def decide(
    setup: SessionSetup,
    items: Iterable[Input],
    until_s: float | None = None,
    on_step: Callable[[SessionCore], None] | None = None,
) -> SessionCore:
    """Take the decisions of recorded inputs at once, without a clock.

    Parameters
    ----------
    setup : SessionSetup
        From the recording's header.
    items : iterable of Notification, LinkEvent or Mark
        In the order in which they were recorded.
    until_s : float, optional
        The last grid time of the recorded session; the last input's where it is not known.
    on_step : callable, optional
        Called with the core after every grid step.

    Returns
    -------
    SessionCore
        The session, over.
    """
    core = SessionCore(setup, Journal())
    grid = count(1)
    t_s = next(grid) / GRID_HZ

    def step_until(limit_s: float) -> None:
        nonlocal t_s
        while t_s <= limit_s and not core.is_over:
            core.step(t_s)
            if on_step is not None:
                on_step(core)
            t_s = next(grid) / GRID_HZ

    last_s = 0.0
    for item in items:
        step_until(item.t_s)
        core.feed(item)
        last_s = item.t_s
    step_until(last_s + 1.0 / GRID_HZ if until_s is None else until_s)
    core.close(core.end_reason or "interrupted")
    return core
