"""On the host: the controller that the guest's kernel drives, and virtual pods in its range.

Here and not in the guest: an emulated processor is too slow for the pods' own work.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from bumble.transport import open_transport
from realbluez.airlink import AirLink
from realbluez.controller import KernelController
from rig import ramp

from sensors.clock import SessionClock
from sensors.virtual.controller import VirtualController
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAMES = ("Movesense 214630000042", "Movesense 214630000043")
"""Of the pods; the second is in range only when it is asked for."""

PLAY_S = 3600.0
"""Seconds of different samples: more than a run takes."""

DATA = 2
"""What a notification with samples begins with."""


class Ether:
    """The radio's range, as the guest asks for it.

    Parameters
    ----------
    hci : Path
        The socket of the guest's HCI packets.
    """

    def __init__(self, hci: Path) -> None:
        self._hci = hci
        self._clock = SessionClock()
        self._pods: list[VirtualPod] = []
        self._sent: list[list[int]] = []
        self._link = AirLink()  # type: ignore[no-untyped-call]  # untyped in Bumble

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Ether"]:
        """Be there, with the first pod in range."""
        async with contextlib.AsyncExitStack() as stack:
            hci = await stack.enter_async_context(await open_transport(f"unix:{self._hci}"))
            controller = KernelController(self._link)
            hci.source.set_packet_sink(controller)
            controller.set_packet_sink(hci.sink)
            await self._add()
            try:
                yield self
            finally:
                for pod in self._pods:
                    await pod.stop()

    async def answer(self, control: Path) -> None:
        """Do what the guest asks for, one line of JSON a question, until it goes away."""
        reader, writer = await asyncio.open_unix_connection(control)
        while line := await reader.readline():
            found = await self._do(json.loads(line))
            writer.write(json.dumps(found).encode() + b"\n")
            await writer.drain()
        writer.close()

    async def _do(self, asked: Mapping[str, Any]) -> Any:
        number = asked.get("pod", 0)
        match asked["do"]:
            case "add":
                await self._add()
            case "drop":
                await self._pods[number].drop(asked["for_s"])
            case "sent":
                return self._sent[number]
            case "connections":
                return self._pods[number].tally.connections
        return None

    async def _add(self) -> None:
        name = NAMES[len(self._pods)]
        sent: list[int] = []

        def on_notify(value: bytes) -> None:
            if value[0] == DATA:
                sent.append(int.from_bytes(value[2:6], "little"))

        pod = VirtualPod(Movesense(ramp(PLAY_S)), self._clock, name, on_notify=on_notify)
        controller = VirtualController(name, self._link)
        await pod.start(controller, controller)
        self._pods.append(pod)
        self._sent.append(sent)
