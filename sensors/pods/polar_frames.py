"""The data frames of Polar's measurement protocol: bytes to accelerations.

A frame is ``type time layout content``: a byte, the time of its last sample in ns since 2000-01-01
as u64, and a byte whose bit 7 says that the content is compressed. Plain content is x, y, z of each
sample. Compressed content is one whole sample, then blocks ``width count bits``: ``count`` times
the difference to the sample before, each axis in ``width`` bits, the lowest bit first; a block ends
with a whole byte. Source: Polar BLE SDK, ``PmdDataFrame``, ``AccData``, ``BlePMDClient``.

A notification that is cut off between two plain samples, or between two blocks, cannot be told from
a shorter frame: it gives fewer samples, and those at a time too late by what was cut off. Bluetooth
itself does not cut notifications.
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.polar_control import TYPE_MASK
from sensors.pods.polar_settings import AXES, RESOLUTION_BITS
from sensors.samples import FloatArray

IntArray = NDArray[np.int64]

HEADER: Final = struct.Struct("<BQB")

IS_COMPRESSED: Final = 0x80

PLAIN_BYTES: Final = {0: 1, 1: 2, 2: 3}
"""Bytes of a value by the layout of plain content. The values are in mg."""

UNIT_G: Final = {0: 1.0, 1: 0.001}
"""g in one unit by the layout of compressed content, once a value is multiplied by the factor."""

MAX_WIDTH: Final = 32
"""Bits of a difference: no axis has more bits than that. A width of 0 is refused: the maker's
software reads no sample in it, the letter of the layout as many as it counts."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame.

    Attributes
    ----------
    measurement : int
        What was measured.
    last_ns : int
        Pod time of the last sample, in ns since 2000-01-01.
    layout : int
        0 to 127, which layout the content has, and
    is_compressed : bool
        of which kind.
    content : bytes
        What follows.
    """

    measurement: int
    last_ns: int
    layout: int
    is_compressed: bool
    content: bytes


def parse_frame(payload: bytes) -> Frame:
    """Return the frame in a notification.

    Raises
    ------
    BadPacketError
        Where there is no content.
    """
    if not payload:
        raise BadPacketError(PacketFault.EMPTY, "Polar: a frame without bytes")
    if len(payload) <= HEADER.size:
        raise BadPacketError(
            PacketFault.TRUNCATED,
            f"Polar: a frame of {len(payload)} bytes, more than {HEADER.size} expected",
        )
    measurement, last_ns, layout = HEADER.unpack_from(payload)
    return Frame(
        measurement & TYPE_MASK,
        last_ns,
        layout & ~IS_COMPRESSED,
        bool(layout & IS_COMPRESSED),
        payload[HEADER.size :],
    )


def accelerations_g(frame: Frame, factor: float | None) -> FloatArray:
    """Return the samples of a frame of accelerations.

    Parameters
    ----------
    frame : Frame
        Of any layout.
    factor : float or None
        What the values of compressed content are multiplied by; None where the pod did not say.

    Returns
    -------
    ndarray, shape (n, 3)
        In g; at least one sample.

    Raises
    ------
    BadPacketError
        Where the layout is unknown, the content does not end with a sample or a block, or the
        factor is needed and not known.
    """
    if not frame.is_compressed and frame.layout in PLAIN_BYTES:
        mg = plain(frame.content, AXES, PLAIN_BYTES[frame.layout])
        return mg.astype(np.float64) / 1000.0
    if not frame.is_compressed or frame.layout not in UNIT_G:
        kind = "compressed" if frame.is_compressed else "plain"
        raise BadPacketError(
            PacketFault.UNKNOWN, f"Polar: accelerations in the unknown {kind} layout {frame.layout}"
        )
    if factor is None:
        raise BadPacketError(PacketFault.UNKNOWN, "Polar: compressed values without a factor")
    counts = differences(frame.content, AXES, RESOLUTION_BITS)
    return counts.astype(np.float64) * (factor * UNIT_G[frame.layout])


def plain(content: bytes, channels: int, value_bytes: int) -> IntArray:
    """Return signed values of so many bytes, shape (n, channels).

    Raises
    ------
    BadPacketError
        Where the content does not end with a sample.
    """
    if len(content) % (channels * value_bytes):
        raise BadPacketError(
            PacketFault.TRUNCATED,
            f"Polar: {len(content)} bytes are no whole samples of {channels * value_bytes}",
        )
    octets = np.frombuffer(content, np.uint8).reshape(-1, value_bytes)
    return _signed(octets, 8).reshape(-1, channels)


def differences(content: bytes, channels: int, value_bits: int) -> IntArray:
    """Return what compressed content holds, shape (n, channels).

    Parameters
    ----------
    content : bytes
        A whole sample, then blocks.
    channels : int
        Values of a sample.
    value_bits : int
        Bits of a value in the first sample; it takes whole bytes.

    Raises
    ------
    BadPacketError
        Where the content ends within the first sample or a block, or a width cannot be.
    """
    value_bytes = (value_bits + 7) // 8
    place = channels * value_bytes
    if len(content) < place:
        raise BadPacketError(PacketFault.TRUNCATED, "Polar: compressed frame without a sample")
    steps = [plain(content[:place], channels, value_bytes)]
    while place < len(content):
        if place + 2 > len(content):
            raise BadPacketError(PacketFault.TRUNCATED, "Polar: compressed block without a count")
        width, count = content[place : place + 2]
        if not 0 < width <= MAX_WIDTH:
            raise BadPacketError(PacketFault.UNKNOWN, f"Polar: differences of {width} bits")
        bits = count * channels * width
        end = place + 2 + (bits + 7) // 8
        if end > len(content):
            raise BadPacketError(PacketFault.TRUNCATED, "Polar: compressed block is cut off")
        octets = np.frombuffer(content, np.uint8, end - place - 2, place + 2)
        unpacked = np.unpackbits(octets, bitorder="little", count=bits).reshape(-1, width)
        steps.append(_signed(unpacked, 1).reshape(-1, channels))
        place = end
    return np.concatenate(steps).cumsum(axis=0)


def _signed(digits: NDArray[np.uint8], digit_bits: int) -> IntArray:
    """Return the numbers in rows of digits, the lowest first, in two's complement."""
    places = digit_bits * np.arange(digits.shape[1], dtype=np.int64)
    sign = np.int64(1) << (digit_bits * digits.shape[1] - 1)
    values = (digits.astype(np.int64) << places).sum(axis=1)
    signed: IntArray = (values ^ sign) - sign
    return signed
