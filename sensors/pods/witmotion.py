"""WitMotion pods that speak Bluetooth (WT901BLE, WT9011DCL-BT50): their stream of values.

A frame is ``55 61`` and nine int16: acceleration, angular velocity and angles. It carries neither
time nor number, so the samples are counted (``sensors.timing.samplecount``). Several frames may
come in one notification, and one may be cut over two.

Until rate and bandwidth were read back as they were asked for, what the pod sends is dropped: it
begins with 10 samples a second behind a filter of about 20 Hz.
"""

from typing import Final

import numpy as np

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.pod import Abilities, Configuration, Decoded
from sensors.pods.witmotion_frames import VALUES_HEAD, FrameStream
from sensors.pods.witmotion_start import (
    BANDWIDTH,
    BATTERY,
    NOTIFY_UUID,
    RATE,
    RATE_CODES,
    WIDEST,
    first_register,
    first_value,
    set_up,
)
from sensors.samples import Battery, FullScale, ImuBlock, Notification

SERVICE_UUID: Final = "0000ffe5-0000-1000-8000-00805f9a34fb"
NAME_PREFIX: Final = "WT901"
"""WT901BLE… and WT9011DCL…; a bare WT is other makers' too."""

RATES_HZ: Final = tuple(RATE_CODES)
"""Hz. Those below lose the gait."""

DEFAULT_RATE_HZ: Final = 200

FULL_SCALE_G: Final = 16.0
"""g. Fixed in this protocol, whatever the register of the range says."""

FULL_SCALE_DPS: Final = 2000.0
FULL_COUNT: Final = 32768

SILENCE_S: Final = 1.5
"""Seconds. Frames come every 5-20 ms; a loss is told within 2 s (design default)."""

CHARGES_PCT: Final = (
    (396, 100), (393, 90), (387, 75), (382, 60), (379, 50), (377, 40), (373, 30), (370, 20),
    (368, 15), (350, 10), (340, 5),
)  # fmt: skip
"""The charge in per cent from a voltage in 0.01 V on, by the maker's library; below them 0."""


class WitMotionDecoder:
    """The decoder of one connection.

    Parameters
    ----------
    rate_hz : int
        The rate that was asked for.
    """

    def __init__(self, rate_hz: int) -> None:
        self._stream = FrameStream()
        self._wanted = {BANDWIDTH: WIDEST, RATE: RATE_CODES[rate_hz]}
        self._said: dict[int, int] = {}

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode the frames that a notification completes.

        Parameters
        ----------
        notification : Notification
            From the pod's notify characteristic, or a battery level.

        Returns
        -------
        tuple
            One ``ImuBlock`` for each run of values, ``Battery`` where the pod was asked for it, and
            ``FullScale`` once its settings are those asked for; empty while a frame is incomplete.

        Raises
        ------
        BadPacketError
            Where bytes belong to no frame and nothing else was completed.
        """
        if notification.uuid == BATTERY_LEVEL_UUID:
            return (decode_battery(notification.payload),)
        if notification.uuid != NOTIFY_UUID:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"WitMotion: nothing is expected from {notification.uuid}"
            )
        if not notification.payload:
            raise BadPacketError(PacketFault.EMPTY, "WitMotion: a notification without bytes")
        skipped = self._stream.skipped_bytes
        decoded: list[Decoded] = []
        run: list[bytes] = []
        for frame in self._stream.push(notification.payload):
            if frame[:2] == VALUES_HEAD:
                run.append(frame)
                continue
            decoded += self._block(run)
            run = []
            decoded += self._register(first_register(frame), first_value(frame))
        decoded += self._block(run)
        skipped = self._stream.skipped_bytes - skipped
        if skipped and not decoded:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"WitMotion: {skipped} bytes that belong to no frame"
            )
        return tuple(decoded)

    def _block(self, frames: list[bytes]) -> list[Decoded]:
        if not frames or self._said != self._wanted:
            return []
        counts = np.frombuffer(b"".join(frames), "<i2").astype(np.float64).reshape(-1, 10)
        acc_g = counts[:, 1:4] * (FULL_SCALE_G / FULL_COUNT)
        gyro_dps = counts[:, 4:7] * (FULL_SCALE_DPS / FULL_COUNT)
        return [ImuBlock(None, acc_g, gyro_dps)]

    def _register(self, register: int, value: int) -> list[Decoded]:
        if register == BATTERY:
            # A pod that has not measured yet says 0.
            return [Battery(charge_pct(value))] if value else []
        if register not in self._wanted:
            return []
        was_ready = self._said == self._wanted
        self._said[register] = value
        is_ready = self._said == self._wanted
        return [FullScale(FULL_SCALE_G)] if is_ready and not was_ready else []


def charge_pct(voltage: int) -> int:
    """Return the state of charge by the battery's voltage in 0.01 V."""
    return next((pct for least, pct in CHARGES_PCT if voltage >= least), 0)


class WitMotion:
    """A WitMotion pod with the protocol of the WT901BLE.

    Parameters
    ----------
    rate_hz : int
        One of ``RATES_HZ``.

    Raises
    ------
    ValueError
        Where the pod has no such rate.
    """

    kind = "witmotion"
    title = "WitMotion"
    notify_uuids: tuple[str, ...] = (NOTIFY_UUID,)

    def __init__(self, rate_hz: int = DEFAULT_RATE_HZ) -> None:
        if rate_hz not in RATE_CODES:
            raise ValueError(f"WitMotion: rate_hz is {rate_hz}; choose one of {RATES_HZ}")
        self.rate_hz = rate_hz
        self.abilities = Abilities(float(rate_hz), FULL_SCALE_G, None, SILENCE_S)

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:
        """Whether it advertises the maker's service, or is named as the maker's pods are."""
        return SERVICE_UUID in service_uuids or name.startswith(NAME_PREFIX)

    def decoder(self) -> WitMotionDecoder:
        """Return a fresh decoder."""
        return WitMotionDecoder(self.rate_hz)

    def configure(self) -> Configuration:
        """Yield the commands that set the pod up; see ``sensors.pods.witmotion_start``."""
        return set_up(self.rate_hz)
