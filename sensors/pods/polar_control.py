"""The control point of Polar's measurement protocol (PMD): its words and its answers.

A request is ``operation type [settings]``. Its answer is ``F0 operation type status more [values]``
where it was done, and ends with the status where it was not; a long one comes in parts, the last
without ``more``. A read gives ``0F`` and what the pod can measure. ``01 type...`` comes unasked:
the pod ended a stream of its own accord. Source: Polar BLE SDK, package ``pmd``.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sensors.errors import BadPacketError, PacketFault

CONTROL_UUID: Final = "fb005c81-02e7-f387-1cad-8acd2d8df0c8"
DATA_UUID: Final = "fb005c82-02e7-f387-1cad-8acd2d8df0c8"

FEATURES: Final = 0x0F
ANSWER: Final = 0xF0
STOPPED: Final = 0x01

TYPE_MASK: Final = 0x3F
"""The bits of a type that name the measurement; bit 7 marks a recording inside the pod."""


class Operation(IntEnum):
    """What the pod is asked to do."""

    SETTINGS = 1
    START = 2
    STOP = 3
    SDK_SETTINGS = 4


class Measurement(IntEnum):
    """The one measurement that is used, and the mode that is switched like one."""

    ACC = 2
    SDK_MODE = 9


class Status(IntEnum):
    """How a request ended."""

    DONE = 0
    BAD_OPERATION = 1
    BAD_TYPE = 2
    NOT_SUPPORTED = 3
    BAD_LENGTH = 4
    BAD_PARAMETER = 5
    ALREADY = 6
    BAD_RESOLUTION = 7
    BAD_RATE = 8
    BAD_RANGE = 9
    BAD_MTU = 10
    BAD_CHANNELS = 11
    BAD_STATE = 12
    IN_CHARGER = 13
    DISK_FULL = 14


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes
    ----------
    operation, measurement : int
        What was asked.
    status : int
        One of ``Status``, or a number that this program does not know.
    more : bool
        Whether the values go on in another answer.
    values : bytes
        Empty where the request was refused.
    """

    operation: int
    measurement: int
    status: int
    more: bool
    values: bytes


def parse_answer(payload: bytes) -> Answer | None:
    """Return the answer in an indication; None where it is something else.

    Raises
    ------
    BadPacketError
        Where an answer is cut off before its status.
    """
    if payload[:1] != bytes([ANSWER]):
        return None
    if len(payload) < 4:
        raise BadPacketError(
            PacketFault.TRUNCATED, f"Polar: an answer of {len(payload)} bytes, at least 4 expected"
        )
    operation, measurement, status = payload[1:4]
    is_done = status == Status.DONE
    more = is_done and payload[4:5] not in (b"", b"\x00")
    return Answer(operation, measurement & TYPE_MASK, status, more, payload[5:] if is_done else b"")


def parse_features(payload: bytes) -> tuple[int, ...] | None:
    """Return the types that a pod can measure; None where the payload does not say it."""
    if len(payload) < 3 or payload[0] != FEATURES:
        return None
    bits = int.from_bytes(payload[1:3], "little")
    return tuple(one for one in range(16) if bits >> one & 1)
