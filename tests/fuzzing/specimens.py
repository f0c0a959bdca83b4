"""Packets as each kind of pod sends them, packed by hand: seeds of the fuzzing, and its last word.

Needs nothing but the standard library, so that it runs in the fuzzer's environment too.
"""

import struct
from dataclasses import dataclass
from typing import Final

BATTERY: Final = "00002a19-0000-1000-8000-00805f9b34fb"


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
    """

    uuid: str
    payloads: tuple[bytes, ...]
    samples: int
    acc_g: tuple[float, float, float] | None = None


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
    "polar": (
        Specimen(
            "fb005c82-02e7-f387-1cad-8acd2d8df0c8",
            (struct.pack("<BQB12h", 2, 10**18, 1, *([500, -1000, 250] * 4)),),
            4,
        ),
    ),
    "metamotion": (
        Specimen(
            "326a9006-85cb-9195-d9dd-464cfbbae75a",
            (struct.pack("<BB9h", 3, 0x1C, *([1024, -2048, 512] * 3)),),
            3,
        ),
        Specimen(
            "326a9006-85cb-9195-d9dd-464cfbbae75a",
            (struct.pack("<BB9h", 3, 5, *([1024, -2048, 512] * 3)),),
            3,
        ),
    ),
    "witmotion": (
        Specimen(
            "0000ffe4-0000-1000-8000-00805f9a34fb",
            (struct.pack("<BB9h", 0x55, 0x61, 1024, -2048, 512, 1, 2, 3, 4, 5, 6),),
            1,
        ),
    ),
}
"""By kind. Every layout that a pod uses has one."""

FRAMED: Final = frozenset({"openpod", "rsc"})
"""Kinds whose packets say how long they are: no part of one gives anything. In the others the
number of samples follows from the length alone: a part gives fewer samples, and never all."""
