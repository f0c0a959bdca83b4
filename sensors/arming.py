"""Drives a pod's configuration: the generator says what it wants, the link's operations do it.

Knows no Bluetooth library: what writes is handed in.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Protocol

from sensors.clock import SessionClock
from sensors.pods.pod import Await, Configuration, Pause, Read, Write
from sensors.samples import Notification


class Hearing:
    """Keeps what a pod says while it is configured, until somebody asks for it.

    An answer may come before the question: while a write is still being acknowledged.
    """

    def __init__(self) -> None:
        self._heard: deque[Notification] = deque()
        self._changed = asyncio.Event()

    def add(self, notification: Notification) -> None:
        """Take in what the pod said."""
        self._heard.append(notification)
        self._changed.set()

    async def accepted(self, accepts: Callable[[Notification], bool]) -> Notification:
        """Wait for the first notification that ``accepts`` says yes to, and take it out."""
        while True:
            self._changed.clear()
            for notification in self._heard:
                if accepts(notification):
                    self._heard.remove(notification)
                    return notification
            await self._changed.wait()


class Gatt(Protocol):
    """What a configuration does to a pod."""

    async def write(self, step: Write, /) -> None:
        """Write a characteristic."""
        ...

    async def read(self, uuid: str, /) -> Notification | None:
        """Read a characteristic; None where the pod does not have or not give it."""
        ...


async def arm(
    steps: Configuration,
    gatt: Gatt,
    hearing: Hearing,
    clock: SessionClock,
) -> None:
    """Do what a configuration asks for, to its end.

    Parameters
    ----------
    steps : generator
        A fresh ``Pod.configure()``.
    gatt : Gatt
        Writes and reads characteristics.
    hearing : Hearing
        Gets the pod's notifications meanwhile.
    clock : SessionClock
        For the time-outs of the steps.

    Raises
    ------
    LinkError
        Where the configuration gives up; and whatever ``gatt`` raises.
    """
    answer: Notification | None = None
    try:
        while True:
            step = steps.send(answer)
            match step:
                case Write():
                    await gatt.write(step)
                    answer = None
                case Read():
                    answer = await gatt.read(step.uuid)
                case Pause():
                    await clock.sleep(step.duration_s)
                    answer = None
                case Await():
                    answer = await _answer(step, hearing, clock)
    except StopIteration:
        return
    finally:
        steps.close()


async def _answer(step: Await, hearing: Hearing, clock: SessionClock) -> Notification | None:
    try:
        return await clock.wait_for(hearing.accepted(step.accepts), step.timeout_s)
    except TimeoutError:
        return None
