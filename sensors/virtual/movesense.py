"""The Movesense GATT SensorData Protocol from the pod's side.

Commands are ``[command, reference, payload]``; answers and data come as notifications
``[code, reference, ...]``. A data packet that does not fit into one notification is sent in two,
the second with a code of its own.
"""

import asyncio
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.virtual.peripheral import Packet, VirtualPod
from sensors.virtual.player import SampleSource, SourceBlock, packets

SERVICE_UUID = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND_UUID = "34800001-7185-4d5d-b431-630e7050e8f0"
DATA_UUID = "34800002-7185-4d5d-b431-630e7050e8f0"

ADVERTISED_SERVICE = 0xFDF3
"""The 16-bit service that the pod advertises; the protocol's own service is not advertised."""

RATES_HZ = (13, 26, 52, 104, 208, 416, 833, 1666)
"""Hz. The rates that a subscription may name."""

MAX_SUBSCRIPTIONS = 4
PACKET_SAMPLES = 8
"""Samples of a packet at the high rates."""

STANDARD_GRAVITY_MPS2 = 9.80665
"""m/s² per g, by definition (CGPM 1901)."""


class Command(IntEnum):
    """The commands that this pod knows."""

    HELLO = 0
    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    GET = 4


class Code(IntEnum):
    """What a notification is."""

    RESULT = 1
    DATA = 2
    DATA_PART_2 = 3


class Status(IntEnum):
    """How a command ended."""

    OK = 200
    BAD_REQUEST = 400
    NOT_FOUND = 404
    CONFLICT = 409
    NOT_IMPLEMENTED = 501
    FULL = 507


@dataclass(frozen=True, slots=True)
class Resource:
    """One running subscription: accelerometer alone, or with the gyroscope."""

    path: str
    with_gyro: bool


class Movesense:
    """The profile of a Movesense pod that plays a source.

    The pod plays the source at the source's own rate, whatever rate a subscription names: a
    client has to measure the rate anyhow.

    Parameters
    ----------
    source : SampleSource
        What is played from the first subscription on.
    full_scale_g : int
        The accelerometer's range, as a GET of its configuration tells it.
    packet_samples : int
        Samples of a full packet.
    counter_start_ms : int
        The pod's counter at source time 0; near ``2 ** 32`` it wraps soon.
    """

    advertised: int | None = ADVERTISED_SERVICE

    def __init__(
        self,
        source: SampleSource,
        *,
        full_scale_g: int = 16,
        packet_samples: int = PACKET_SAMPLES,
        counter_start_ms: int = 0,
    ) -> None:
        self.finished = asyncio.Event()
        self._source = source
        self._full_scale_g = full_scale_g
        self._packet_samples = packet_samples
        self._counter_start_ms = counter_start_ms
        self._zero_s = 0.0
        self._reset_due = False
        self._resources: dict[int, Resource] = {}
        self._data: Characteristic[bytes] = Characteristic(
            DATA_UUID, Characteristic.Properties.NOTIFY, Characteristic.READABLE, b""
        )

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the protocol's service, bound to its peripheral."""
        self._pod = pod
        command: Characteristic[bytes] = Characteristic(
            COMMAND_UUID,
            Characteristic.Properties.WRITE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._on_command),
        )
        return [Service(UUID(SERVICE_UUID), [command, self._data])]

    def link_lost(self) -> None:
        """Forget the subscriptions, as the pod does at every disconnection."""
        self._resources.clear()

    def clock_reset(self) -> None:
        """Let the counter begin at 0 with the next packet."""
        self._reset_due = True

    def _on_command(self, _connection: Connection, value: bytes) -> None:
        if len(value) < 2:
            return  # without a reference there is nobody to answer
        command, reference, payload = value[0], value[1], value[2:]
        self._pod.spawn(self._answer(command, reference, payload))

    async def _answer(self, command: int, reference: int, payload: bytes) -> None:
        if command == Command.HELLO:
            await self._notify(Code.RESULT, reference, self._greeting())
            return
        body = b""
        match command:
            case Command.SUBSCRIBE:
                status = self._subscribe(reference, _path(payload))
            case Command.UNSUBSCRIBE:
                known = self._resources.pop(reference, None) is not None
                status = Status.OK if known else Status.NOT_FOUND
            case Command.GET:
                status, body = self._get(_path(payload))
            case _:
                status = Status.NOT_IMPLEMENTED
        await self._notify(Code.RESULT, reference, struct.pack("<H", status) + body)

    def _greeting(self) -> bytes:
        name = self._pod.name
        texts = (name.rsplit(" ", 1)[-1], name, self._pod.address, "virtual pod", "1.0")
        return b"\x01" + b"".join(text.encode() + b"\0" for text in texts)

    def _subscribe(self, reference: int, path: str) -> Status:
        if reference == 0:
            return Status.BAD_REQUEST
        if reference in self._resources:
            return Status.CONFLICT
        if len(self._resources) >= MAX_SUBSCRIPTIONS:
            return Status.FULL
        resource = _resource(path)
        if resource is None:
            return Status.NOT_FOUND
        self._resources[reference] = resource
        self._pod.tally.subscriptions.append(path)
        if self._pod.begin():
            self._pod.spawn(self._play())
        return Status.OK

    def _get(self, path: str) -> tuple[Status, bytes]:
        if path == "/Meas/Acc/Config":
            return Status.OK, bytes([self._full_scale_g])
        if path == "/Info":
            return Status.OK, self._greeting()[1:]
        return Status.NOT_FOUND, b""

    async def _play(self) -> None:
        begin_s: float | None = None
        for block in packets(self._source, self._packet_samples):
            if begin_s is None:
                begin_s = block.t_s
            complete_s = block.t_s - begin_s + (len(block.acc_g) - 1) / self._source.fs_hz
            await self._pod.sleep_until(complete_s)
            self._send(complete_s, block)
        self.finished.set()

    def _send(self, complete_s: float, block: SourceBlock) -> None:
        if self._reset_due:
            self._reset_due = False
            self._zero_s = block.t_s
            self._counter_start_ms = 0
        tally = self._pod.tally
        tally.packets_made += 1
        tally.samples_made += len(block.acc_g)
        tally.packets_unheard += not self._resources
        ticks = self._counter_start_ms + round((block.t_s - self._zero_s) * 1000.0)
        for reference, resource in self._resources.items():
            body = encode(ticks, block, with_gyro=resource.with_gyro)
            parts = split(reference, body, self._pod.payload_size)
            self._pod.post(Packet(complete_s, len(block.acc_g), parts), self._data)

    async def _notify(self, code: Code, reference: int, body: bytes) -> None:
        await self._pod.notify(self._data, bytes([code, reference]) + body)


def encode(ticks_ms: int, block: SourceBlock, *, with_gyro: bool) -> bytes:
    """Return the body of a data packet.

    Parameters
    ----------
    ticks_ms : int
        The pod's counter at the first sample; sent modulo ``2 ** 32``.
    block : SourceBlock
        The samples. A source without a gyroscope sends zeros where one is asked for.
    with_gyro : bool
        Whether angular velocities follow the accelerations.

    Returns
    -------
    bytes
        u32 counter, then for each sensor all its samples as three float32: m/s², then °/s.
    """
    vectors = [block.acc_g * STANDARD_GRAVITY_MPS2]
    if with_gyro:
        vectors.append(np.zeros_like(block.acc_g) if block.gyro_dps is None else block.gyro_dps)
    return struct.pack("<I", ticks_ms % 2**32) + b"".join(
        vector.astype("<f4").tobytes() for vector in vectors
    )


def split(reference: int, body: bytes, payload_size: int) -> tuple[bytes, ...]:
    """Cut a body into the notifications that carry it.

    Parameters
    ----------
    reference : int
        The subscription's reference.
    body : bytes
        The body of the packet.
    payload_size : int
        Bytes that a notification carries: ATT MTU - 3.

    Returns
    -------
    tuple of bytes
        One notification, or two where the body is too long for one; the protocol knows no third.

    Raises
    ------
    ValueError
        Where two are not enough.
    """
    room = payload_size - 2
    if len(body) > 2 * room:
        raise ValueError(
            f"virtual pod: {len(body)} bytes do not fit into two notifications of {payload_size};"
            " use fewer samples in a packet or a larger MTU"
        )
    first = bytes([Code.DATA, reference]) + body[:room]
    if len(body) <= room:
        return (first,)
    return (first, bytes([Code.DATA_PART_2, reference]) + body[room:])


def _path(payload: bytes) -> str:
    return payload.decode("ascii", errors="replace").rstrip("\0")


def _resource(path: str) -> Resource | None:
    match path.strip("/").split("/"):
        case ["Meas", ("IMU6" | "Acc") as sensor, rate] if rate in map(str, RATES_HZ):
            return Resource(path, with_gyro=sensor == "IMU6")
    return None
