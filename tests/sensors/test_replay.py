"""The feeder that plays a recording into an inbox."""

import asyncio
from collections.abc import Iterator

import pytest

from sensors.clock import SessionClock
from sensors.errors import UnreadableFileError
from sensors.recording.layout import RecordedItem, RecordedMessage
from sensors.replay import ITEMS_PER_TURN, replay
from sensors.samples import LinkEvent, LinkState, Notification


class HandClock(SessionClock):
    """A session clock that moves only while somebody sleeps on it."""

    def __init__(self) -> None:
        super().__init__()
        self.time_s = 0.0
        self.slept_until: list[float] = []

    def now_s(self) -> float:
        return self.time_s

    async def sleep_until(self, t_s: float) -> None:
        self.slept_until.append(t_s)
        # The real sleep may end a little early; the feeder has to look again.
        self.time_s = t_s if self.slept_until[-2:-1] == [t_s] else t_s - 1e-6
        await asyncio.sleep(0)


ITEMS: list[RecordedItem] = [
    LinkEvent(0.0, "pod", LinkState.STREAMING),
    Notification(0.5, "pod", "uuid", b"\x01"),
    RecordedMessage(0.4, "marks", {"kind": "start"}),
    Notification(2.0, "pod", "uuid", b"\x02"),
]


async def test_items_keep_the_order_of_the_file() -> None:
    inbox: list[RecordedItem] = []
    await replay(ITEMS, inbox.append)
    assert inbox == ITEMS


async def test_no_item_comes_before_its_time() -> None:
    clock = HandClock()
    arrivals: list[tuple[float, RecordedItem]] = []
    await replay(ITEMS, lambda item: arrivals.append((clock.now_s(), item)), clock)
    assert arrivals == [(0.0, ITEMS[0]), (0.5, ITEMS[1]), (0.5, ITEMS[2]), (2.0, ITEMS[3])]
    assert clock.slept_until == [0.5, 0.5, 2.0, 2.0]


async def test_a_fast_clock_shortens_the_wait() -> None:
    clock = SessionClock(speed=1e6)
    inbox: list[RecordedItem] = []
    await replay([Notification(3600.0, "pod", "uuid", b"")], inbox.append, clock)
    assert len(inbox) == 1
    assert clock.now_s() >= 3600.0


async def test_other_tasks_get_their_turn() -> None:
    inbox: list[RecordedItem] = []
    lengths: list[int] = []

    async def watch() -> None:
        while len(inbox) < 10 * ITEMS_PER_TURN:
            lengths.append(len(inbox))
            await asyncio.sleep(0)

    items = [Notification(0.0, "pod", "uuid", b"")] * (10 * ITEMS_PER_TURN)
    await asyncio.gather(replay(items, inbox.append), watch())
    assert lengths == [n * ITEMS_PER_TURN for n in range(1, 10)]


async def test_everything_before_damage_is_delivered() -> None:
    def items() -> Iterator[RecordedItem]:
        yield ITEMS[0]
        raise UnreadableFileError("damaged at byte 9")

    inbox: list[RecordedItem] = []
    with pytest.raises(UnreadableFileError, match="byte 9"):
        await replay(items(), inbox.append)
    assert inbox == ITEMS[:1]
