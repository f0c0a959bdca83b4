"""Running Speed and Cadence, service 0x1814: the step-counting pods of every make.

One notification a second: flags, speed, cadence, and, where the flags say so, stride length and
total distance. Source: Bluetooth SIG, GATT Specification Supplement, "RSC Measurement".
What the cadence counts differs between makes: see ``sensors.pods.cadence``.
"""

import struct
from typing import Final

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.pod import Abilities, Configuration, Decoded
from sensors.samples import Notification, StepReport

SERVICE_UUID: Final = "00001814-0000-1000-8000-00805f9b34fb"
MEASUREMENT_UUID: Final = "00002a53-0000-1000-8000-00805f9b34fb"

HAS_STRIDE_LENGTH: Final = 0b001
HAS_TOTAL_DISTANCE: Final = 0b010
IS_RUNNING: Final = 0b100
KNOWN_FLAGS: Final = HAS_STRIDE_LENGTH | HAS_TOTAL_DISTANCE | IS_RUNNING

SPEED_UNIT_MPS: Final = 1.0 / 256.0
STRIDE_LENGTH_UNIT_M: Final = 0.01
TOTAL_DISTANCE_UNIT_M: Final = 0.1

UNKNOWN_U16: Final = 0xFFFF
"""Pods send all ones where they have no value: it is no speed of 256 m/s and no stride of 655 m."""

SILENCE_S: Final = 5.0
"""Seconds. Such pods notify once a second; five missing are no chance (design default)."""


def decode_measurement(payload: bytes) -> StepReport:
    """Return the report in one RSC Measurement.

    Parameters
    ----------
    payload : bytes
        The value of 0x2A53.

    Returns
    -------
    StepReport
        The cadence stays the raw number, 0 to 255.

    Raises
    ------
    BadPacketError
        Where the length is not what the flags say, a reserved flag is set, or a value is the
        "unknown" of all ones.
    """
    if not payload:
        raise BadPacketError(
            PacketFault.EMPTY, "RSC measurement 2A53: no bytes, at least 4 expected"
        )
    flags = payload[0]
    if flags & ~KNOWN_FLAGS:
        raise BadPacketError(
            PacketFault.UNKNOWN, f"RSC measurement 2A53: reserved flags are set ({flags:#04x})"
        )
    has_stride_length = bool(flags & HAS_STRIDE_LENGTH)
    has_total_distance = bool(flags & HAS_TOTAL_DISTANCE)
    layout = "<xHB" + "H" * has_stride_length + "I" * has_total_distance
    expected = struct.calcsize(layout)
    if len(payload) != expected:
        fault = PacketFault.TRUNCATED if len(payload) < expected else PacketFault.TOO_LONG
        raise BadPacketError(
            fault,
            f"RSC measurement 2A53: {len(payload)} bytes, flags {flags:#04x} ask for {expected}",
        )
    speed, cadence, *optional = struct.unpack(layout, payload)
    stride_length = optional.pop(0) if has_stride_length else None
    total_distance = optional.pop(0) if has_total_distance else None
    if UNKNOWN_U16 in (speed, stride_length):
        raise BadPacketError(
            PacketFault.UNKNOWN, "RSC measurement 2A53: speed or stride length is 0xFFFF, no value"
        )
    return StepReport(
        speed_mps=speed * SPEED_UNIT_MPS,
        cadence_per_min=cadence,
        is_running=bool(flags & IS_RUNNING),
        stride_length_m=None if stride_length is None else stride_length * STRIDE_LENGTH_UNIT_M,
        total_distance_m=None if total_distance is None else total_distance * TOTAL_DISTANCE_UNIT_M,
    )


class RscDecoder:
    """The decoder of one connection; it holds nothing."""

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode a measurement or a battery level; see ``sensors.pods.pod.Decoder``."""
        match notification.uuid:
            case uuid if uuid == MEASUREMENT_UUID:
                return (decode_measurement(notification.payload),)
            case uuid if uuid == BATTERY_LEVEL_UUID:
                return (decode_battery(notification.payload),)
        raise BadPacketError(
            PacketFault.UNKNOWN, f"RSC pod: nothing is expected from {notification.uuid}"
        )


class Rsc:
    """Any pod with the Running Speed and Cadence service: step reports, no samples."""

    kind = "rsc"
    title = "Running speed and cadence pod"
    abilities = Abilities(fs_hz=None, full_scale_g=None, clock=None, silence_timeout_s=SILENCE_S)
    notify_uuids: tuple[str, ...] = (MEASUREMENT_UUID,)

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (any name)
        """Whether the advertisement names the service."""
        return SERVICE_UUID in {uuid.lower() for uuid in service_uuids}

    def decoder(self) -> RscDecoder:
        """Return a fresh decoder."""
        return RscDecoder()

    def configure(self) -> Configuration:
        """Yield nothing: such a pod sends from the subscription on."""
        yield from ()
