"""The disk's troubles are told once each, soon, and the loss behind them with its number."""

import asyncio
import threading

from monitor.flushing import FLUSH_S, SLOW_S, WELL, keep_flushed
from sensors.errors import UnwritableFileError

FULL = "the disk is full; free some space"


class Disk:
    """A recording whose disk does, flush by flush, what a test wants."""

    def __init__(self, *does: str) -> None:
        self.dropped = 0
        self.goes_on = threading.Event()
        self._does = list(does)
        self.flushes = 0

    def flush(self) -> None:
        self.flushes += 1
        does = self._does.pop(0) if self._does else ""
        if does == "drops":
            self.dropped += 7
        if does in ("refuses", "drops"):
            raise UnwritableFileError(FULL)
        if does == "hangs":
            self.goes_on.wait()


async def told(disk: Disk, flushes: int) -> list[str]:
    said: list[str] = []
    keeping = asyncio.create_task(keep_flushed(disk, said.append))
    async with asyncio.timeout(30.0):
        while disk.flushes < flushes:
            if said and disk.flushes == 1:
                disk.goes_on.set()
            await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    return said


def test_everything_is_told_within_a_second_of_what_arrived() -> None:
    grid_s = 0.1
    assert grid_s + FLUSH_S + SLOW_S + grid_s <= 1.0


async def test_a_refusing_disk_is_told_once_and_its_recovery() -> None:
    assert await told(Disk("refuses", "refuses", "", "", "refuses"), 7) == [FULL, WELL, FULL, WELL]


async def test_a_disk_that_does_not_answer_is_told_while_it_does_not() -> None:
    slow, well = await told(Disk("hangs"), 3)
    assert slow.startswith("The disk is slow")
    assert well == WELL


async def test_what_is_let_go_is_told_and_its_number_once_all_is_well() -> None:
    said = await told(Disk("refuses", "drops", "drops", ""), 6)
    assert said == [
        FULL,
        "The disk has taken nothing for too long: the oldest data are let go",
        f"{WELL}; 14 notifications of the pod are missing in it",
    ]
