"""A MetaMotion pod: the accelerometer module from the pod's side, playing a source."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.samples import FloatArray
from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource, packets

SERVICE_UUID = "326a9000-85cb-9195-d9dd-464cfbbae75a"
COMMAND_UUID = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY_UUID = "326a9006-85cb-9195-d9dd-464cfbbae75a"

ACCELEROMETER = 3
SETTINGS = 17


@dataclass(frozen=True, slots=True)
class Board:
    """What a board's accelerometer is.

    Attributes
    ----------
    implementation, revision : int
        As the module tells them.
    packed : int
        Register with three samples.
    ranges : tuple of int
        Codes of ±2, 4, 8 and 16 g.
    config : bytes
        Configuration after a power-up: ±2 g at 100 Hz.
    """

    implementation: int
    revision: int
    packed: int
    ranges: tuple[int, int, int, int]
    config: bytes


BMI160 = Board(1, 1, 28, (3, 5, 8, 12), bytes([0x28, 3]))
BMI160_OLD = Board(1, 0, 28, (3, 5, 8, 12), bytes([0x28, 3]))
"""Firmware that knows no packed samples."""
BMI270 = Board(4, 0, 5, (0, 1, 2, 3), bytes([0xA8, 2]))


class MetaMotion:
    """The profile of a MetaMotion pod that plays a source.

    The pod plays the source at the source's own rate, whatever rate it is set to: a client has to
    measure the rate anyhow.

    Parameters
    ----------
    source : SampleSource
        What is played from the first start on.
    board : Board
        Which accelerometer it has.
    keeps_config : bool
        Whether it stays as it is, whatever is written to it.

    Attributes
    ----------
    commands : list of bytes
        Everything that was written, in order.
    """

    advertised: int | str | None = None

    def __init__(
        self, source: SampleSource, board: Board = BMI270, *, keeps_config: bool = False
    ) -> None:
        self.finished = asyncio.Event()
        self.commands: list[bytes] = []
        self._source = source
        self._board = board
        self._keeps_config = keeps_config
        self._config = board.config
        self._listened: set[int] = set()
        self._is_sampling = False
        self._is_started = False
        self._data: Characteristic[bytes] = Characteristic(
            NOTIFY_UUID, Characteristic.Properties.NOTIFY, Characteristic.READABLE, b""
        )

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the maker's service, bound to its peripheral."""
        self._pod = pod
        command: Characteristic[bytes] = Characteristic(
            COMMAND_UUID,
            Characteristic.Properties.WRITE | Characteristic.Properties.WRITE_WITHOUT_RESPONSE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._on_command),
        )
        return [Service(UUID(SERVICE_UUID), [command, self._data])]

    def link_lost(self) -> None:
        """Tear the stream down, as the pod does when its client is gone; the setting stays."""
        self._listened.clear()
        self._is_sampling = self._is_started = False

    def clock_reset(self) -> None:
        """Lose the setting, as after a change of battery: there is no counter to begin anew."""
        self._config = self._board.config

    def _on_command(self, _connection: Connection, value: bytes) -> None:
        self.commands.append(value)
        match list(value):
            case [module, register] if register & 0x80:
                self._answer(module, register)
            case [3, 1, on]:
                self._is_started = bool(on)
                self._begin_where_ready()
            case [3, 2, on, off]:
                self._is_sampling = bool((self._is_sampling or on & 1) and not off & 1)
            case [3, 3, *config] if len(config) == 2 and not self._keeps_config:
                self._config = bytes(config)
            case [3, register, on] if register in (4, self._board.packed):
                (self._listened.add if on else self._listened.discard)(register)

    def _answer(self, module: int, register: int) -> None:
        body = b""
        if module == ACCELEROMETER and register == 0x80:
            body = bytes([self._board.implementation, self._board.revision])
        elif module == ACCELEROMETER and register == 0x83:
            body = self._config
        elif register != 0x80:
            return  # of what this pod does not have, only "nothing there" is told
        self._pod.spawn(self._pod.notify(self._data, bytes([module, register]) + body))

    def _begin_where_ready(self) -> None:
        if self._is_started and self._is_sampling and self._listened and self._pod.begin():
            self._pod.tally.subscriptions.append(f"{min(self._listened):02x}")
            self._pod.spawn(self._play())

    async def _play(self) -> None:
        for t_s, acc_g in self._triples():
            complete_s = t_s + (len(acc_g) - 1) / self._source.fs_hz
            await self._pod.sleep_until(complete_s)
            self._send(complete_s, acc_g)
        self.finished.set()

    def _triples(self) -> Iterator[tuple[float, FloatArray]]:
        """Yield samples three by three, as the firmware packs them."""
        rest, rest_s = np.empty((0, 3)), 0.0
        begin_s: float | None = None
        for block in packets(self._source, 3):
            begin_s = block.t_s if begin_s is None else begin_s
            if not len(rest):
                rest_s = block.t_s - begin_s
            rest = np.concatenate([rest, block.acc_g])
            while len(rest) >= 3:
                yield rest_s, rest[:3]
                rest, rest_s = rest[3:], rest_s + 3 / self._source.fs_hz

    def _send(self, complete_s: float, acc_g: FloatArray) -> None:
        tally = self._pod.tally
        tally.packets_made += 1
        tally.samples_made += len(acc_g)
        if not (self._is_started and self._is_sampling and self._listened):
            tally.packets_unheard += 1
            return
        raw = encode(acc_g, 2.0 ** (1 + self._board.ranges.index(self._config[1])))
        if self._board.packed in self._listened:
            self._pod.post(
                Packet(
                    complete_s, 3, self._data, (bytes([ACCELEROMETER, self._board.packed]) + raw,)
                )
            )
        if 4 in self._listened:
            parts = tuple(bytes([ACCELEROMETER, 4]) + raw[k : k + 6] for k in (0, 6, 12))
            self._pod.post(Packet(complete_s, 3, self._data, parts))


def encode(acc_g: FloatArray, full_scale_g: float) -> bytes:
    """Return accelerations as the sensor gives them: int16, clipped at the range's end.

    Parameters
    ----------
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    full_scale_g : float
        ± so many g.
    """
    counts = np.clip(np.rint(acc_g * (32768.0 / full_scale_g)), -32768, 32767)
    return counts.astype("<i2").tobytes()
