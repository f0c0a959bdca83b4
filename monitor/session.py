"""The composition root of a live session: the only owner of its tasks.

It takes what the radio delivers, records it, steps the core on the grid of the session's clock and
keeps the Snapshot that every view reads. ``monitor.replay`` does the same from a recording.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from analysis.filters import load as load_filters
from monitor.analysed import Analysed, kept_of
from monitor.core import GRID_HZ, Input, SessionCore
from monitor.flushing import keep_flushed
from monitor.journal import Entry, Journal
from monitor.marks import Mark, MarkKind
from monitor.result import SessionResult, result_of
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from monitor.text import in_words
from monitor.view import snapshot_of
from sensors.clock import SessionClock, SleepWatch
from sensors.errors import UnwritableFileError
from sensors.samples import LinkEvent, LinkState

if TYPE_CHECKING:
    from monitor.live.publisher import Publisher

SLEEP_S = 1.0
"""s. A computer that slept for less was busy. Design default."""

CLOSE_ATTEMPTS, CLOSE_RETRY_S = 3, 1.0
"""How often a disk that refuses the end of a recording is asked again, and the wait in real s."""


class Source(Protocol):
    """Where a session's inputs come from: it appends them to the inbox as they arrive."""

    async def run(self, inbox: deque[Input]) -> None:
        """Fill the inbox until cancelled or until there is nothing left."""
        ...


class Sink(Protocol):
    """What keeps a session."""

    path: Path

    def item(self, item: Input) -> None:
        """Keep one input, before anything is decided on it."""
        ...

    def entry(self, entry: Entry) -> None:
        """Keep one decision."""
        ...

    def result(self, result: SessionResult, found: Analysed | None) -> None:
        """Keep the result, and what the analysis found where it is worth keeping."""
        ...

    @property
    def dropped(self) -> int:
        """Notifications that were let go because the disk took nothing for too long."""
        ...

    def flush(self) -> None:
        """Bring what was kept so far to the disk."""
        ...

    def close(self) -> None:
        """Bring everything to the disk and close."""
        ...


class SessionRunner:
    """One live session from its first input to its result.

    Parameters
    ----------
    setup : SessionSetup
        Plan, limits and pods.
    source : Source
        The radio.
    sink : Sink
        The recording.
    clock : SessionClock
        The session's clock.
    on_step : callable, optional
        Called with the Snapshot after every grid step, for example to print changes.
    core : SessionCore, optional
        Of a session that broke off: it stands at the clock's time, and the sink goes on.

    Attributes
    ----------
    snapshot : Snapshot
        What is to be shown now.
    result : SessionResult or None
        The result once the session is over.
    trouble : str
        Why the recording could not be finished; empty where all is well.
    publisher : Publisher or None
        Lets viewers see the session; to be set before it is run.
    not_watched : str
        Why viewers could not, or no longer, see it; empty where they could.
    """

    def __init__(
        self,
        setup: SessionSetup,
        source: Source,
        sink: Sink,
        clock: SessionClock,
        on_step: Callable[[Snapshot], None] | None = None,
        core: SessionCore | None = None,
    ) -> None:
        self.setup = setup
        self.clock = clock
        # Not with the first packet: what comes meanwhile would be written too late.
        load_filters()
        self.result: SessionResult | None = None
        self.trouble = ""
        self._source = source
        self._sink = sink
        self.publisher: Publisher | None = None
        self.not_watched = ""
        self._on_step = on_step
        self._inbox: deque[Input] = deque()
        self._sleeps = SleepWatch()
        self.core = SessionCore(setup, Journal(sink.entry)) if core is None else core
        self._k = round(self.core.t_s * GRID_HZ)
        self.snapshot = snapshot_of(self.core, self.core.t_s)

    @property
    def recording(self) -> Path:
        """Where the session is recorded."""
        return self._sink.path

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """The result in lines for a person; empty before the end."""
        if self.result is None:
            return ()
        trouble = (f"Not finished: {self.trouble}",) if self.trouble else ()
        return (*self.result.lines(), f"Recording: {self.recording}", *trouble)

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Take a key press or command as an input of this instant."""
        self._inbox.append(Mark(self.clock.now_s(), kind, value, text))

    def go_on(self, gap_s: float) -> None:
        """Begin with that the session had broken off for ``gap_s`` real seconds."""
        for event in self.core.links.events.values():
            if event.state is LinkState.STREAMING:
                lost = LinkEvent(self.clock.now_s(), event.slot, LinkState.LOST, "broke off")
                self._inbox.append(lost)
        self.mark(MarkKind.BROKE_OFF, text=in_words(gap_s))

    async def run(self) -> None:
        """Run the session to its end; source and recording are closed on every way out.

        Raises
        ------
        Exception
            What the source raised; the recording is finished all the same. Viewers raise nothing.
        """
        if self.publisher is None:
            await self._run()
            return
        # Only where it is watched: it loads the sockets.
        from monitor.live.published import run_published

        self.not_watched = await run_published(self._run, self.publisher)

    async def _run(self) -> None:
        source = asyncio.create_task(self._source.run(self._inbox), name="source")
        flush = asyncio.create_task(keep_flushed(self._sink, self._disk), name="flush")
        try:
            while not self.core.is_over:
                await self.clock.sleep_until((self._k + 1) / GRID_HZ)
                self._watch_sleep()
                self._take()
                self._show()
                if source.done() and not self._inbox:
                    source.result()
                    break
        finally:
            try:
                source.cancel()
                flush.cancel()
                await asyncio.gather(source, flush, return_exceptions=True)
            finally:
                # Nothing is awaited from here to the result: a second cancellation comes too late.
                self._sum_up()
            await self._close()

    def _sum_up(self) -> None:
        while self._inbox and not self.core.is_over:
            # What was stamped is decided on, also where the session was left before its grid time:
            # a tap on pain just before the end stands in the record.
            self._take()
        self.core.close(self.core.end_reason or "interrupted")
        self.result = result_of(self.core)
        self._sink.result(self.result, kept_of(self.core))
        self.snapshot = snapshot_of(self.core, self.core.t_s)

    async def _close(self) -> None:
        for left in reversed(range(CLOSE_ATTEMPTS)):
            try:
                # In a thread: a long recording takes a moment to be packed.
                await asyncio.to_thread(self._sink.close)
            except UnwritableFileError as error:
                self.trouble = error.sentence
                if left:
                    await asyncio.sleep(CLOSE_RETRY_S)
            else:
                self.trouble = ""
                return

    def _disk(self, text: str) -> None:
        self.mark(MarkKind.DISK, text=text)

    def _watch_sleep(self) -> None:
        slept_s = self._sleeps.look()
        if slept_s >= SLEEP_S:
            self.mark(MarkKind.SLEPT, text=in_words(slept_s))

    def _take(self) -> None:
        self._k += 1
        t_s = self._k / GRID_HZ
        # Nothing can arrive late: arrivals are stamped in this same thread, so all that is stamped
        # before the grid time is in the inbox when the grid time has come.
        while self._inbox and self._inbox[0].t_s < t_s:
            item = self._inbox.popleft()
            self._sink.item(item)
            self.core.feed(item)
        self.core.step(t_s)

    def _show(self) -> None:
        self.snapshot = snapshot_of(self.core, self.core.t_s)
        if self._on_step is not None:
            self._on_step(self.snapshot)
