"""A WitMotion pod: its registers and its stream of frames from the pod's side, playing a source."""

import asyncio
import struct
from collections.abc import Sequence

import numpy as np
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.samples import FloatArray
from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource, SourceBlock, packets

SERVICE_UUID = "0000ffe5-0000-1000-8000-00805f9a34fb"
NOTIFY_UUID = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE_UUID = "0000ffe9-0000-1000-8000-00805f9a34fb"

SAVE, RATE, BANDWIDTH, READ, BATTERY, KEY = 0x00, 0x03, 0x1F, 0x27, 0x64, 0x69

AT_POWER_UP = {RATE: 6, BANDWIDTH: 4}
"""10 samples a second behind a filter of 20 Hz."""

RATES_HZ = {5: 5.0, 6: 10.0, 7: 20.0, 8: 50.0, 9: 100.0, 11: 200.0}
CUTOFFS_HZ = (256.0, 188.0, 98.0, 42.0, 20.0, 10.0, 5.0)
"""By the value of the bandwidth register."""

KEY_VALUE = 0xB588
UNLOCKED_S = 10.0
"""Seconds for which the pod takes settings after the key, by the manual."""


class WitMotion:
    """The profile of a WitMotion pod that plays a source.

    As a real one it sends from the first subscription on, whoever has set it up: at 10 Hz and
    smoothed, until its registers say otherwise. At the rate that is set it plays the source at the
    source's own rate: a client has to measure the rate anyhow.

    Parameters
    ----------
    source : SampleSource
        What is played; without a gyroscope in it the angular velocities are 0.
    frames : int
        Frames that are sent together.
    cut : int
        Bytes at their end that go with the next ones: 0 where frames are never cut.
    stays_slow : bool
        Whether it takes no rate.
    voltage : int
        Of the battery, in 0.01 V.

    Attributes
    ----------
    commands : list of bytes
        Everything that was written, in order.
    registers : dict of int to int
        What is set.
    """

    advertised: int | str | None = None

    def __init__(
        self,
        source: SampleSource,
        *,
        frames: int = 1,
        cut: int = 0,
        stays_slow: bool = False,
        voltage: int = 391,
    ) -> None:
        self.finished = asyncio.Event()
        self.commands: list[bytes] = []
        self._saved = dict(AT_POWER_UP)
        self.registers = {**self._saved, BATTERY: voltage}
        self._source = source
        self._frames = frames
        self._cut = cut
        self._stays_slow = stays_slow
        self._unlocked_until_s = float("-inf")
        self._listening = False
        self._smooth: FloatArray | None = None
        self._slots = 0.0
        self._left = b""
        self._sent_s = 0.0
        self._data: Characteristic[bytes] = Characteristic(
            NOTIFY_UUID, Characteristic.Properties.NOTIFY, Characteristic.READABLE, b""
        )
        self._data.on(Characteristic.EVENT_SUBSCRIPTION, self._on_subscription)

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the maker's service, bound to its peripheral."""
        self._pod = pod
        write: Characteristic[bytes] = Characteristic(
            WRITE_UUID,
            Characteristic.Properties.WRITE | Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._on_write),
        )
        return [Service(UUID(SERVICE_UUID), [write, self._data])]

    def link_lost(self) -> None:
        """Forget the subscription and what was cut off; the registers stay."""
        self._listening = False
        self._left = b""

    def clock_reset(self) -> None:
        """Go back to what was saved, as after switching off and on."""
        self.registers.update(self._saved)

    def _on_subscription(self, _bearer: object, notifying: bool, _indicating: bool) -> None:
        self._listening = notifying
        if not notifying:
            return
        self._pod.tally.subscriptions.append("ffe4")
        if self._pod.begin():
            self._pod.spawn(self._play())

    def _on_write(self, _connection: Connection, value: bytes) -> None:
        self.commands.append(value)
        if len(value) != 5 or value[:2] != b"\xff\xaa":
            return
        register, number = value[2], int.from_bytes(value[3:], "little")
        now_s = self._pod.clock.now_s()
        if register == READ:
            self._post(0, registers_frame(self.registers, number), cut=0)
        elif register == KEY:
            self._unlocked_until_s = now_s + UNLOCKED_S if number == KEY_VALUE else now_s
        elif now_s > self._unlocked_until_s:
            return
        elif register == SAVE and number == 0:
            self._saved = {key: self.registers[key] for key in self._saved}
        elif not (register == RATE and (self._stays_slow or number not in RATES_HZ)):
            self.registers[register] = number

    async def _play(self) -> None:
        begin_s: float | None = None
        for block in packets(self._source, self._frames):
            begin_s = block.t_s if begin_s is None else begin_s
            complete_s = block.t_s - begin_s + (len(block.acc_g) - 1) / self._source.fs_hz
            await self._pod.sleep_until(complete_s)
            self._send(complete_s, block)
        self.finished.set()

    def _send(self, complete_s: float, block: SourceBlock) -> None:
        acc_g = self._filtered(block.acc_g)
        kept = [k for k in range(len(acc_g)) if self._is_due()]
        if not kept:
            return
        self._sent_s = complete_s
        gyro_dps = np.zeros_like(acc_g) if block.gyro_dps is None else block.gyro_dps
        frames = b"".join(values_frame(acc_g[k], gyro_dps[k]) for k in kept)
        self._post(len(kept), frames, self._cut)

    def _post(self, samples: int, frames: bytes, cut: int) -> None:
        tally = self._pod.tally
        tally.packets_made += 1
        tally.samples_made += samples
        if not self._listening:
            tally.packets_unheard += 1
            return
        stream = self._left + frames
        self._left = stream[len(stream) - cut :]
        parts = (stream[: len(stream) - cut],)
        self._pod.post(Packet(self._sent_s, samples, self._data, parts))

    def _is_due(self) -> bool:
        """Whether a sample of the source is one at the rate that is set."""
        full_hz = max(RATES_HZ.values())
        self._slots += min(1.0, RATES_HZ[self.registers[RATE]] / min(full_hz, self._source.fs_hz))
        if self._slots < 1.0:
            return False
        self._slots -= 1.0
        return True

    def _filtered(self, acc_g: FloatArray) -> FloatArray:
        """Smooth as the bandwidth says: a first-order low-pass, none at the widest one."""
        cutoff_hz = CUTOFFS_HZ[min(self.registers[BANDWIDTH], len(CUTOFFS_HZ) - 1)]
        if cutoff_hz >= self._source.fs_hz / 2.0:
            self._smooth = None
            return acc_g
        weight = 1.0 - np.exp(-2.0 * np.pi * cutoff_hz / self._source.fs_hz)
        out = np.empty_like(acc_g)
        state = acc_g[0] if self._smooth is None else self._smooth
        for k, row in enumerate(acc_g):
            state = state + weight * (row - state)
            out[k] = state
        self._smooth = state
        return out


def values_frame(acc_g: FloatArray, gyro_dps: FloatArray) -> bytes:
    """Return the frame of one sample; both arguments have three axes, in g and °/s."""
    counts = np.concatenate([acc_g / 16.0, gyro_dps / 2000.0, np.zeros(3)]) * 32768.0
    return b"\x55\x61" + struct.pack(
        "<9h", *np.clip(np.rint(counts), -32768, 32767).astype(int).tolist()
    )


def registers_frame(registers: dict[int, int], first: int) -> bytes:
    """Return the answer to a question: eight registers from one on, 0 where nothing is set."""
    values = [registers.get(first + k, 0) for k in range(8)]
    return b"\x55\x71" + struct.pack("<9H", first, *values)
