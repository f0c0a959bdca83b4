"""A graded session while it runs: the live session, and the record that a warning sign goes to."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from monitor.core import SessionCore
from monitor.errors import StoreError
from monitor.live.publisher import Publisher
from monitor.marks import MarkKind
from monitor.programme.phases import Item
from monitor.session import SessionRunner
from monitor.snapshot import Snapshot


class GradedRunner:
    """What the screen and the plain lines need of a graded session.

    Parameters
    ----------
    live : SessionRunner
        The live session.
    red_flags : tuple of Item
        The warning signs that can be told.
    supervised_by : str or None
        The clinician who is present.
    write_flag : callable
        Writes a warning sign to the record at once; raises StoreError where it takes none.

    Attributes
    ----------
    closing_lines : tuple of str
        What the closing came to; empty before it.
    unwritten_flags : tuple of str
        Warning signs that the record did not take yet: they stand in the recording.
    """

    def __init__(
        self,
        live: SessionRunner,
        red_flags: tuple[Item, ...],
        supervised_by: str | None,
        write_flag: Callable[[str], None],
    ) -> None:
        self.live = live
        self.red_flags = red_flags
        self.supervised_by = supervised_by
        self.closing_lines: tuple[str, ...] = ()
        self.unwritten_flags: tuple[str, ...] = ()
        self._write_flag = write_flag
        self._writing: list[asyncio.Task[None]] = []
        self._was_stopped = False

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        return self.live.snapshot

    @property
    def publisher(self) -> Publisher | None:
        """Who lets viewers see it."""
        return self.live.publisher

    @property
    def core(self) -> SessionCore:
        """What decides."""
        return self.live.core

    @property
    def recording(self) -> Path:
        """Where the session is recorded."""
        return self.live.recording

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """What came out, in lines for a person; empty before the end."""
        return self.closing_lines or self.live.summary_lines

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Take one action of the people at the treadmill."""
        self.live.mark(kind, value, text)

    def flag(self, flag: str) -> None:
        """Take a warning sign: into the recording and the record at once, and the run ends."""
        self.mark(MarkKind.RED_FLAG, text=flag)
        # In a thread: a disk that waits must not hold up the words that end the run.
        self._writing.append(asyncio.create_task(self._written(flag), name="flag"))

    def let_go_on(self) -> bool:
        """Let the session go on after a red event; return whether a clinician is present."""
        if self.supervised_by is None:
            return False
        self.mark(MarkKind.LET_GO_ON, text=self.supervised_by)
        return True

    def stop_once(self) -> None:
        """End the session; asked again before it has ended, nothing more happens."""
        if not self._was_stopped:
            self._was_stopped = True
            self.mark(MarkKind.STOP)

    async def run(self) -> None:
        """Run the session to its end; what was told to the record is written by then."""
        try:
            await self.live.run()
        finally:
            await asyncio.gather(*self._writing)

    async def _written(self, flag: str) -> None:
        try:
            await asyncio.to_thread(self._write_flag, flag)
        except StoreError:
            self.unwritten_flags = (*self.unwritten_flags, flag)
