"""The virtual Movesense answers as the protocol wants, right commands and wrong ones."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from rig import ramp

from sensors.clock import SessionClock
from sensors.virtual.gsp import COMMAND_UUID, DATA_UUID, Firmware, encode, split
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SourceBlock
from sensors.virtual.radio import virtual_radio

NAME = "Movesense 214630000042"
SUBSCRIBE, UNSUBSCRIBE, GET = 1, 2, 4


class Console:
    """Sends commands and reads what comes back."""

    def __init__(self, client: BleakClient) -> None:
        self.client = client
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    async def listen(self) -> None:
        """Subscribe to what the pod says."""
        await self.client.start_notify(DATA_UUID, self._hear)

    def _hear(self, _characteristic: object, value: bytearray) -> None:
        self.heard.put_nowait(bytes(value))

    async def ask(self, command: int, reference: int, payload: bytes | str = b"") -> bytes:
        """Send a command and return its result, passing data by."""
        body = payload.encode() if isinstance(payload, str) else payload
        await self.client.write_gatt_char(
            COMMAND_UUID, bytes([command, reference]) + body, response=True
        )
        return await self.next(1)

    async def next(self, *codes: int) -> bytes:
        """Return the next notification with one of these codes."""
        async with asyncio.timeout(10.0):
            while True:
                value = await self.heard.get()
                if value[0] in codes:
                    return value

    async def status(self, command: int, reference: int, payload: bytes | str = b"") -> int:
        """Send a command and return the status of its result."""
        result = await self.ask(command, reference, payload)
        assert result[:2] == bytes([1, reference])
        return int(struct.unpack_from("<H", result, 2)[0])


@contextlib.asynccontextmanager
async def console(profile: Movesense, speed: float = 10.0) -> AsyncIterator[Console]:
    pod = VirtualPod(profile, SessionClock(speed), NAME)
    async with virtual_radio([pod]) as radio:
        device = await BleakScanner.find_device_by_name(NAME, timeout=10.0, **radio.scanner_kwargs)
        assert device is not None
        async with BleakClient(device, **radio.client_kwargs) as client:
            talk = Console(client)
            await talk.listen()
            yield talk


async def test_hello_names_the_pod_without_a_status() -> None:
    async with console(Movesense(ramp(1.0))) as talk:
        result = await talk.ask(0, 0x11)
    assert result[:3] == bytes([1, 0x11, 1])
    assert result[3:].split(b"\0")[:2] == [b"214630000042", NAME.encode()]


async def test_old_firmware_greets_in_plain_text_and_turns_its_refusal_round() -> None:
    async with console(Movesense(ramp(60.0), firmware=Firmware.OLD)) as talk:
        assert await talk.ask(0, 0x11) == b"\x01\x11Hello"
        for reference in (1, 2, 3, 4):
            await talk.client.write_gatt_char(
                COMMAND_UUID, bytes([SUBSCRIBE, reference]) + b"/Meas/Acc/52", response=True
            )
        assert await talk.ask(SUBSCRIBE, 5, "/Meas/Acc/52") == b"\x01\x05\x01\xfb"
        await talk.client.write_gatt_char(
            COMMAND_UUID, bytes([GET, 6]) + b"/Meas/Acc/Config", response=True
        )
        assert await talk.status(UNSUBSCRIBE, 4) == 200  # the first answer since: none for the GET


async def test_range_can_be_read() -> None:
    async with console(Movesense(ramp(1.0), full_scale_g=8)) as talk:
        result = await talk.ask(GET, 0x12, "/Meas/Acc/Config")
    assert result == bytes([1, 0x12, 200, 0, 8])


@pytest.mark.parametrize(
    ("command", "reference", "payload", "status"),
    [
        (SUBSCRIBE, 0x63, "/Meas/IMU6/208", 200),
        (SUBSCRIBE, 0x63, "/Meas/Acc/104", 200),
        (SUBSCRIBE, 0x63, "Meas/Acc/104\0", 200),
        (SUBSCRIBE, 0x00, "/Meas/IMU6/208", 400),
        (SUBSCRIBE, 0x63, "/Meas/IMU6/200", 404),
        (SUBSCRIBE, 0x63, "/Meas/ECG/125", 404),
        (SUBSCRIBE, 0x63, "/Meas/IMU6", 404),
        (SUBSCRIBE, 0x63, b"\xff\xfe", 404),
        (UNSUBSCRIBE, 0x63, "", 404),
        (GET, 0x63, "/Meas/Gyro/Config", 404),
        (6, 0x63, "", 501),
        (200, 0x63, "", 501),
    ],
)
async def test_every_command_has_its_status(
    command: int, reference: int, payload: bytes | str, status: int
) -> None:
    async with console(Movesense(ramp(1.0))) as talk:
        assert await talk.status(command, reference, payload) == status


async def test_reference_in_use_and_fifth_subscription_are_refused() -> None:
    async with console(Movesense(ramp(60.0))) as talk:
        for reference in (1, 2, 3, 4):
            assert await talk.status(SUBSCRIBE, reference, "/Meas/Acc/52") == 200
        assert await talk.status(SUBSCRIBE, 4, "/Meas/Acc/52") == 409
        assert await talk.status(SUBSCRIBE, 5, "/Meas/Acc/52") == 507
        assert await talk.status(UNSUBSCRIBE, 4) == 200
        assert await talk.status(SUBSCRIBE, 5, "/Meas/Acc/52") == 200


async def test_unsubscribed_pod_falls_silent() -> None:
    async with console(Movesense(ramp(60.0)), speed=20.0) as talk:
        await talk.status(SUBSCRIBE, 0x63, "/Meas/IMU6/208")
        await talk.next(2)
        assert await talk.status(UNSUBSCRIBE, 0x63) == 200
        while not talk.heard.empty():
            talk.heard.get_nowait()
        await asyncio.sleep(0.1)
        assert talk.heard.empty()


async def test_source_without_gyroscope_offers_none() -> None:
    async with console(Movesense(ramp(5.0, gyro=False))) as talk:
        assert await talk.status(SUBSCRIBE, 0x63, "/Meas/IMU6/208") == 404
        assert await talk.status(SUBSCRIBE, 0x63, "/Meas/Acc/208") == 200
        packet = await talk.next(2)
    assert np.frombuffer(packet[6:], "<f4")[0] == 0.0  # the first block was not lost on the way


async def test_subscription_dies_with_the_connection() -> None:
    pod = VirtualPod(Movesense(ramp(60.0)), SessionClock(10.0), NAME)
    async with virtual_radio([pod]) as radio:
        statuses = []
        for _ in range(2):
            device = await BleakScanner.find_device_by_name(
                NAME, timeout=10.0, **radio.scanner_kwargs
            )
            assert device is not None
            async with BleakClient(device, **radio.client_kwargs) as client:
                talk = Console(client)
                await talk.listen()
                statuses.append(await talk.status(SUBSCRIBE, 0x63, "/Meas/IMU6/208"))
    assert statuses == [200, 200]


def block(count: int) -> SourceBlock:
    rows = np.arange(3.0 * count).reshape(count, 3)
    return SourceBlock(0.0, rows, 10.0 * rows)


def test_body_holds_the_counter_and_then_sensor_by_sensor() -> None:
    body = encode(0x1_0000_0005, block(2), with_gyro=True)
    assert body[:4] == bytes([5, 0, 0, 0])
    values = np.frombuffer(body[4:], "<f4").reshape(2, 2, 3)
    assert values[0] == pytest.approx(block(2).acc_g * 9.80665)
    assert values[1] == pytest.approx(10.0 * block(2).acc_g)


@pytest.mark.parametrize(
    ("payload_size", "lengths"), [(244, [198]), (198, [198]), (158, [158, 42]), (101, [101, 99])]
)
def test_split_uses_a_second_notification_only_where_it_must(
    payload_size: int, lengths: list[int]
) -> None:
    body = encode(7, block(8), with_gyro=True)
    parts = split(0x63, body, payload_size)
    assert [len(part) for part in parts] == lengths
    assert [part[:2] for part in parts] == [bytes([2, 0x63]), bytes([3, 0x63])][: len(parts)]
    assert b"".join(part[2:] for part in parts) == body


def test_split_knows_no_third_notification() -> None:
    with pytest.raises(ValueError, match="larger MTU"):
        split(0x63, encode(7, block(8), with_gyro=True), 99)
