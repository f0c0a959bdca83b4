"""What a Polar pod offers and in which state it is: its control point, without any radio."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from sensors.virtual.polar_wire import ACC, FORMATS, FRAME_BYTES, SDK_MODE, Key, Layout, settings

Offer = Mapping[Key, tuple[int, ...]]

ECG, PPG, PPI, GYRO, MAG = 0, 1, 3, 5, 6


class Result(IntEnum):
    """How a request ended."""

    SUCCESS = 0
    INVALID_OPERATION = 1
    INVALID_TYPE = 2
    NOT_SUPPORTED = 3
    INVALID_LENGTH = 4
    INVALID_PARAMETER = 5
    ALREADY_IN_STATE = 6
    INVALID_RESOLUTION = 7
    INVALID_RATE = 8
    INVALID_RANGE = 9
    INVALID_MTU = 10
    INVALID_CHANNELS = 11
    INVALID_STATE = 12
    IN_CHARGER = 13
    DISK_FULL = 14


REFUSED = {
    Key.RATE: Result.INVALID_RATE,
    Key.RESOLUTION: Result.INVALID_RESOLUTION,
    Key.RANGE: Result.INVALID_RANGE,
    Key.CHANNELS: Result.INVALID_CHANNELS,
}
"""What is answered where a request names a value that is not on offer."""


@dataclass(frozen=True, slots=True)
class Ware:
    """One of Polar's pods.

    Attributes
    ----------
    title : str
        The beginning of its advertised name.
    measurements : tuple of int
        What it can measure.
    offer : Mapping
        The settings of its accelerometer.
    sdk_offer : Mapping or None
        The same in its SDK mode; None where it has none.
    layout : Layout
        How it writes accelerations.
    """

    title: str
    measurements: tuple[int, ...]
    offer: Offer
    sdk_offer: Offer | None
    layout: Layout


SENSE = Ware(
    "Polar Sense",
    (PPG, ACC, PPI, GYRO, MAG),
    {Key.RATE: (52,), Key.RESOLUTION: (16,), Key.RANGE: (8,), Key.CHANNELS: (3,)},
    {
        Key.RATE: (26, 52, 104, 208, 416),
        Key.RESOLUTION: (16,),
        Key.RANGE: (2, 4, 8, 16),
        Key.CHANNELS: (3,),
    },
    Layout(1, is_compressed=True, factor=16000 / 32768),
)
H10 = Ware(
    "Polar H10",
    (ECG, ACC),
    {Key.RATE: (25, 50, 100, 200), Key.RESOLUTION: (16,), Key.RANGE: (2, 4, 8)},
    None,
    Layout(1),
)
OH1 = Ware(
    "Polar OH1",
    (PPG, ACC, PPI),
    {Key.RATE: (50,), Key.RESOLUTION: (16,), Key.RANGE: (8,)},
    None,
    Layout(1),
)


@dataclass(slots=True)
class ControlPoint:
    """The pod's state, changed by requests.

    Attributes
    ----------
    ware : Ware
        Which pod.
    trouble : Result or None
        What every start is answered with, for example that the pod is in its charger.
    streams : dict of int to dict
        What is streaming, with its settings.
    in_sdk_mode : bool
        Whether the SDK mode is on.
    """

    ware: Ware
    trouble: Result | None = None
    streams: dict[int, dict[Key, int]] = field(default_factory=dict)
    in_sdk_mode: bool = False

    def features(self) -> bytes:
        """Return what a read gives."""
        bits = sum(1 << one for one in self.ware.measurements)
        bits |= (self.ware.sdk_offer is not None) << SDK_MODE
        return struct.pack("<BH", 0x0F, bits)

    def answer(self, request: bytes, mtu: int) -> bytes:
        """Do what is requested and return the answer."""
        operation, kind = (*request[:2], 0, 0)[:2]
        result, values = self._done(operation, kind, request, mtu)
        head = bytes([0xF0, operation, kind, result])
        return head + b"\0" + values if result is Result.SUCCESS else head

    def _done(self, operation: int, kind: int, request: bytes, mtu: int) -> tuple[Result, bytes]:
        known = (*self.ware.measurements, *((SDK_MODE,) if self.ware.sdk_offer else ()))
        has_sdk_mode = self.ware.sdk_offer is not None
        if operation not in (1, 2, 3) and not (operation == 4 and has_sdk_mode):
            return Result.INVALID_OPERATION, b""
        if len(request) < 2:
            return Result.INVALID_LENGTH, b""
        if kind not in known:
            return Result.INVALID_TYPE, b""
        match operation:
            case 1 | 4:
                return self._offered(kind, in_sdk_mode=self.in_sdk_mode or operation == 4)
            case 2 if kind == SDK_MODE:
                return self._switch(on=True), b""
            case 2:
                return self._start(kind, request[2:], mtu)
        if kind == SDK_MODE:
            return self._switch(on=False), b""
        stopped = self.streams.pop(kind, None) is not None
        return Result.SUCCESS if stopped else Result.INVALID_STATE, b""

    def _offered(self, kind: int, *, in_sdk_mode: bool) -> tuple[Result, bytes]:
        if kind != ACC:
            return Result.NOT_SUPPORTED, b""
        return Result.SUCCESS, settings(self._offer(in_sdk_mode=in_sdk_mode))

    def _offer(self, *, in_sdk_mode: bool) -> Offer:
        wider = self.ware.sdk_offer if in_sdk_mode else None
        return self.ware.offer if wider is None else wider

    def _switch(self, *, on: bool) -> Result:
        if self.streams:
            return Result.INVALID_STATE
        if self.in_sdk_mode is on:
            return Result.ALREADY_IN_STATE
        self.in_sdk_mode = on
        return Result.SUCCESS

    def _start(self, kind: int, asked: bytes, mtu: int) -> tuple[Result, bytes]:
        if kind in self.streams:
            return Result.ALREADY_IN_STATE, b""
        if self.trouble is not None:
            return self.trouble, b""
        if kind != ACC:
            self.streams[kind] = {}
            return Result.SUCCESS, b""
        wanted = _read(asked)
        offer = self._offer(in_sdk_mode=self.in_sdk_mode)
        if wanted is None or set(wanted) != set(offer):
            return Result.INVALID_PARAMETER, b""
        for key, value in wanted.items():
            if value not in offer[key]:
                return REFUSED[key], b""
        if mtu - 3 < FRAME_BYTES:
            return Result.INVALID_MTU, b""
        self.streams[kind] = wanted
        if not self.ware.layout.is_compressed:
            return Result.SUCCESS, b"\0"  # an H10 sends one byte that is no setting
        return Result.SUCCESS, settings({Key.FACTOR: (self.ware.layout.factor,)})


def _read(asked: bytes) -> dict[Key, int] | None:
    """Return the settings in a request, one value each; None where they cannot be read."""
    found: dict[Key, int] = {}
    while asked:
        if asked[0] not in REFUSED or asked[1:2] != b"\x01":
            return None
        layout = f"<{FORMATS[Key(asked[0])]}"
        size = struct.calcsize(layout)
        if len(asked) < 2 + size:
            return None
        (found[Key(asked[0])],) = struct.unpack_from(layout, asked, 2)
        asked = asked[2 + size :]
    return found
