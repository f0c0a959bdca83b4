"""The bytes of the open pod: UUIDs, codes, and its three values. ``docs/open-pod.md`` is the text.

A packet has a head of 8 bytes and then its samples, so that 20 bytes carry two accelerations, or
one with its angular velocity. The head says all that is needed to read the packet by itself.
"""

import struct
from dataclasses import dataclass
from typing import Final

from sensors.errors import BadPacketError, PacketFault

SERVICE_UUID: Final = "1ba60001-53e4-4549-8290-046026f2c1c7"
DATA_UUID: Final = "1ba60002-53e4-4549-8290-046026f2c1c7"
CONFIG_UUID: Final = "1ba60003-53e4-4549-8290-046026f2c1c7"
INFO_UUID: Final = "1ba60004-53e4-4549-8290-046026f2c1c7"

VERSION: Final = 1

RATES_HZ: Final = {
    1: 26, 2: 52, 3: 104, 4: 208, 5: 416, 6: 833,
    7: 50, 8: 100, 9: 200, 10: 400, 11: 800,
    12: 119, 13: 238, 14: 476, 15: 952,
}  # fmt: skip
"""Hz, by code: the rates of the LSM6DS, BMI270 and LSM9DS1 families (their data sheets)."""

ACC_RANGES_G: Final = {1: 2, 2: 4, 3: 8, 4: 16, 5: 32, 6: 64, 7: 100, 8: 200}
"""± g, by code."""

GYRO_RANGES_DPS: Final = {1: 125, 2: 250, 3: 500, 4: 1000, 5: 2000, 6: 4000}
"""± degrees per second, by code; code 0 is no gyroscope."""

STEPS: Final = 32768
"""Steps of an int16 from 0 to the full range."""

HEAD: Final = struct.Struct("<BBBBI")
CONFIG: Final = struct.Struct("<BBBBB")
INFO: Final = struct.Struct("<BBHH")

VERSION_BITS: Final = 0b0000_0111
SATURATED_BIT: Final = 0b0000_1000
RESERVED_BIT: Final = 0b1000_0000
"""Of the head's second byte."""

ACC_BYTES: Final = 6
"""Bytes of three int16; a sample with angular velocity has twice as many."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a packet's samples.

    Attributes
    ----------
    rate, acc_range, gyro_range : int
        Codes; ``gyro_range`` is 0 where the samples are accelerations alone.
    is_saturated : bool
        Whether a sample of the packet reached the limit of the sensor.
    counter : int
        Number of the packet, 0 to 255 and round again.
    count : int
        Samples that follow.
    t_us : int
        The pod's clock at the first sample, in microseconds modulo ``2 ** 32``.
    """

    rate: int
    acc_range: int
    gyro_range: int
    is_saturated: bool
    counter: int
    count: int
    t_us: int

    @property
    def sample_bytes(self) -> int:
        """Bytes of one sample."""
        return ACC_BYTES * (2 if self.gyro_range else 1)


@dataclass(frozen=True, slots=True)
class Config:
    """What is asked of a pod, or in force: ``rate``, ``acc_range`` and ``gyro_range`` are codes."""

    is_streaming: bool
    rate: int
    acc_range: int
    gyro_range: int

    def to_bytes(self) -> bytes:
        """Return the value of the configuration characteristic."""
        return CONFIG.pack(VERSION, self.is_streaming, self.rate, self.acc_range, self.gyro_range)


@dataclass(frozen=True, slots=True)
class Info:
    """The codes of the rates and ranges that a pod has."""

    rates: frozenset[int]
    acc_ranges: frozenset[int]
    gyro_ranges: frozenset[int]


def read_head(payload: bytes) -> Head:
    """Return the head of a data packet whose length is what it says.

    Raises
    ------
    BadPacketError
        Where version, codes, reserved bit or length are wrong.
    """
    if not payload:
        raise BadPacketError(PacketFault.EMPTY, "open pod: a packet without bytes")
    if len(payload) < HEAD.size:
        raise BadPacketError(
            PacketFault.TRUNCATED, f"open pod: {len(payload)} bytes, the head alone has {HEAD.size}"
        )
    first, second, counter, count, t_us = HEAD.unpack_from(payload)
    _check_version(first & VERSION_BITS, "packet")
    if second & RESERVED_BIT:
        raise BadPacketError(PacketFault.UNKNOWN, "open pod: the packet's reserved bit is set")
    head = Head(
        rate=first >> 4,
        acc_range=second & 0b1111,
        gyro_range=second >> 4 & 0b111,
        is_saturated=bool(first & SATURATED_BIT),
        counter=counter,
        count=count,
        t_us=t_us,
    )
    _check_codes(head.rate, head.acc_range, head.gyro_range, "packet")
    expected = HEAD.size + head.sample_bytes * max(1, count)
    if count == 0 or len(payload) != expected:
        fault = PacketFault.TOO_LONG if len(payload) > expected else PacketFault.TRUNCATED
        raise BadPacketError(
            fault, f"open pod: {len(payload)} bytes with {count} samples, {expected} expected"
        )
    return head


def read_config(value: bytes) -> Config:
    """Return what a pod says is in force; raises BadPacketError where it cannot be."""
    _check_length(value, CONFIG.size, "configuration")
    version, state, rate, acc_range, gyro_range = CONFIG.unpack(value)
    _check_version(version, "configuration")
    if state > 1:
        raise BadPacketError(PacketFault.UNKNOWN, f"open pod: state {state}, 0 or 1 expected")
    _check_codes(rate, acc_range, gyro_range, "configuration")
    return Config(bool(state), rate, acc_range, gyro_range)


def read_info(value: bytes) -> Info:
    """Return what a pod says it has; raises BadPacketError where that is nothing or unknown."""
    _check_length(value, INFO.size, "information")
    version, gyro_ranges, rates, acc_ranges = INFO.unpack(value)
    _check_version(version, "information")
    info = Info(_codes(rates), _codes(acc_ranges), _codes(gyro_ranges))
    known = (
        info.rates <= RATES_HZ.keys()
        and info.acc_ranges <= ACC_RANGES_G.keys()
        and info.gyro_ranges <= GYRO_RANGES_DPS.keys()
    )
    if not (known and info.rates and info.acc_ranges):
        raise BadPacketError(
            PacketFault.UNKNOWN, "open pod: the information names no rate or range, or unknown ones"
        )
    return info


def _codes(bits: int) -> frozenset[int]:
    return frozenset(code for code in range(16) if bits >> code & 1)


def _check_length(value: bytes, expected: int, what: str) -> None:
    if len(value) == expected:
        return
    fault = PacketFault.TOO_LONG if len(value) > expected else PacketFault.TRUNCATED
    raise BadPacketError(
        fault if value else PacketFault.EMPTY,
        f"open pod: the {what} has {len(value)} bytes, {expected} expected",
    )


def _check_version(version: int, what: str) -> None:
    if version != VERSION:
        raise BadPacketError(
            PacketFault.UNKNOWN,
            f"open pod: the {what} is of version {version}; this program reads {VERSION}",
        )


def _check_codes(rate: int, acc_range: int, gyro_range: int, what: str) -> None:
    has_gyro_code = gyro_range == 0 or gyro_range in GYRO_RANGES_DPS
    if rate in RATES_HZ and acc_range in ACC_RANGES_G and has_gyro_code:
        return
    raise BadPacketError(
        PacketFault.UNKNOWN,
        f"open pod: the {what} has an unknown code (rate {rate}, acceleration {acc_range},"
        f" angular velocity {gyro_range})",
    )
