"""The virtual RSC pod: its bytes, its control point, its silence."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Iterable

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakGATTProtocolError
from hypothesis import given
from hypothesis import strategies as st
from rig import until

from sensors.clock import SessionClock
from sensors.pods.rsc import decode_measurement
from sensors.samples import StepReport
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_radio
from sensors.virtual.rsc import RunningSpeed, encode

NAME = "Foot pod 12345"
MEASUREMENT, FEATURE, LOCATION, CONTROL = "2a53", "2a54", "2a5d", "2a55"
REPORT = StepReport(2.75, 84, True, 0.98, 100.0)


@contextlib.asynccontextmanager
async def connected(
    reports: Iterable[tuple[float, StepReport]] = (),
) -> AsyncIterator[tuple[BleakClient, VirtualPod]]:
    pod = VirtualPod(RunningSpeed(reports), SessionClock(20.0), NAME)
    async with virtual_radio([pod]) as radio:
        device = await BleakScanner.find_device_by_name(NAME, timeout=10.0, **radio.scanner_kwargs)
        assert device is not None
        async with BleakClient(device, **radio.client_kwargs) as client:
            yield client, pod


@given(
    speed=st.integers(0, 65534),
    cadence=st.integers(0, 255),
    running=st.booleans(),
    stride=st.none() | st.integers(0, 65534),
    distance=st.none() | st.integers(0, 2**32 - 2),
)
def test_report_survives_encoding_and_the_products_decoder(
    speed: int, cadence: int, running: bool, stride: int | None, distance: int | None
) -> None:
    report = StepReport(
        speed / 256.0,
        cadence,
        running,
        None if stride is None else stride / 100.0,
        None if distance is None else distance / 10.0,
    )
    got = decode_measurement(encode(report))
    assert got.speed_mps == report.speed_mps
    assert (got.cadence_per_min, got.is_running) == (cadence, running)
    assert got.stride_length_m == pytest.approx(report.stride_length_m)
    assert got.total_distance_m == pytest.approx(report.total_distance_m)


def test_total_distance_wraps_at_thirty_two_bits() -> None:
    report = StepReport(0.0, 0, False, None, (2**32 + 5) / 10.0)
    assert encode(report) == bytes([2, 0, 0, 0, 5, 0, 0, 0])


async def test_features_and_location_can_be_read() -> None:
    async with connected() as (client, _pod):
        (features,) = struct.unpack("<H", await client.read_gatt_char(FEATURE))
        assert await client.read_gatt_char(LOCATION) == bytes([1])
    assert features == 0b10111


@pytest.mark.parametrize(
    ("request_bytes", "answer"),
    [
        (bytes([1, 10, 0, 0, 0]), bytes([0x10, 1, 1])),
        (bytes([1, 10]), bytes([0x10, 1, 3])),
        (bytes([2]), bytes([0x10, 2, 2])),
        (bytes([3, 2]), bytes([0x10, 3, 1])),
        (bytes([3, 14]), bytes([0x10, 3, 3])),
        (bytes([3]), bytes([0x10, 3, 3])),
        (bytes([4]), bytes([0x10, 4, 1, 0, 1, 2])),
        (bytes([99]), bytes([0x10, 99, 2])),
    ],
)
async def test_control_point_answers_by_indication(request_bytes: bytes, answer: bytes) -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    async with connected() as (client, _pod):
        await client.start_notify(CONTROL, lambda _char, value: heard.put_nowait(bytes(value)))
        await client.write_gatt_char(CONTROL, request_bytes, response=True)
        async with asyncio.timeout(10.0):
            assert await heard.get() == answer


async def test_control_point_wants_its_indications_first() -> None:
    async with connected() as (client, _pod):
        with pytest.raises(BleakGATTProtocolError) as refused:
            await client.write_gatt_char(CONTROL, bytes([4]), response=True)
    assert refused.value.code == 0x81


async def test_total_distance_can_be_set() -> None:
    heard: asyncio.Queue[bytes] = asyncio.Queue()
    later = StepReport(2.75, 84, True, None, 107.0)
    async with connected([(0.0, REPORT), (20.0, later)]) as (client, _pod):
        await client.start_notify(CONTROL, lambda _char, _value: None)
        await client.start_notify(MEASUREMENT, lambda _char, value: heard.put_nowait(bytes(value)))
        async with asyncio.timeout(10.0):
            first = decode_measurement(await heard.get())
            await client.write_gatt_char(CONTROL, bytes([1, 0, 0, 0, 0]), response=True)
            second = decode_measurement(await heard.get())
    assert first.total_distance_m == 100.0
    assert second.total_distance_m == pytest.approx(7.0)


async def test_reports_of_an_unheard_pod_are_lost() -> None:
    reports = [(float(second), REPORT) for second in range(10)]
    async with connected(reports) as (client, pod):
        await client.start_notify(MEASUREMENT, lambda _char, _value: None)
        await until(lambda: pod.tally.packets_sent >= 3)
        await client.stop_notify(MEASUREMENT)
        await until(lambda: pod.tally.packets_made == 10)
    tally = pod.tally
    assert tally.packets_unheard >= 1
    assert tally.packets_sent + tally.packets_unheard == 10
