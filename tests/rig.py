"""A virtual radio with pods and links on it, for tests of the link and of what stands on it."""

import asyncio
import contextlib
import struct
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import numpy as np

from sensors.binding import PodBinding
from sensors.clock import SessionClock
from sensors.link import Link
from sensors.pods.pod import Abilities, Await, Configuration, Decoder, Pod, PodClock, Write
from sensors.radio import Radio
from sensors.samples import LinkEvent, LinkItem, LinkState, Notification
from sensors.virtual.gsp import COMMAND_UUID, DATA_UUID
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource
from sensors.virtual.radio import virtual_radio

RSC_MEASUREMENT_UUID = "00002a53-0000-1000-8000-00805f9b34fb"
RSC_SERVICE_UUID = "00001814-0000-1000-8000-00805f9b34fb"
REFERENCE = 0x63

PATIENCE_S = 60.0
"""Real seconds before a wait is given up: far more than any of them takes on a busy computer."""


class PlainMovesense:
    """The least that a pod has to be for the link to drive a virtual Movesense."""

    kind = "movesense"
    title = "Movesense"
    notify_uuids: tuple[str, ...] = (DATA_UUID,)

    def __init__(self, path: str = "/Meas/IMU6/208", *, silence_timeout_s: float = 5.0) -> None:
        self.abilities = Abilities(208.0, 16.0, PodClock(0.001, 32), silence_timeout_s)
        self.path = path
        self.armed = 0

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (by name)
        return name.startswith("Movesense ")

    def decoder(self) -> Decoder:
        raise NotImplementedError

    def configure(self) -> Configuration:
        yield Write(COMMAND_UUID, bytes([1, REFERENCE]) + self.path.encode())
        answer = yield Await(lambda heard: heard.payload[:2] == bytes([1, REFERENCE]), 2.0)
        assert answer is not None
        assert struct.unpack_from("<H", answer.payload, 2)[0] == 200
        self.armed += 1


class PlainRsc:
    """The least that a pod has to be for the link to drive a virtual RSC pod."""

    kind = "rsc"
    title = "Running Speed and Cadence"
    abilities = Abilities(None, None, None, 5.0)
    notify_uuids: tuple[str, ...] = (RSC_MEASUREMENT_UUID,)

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (any name)
        return RSC_SERVICE_UUID in service_uuids

    def decoder(self) -> Decoder:
        raise NotImplementedError

    def configure(self) -> Configuration:
        yield from ()


@dataclass
class Bench:
    """One link on a virtual radio, with all that came out of it.

    Attributes
    ----------
    link : Link
        The link under test; its ``run`` is under way.
    inbox : deque
        What the link delivered.
    task : asyncio.Task
        The run, for a test that cancels it.
    """

    link: Link
    clock: SessionClock
    inbox: deque[LinkItem]
    task: asyncio.Task[None]

    def notifications(self, uuid: str | None = None) -> list[Notification]:
        """Return the notifications of one characteristic, or all of them."""
        return [
            item
            for item in self.inbox
            if isinstance(item, Notification) and uuid in (None, item.uuid)
        ]

    def states(self) -> list[LinkState]:
        """Return the states in order."""
        return [item.state for item in self.inbox if isinstance(item, LinkEvent)]

    def events(self, state: LinkState) -> list[LinkEvent]:
        """Return the events of one state, in order."""
        return [item for item in self.inbox if isinstance(item, LinkEvent) and item.state is state]

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition holds; a run that has failed fails the test."""

        def holds() -> bool:
            if self.task.done():
                self.task.result()
            return condition()

        await until(holds)

    async def hear(self, uuid: str, more: int) -> None:
        """Wait for so many more notifications of a characteristic."""
        enough = len(self.notifications(uuid)) + more
        await self.until(lambda: len(self.notifications(uuid)) >= enough)

    async def reach(self, state: LinkState, times: int = 1) -> None:
        """Wait until a state was entered so many times."""
        await self.until(lambda: self.states().count(state) >= times)


@contextlib.asynccontextmanager
async def linked(
    kind: Pod,
    radio: Radio,
    clock: SessionClock,
    *,
    slot: str = "pod",
    address: str | None = None,
    name: str | None = None,
    bound: PodBinding | None = None,
) -> AsyncIterator[Bench]:
    """Run one link on a radio; cancelled at exit."""
    inbox: deque[LinkItem] = deque()
    link = Link(kind, radio, clock, slot, inbox, address=address, name=name, bound=bound)
    rig = Bench(link, clock, inbox, asyncio.create_task(link.run()))
    try:
        yield rig
    finally:
        await cancelled(rig.task)


Air = Callable[[Sequence[VirtualPod]], AbstractAsyncContextManager[Radio]]

bumble_air: Air = virtual_radio
air: Air = bumble_air
"""Opens the radio of the test's rig with pods in range; ``each_rig`` puts the other one's here."""


@contextlib.asynccontextmanager
async def bench(
    pods: Sequence[VirtualPod],
    kind: Pod,
    clock: SessionClock,
    *,
    address: str | None = None,
    name: str | None = None,
) -> AsyncIterator[Bench]:
    """Run one link on the test's rig with ``pods`` in range; cancelled at exit."""
    async with (
        air(pods) as radio,
        linked(kind, radio, clock, address=address, name=name) as rig,
    ):
        yield rig


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; the test fails where it never does."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of events
            await asyncio.sleep(0.002)


async def cancelled(task: asyncio.Task[None]) -> None:
    """Cancel a task and wait for its end; raises what it raised of itself."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def ramp(seconds: float, fs_hz: float = 208.0, *, gyro: bool = True) -> ArraySource:
    """Return a source in which every sample is different: its number stands on the x axis."""
    count = round(seconds * fs_hz)
    number = np.arange(count, dtype=np.float64)
    acc_g = np.column_stack([number / 9.80665, np.zeros(count), np.ones(count)])
    return ArraySource(number / fs_hz, acc_g, np.ones((count, 3)) if gyro else None, fs_hz)


def sample_numbers(payloads: list[bytes], sensors: int = 2) -> Iterator[int]:
    """Yield the numbers of a ramp's samples out of Movesense data notifications, in order."""
    body = b""
    for payload in payloads:
        if payload[0] == 2:
            yield from _numbers(body, sensors)
            body = payload[2:]
        elif payload[0] == 3:
            body += payload[2:]
    yield from _numbers(body, sensors)


def _numbers(body: bytes, sensors: int) -> Iterator[int]:
    if body:
        count = (len(body) - 4) // (12 * sensors)
        rows = np.frombuffer(body, "<f4", count * 3, offset=4).reshape(count, 3)
        yield from np.rint(rows[:, 0]).astype(int).tolist()
