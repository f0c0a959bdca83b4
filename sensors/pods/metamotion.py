"""MetaMotion pods of MbientLab (R, RL, C, S): the packets of their accelerometer.

A data packet is ``03 register x y z``: three samples of three int16 in the packed register, one in
the plain one. It carries neither time nor number, so the samples are counted
(``sensors.timing.samplecount``). What one count is worth follows from the range, which the pod
tells when it is configured; the number of its accelerometer says how to read that.

The gyroscope is not asked for: its packets come apart from the accelerations and are numbered as
little, so after one lost packet of either nothing would tell which belong together.
Source: MbientLab, MetaWear-SDK-Cpp, the accelerometer's registers and tests.
"""

from typing import Final

import numpy as np

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.metamotion_start import (
    ACC,
    CHIPS,
    CONFIG_HEAD,
    DATA,
    INFO_HEAD,
    NOTIFY_UUID,
    Chip,
    start_stream,
)
from sensors.pods.pod import Abilities, Configuration, Decoded
from sensors.samples import FullScale, ImuBlock, Notification

SERVICE_UUID: Final = "326a9000-85cb-9195-d9dd-464cfbbae75a"
NAME_PREFIXES: Final = ("MetaWear", "MetaMotion")

RATES_HZ: Final = (50, 100, 200, 400)
"""Hz. The rates that both accelerometers have and the radio carries, three samples a packet."""

DEFAULT_RATE_HZ: Final = 200
FULL_SCALE_G: Final = 16.0

SILENCE_S: Final = 1.5
"""Seconds. A packet comes every 8-60 ms; a loss is told within 2 s (design default)."""

HEAD_BYTES: Final = 2
SAMPLE_BYTES: Final = 6
PACKED_SAMPLES: Final = 3
FULL_COUNT: Final = 32768
"""Counts at full scale: the samples are int16."""


class MetaMotionDecoder:
    """The decoder of one connection: it holds which accelerometer the pod has, and its range."""

    def __init__(self) -> None:
        self._chip: Chip | None = None
        self._full_scale_g: float | None = None

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode accelerations, the answer to a question or a battery level.

        Parameters
        ----------
        notification : Notification
            From the pod's notify characteristic or the battery level.

        Returns
        -------
        tuple
            One ``ImuBlock``, ``FullScale`` or ``Battery``; empty for any other answer.

        Raises
        ------
        BadPacketError
            Where the bytes cannot be a packet, or its scale is not known.
        """
        if notification.uuid == BATTERY_LEVEL_UUID:
            return (decode_battery(notification.payload),)
        if notification.uuid != NOTIFY_UUID:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"MetaMotion: nothing is expected from {notification.uuid}"
            )
        payload = notification.payload
        if not payload:
            raise BadPacketError(PacketFault.EMPTY, "MetaMotion: a notification without bytes")
        head, body = payload[:HEAD_BYTES], payload[HEAD_BYTES:]
        if len(head) < HEAD_BYTES:
            raise BadPacketError(PacketFault.TRUNCATED, "MetaMotion: 1 byte, no register")
        if head == INFO_HEAD:
            self._chip = CHIPS.get(body[0]) if body else None
            return ()
        if head == CONFIG_HEAD:
            return self._range(body)
        if head == bytes([ACC, DATA]):
            return self._samples(body, 1)
        if self._chip is not None and head == bytes([ACC, self._chip.packed]):
            return self._samples(body, PACKED_SAMPLES)
        raise BadPacketError(
            PacketFault.UNKNOWN, f"MetaMotion: nothing was asked of register {head.hex(' ')}"
        )

    def _range(self, body: bytes) -> tuple[Decoded, ...]:
        _refuse_length("configuration", body, 2)
        full_scale_g = None if self._chip is None else self._chip.ranges_g.get(body[1])
        if full_scale_g is None:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"MetaMotion: the range {body[1]:#04x} is not known"
            )
        self._full_scale_g = full_scale_g
        return (FullScale(full_scale_g),)

    def _samples(self, body: bytes, samples: int) -> tuple[Decoded, ...]:
        _refuse_length("acceleration", body, samples * SAMPLE_BYTES)
        if self._full_scale_g is None:
            raise BadPacketError(
                PacketFault.OUT_OF_ORDER, "MetaMotion: accelerations before their range is known"
            )
        counts = np.frombuffer(body, "<i2").astype(np.float64).reshape(-1, 3)
        return (ImuBlock(None, counts * (self._full_scale_g / FULL_COUNT), None),)


def _refuse_length(what: str, body: bytes, expected: int) -> None:
    if len(body) != expected:
        fault = PacketFault.TRUNCATED if len(body) < expected else PacketFault.TOO_LONG
        raise BadPacketError(fault, f"MetaMotion: {what} of {len(body)} bytes, {expected} expected")


class MetaMotion:
    """A MetaMotion R, RL, C (BMI160) or S (BMI270).

    Parameters
    ----------
    rate_hz : int
        One of ``RATES_HZ``.

    Raises
    ------
    ValueError
        Where the pod has no such rate.
    """

    kind = "metamotion"
    title = "MbientLab MetaMotion"
    notify_uuids: tuple[str, ...] = (NOTIFY_UUID,)

    def __init__(self, rate_hz: int = DEFAULT_RATE_HZ) -> None:
        if rate_hz not in RATES_HZ:
            raise ValueError(f"MetaMotion: rate_hz is {rate_hz}; choose one of {RATES_HZ}")
        self.rate_hz = rate_hz
        self.abilities = Abilities(float(rate_hz), FULL_SCALE_G, None, SILENCE_S)

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:
        """Whether it advertises the maker's service, or has one of the maker's names."""
        return SERVICE_UUID in service_uuids or name.startswith(NAME_PREFIXES)

    def decoder(self) -> MetaMotionDecoder:
        """Return a fresh decoder."""
        return MetaMotionDecoder()

    def configure(self) -> Configuration:
        """Yield the commands that start the stream; see ``sensors.pods.metamotion_start``."""
        return start_stream(self.rate_hz, FULL_SCALE_G)
