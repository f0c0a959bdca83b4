"""A running session's recording on its way to the disk, and what is said where the disk hesitates.

Times are real seconds: a disk knows no other.
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

from sensors.errors import UnwritableFileError

FLUSH_S: Final = 0.05
"""s. With the grid's 0.1 s before it, data are on the way to the disk 0.15 s after the radio. More
flushes than grid times cost nothing: where nothing was added, nothing is written."""

SLOW_S: Final = 0.7
"""s. A disk that has not answered for so long is told: with the grid and the flush, 0.9 s after
the first notification that waits for it (the bound is 1 s)."""

WELL: Final = "The recording is on the disk again"


class Flushed(Protocol):
    """What is brought to the disk."""

    @property
    def dropped(self) -> int:
        """Notifications that were let go because the disk took nothing for too long."""
        ...

    def flush(self) -> None:
        """Bring what waits to the disk; raises UnwritableFileError."""
        ...


async def keep_flushed(sink: Flushed, tell: Callable[[str], None]) -> None:
    """Flush until cancelled.

    Told is once that the disk refuses or is slow, once that the oldest notifications are let go,
    and once that all is well again, with how many are gone for good.

    Parameters
    ----------
    sink : Flushed
        The recording.
    tell : callable
        Takes each sentence, for the decision log and the recording.
    """
    watch = _Watch(sink, tell)
    while True:
        await asyncio.sleep(FLUSH_S)
        # In a thread: a slow disk must not hold up the session.
        flush = asyncio.ensure_future(asyncio.to_thread(sink.flush))
        try:
            while not flush.done():
                await asyncio.wait({flush}, timeout=SLOW_S)
                watch.look(
                    ""
                    if flush.done()
                    else "The disk is slow: the recording waits in memory; free or change the disk"
                )
            flush.result()
        except UnwritableFileError as error:
            # Nothing is lost yet: what waits goes with the next flush that the disk takes.
            watch.look(error.sentence)
        else:
            watch.well()
        finally:
            flush.cancel()


class _Watch:
    """What was told of the disk, so that it is not told again."""

    def __init__(self, sink: Flushed, tell: Callable[[str], None]) -> None:
        self._sink = sink
        self._tell = tell
        self._is_ill = False
        self._dropped = sink.dropped
        self._lets_go = False

    def look(self, trouble: str) -> None:
        """Tell trouble, and that notifications are let go, each the first time."""
        if trouble and not self._is_ill:
            self._is_ill = True
            self._tell(trouble)
        if self._sink.dropped > self._dropped and not self._lets_go:
            self._lets_go = True
            self._tell("The disk has taken nothing for too long: the oldest data are let go")

    def well(self) -> None:
        """Tell that the disk takes everything again."""
        lost, self._dropped = self._sink.dropped - self._dropped, self._sink.dropped
        if lost:
            self._tell(f"{WELL}; {lost} notifications of the pod are missing in it")
        elif self._is_ill:
            self._tell(WELL)
        self._is_ill = self._lets_go = False
