"""Packets as each kind of pod sends them, packed by hand: seeds of the fuzzing, and its last word.

Needs nothing but the standard library, so that it runs in the fuzzer's environment too.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

BATTERY: Final = "00002a19-0000-1000-8000-00805f9b34fb"

Said = tuple[str, bytes]
"""One notification: its characteristic and its bytes."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """Notifications that together carry one value.

    Attributes
    ----------
    uuid : str
        The characteristic.
    payloads : tuple of bytes
        In order.
    samples : int
        Inertial samples in them; 0 for a step report.
    acc_g : tuple of float or None
        The first acceleration, where it has to come out exactly.
    before : tuple of Said
        What the pod said on this connection before it: the answers to its configuration, and what
        else a decoder waits for.
    """

    uuid: str
    payloads: tuple[bytes, ...]
    samples: int
    acc_g: tuple[float, float, float] | None = None
    before: tuple[Said, ...] = ()


MOVESENSE_UUID: Final = "34800002-7185-4d5d-b431-630e7050e8f0"
G: Final = 9.80665


def _movesense(reference: int, samples: int, room: int = 510) -> Specimen:
    rows = [(0.5 * G, -1.0 * G, (0.25 + k) * G) for k in range(samples)]
    sensors = 2 if reference == 0x63 else 1
    values = [value for _ in range(sensors) for row in rows for value in row]
    body = struct.pack(f"<I{len(values)}f", 123_456, *values)
    parts = [body[:room]] + ([body[room:]] if len(body) > room else [])
    payloads = tuple(bytes([2 + k, reference]) + part for k, part in enumerate(parts))
    return Specimen(MOVESENSE_UUID, payloads, samples, (0.5, -1.0, 0.25))


def _openpod(samples: int, *, gyro: bool) -> Specimen:
    row = (1024, -2048, 512, 7, -8, 9) if gyro else (1024, -2048, 512)
    head = struct.pack("<BBBBI", 0x41, 0x54 if gyro else 0x04, 9, samples, 4_000_000)
    payload = head + samples * struct.pack(f"<{len(row)}h", *row)
    uuid = "1ba60002-53e4-4549-8290-046026f2c1c7"
    return Specimen(uuid, (payload,), samples, (0.5, -1.0, 0.25))


def _rsc(payload: str) -> Specimen:
    return Specimen("00002a53-0000-1000-8000-00805f9b34fb", (bytes.fromhex(payload),), 0)


POLAR_CONTROL: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
POLAR_DATA: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"
POLAR_NS: Final = 820_540_800 * 10**9
ROW_MG: Final = (500, -1000, 250)

FACTOR_1: Final = bytes.fromhex("0501 0000803f")
"""The setting of a Polar start's answer that says how compressed values are multiplied: by 1."""

SDK_OFFER: Final = bytes.fromhex("0005 1a00 3400 6800 d000 a001 0101 1000 0204 0200 0400 0800 1000")
H10_OFFER: Final = bytes.fromhex("0004 1900 3200 6400 c800 0101 1000 0203 0200 0400 0800")
OH1_OFFER: Final = bytes.fromhex("0001 3200 0101 1000 0201 0800")


def _polar_frame(layout: int, content: bytes, number: int = 0, period_ns: int = 4_807_692) -> bytes:
    return struct.pack("<BQB", 2, POLAR_NS + number * period_ns, layout) + content


def _polar_before(offer: bytes, started: bytes, period_ns: int) -> tuple[Said, ...]:
    """Return offer and start, and two frames of one sample: the first waits for the second."""
    content = struct.pack("<3h", *ROW_MG)
    return (
        (POLAR_CONTROL, b"\xf0\x01\x02\x00\x00" + offer),
        (POLAR_CONTROL, b"\xf0\x02\x02\x00\x00" + started),
        (POLAR_DATA, _polar_frame(1, content, 0, period_ns)),
        (POLAR_DATA, _polar_frame(1, content, 1, period_ns)),
    )


def _polar(
    before: tuple[Said, ...],
    layout: int,
    content: bytes,
    samples: int,
    acc_g: tuple[float, float, float] = (0.5, -1.0, 0.25),
) -> Specimen:
    return Specimen(POLAR_DATA, (_polar_frame(layout, content, 9),), samples, acc_g, before)


SENSE_BEFORE: Final = _polar_before(SDK_OFFER, FACTOR_1, 4_807_692)
H10_BEFORE: Final = _polar_before(H10_OFFER, b"\x00", 5_000_000)
OH1_BEFORE: Final = _polar_before(OH1_OFFER, FACTOR_1, 20_000_000)

INT16: Final = struct.pack("<12h", *(4 * ROW_MG))
INT24: Final = 2 * b"".join(value.to_bytes(3, "little", signed=True) for value in ROW_MG)
BY_8_BITS: Final = struct.pack("<3hBB9b", *ROW_MG, 8, 3, 1, -2, 3, 4, 5, -6, 0, 0, 7)
BY_4_BITS: Final = BY_8_BITS + bytes([4, 2, 0xF1, 0x27, 0x80])
"""A whole sample, three differences of 8 bits on each axis, then two of 4: 1 -1 7 2 0 -8."""
IN_G: Final = struct.pack("<3hBB3b", 1, -1, 0, 8, 1, 1, 0, -1)

METAMOTION_UUID: Final = "326a9006-85cb-9195-d9dd-464cfbbae75a"
BMI160: Final = (
    (METAMOTION_UUID, bytes.fromhex("0380 01 01")),
    (METAMOTION_UUID, bytes.fromhex("0383 29 0c")),
)
BMI270: Final = (
    (METAMOTION_UUID, bytes.fromhex("0380 04 00")),
    (METAMOTION_UUID, bytes.fromhex("0383 a9 03")),
)
"""Which accelerometer, and ±16 g."""


def _metamotion(before: tuple[Said, ...], register: int, samples: int) -> Specimen:
    values = samples * (1024, -2048, 512)
    payload = struct.pack(f"<BB{len(values)}h", 3, register, *values)
    return Specimen(METAMOTION_UUID, (payload,), samples, (0.5, -1.0, 0.25), before)


WITMOTION_UUID: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WITMOTION_BEFORE: Final = (
    (WITMOTION_UUID, struct.pack("<BB9H", 0x55, 0x71, 0x64, 400, *(7 * [0]))),
    (WITMOTION_UUID, struct.pack("<BB9H", 0x55, 0x71, 0x1F, 0, *(7 * [0]))),
    (WITMOTION_UUID, struct.pack("<BB9H", 0x55, 0x71, 0x03, 0x0B, *(7 * [0]))),
)
"""The battery, the widest bandwidth, 200 Hz."""


def _witmotion(frames: int, *cuts: int) -> Specimen:
    values = struct.pack("<BB9h", 0x55, 0x61, 1024, -2048, 512, 1, 2, 3, 4, 5, 6)
    edges = (0, *cuts, frames * len(values))
    payloads = tuple((frames * values)[a:b] for a, b in pairwise(edges))
    return Specimen(WITMOTION_UUID, payloads, frames, (0.5, -1.0, 0.25), WITMOTION_BEFORE)


SPECIMENS: Final = {
    "movesense": (
        _movesense(0x63, 8, 156),
        _movesense(0x63, 8),
        _movesense(0x64, 8),
        _movesense(0x63, 1),
    ),
    "openpod": (_openpod(10, gyro=True), _openpod(2, gyro=False), _openpod(1, gyro=True)),
    "rsc": (
        _rsc("07c00254620000000000"),
        _rsc("05c002546200"),
        _rsc("06c0025401000000"),
        _rsc("04c00254"),
        _rsc("00000000"),
    ),
    "polar-sense": (
        _polar(SENSE_BEFORE, 0x81, BY_4_BITS, 6),
        _polar(SENSE_BEFORE, 0x81, BY_8_BITS, 4),
        _polar(SENSE_BEFORE, 0x80, IN_G, 2, (1.0, -1.0, 0.0)),
        _polar(SENSE_BEFORE, 0x01, INT16, 4),
        _polar(SENSE_BEFORE, 0x02, INT24, 2),
        _polar(
            SENSE_BEFORE, 0x00, struct.pack("6b", 100, -50, 25, 1, 2, 3), 2, (0.1, -0.05, 0.025)
        ),
    ),
    "polar-h10": (_polar(H10_BEFORE, 0x01, INT16, 4), _polar(H10_BEFORE, 0x02, INT24, 2)),
    "polar-oh1": (_polar(OH1_BEFORE, 0x01, INT16, 4), _polar(OH1_BEFORE, 0x81, BY_8_BITS, 4)),
    "metamotion": (
        _metamotion(BMI160, 0x1C, 3),
        _metamotion(BMI270, 0x05, 3),
        _metamotion(BMI160, 0x04, 1),
    ),
    "witmotion": (_witmotion(1), _witmotion(3), _witmotion(2, 13), _witmotion(4, 20, 61)),
}
"""By kind. Every layout that a pod uses has one."""

FRAMED: Final = frozenset({"openpod", "rsc", "metamotion"})
"""Kinds whose packets say how long they are, or have one length alone: no part of one gives
anything. In the others the number of samples follows from the length: a part gives fewer samples,
and never all."""

ANSWERS: Final = {
    "polar-sense": (POLAR_CONTROL, b""),
    "polar-h10": (POLAR_CONTROL, b""),
    "polar-oh1": (POLAR_CONTROL, b""),
    "metamotion": (METAMOTION_UUID, b"\x03[\x80\x83]"),
    "witmotion": (WITMOTION_UUID, b"\x55\x71"),
}
"""By kind: where the answers come from that say how packets are to be read, and a pattern without
which nothing is one. After a wrong answer a decoder may wait until the pod is configured anew."""
