"""The bytes of Polar's measurement protocol, as a pod sends them.

Written from the layouts and not from ``sensors.pods``, so that each can show the other wrong.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from sensors.virtual.player import SampleSource, SourceBlock, packets

SERVICE_UUID = "fb005c80-02e7-f387-1cad-8acd2d8df0c8"
CONTROL_UUID = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA_UUID = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

ACC = 2
SDK_MODE = 9

FRAME_BYTES = 229
"""Bytes of a full frame: what a notification carries at an MTU of 232."""

FRAME_SAMPLES = 120
"""Samples of a frame at most, however well they can be compressed: 0.6 s at 200 Hz."""

BLOCK_SAMPLES = 8
"""Differences of a compressed block at most."""

TIMER_HZ = 32768
"""Hz. The pod's timer: its nanoseconds go in steps of 30.5 µs."""

Sample = tuple[int, ...]


class Key(IntEnum):
    """The settings in an offer, a request and an answer."""

    RATE = 0
    RESOLUTION = 1
    RANGE = 2
    CHANNELS = 4
    FACTOR = 5


FORMATS = {Key.RATE: "H", Key.RESOLUTION: "H", Key.RANGE: "H", Key.CHANNELS: "B", Key.FACTOR: "f"}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a pod writes accelerations.

    Attributes
    ----------
    number : int
        0, 1 or 2 as plain int8, int16 or int24 in mg; 0 or 1 as compressed values, which the factor
        makes g or mg.
    is_compressed : bool
        Which of the two.
    factor : float
        As the answer to a start tells it, as float32.
    """

    number: int
    is_compressed: bool = False
    factor: float = 1.0

    @property
    def value_bytes(self) -> int:
        """Bytes of a whole value."""
        return 2 if self.is_compressed else self.number + 1

    def values(self, block: SourceBlock, range_g: int) -> list[Sample]:
        """Return samples as the pod counts them, cut at its range."""
        unit_g = (1.0 if self.number == 0 else 0.001) * self.factor if self.is_compressed else 0.001
        most = 2 ** (8 * self.value_bytes - 1)
        cut_g = np.clip(block.acc_g, -range_g, range_g)
        counts = np.clip(np.rint(cut_g / unit_g), -most, most - 1)
        return [tuple(row) for row in counts.astype(int).tolist()]


@dataclass(frozen=True, slots=True)
class Content:
    """The content of a frame, and the source times of its first and last sample."""

    first_s: float
    last_s: float
    samples: int
    body: bytes


def settings(values: Mapping[Key, Sequence[float]]) -> bytes:
    """Return settings as key, number of values, values."""
    return b"".join(
        struct.pack(f"<BB{len(listed)}{FORMATS[key]}", key, len(listed), *listed)
        for key, listed in values.items()
    )


def frame(last_ns: int, layout: Layout, body: bytes) -> bytes:
    """Return a data frame of accelerations; the time is that of its last sample."""
    number = layout.number + 128 * layout.is_compressed
    return struct.pack("<BQB", ACC, last_ns % 2**64, number) + body


def whole(samples: Sequence[Sample], value_bytes: int) -> bytes:
    """Return samples as plain signed values."""
    return b"".join(
        value.to_bytes(value_bytes, "little", signed=True) for row in samples for value in row
    )


def block(samples: Sequence[Sample], before: Sample) -> bytes:
    """Return one compressed block: the differences in as few bits as the greatest needs.

    Parameters
    ----------
    samples : sequence of tuple of int
        At most 255.
    before : tuple of int
        The sample before the first one.
    """
    steps = [
        after - earlier
        for row, last in zip(samples, [before, *samples[:-1]], strict=True)
        for after, earlier in zip(row, last, strict=True)
    ]
    width = max((step if step >= 0 else ~step).bit_length() + 1 for step in steps)
    number: int = sum((step % 2**width) << place * width for place, step in enumerate(steps))
    return bytes([width, len(samples)]) + number.to_bytes((width * len(steps) + 7) // 8, "little")


def contents(
    source: SampleSource, layout: Layout, range_g: int, size: int = FRAME_BYTES
) -> Iterator[Content]:
    """Yield a source's samples as the contents of frames.

    Parameters
    ----------
    source : SampleSource
        What is played; a frame ends before an empty slot.
    layout : Layout
        How values are written.
    range_g : int
        Where they are cut.
    size : int
        Bytes of a frame at most, its head of ten included.
    """
    fs_hz = source.fs_hz
    body, count, first_s, next_s = b"", 0, 0.0, 0.0
    before: Sample = ()
    for piece in packets(source, BLOCK_SAMPLES):
        values = layout.values(piece, range_g)
        more = _piece(values, before if count else None, layout)
        is_full = 10 + len(body) + len(more) > size or count + len(values) > FRAME_SAMPLES
        if count and (is_full or piece.t_s - next_s > 0.5 / fs_hz):
            yield Content(first_s, next_s - 1.0 / fs_hz, count, body)
            body, count = b"", 0
            more = _piece(values, None, layout)
        first_s = first_s if count else piece.t_s
        body, count, before = body + more, count + len(values), values[-1]
        next_s = piece.t_s + len(values) / fs_hz
    if count:
        yield Content(first_s, next_s - 1.0 / fs_hz, count, body)


def _piece(values: Sequence[Sample], before: Sample | None, layout: Layout) -> bytes:
    if not layout.is_compressed:
        return whole(values, layout.value_bytes)
    if before is not None:
        return block(values, before)
    begin = whole(values[:1], layout.value_bytes)
    return begin + block(values[1:], values[0]) if len(values) > 1 else begin
