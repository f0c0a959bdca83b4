"""The virtual controller ends what a real one would end: a connection that nobody joined."""

import asyncio

import pytest
from bleak import BleakClient
from bleak.exc import BleakError
from bumble.device import Connection
from bumble.hci import Address
from rig import ramp, until

from sensors.clock import SessionClock
from sensors.virtual.backend import backends
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_central

NAME = "Movesense 214630000042"


@pytest.fixture
async def pod() -> VirtualPod:
    return VirtualPod(Movesense(ramp(10.0)), SessionClock(1.0), NAME)


async def test_connection_that_is_given_up_does_not_wait_for_the_pod(pod: VirtualPod) -> None:
    async with virtual_central([pod]) as central:
        await pod.drop(3600.0)
        attempt = asyncio.create_task(central.connect(Address(pod.address)))
        await asyncio.sleep(0.05)
        attempt.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(attempt, 20.0)
        # And the next one may begin: a controller has one at a time.
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(central.connect(Address(pod.address)), 0.05)


async def test_connection_that_the_pod_did_not_join_ends(
    pod: VirtualPod, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with virtual_central([pod]) as central:
        device = pod._device
        assert device is not None
        # It hears no request to connect, as where it left a moment ago.
        monkeypatch.setattr(device.host.hci_sink, "on_le_connect_ind", lambda _packet: None)
        gone = asyncio.Event()
        connection = await central.connect(Address(pod.address))
        connection.on(connection.EVENT_DISCONNECTION, lambda _reason: gone.set())
        await asyncio.wait_for(gone.wait(), 20.0)
    assert pod.tally.connections == 0


async def test_client_hears_of_a_connection_that_ended_before_it_could_listen(
    pod: VirtualPod, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with virtual_central([pod]) as central:
        connect = central.connect

        async def connect_late(address: Address) -> Connection:
            connection = await connect(address)
            await connection.disconnect()
            return connection

        monkeypatch.setattr(central, "connect", connect_late)
        _scanner, client = backends(central)
        with pytest.raises(BleakError, match="could not be established"):
            await asyncio.wait_for(BleakClient(pod.address, backend=client).connect(), 20.0)


async def test_pod_that_leaves_while_it_is_connected_is_gone(pod: VirtualPod) -> None:
    async with virtual_central([pod]) as central:
        attempt = asyncio.create_task(central.connect(Address(pod.address)))
        pod._presence.leave(3600.0)
        await attempt
        await until(lambda: pod.tally.connections == 1 and pod.connection is None)
