"""A connection to one device, closed in any case: also one that was given up half-way."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak_retry_connector import establish_connection

from sensors.clock import SessionClock
from sensors.failure import RadioErrors
from sensors.radio import Radio

CONNECT_TIMEOUT_S = 20.0
"""Seconds for a connection with its discovery of services; as in bleak-retry-connector."""

CONNECT_ATTEMPTS = 1
"""Attempts on one advertisement: after that it is old, and a search finds the pod sooner. What
BlueZ calls transient is tried again all the same, by bleak-retry-connector."""

DISCONNECT_TIMEOUT_S = 5.0
"""Seconds. A Bluetooth service that hangs at a disconnection must not hold the session up."""


@contextlib.asynccontextmanager
async def connected(
    device: BLEDevice, radio: Radio, clock: SessionClock, gone: asyncio.Event
) -> AsyncIterator[BleakClient]:
    """Connect for as long as the block lasts.

    Parameters
    ----------
    device : BLEDevice
        As it was just found: an old one may be unknown to the system by now.
    radio : Radio
        Connects one device at a time.
    clock : SessionClock
        For the time-outs.
    gone : asyncio.Event
        Set when the connection is lost.
    """
    clients: list[BleakClient] = []
    try:
        async with radio.connecting:
            connecting = establish_connection(
                _KeptClient,
                device,
                device.name or device.address,
                disconnected_callback=lambda _client: gone.set(),
                max_attempts=CONNECT_ATTEMPTS,
                # After a restart of BlueZ's daemon its cached services are those of the one before.
                use_services_cache=False,
                keep=clients.append,
                **radio.client_kwargs,
            )
            client = await clock.wait_for(connecting, CONNECT_TIMEOUT_S)
        gone.clear()  # a first attempt that failed may have set it
        if not client.is_connected:
            gone.set()
        yield client
    finally:
        # Also where the link is long gone: a client that is not closed keeps its bus connection.
        if clients:
            with contextlib.suppress(*RadioErrors):
                await clock.wait_for(clients.pop().disconnect(), DISCONNECT_TIMEOUT_S)


class _KeptClient(BleakClient):
    """A client that is known from its birth on, so that it is closed in any case."""

    def __init__(
        self, device: BLEDevice, *, keep: Callable[[BleakClient], None], **kwargs: Any
    ) -> None:
        super().__init__(device, **kwargs)
        keep(self)
