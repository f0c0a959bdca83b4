"""A Movesense pod: the GATT SensorData Protocol from the pod's side, playing a source."""

import asyncio
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.virtual.gsp import (
    COMMAND_UUID,
    DATA_UUID,
    OLD_GREETING,
    SERVICE_UUID,
    Code,
    Command,
    Firmware,
    Status,
    encode,
    result,
    split,
)
from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource, SourceBlock, packets

ADVERTISED_SERVICE = 0xFDF3
"""The 16-bit service that the pod advertises; the protocol's own service is not advertised."""

RATES_HZ = (13, 26, 52, 104, 208, 416, 833, 1666)
"""Hz. The rates that a subscription may name."""

MAX_SUBSCRIPTIONS = 4
"""The pod's own limit."""

PACKET_SAMPLES = 8
"""Samples of a packet at the high rates."""


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
        What is played from the first subscription on. Without a gyroscope in it the pod has none,
        and answers 404 where one is asked for.
    full_scale_g : int
        The accelerometer's range, as a GET of its configuration tells it.
    packet_samples : int
        Samples of a full packet.
    counter_start_ms : int
        The pod's counter at source time 0; near ``2 ** 32`` it wraps soon.
    firmware : Firmware
        Whose answers it gives.
    """

    advertised: int | str | None = ADVERTISED_SERVICE

    def __init__(
        self,
        source: SampleSource,
        *,
        full_scale_g: int = 16,
        packet_samples: int = PACKET_SAMPLES,
        counter_start_ms: int = 0,
        firmware: Firmware = Firmware.STOCK,
    ) -> None:
        self.finished = asyncio.Event()
        self._source = source
        self._full_scale_g = full_scale_g
        self._firmware = firmware
        self._packets = packets(source, packet_samples)
        self._first: SourceBlock | None = None
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

    def _on_command(self, connection: Connection, value: bytes) -> None:
        if len(value) < 2:
            return  # without a reference there is nobody to answer
        command, reference, payload = value[0], value[1], value[2:]
        self._pod.spawn(self._answer(connection, command, reference, payload))

    async def _answer(
        self, connection: Connection, command: int, reference: int, payload: bytes
    ) -> None:
        if self._pod.connection is not connection:
            return  # the link broke meanwhile: the command died with it
        if command == Command.HELLO:
            is_old = self._firmware is Firmware.OLD
            greeting = OLD_GREETING if is_old else self._greeting()
            await self._pod.notify(self._data, bytes([Code.RESULT, reference]) + greeting)
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
        answer = result(self._firmware, command, reference, status, body)
        if answer is not None:
            await self._pod.notify(self._data, answer)

    def _greeting(self) -> bytes:
        name = self._pod.name
        texts = (self._pod.serial, name, self._pod.address, "virtual pod", "1.0")
        return b"\x01" + b"".join(text.encode() + b"\0" for text in texts)

    def _subscribe(self, reference: int, path: str) -> Status:
        if reference == 0:
            return Status.BAD_REQUEST
        if reference in self._resources:
            return Status.CONFLICT
        if len(self._resources) >= MAX_SUBSCRIPTIONS:
            return Status.FULL
        resource = _resource(path)
        if resource is None or (resource.with_gyro and not self._has_gyro()):
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

    def _has_gyro(self) -> bool:
        if self._first is None:
            self._first = next(self._packets, None)
        return self._first is not None and self._first.gyro_dps is not None

    async def _play(self) -> None:
        waiting = () if self._first is None else (self._first,)
        begin_s: float | None = None
        for block in itertools.chain(waiting, self._packets):
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
            self._pod.post(Packet(complete_s, len(block.acc_g), self._data, parts))


def _path(payload: bytes) -> str:
    return payload.decode("ascii", errors="replace").rstrip("\0")


def _resource(path: str) -> Resource | None:
    match path.strip("/").split("/"):
        case ["Meas", ("IMU6" | "Acc") as sensor, rate] if rate in map(str, RATES_HZ):
            return Resource(path, with_gyro=sensor == "IMU6")
    return None
