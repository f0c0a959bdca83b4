"""The watch over the age of the data, without any radio."""

import asyncio
import contextlib
import time

import pytest
from rig import PlainMovesense, bench, cancelled, ramp

from sensors.clock import SessionClock
from sensors.samples import LinkState
from sensors.tasks import heed_cancellation, put_out, to_its_end, while_connected
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.watchdog import watch


class Ear:
    """Hears when told to, and answers so many times."""

    def __init__(self, answers: int = 0) -> None:
        self.heard_s = 0.0
        self.answers = answers
        self.asked_s: list[float] = []
        self.clock = SessionClock(50.0)
        self.gone = asyncio.Event()

    async def on_silence(self) -> bool:
        self.asked_s.append(self.clock.now_s())
        self.answers -= 1
        return self.answers >= 0

    async def watched(self, timeout_s: float = 5.0) -> bool:
        return await watch(self.clock, self.gone, timeout_s, lambda: self.heard_s, self.on_silence)


async def test_lost_connection_ends_the_watch_at_once() -> None:
    ear = Ear()
    ear.gone.set()
    assert await ear.watched()
    assert ear.asked_s == []


async def test_silence_is_asked_about_after_the_time_out_and_not_before() -> None:
    ear = Ear()
    assert not await ear.watched()
    assert len(ear.asked_s) == 1
    assert ear.asked_s[0] >= 5.0


async def test_answer_gives_another_whole_time_out() -> None:
    ear = Ear(answers=3)
    assert not await ear.watched()
    assert len(ear.asked_s) == 4
    assert all(b - a >= 5.0 for a, b in zip(ear.asked_s[:-1], ear.asked_s[1:], strict=True))


async def test_data_put_the_time_out_off() -> None:
    ear = Ear()

    async def talk() -> None:
        for _ in range(20):
            ear.heard_s = ear.clock.now_s()
            await ear.clock.sleep(2.0)

    talking = asyncio.create_task(talk())
    assert not await ear.watched(timeout_s=20.0)
    await talking
    assert ear.asked_s[0] >= ear.heard_s + 20.0


@pytest.mark.usefixtures("each_rig")
async def test_program_that_was_held_up_does_not_blame_the_pod() -> None:
    clock = SessionClock(10.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, "Movesense 214630000042")
    async with bench([pod], PlainMovesense(silence_timeout_s=1.5), clock) as rig:
        await rig.hear(DATA_UUID, 10)
        for _ in range(3):
            time.sleep(0.3)  # noqa: ASYNC251 - twice the pod's time-out, with nothing running
            await rig.hear(DATA_UUID, 10)
    assert LinkState.SILENT not in rig.states()


async def test_work_is_given_up_with_the_connection() -> None:
    gone = asyncio.Event()
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.sleep(60.0)
        finally:
            ended.set()

    asyncio.get_running_loop().call_later(0.01, gone.set)
    with pytest.raises(ConnectionResetError):
        await while_connected(gone, work())
    assert ended.is_set()


async def test_work_that_ends_first_gives_its_value_or_its_error() -> None:
    async def work(value: int) -> int:
        await asyncio.sleep(0)
        return 10 // value

    assert await while_connected(asyncio.Event(), work(2)) == 5
    with pytest.raises(ZeroDivisionError):
        await while_connected(asyncio.Event(), work(0))


async def test_swallowed_cancellation_is_heeded() -> None:
    async def deaf() -> None:
        # What asyncio.wait_for did before Python 3.12.
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60.0)
        heed_cancellation()
        pytest.fail("went on after the cancellation")

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await cancelled(task)
    assert task.cancelled()


async def test_task_that_swallows_cancellations_is_put_out_all_the_same() -> None:
    swallowed = 0

    async def deaf() -> None:
        nonlocal swallowed
        while swallowed < 3:
            try:
                await asyncio.sleep(60.0)
            except asyncio.CancelledError:
                swallowed += 1
        await asyncio.sleep(60.0)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    await put_out([task])
    assert task.cancelled()
    assert swallowed == 3


@pytest.mark.parametrize(("work_s", "is_done"), [(0.05, True), (60.0, False)])
async def test_work_that_must_not_be_broken_off_is_waited_for_a_while(
    work_s: float, is_done: bool
) -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(work_s)
            ended.append("done")
        except asyncio.CancelledError:
            ended.append("broken off")
            raise

    task = asyncio.create_task(to_its_end(work(), 0.5))
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["done" if is_done else "broken off"]
