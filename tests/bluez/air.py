"""The second rig: bleak's own BlueZ back end over the emulated ``org.bluez`` and virtual pods."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from bleak.backends.bluezdbus import manager
from bluez.daemon import BUS, Bluetoothd, hang_up
from dbus_fast import BusType, Message
from dbus_fast.aio import MessageBus

from sensors.radio import Radio
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_central


@contextlib.asynccontextmanager
async def emulated_bluez(pods: Sequence[VirtualPod]) -> AsyncIterator[Bluetoothd]:
    """Run ``org.bluez`` on the bus of ``DBUS_SYSTEM_BUS_ADDRESS``, with ``pods`` in range."""
    async with virtual_central(pods) as central:
        daemon = Bluetoothd(central)
        await daemon.start()
        try:
            yield daemon
        finally:
            await _close_manager()
            await daemon.kill()


@contextlib.asynccontextmanager
async def bluez_air(pods: Sequence[VirtualPod]) -> AsyncIterator[Radio]:
    """Open the system's Bluetooth, with ``pods`` in range."""
    async with emulated_bluez(pods):
        yield Radio()


async def connections() -> int:
    """Return how many connections the system bus has, this question's own left out."""
    asking = await MessageBus(bus_type=BusType.SYSTEM).connect()
    reply = await asking.call(
        Message(destination=BUS, path="/org/freedesktop/DBus", interface=BUS, member="ListNames")
    )
    await hang_up(asking)
    assert reply is not None
    names: list[str] = reply.body[0]
    return sum(name.startswith(":") for name in names) - 1


async def _close_manager() -> None:
    # bleak keeps one connection to the bus for each event loop, and a program never closes it; a
    # test has a loop of its own.
    known = manager._global_instances.pop(asyncio.get_running_loop(), None)
    if known is not None and known._bus is not None:
        await hang_up(known._bus)
        watcher = known._bus_watcher_task
        if watcher is not None:
            await asyncio.wait({watcher})
