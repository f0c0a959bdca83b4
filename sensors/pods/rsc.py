"""Running Speed and Cadence, service 0x1814: the step-counting pods of every make.

One notification a second: flags, speed, cadence, and, where the flags say so, stride length and
total distance. Source: Bluetooth SIG, GATT Specification Supplement, "RSC Measurement".
What the cadence counts differs between makes: see ``sensors.pods.cadence``.
"""

import struct
from typing import Final

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.pod import Abilities, Configuration, Decoded, Read
from sensors.samples import Notification, SensorLocation, StepFeatures, StepReport

SERVICE_UUID: Final = "00001814-0000-1000-8000-00805f9b34fb"
MEASUREMENT_UUID: Final = "00002a53-0000-1000-8000-00805f9b34fb"
FEATURE_UUID: Final = "00002a54-0000-1000-8000-00805f9b34fb"
LOCATION_UUID: Final = "00002a5d-0000-1000-8000-00805f9b34fb"

HAS_STRIDE_LENGTH: Final = 0b001
HAS_TOTAL_DISTANCE: Final = 0b010
IS_RUNNING: Final = 0b100
KNOWN_FLAGS: Final = HAS_STRIDE_LENGTH | HAS_TOTAL_DISTANCE | IS_RUNNING

SPEED_UNIT_MPS: Final = 1.0 / 256.0
STRIDE_LENGTH_UNIT_M: Final = 0.01
TOTAL_DISTANCE_UNIT_M: Final = 0.1

UNKNOWN_U16: Final = 0xFFFF
"""Pods send all ones where they have no value: it is no speed of 256 m/s and no stride of 655 m."""

LOCATIONS: Final = (
    "other", "top of shoe", "in shoe", "hip", "front wheel", "left crank", "right crank",
    "left pedal", "right pedal", "front hub", "rear dropout", "chainstay", "rear wheel", "rear hub",
    "chest", "spider", "chain ring",
)  # fmt: skip
"""By the number in Sensor Location: one list for runners and bicycles."""

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


def decode_features(value: bytes) -> StepFeatures:
    """Return the value of RSC Feature; raises BadPacketError where it is not two bytes.

    Bits of later versions of the service are left aside: they say nothing of what is read here.
    """
    _check_length(value, 2, "RSC feature 2A54")
    bits = int.from_bytes(value, "little")
    return StepFeatures(bool(bits & 1), bool(bits & 2), bool(bits & 4))


def decode_location(value: bytes) -> SensorLocation:
    """Return the value of Sensor Location; raises BadPacketError for what is no place."""
    _check_length(value, 1, "sensor location 2A5D")
    if value[0] >= len(LOCATIONS):
        raise BadPacketError(PacketFault.UNKNOWN, f"sensor location 2A5D: {value[0]} is reserved")
    return SensorLocation(LOCATIONS[value[0]])


def _check_length(value: bytes, expected: int, what: str) -> None:
    if len(value) == expected:
        return
    fault = PacketFault.TOO_LONG if len(value) > expected else PacketFault.TRUNCATED
    raise BadPacketError(
        fault if value else PacketFault.EMPTY, f"{what}: {len(value)} bytes, {expected} expected"
    )


class RscDecoder:
    """The decoder of one connection; it holds nothing."""

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode a measurement, what the pod says it is, or a battery level."""
        match notification.uuid:
            case uuid if uuid == MEASUREMENT_UUID:
                return (decode_measurement(notification.payload),)
            case uuid if uuid == FEATURE_UUID:
                return (decode_features(notification.payload),)
            case uuid if uuid == LOCATION_UUID:
                return (decode_location(notification.payload),)
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
        """Yield two questions: such a pod sends from the subscription on."""
        yield Read(FEATURE_UUID)
        yield Read(LOCATION_UUID)
