"""The emulated BlueZ answers bleak's own back end as the real one is known to."""

import asyncio
from collections.abc import AsyncIterator

import pytest

pytest.importorskip("dbus_fast", reason="BlueZ is Linux's own")

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
)
from bluez.air import emulated_bluez
from bluez.daemon import Bluetoothd
from rig import RSC_MEASUREMENT_UUID, until

from sensors.clock import SessionClock
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.rsc import RunningSpeed

pytestmark = pytest.mark.usefixtures("system_bus")

NAME = "Foot pod 12345"
CONTROL_POINT_UUID = "00002a55-0000-1000-8000-00805f9b34fb"


@pytest.fixture
async def pod() -> VirtualPod:
    return VirtualPod(RunningSpeed([]), SessionClock(1.0), NAME)


@pytest.fixture
async def daemon(system_bus: object, pod: VirtualPod) -> AsyncIterator[Bluetoothd]:
    async with emulated_bluez([pod]) as running:
        yield running


@pytest.fixture
async def device(daemon: Bluetoothd) -> BLEDevice:
    found = await BleakScanner.find_device_by_name(NAME, timeout=20.0)
    assert found is not None
    return found


async def test_a_pod_is_found_read_and_let_go(device: BLEDevice, pod: VirtualPod) -> None:
    assert device.address == pod.address
    async with BleakClient(device) as client:
        assert await client.read_gatt_char(BATTERY_LEVEL_UUID) == bytes([pod.charge_pct])
        characteristic = client.services.get_characteristic(CONTROL_POINT_UUID)
        assert characteristic is not None
        assert characteristic.max_write_without_response_size == 161 - 3
    await until(lambda: pod.connection is None)


async def test_errors_come_as_bleak_knows_them(device: BLEDevice) -> None:
    async with BleakClient(device) as client:
        with pytest.raises(BleakCharacteristicNotFoundError):
            await client.read_gatt_char("00002a6e-0000-1000-8000-00805f9b34fb")
        with pytest.raises(BleakGATTProtocolError) as caught:
            await client.write_gatt_char(CONTROL_POINT_UUID, b"\x04", response=True)
        assert caught.value.code == 0x81  # the service's own: indications are not asked for
        await client.start_notify(RSC_MEASUREMENT_UUID, lambda *_: None)
        with pytest.raises(BleakDBusError, match="InProgress"):
            await client.start_notify(RSC_MEASUREMENT_UUID, lambda *_: None)
        with pytest.raises(BleakError):
            await client.start_notify(BATTERY_LEVEL_UUID, lambda *_: None)


async def test_second_search_of_one_program_is_refused(daemon: Bluetoothd) -> None:
    async with BleakScanner():
        with pytest.raises(BleakDBusError, match="InProgress"):
            await BleakScanner().start()


@pytest.mark.parametrize(
    ("is_plugged", "reason"),
    [
        (True, BleakBluetoothNotAvailableReason.POWERED_OFF),
        (False, BleakBluetoothNotAvailableReason.NO_BLUETOOTH),
    ],
)
async def test_adapter_that_is_off_or_away(
    daemon: Bluetoothd, is_plugged: bool, reason: BleakBluetoothNotAvailableReason
) -> None:
    await (daemon.adapter.power(on=False) if is_plugged else daemon.adapter.unplug())
    with pytest.raises(BleakBluetoothNotAvailableError) as caught:
        await BleakScanner().start()
    assert caught.value.reason is reason


async def test_lost_link_is_told_but_a_killed_daemon_is_not(
    device: BLEDevice, daemon: Bluetoothd, pod: VirtualPod
) -> None:
    gone = asyncio.Event()
    async with BleakClient(device, disconnected_callback=lambda _client: gone.set()):
        await pod.drop(0.1)
        await asyncio.wait_for(gone.wait(), 20.0)
    found = await BleakScanner.find_device_by_name(NAME, timeout=20.0)
    assert found is not None
    gone.clear()
    client = BleakClient(found, disconnected_callback=lambda _client: gone.set())
    await client.connect()
    await daemon.kill()
    with pytest.raises(BleakDBusError, match="ServiceUnknown"):
        await client.read_gatt_char(BATTERY_LEVEL_UUID)
    assert client.is_connected
    assert not gone.is_set()
    with pytest.raises(BleakDBusError, match="ServiceUnknown"):
        await client.disconnect()
