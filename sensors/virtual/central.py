"""A Bluetooth central on Bumble: what scans and connects for the backend classes."""

import asyncio
import contextlib
from typing import Protocol

from bumble.core import BaseBumbleError
from bumble.device import Advertisement, Connection, Device
from bumble.hci import Address, HCI_LE_Create_Connection_Cancel_Command
from bumble.transport.common import TransportSink, TransportSource

CENTRAL_ADDRESS = "F0:F1:F2:F3:F4:F5"
"""The static random address of our central."""


class Listener(Protocol):
    """One scanner that wants to hear advertisements."""

    def heard(self, advertisement: Advertisement) -> None:
        """Take one advertisement."""
        ...


class Central:
    """One radio, shared by all scanners and clients of a session.

    Parameters
    ----------
    source, sink : bumble transport ends
        A Bumble ``Controller`` (twice), or the ends of an opened transport.
    """

    def __init__(self, source: TransportSource, sink: TransportSink) -> None:
        self.device = Device.with_hci("StrideGate", Address(CENTRAL_ADDRESS), source, sink)
        self.device.on(Device.EVENT_ADVERTISEMENT, self._on_advertisement)
        self._listeners: list[Listener] = []
        self._scanning = asyncio.Lock()
        self._connecting = asyncio.Lock()

    async def start(self) -> None:
        """Power the controller up."""
        await self.device.power_on()

    async def stop(self) -> None:
        """End every connection and power the controller down."""
        for connection in tuple(self.device.connections.values()):
            with contextlib.suppress(BaseBumbleError):
                await connection.disconnect()
        await self.device.power_off()

    async def listen(self, listener: Listener, *, active: bool) -> None:
        """Hand advertisements to a listener; the first one starts the scan."""
        async with self._scanning:
            self._listeners.append(listener)
            if len(self._listeners) == 1:
                # The virtual controller does not know the extended scan's duplicates; the legacy
                # commands do the same on both kinds of controller.
                await self.device.start_scanning(
                    legacy=True, active=active, filter_duplicates=False
                )

    async def unlisten(self, listener: Listener) -> None:
        """Stop handing advertisements to a listener; the last one ends the scan."""
        async with self._scanning:
            if listener in self._listeners:
                self._listeners.remove(listener)
                if not self._listeners:
                    await self.device.stop_scanning(legacy=True)

    def holds(self, connection: Connection) -> bool:
        """Whether a connection stands: it may be lost again before its maker hears of it."""
        return self.device.connections.get(connection.handle) is connection

    async def connect(self, address: Address) -> Connection:
        """Connect, and leave no pending connection behind when cancelled."""
        async with self._connecting:
            attempt = asyncio.ensure_future(self.device.connect(address, timeout=None))
            try:
                return await asyncio.shield(attempt)
            except asyncio.CancelledError:
                with contextlib.suppress(BaseBumbleError):
                    await self.device.send_sync_command(HCI_LE_Create_Connection_Cancel_Command())
                with contextlib.suppress(BaseBumbleError, asyncio.CancelledError):
                    # The pod may have answered before the cancel arrived.
                    connection = await attempt
                    await connection.disconnect()
                raise

    def _on_advertisement(self, advertisement: Advertisement) -> None:
        for listener in tuple(self._listeners):
            listener.heard(advertisement)
