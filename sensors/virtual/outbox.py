"""Packets on their way out of a pod: each leaves when its time has come, or never."""

import asyncio
import contextlib
import heapq
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bumble.gatt import Characteristic

from sensors.clock import SessionClock
from sensors.virtual.faults import Air, Faults
from sensors.virtual.tally import Tally


@dataclass(frozen=True, slots=True, eq=False)
class Packet:
    """One packet of a pod, as the notifications that carry it.

    Attributes
    ----------
    t_s : float
        Pod time at which it is complete and may be sent.
    samples : int
        Samples in it.
    characteristic : bumble.gatt.Characteristic
        What notifies it.
    parts : tuple of bytes
        The value of each notification.
    """

    t_s: float
    samples: int
    characteristic: Characteristic[bytes]
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, order=True)
class Departure:
    """One sending of a packet; departures are in the order in which they leave."""

    due_s: float
    order: int
    packet: Packet
    parts: int
    is_copy: bool


class Outbox:
    """Holds the packets of one pod until they are due, with the faults of the air between.

    Parameters
    ----------
    faults : Faults
        What befalls the packets.
    tally : Tally
        Where sent, doubled, lost and unheard packets are counted.
    notify : callable
        Sends one notification.
    """

    def __init__(
        self,
        faults: Faults,
        tally: Tally,
        notify: Callable[[Characteristic[bytes], bytes], Awaitable[None]],
    ) -> None:
        self._air = Air(faults)
        self._tally = tally
        self._notify = notify
        self._departures: list[Departure] = []
        self._order = 0
        self._changed = asyncio.Event()

    def post(self, packet: Packet) -> None:
        """Take a packet in and give it its fate."""
        fate = self._air.fate(packet.t_s)
        self._tally.packets_lost += not fate.deliveries_s
        parts = 1 if fate.part_lost else len(packet.parts)
        for copy, due_s in enumerate(fate.deliveries_s):
            self._order += 1
            heapq.heappush(self._departures, Departure(due_s, self._order, packet, parts, copy > 0))
        self._changed.set()

    def clear(self) -> None:
        """Forget what has not left: a lost link takes it with it."""
        self._tally.packets_unheard += sum(not one.is_copy for one in self._departures)
        self._departures.clear()

    async def run(
        self, clock: SessionClock, pod_time_s: Callable[[], float], heard: Callable[[], bool]
    ) -> None:
        """Send each packet when it is due, until cancelled.

        Parameters
        ----------
        clock : SessionClock
            For waiting.
        pod_time_s : callable
            The pod's own time.
        heard : callable
            Whether somebody hears the pod at this moment.
        """
        while True:
            self._changed.clear()
            wait_s = self._departures[0].due_s - pod_time_s() if self._departures else 1.0
            if wait_s > 0.0:
                # A packet that is posted meanwhile may be due before the one waited for.
                with contextlib.suppress(TimeoutError):
                    await clock.wait_for(self._changed.wait(), wait_s)
                continue
            await self._send(heapq.heappop(self._departures), heard=heard())

    async def _send(self, departure: Departure, *, heard: bool) -> None:
        packet = departure.packet
        if not heard:
            self._tally.packets_unheard += not departure.is_copy
            return
        for part in packet.parts[: departure.parts]:
            await self._notify(packet.characteristic, part)
        if departure.is_copy:
            self._tally.packets_doubled += 1
        else:
            self._tally.packets_sent += 1
            self._tally.samples_sent += packet.samples
