"""Movesense pods by the GATT SensorData Protocol: its packets and how the stream is started.

A data packet is ``02 ref tick x...``: a counter of milliseconds for the first sample, then for each
sensor all its samples as float32 x, y, z: m/s², then °/s. What does not fit into one notification
is sent in two, the second as ``03 ref x...``; the number of samples follows from the length alone.
Source: movesense.com, "GATT SensorData Protocol" (GD-77), version 1.
"""

import struct
from typing import Final

import numpy as np

from sensors.bounds import are_finite, are_surely_within
from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.movesense_start import (
    ACC_REFERENCE,
    COMMAND_RESULT,
    DATA,
    DATA_PART_2,
    IMU6_REFERENCE,
    NOTIFY_UUID,
    range_g,
    start_stream,
)
from sensors.pods.pod import Abilities, Configuration, Decoded, PodClock
from sensors.samples import FloatArray, FullScale, ImuBlock, Notification

NAME_PREFIX: Final = "Movesense "

RATES_HZ: Final = (52, 104, 208, 416, 833)
"""Hz. The rates that are worth asking for: those below lose the gait, those above the radio."""

DEFAULT_RATE_HZ: Final = 208

FULL_SCALE_G: Final = 16.0
"""g. The widest range, relied on until the pod itself says another: old firmware never does."""

FULL_SCALE_DPS: Final = 2000.0
"""°/s. The gyroscope's widest range, on each axis."""

STANDARD_GRAVITY_MPS2: Final = 9.80665
"""m/s² in one g, by definition (3rd General Conference on Weights and Measures, 1901)."""

MAX_RESULTANT_G: Final = 1.02 * 3.0**0.5 * FULL_SCALE_G
"""g. All three axes at the widest range, and 2 % for calibration: no such pod can give more. Some
firmware is said to send mg instead of m/s², which shows as 102 g at rest."""

CLOCK: Final = PodClock(tick_s=0.001, bits=32)

SILENCE_S: Final = 1.5
"""Seconds. A packet comes every 0.04-0.16 s; a loss is told within 2 s (design default)."""

COUNTER: Final = struct.Struct("<I")
COUNTER_BYTES: Final = COUNTER.size
VALUE: Final = np.dtype("<f4")
VECTOR_BYTES: Final = 3 * VALUE.itemsize
SENSORS: Final = {IMU6_REFERENCE: 2, ACC_REFERENCE: 1}
"""Vectors of a sample by the reference that the subscription was given."""


class MovesenseDecoder:
    """The decoder of one connection: it holds the first half of a packet.

    A first part can be told from a whole packet by its length unless the MTU is 9 + 24 n bytes
    (9 + 12 n without gyroscope). The stock firmware's 161 is not, nor are 23, 185, 247 and 517.
    Where it is, the first second part says so, and the length counts as a first part's from there.
    """

    def __init__(self) -> None:
        self._part: tuple[int, bytes] | None = None
        self._last_whole: tuple[int, int] | None = None
        self._part_lengths: set[tuple[int, int]] = set()

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode a data packet, a command's result or a battery level.

        Parameters
        ----------
        notification : Notification
            From the protocol's notify characteristic or the battery level.

        Returns
        -------
        tuple
            One ``ImuBlock``, ``Battery`` or, out of the answer to it, ``FullScale``; empty for a
            first part and for any other command's result.

        Raises
        ------
        BadPacketError
            Where the bytes cannot be a packet. Of two parts the one at fault is lost, no other.
        """
        if notification.uuid != NOTIFY_UUID:
            if notification.uuid == BATTERY_LEVEL_UUID:
                return (decode_battery(notification.payload),)
            raise BadPacketError(
                PacketFault.UNKNOWN, f"Movesense: nothing is expected from {notification.uuid}"
            )
        payload = notification.payload
        if not payload:
            raise BadPacketError(PacketFault.EMPTY, "Movesense: a notification without bytes")
        if len(payload) < 2:
            raise BadPacketError(PacketFault.TRUNCATED, "Movesense: 1 byte, no reference")
        code, reference, body = payload[0], payload[1], payload[2:]
        if code == COMMAND_RESULT:
            full_scale_g = range_g(payload)
            return () if full_scale_g is None else (FullScale(float(full_scale_g)),)
        if code not in (DATA, DATA_PART_2):
            raise BadPacketError(PacketFault.UNKNOWN, f"Movesense: unknown code {code:#04x}")
        if reference not in SENSORS:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"Movesense: data for a reference never given ({reference})"
            )
        return self._first(reference, body) if code == DATA else self._second(reference, body)

    def _first(self, reference: int, body: bytes) -> tuple[Decoded, ...]:
        abandoned, self._part, self._last_whole = self._part, None, None
        length = (reference, len(body))
        if abandoned is not None:
            # A length that was wrongly learnt as a part's must not hold the stream up for ever.
            self._part_lengths.discard((abandoned[0], len(abandoned[1])))
        if is_whole(reference, body) and length not in self._part_lengths:
            self._last_whole = length
            return (_block(reference, body),)
        self._part = reference, body
        if abandoned is not None:
            raise BadPacketError(
                PacketFault.OUT_OF_ORDER, "Movesense: the first part of a packet without its second"
            )
        return ()

    def _second(self, reference: int, body: bytes) -> tuple[Decoded, ...]:
        part, self._part = self._part, None
        whole, self._last_whole = self._last_whole, None
        if part is None or part[0] != reference:
            if whole is not None and whole[0] == reference:
                self._part_lengths.add(whole)
            raise BadPacketError(
                PacketFault.OUT_OF_ORDER, "Movesense: the second part of a packet without its first"
            )
        body = part[1] + body
        if not is_whole(reference, body):
            raise BadPacketError(
                PacketFault.TRUNCATED,
                f"Movesense: two parts of together {len(body)} bytes hold no whole samples",
            )
        return (_block(reference, body),)


def is_whole(reference: int, body: bytes) -> bool:
    """Whether a body, after code and reference, is a counter and at least one whole sample."""
    samples, rest = divmod(len(body) - COUNTER_BYTES, VECTOR_BYTES * SENSORS[reference])
    return samples >= 1 and rest == 0


def _block(reference: int, body: bytes) -> ImuBlock:
    (tick,) = COUNTER.unpack_from(body)
    vectors = np.frombuffer(body, VALUE, -1, COUNTER_BYTES)
    if not are_finite(vectors):
        raise BadPacketError(PacketFault.NOT_FINITE, "Movesense: a value that is no finite number")
    sensors = vectors.astype(np.float64).reshape(SENSORS[reference], -1, 3)
    acc_g = sensors[0] / STANDARD_GRAVITY_MPS2
    _refuse_wrong_unit(acc_g)
    return ImuBlock(tick, acc_g, sensors[1] if len(sensors) > 1 else None)


def _refuse_wrong_unit(acc_g: FloatArray) -> None:
    if are_surely_within(acc_g, MAX_RESULTANT_G):
        return
    largest_g = float(np.sqrt((acc_g**2).sum(axis=1).max()))
    if largest_g > MAX_RESULTANT_G:
        raise BadPacketError(
            PacketFault.UNKNOWN,
            f"Movesense: {largest_g:.0f} g is more than the pod can measure: its firmware seems to"
            " send another unit than m/s²; update the firmware",
        )


class Movesense:
    """A Movesense pod with the GATT SensorData Protocol (stock firmware from 2.3 on).

    Parameters
    ----------
    rate_hz : int
        One of ``RATES_HZ``.
    with_gyro : bool
        Whether angular velocities are asked for too; a pod without a gyroscope still streams.

    Raises
    ------
    ValueError
        Where the pod has no such rate.
    """

    kind = "movesense"
    title = "Movesense"
    notify_uuids: tuple[str, ...] = (NOTIFY_UUID,)

    def __init__(self, rate_hz: int = DEFAULT_RATE_HZ, *, with_gyro: bool = True) -> None:
        if rate_hz not in RATES_HZ:
            raise ValueError(f"Movesense: rate_hz is {rate_hz}; choose one of {RATES_HZ}")
        self.abilities = Abilities(float(rate_hz), FULL_SCALE_G, CLOCK, SILENCE_S)
        acc = {ACC_REFERENCE: f"/Meas/Acc/{rate_hz}"}
        self.paths = {IMU6_REFERENCE: f"/Meas/IMU6/{rate_hz}"} | acc if with_gyro else acc

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (not shown)
        """Whether it is a Movesense by its name: the protocol's own service is not advertised."""
        return name.startswith(NAME_PREFIX)

    def decoder(self) -> MovesenseDecoder:
        """Return a fresh decoder."""
        return MovesenseDecoder()

    def configure(self) -> Configuration:
        """Yield the commands that start the stream; see ``sensors.pods.movesense_start``."""
        return start_stream(self.paths)
