"""The open pod from its own side: the reference for a firmware, playing a source.

What a firmware has to do stands in ``docs/open-pod.md``; here it is done, in the same order.
"""

import asyncio
import struct
from collections.abc import Collection, Iterator, Sequence

import numpy as np
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.pods.openpod_format import (
    ACC_RANGES_G,
    CONFIG_UUID,
    DATA_UUID,
    GYRO_RANGES_DPS,
    INFO_UUID,
    RATES_HZ,
    SERVICE_UUID,
    VERSION,
)
from sensors.samples import FloatArray
from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource, SourceBlock

IDLE, STREAMING = 0, 1

HEAD_BYTES = 8
GYRO_PAYLOAD = 32
"""Bytes of a notification below which angular velocities are left out: fewer than two samples."""

MAX_PACKET_S = 0.05
"""Seconds of samples in one packet: a loss then costs at most one contact's beginning."""

TOP = 32767
"""Steps of an int16 at its positive end."""


def encode(
    block: SourceBlock, *, rate: int, acc_range: int, gyro_range: int, counter: int, t_us: int
) -> bytes:
    """Return a data packet.

    Parameters
    ----------
    block : SourceBlock
        The samples, 1 to 255; what is beyond a range is cut at it, as a sensor does.
    rate, acc_range, gyro_range : int
        Codes; ``gyro_range`` 0: accelerations alone.
    counter : int
        Number of the packet; sent modulo 256.
    t_us : int
        The pod's clock at the first sample; sent modulo ``2 ** 32``.
    """
    steps = _steps(block.acc_g, ACC_RANGES_G[acc_range])
    is_saturated = bool((np.abs(steps) >= TOP).any())
    if gyro_range:
        assert block.gyro_dps is not None, "a range was given"
        steps = np.hstack([steps, _steps(block.gyro_dps, GYRO_RANGES_DPS[gyro_range])])
    head = struct.pack(
        "<BBBBI",
        VERSION | is_saturated << 3 | rate << 4,
        acc_range | gyro_range << 4,
        counter % 2**8,
        len(steps),
        t_us % 2**32,
    )
    return head + steps.astype("<i2").tobytes()


def packet_samples(payload_size: int, fs_hz: float, *, with_gyro: bool) -> int:
    """Return how many samples a packet carries: what fits, and no more than ``MAX_PACKET_S``."""
    room = (payload_size - HEAD_BYTES) // (12 if with_gyro else 6)
    return max(1, min(room, round(MAX_PACKET_S * fs_hz)))


class OpenPod:
    """The profile of an open pod that plays a source.

    The pod plays the source at the source's own rate, whatever rate is in force.

    Parameters
    ----------
    source : SampleSource
        What is played from the first start on. Without a gyroscope in it the pod has none.
    rates, acc_ranges : collection of int
        Codes of what the pod has.
    gyro_range : int
        Code of the one range of its gyroscope.
    counter_start_us : int
        The pod's clock at source time 0; near ``2 ** 32`` it wraps soon.
    """

    advertised: int | str | None = SERVICE_UUID

    def __init__(
        self,
        source: SampleSource,
        *,
        rates: Collection[int] = (2, 3, 4, 5),
        acc_ranges: Collection[int] = (1, 2, 3, 4),
        gyro_range: int = 5,
        counter_start_us: int = 0,
    ) -> None:
        self.finished = asyncio.Event()
        self._source = source
        self._blocks = _samples(source)
        self._first = next(self._blocks, None)
        has_gyro = self._first is not None and self._first.gyro_dps is not None
        self._rates, self._acc_ranges = frozenset(rates), frozenset(acc_ranges)
        self._gyro_ranges = frozenset({gyro_range} if has_gyro else ())
        self._config = (IDLE, min(rates), min(acc_ranges), 0)
        self._counter = 0
        self._counter_start_us = counter_start_us
        self._zero_s = 0.0
        self._reset_due = False
        self._data: Characteristic[bytes] = Characteristic(
            DATA_UUID, Characteristic.Properties.NOTIFY, Characteristic.READABLE, b""
        )

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the service, bound to its peripheral."""
        self._pod = pod
        properties = Characteristic.Properties
        config: Characteristic[bytes] = Characteristic(
            CONFIG_UUID,
            properties.READ | properties.WRITE,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(read=self._read_config, write=self._write_config),
        )
        info: Characteristic[bytes] = Characteristic(
            INFO_UUID, properties.READ, Characteristic.READABLE, self.info()
        )
        return [Service(UUID(SERVICE_UUID), [self._data, config, info])]

    def info(self) -> bytes:
        """Return the value of the information characteristic."""
        masks = (self._gyro_ranges, self._rates, self._acc_ranges)
        return struct.pack("<BBHH", VERSION, *(sum(1 << c for c in codes) for codes in masks))

    def link_lost(self) -> None:
        """Stop streaming; counter and clock run on."""
        self._config = (IDLE, *self._config[1:])

    def clock_reset(self) -> None:
        """Begin counter and clock at 0 with the next packet, as after a change of battery."""
        self._reset_due = True

    def _read_config(self, _connection: Connection) -> bytes:
        return bytes([VERSION, *self._config])

    def _write_config(self, _connection: Connection, value: bytes) -> None:
        if len(value) != 5 or value[0] != VERSION:
            return  # what is not understood changes nothing: the client reads what is in force
        _, state, rate, acc_range, gyro_range = value
        has_gyro = gyro_range == 0 or gyro_range in self._gyro_ranges
        if state > STREAMING or rate not in self._rates or acc_range not in self._acc_ranges:
            return
        if not has_gyro:
            return
        if self._pod.payload_size < GYRO_PAYLOAD:
            gyro_range = 0
        self._config = (state, rate, acc_range, gyro_range)
        if state == STREAMING:
            self._pod.tally.subscriptions.append(str(RATES_HZ[rate]))
            if self._pod.begin():
                self._pod.spawn(self._play())

    async def _play(self) -> None:
        """Take samples in, and close a packet when it is full or the source has a gap."""
        if self._first is None:
            self.finished.set()
            return
        begin_s, held = self._first.t_s, [self._first]
        for sample in self._blocks:
            follows = sample.t_s - held[-1].t_s < 1.5 / self._source.fs_hz
            if not follows or len(held) >= self._size():
                await self._send(begin_s, held)
                held = []
            held.append(sample)
        await self._send(begin_s, held)
        self.finished.set()

    def _size(self) -> int:
        return packet_samples(
            self._pod.payload_size, self._source.fs_hz, with_gyro=bool(self._config[3])
        )

    async def _send(self, begin_s: float, held: list[SourceBlock]) -> None:
        complete_s = held[-1].t_s - begin_s
        await self._pod.sleep_until(complete_s)
        if self._reset_due:
            self._reset_due, self._counter, self._counter_start_us = False, 0, 0
            self._zero_s = held[0].t_s
        state, rate, acc_range, gyro_range = self._config
        # Counted when it is made: a packet that nobody hears leaves its hole in the numbers.
        counter, self._counter = self._counter, self._counter + 1
        tally = self._pod.tally
        tally.packets_made += 1
        tally.samples_made += len(held)
        if state == IDLE:
            tally.packets_unheard += 1
            return
        t_us = self._counter_start_us + round((held[0].t_s - self._zero_s) * 1e6)
        payload = encode(
            _joined(held),
            rate=rate,
            acc_range=acc_range,
            gyro_range=gyro_range,
            counter=counter,
            t_us=t_us,
        )
        self._pod.post(Packet(complete_s, len(held), self._data, (payload,)))


def _samples(source: SampleSource) -> Iterator[SourceBlock]:
    """Yield a source sample by sample: the packets are cut by the connection, not by the source."""
    for block in source.blocks():
        for place in range(len(block.acc_g)):
            one = slice(place, place + 1)
            gyro = None if block.gyro_dps is None else block.gyro_dps[one]
            yield SourceBlock(block.t_s + place / source.fs_hz, block.acc_g[one], gyro)


def _joined(held: list[SourceBlock]) -> SourceBlock:
    gyros = [one.gyro_dps for one in held if one.gyro_dps is not None]
    acc_g = np.concatenate([one.acc_g for one in held])
    return SourceBlock(held[0].t_s, acc_g, np.concatenate(gyros) if gyros else None)


def _steps(values: FloatArray, full_range: float) -> FloatArray:
    return np.clip(np.rint(values / full_range * (TOP + 1)), -TOP - 1, TOP)
