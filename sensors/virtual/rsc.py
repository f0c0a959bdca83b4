"""The Running Speed and Cadence service from the pod's side."""

import asyncio
import dataclasses
import struct
from collections.abc import Iterable, Sequence
from enum import IntEnum

from bumble.att import ATT_Error
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.pods.rsc_makes import CadenceUnit, LengthUnit
from sensors.samples import StepReport
from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod

SERVICE = 0x1814
MEASUREMENT = 0x2A53
FEATURE = 0x2A54
LOCATION = 0x2A5D
CONTROL_POINT = 0x2A55

FEATURES = 0b10111
"""Stride length, total distance, walk/run status, several locations; no calibration."""

LOCATIONS = (0, 1, 2)
"""Other, top of shoe, in shoe."""

CCCD_IMPROPERLY_CONFIGURED = 0x81
"""The service's own error: the client has not asked for the indications that answer it."""


class Operation(IntEnum):
    """What the control point knows."""

    SET_CUMULATIVE = 0x01
    UPDATE_LOCATION = 0x03
    REQUEST_LOCATIONS = 0x04
    RESPONSE = 0x10


class Result(IntEnum):
    """How a control operation ended."""

    SUCCESS = 0x01
    NOT_SUPPORTED = 0x02
    INVALID_PARAMETER = 0x03


class RunningSpeed:
    """The profile of a step-counting pod that plays reports.

    Parameters
    ----------
    reports : iterable of (float, StepReport)
        Pod time in seconds and what is sent then, about once a second; no report, no
        notification, as from a pod whose wearer stands still. Cadence and length are those of the
        standard: contacts of one foot, two steps.
    cadence : CadenceUnit
        What it sends as its cadence: some makes send steps.
    length : LengthUnit
        What it sends as its stride length.
    features : int
        The bits that it says it can.
    """

    advertised: int | str | None = SERVICE

    def __init__(
        self,
        reports: Iterable[tuple[float, StepReport]],
        *,
        cadence: CadenceUnit = CadenceUnit.STRIDES,
        length: LengthUnit = LengthUnit.STRIDE,
        features: int = FEATURES,
    ) -> None:
        self.finished = asyncio.Event()
        self.location = 1
        self._reports = reports
        self._cadence = cadence
        self._length = length
        self._features = features
        self._distance_m = 0.0
        self._distance_offset_m = 0.0
        self._listening = False
        properties = Characteristic.Properties
        self._measurement: Characteristic[bytes] = Characteristic(
            UUID.from_16_bits(MEASUREMENT), properties.NOTIFY, Characteristic.READABLE, b""
        )
        self._measurement.on(Characteristic.EVENT_SUBSCRIPTION, self._on_subscription)
        self._control: Characteristic[bytes] = Characteristic(
            UUID.from_16_bits(CONTROL_POINT),
            properties.WRITE | properties.INDICATE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=self._on_control),
        )
        self._control.on(Characteristic.EVENT_SUBSCRIPTION, self._on_control_subscription)
        self._indicating = False

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the service, bound to its peripheral."""
        self._pod = pod
        properties = Characteristic.Properties
        feature: Characteristic[bytes] = Characteristic(
            UUID.from_16_bits(FEATURE),
            properties.READ,
            Characteristic.READABLE,
            struct.pack("<H", self._features),
        )
        location: Characteristic[bytes] = Characteristic(
            UUID.from_16_bits(LOCATION),
            properties.READ,
            Characteristic.READABLE,
            CharacteristicValue(read=lambda _connection: bytes([self.location])),
        )
        characteristics = [self._measurement, feature, location, self._control]
        return [Service(UUID.from_16_bits(SERVICE), characteristics)]

    def link_lost(self) -> None:
        """Forget the subscriptions."""
        self._listening = self._indicating = False

    def clock_reset(self) -> None:
        """Let the total distance begin at 0."""
        self._distance_offset_m = -self._distance_m

    def _on_subscription(self, _bearer: object, notifying: bool, _indicating: bool) -> None:
        self._listening = notifying
        if not notifying:
            return
        self._pod.tally.subscriptions.append(f"{MEASUREMENT:04x}")
        if self._pod.begin():
            self._pod.spawn(self._play())

    def _on_control_subscription(self, _bearer: object, _notifying: bool, indicating: bool) -> None:
        self._indicating = indicating

    def _on_control(self, _connection: Connection, value: bytes) -> None:
        if not self._indicating:
            raise ATT_Error(error_code=CCCD_IMPROPERLY_CONFIGURED)
        if value:
            answer = bytes(
                [Operation.RESPONSE, value[0], *self._control_result(value[0], value[1:])]
            )
            self._pod.spawn(self._pod.indicate(self._control, answer))

    def _control_result(self, operation: int, parameter: bytes) -> tuple[int, ...]:
        match operation:
            case Operation.SET_CUMULATIVE:
                if len(parameter) != 4:
                    return (Result.INVALID_PARAMETER,)
                wanted_m = int.from_bytes(parameter, "little") / 10.0
                self._distance_offset_m = wanted_m - self._distance_m
                return (Result.SUCCESS,)
            case Operation.UPDATE_LOCATION:
                if len(parameter) != 1 or parameter[0] not in LOCATIONS:
                    return (Result.INVALID_PARAMETER,)
                self.location = parameter[0]
                return (Result.SUCCESS,)
            case Operation.REQUEST_LOCATIONS:
                return (Result.SUCCESS, *LOCATIONS)
        return (Result.NOT_SUPPORTED,)

    async def _play(self) -> None:
        for t_s, report in self._reports:
            await self._pod.sleep_until(t_s)
            self._pod.tally.packets_made += 1
            report = as_sent(report, self._cadence, self._length)
            if report.total_distance_m is not None:
                self._distance_m = report.total_distance_m
                report = dataclasses.replace(
                    report, total_distance_m=self._distance_m + self._distance_offset_m
                )
            if self._listening:
                self._pod.post(Packet(t_s, 0, self._measurement, (encode(report),)))
            else:
                self._pod.tally.packets_unheard += 1
        self.finished.set()


def as_sent(report: StepReport, cadence: CadenceUnit, length: LengthUnit) -> StepReport:
    """Return a report of the standard as a make that has units of its own sends it."""
    per_min = report.cadence_per_min * (2 if cadence is CadenceUnit.STEPS else 1)
    length_m = report.stride_length_m
    if length_m is not None and length is LengthUnit.STEP:
        length_m /= 2.0
    return dataclasses.replace(report, cadence_per_min=per_min, stride_length_m=length_m)


def encode(report: StepReport) -> bytes:
    """Return the value of an RSC Measurement.

    Parameters
    ----------
    report : StepReport
        What the pod says; speed up to 255.99 m/s, cadence up to 255 a minute.

    Returns
    -------
    bytes
        Flags, speed in 1/256 m/s, cadence, then stride length in cm and total distance in 0.1 m
        where the report has them; the distance wraps at 32 bits.
    """
    flags = (
        (report.stride_length_m is not None)
        | (report.total_distance_m is not None) << 1
        | report.is_running << 2
    )
    value = struct.pack("<BHB", flags, round(report.speed_mps * 256.0), report.cadence_per_min)
    if report.stride_length_m is not None:
        value += struct.pack("<H", round(report.stride_length_m * 100.0))
    if report.total_distance_m is not None:
        value += struct.pack("<I", round(report.total_distance_m * 10.0) % 2**32)
    return value
