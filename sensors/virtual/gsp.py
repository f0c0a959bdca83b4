"""The bytes of the Movesense GATT SensorData Protocol, as a pod sends them.

Commands are ``[command, reference, payload]``; answers and data come as notifications
``[code, reference, ...]``. A data packet that does not fit into one notification is sent in two,
the second with a code of its own.
"""

import struct
from enum import IntEnum, StrEnum

from sensors.virtual.player import SourceBlock

SERVICE_UUID = "34802252-7185-4d5d-b431-630e7050e8f0"
COMMAND_UUID = "34800001-7185-4d5d-b431-630e7050e8f0"
DATA_UUID = "34800002-7185-4d5d-b431-630e7050e8f0"

STANDARD_GRAVITY_MPS2 = 9.80665
"""m/s² per g, by definition (CGPM 1901)."""


class Command(IntEnum):
    """The commands that this pod knows."""

    HELLO = 0
    SUBSCRIBE = 1
    UNSUBSCRIBE = 2
    GET = 4


class Code(IntEnum):
    """What a notification is."""

    RESULT = 1
    DATA = 2
    DATA_PART_2 = 3


class Firmware(StrEnum):
    """Whose answers a pod gives.

    ``STOCK``: every command has a result with its status. ``OLD``, the first sample firmware: HELLO
    is answered with the bare text, a subscription that works by its data alone, 507 with the high
    byte first, and of the commands it knows the first three.
    """

    STOCK = "stock"
    OLD = "old"


OLD_GREETING = b"Hello"
OLD_COMMANDS = (Command.HELLO, Command.SUBSCRIBE, Command.UNSUBSCRIBE)


class Status(IntEnum):
    """How a command ended."""

    OK = 200
    BAD_REQUEST = 400
    NOT_FOUND = 404
    CONFLICT = 409
    NOT_IMPLEMENTED = 501
    FULL = 507


def result(
    firmware: Firmware, command: int, reference: int, status: Status, body: bytes = b""
) -> bytes | None:
    """Return the notification that answers a command; None where the firmware gives none."""
    head = bytes([Code.RESULT, reference])
    if firmware is Firmware.OLD:
        if command not in OLD_COMMANDS:
            return None
        if command == Command.SUBSCRIBE and status == Status.OK:
            return None
        if status == Status.FULL:
            return head + struct.pack(">H", status)
    return head + struct.pack("<H", status) + body


def encode(ticks_ms: int, block: SourceBlock, *, with_gyro: bool) -> bytes:
    """Return the body of a data packet.

    Parameters
    ----------
    ticks_ms : int
        The pod's counter at the first sample; sent modulo ``2 ** 32``.
    block : SourceBlock
        The samples.
    with_gyro : bool
        Whether angular velocities follow the accelerations; only where the block has them.

    Returns
    -------
    bytes
        u32 counter, then for each sensor all its samples as three float32: m/s², then °/s.
    """
    vectors = [block.acc_g * STANDARD_GRAVITY_MPS2]
    if with_gyro and block.gyro_dps is not None:
        vectors.append(block.gyro_dps)
    return struct.pack("<I", ticks_ms % 2**32) + b"".join(
        vector.astype("<f4").tobytes() for vector in vectors
    )


def split(reference: int, body: bytes, payload_size: int) -> tuple[bytes, ...]:
    """Cut a body into the notifications that carry it.

    Parameters
    ----------
    reference : int
        The subscription's reference.
    body : bytes
        The body of the packet.
    payload_size : int
        Bytes that a notification carries: ATT MTU - 3.

    Returns
    -------
    tuple of bytes
        One notification, or two where the body is too long for one; the protocol knows no third.

    Raises
    ------
    ValueError
        Where two are not enough.
    """
    room = payload_size - 2
    if len(body) > 2 * room:
        raise ValueError(
            f"virtual pod: {len(body)} bytes do not fit into two notifications of {payload_size};"
            " use fewer samples in a packet or a larger MTU"
        )
    first = bytes([Code.DATA, reference]) + body[:room]
    if len(body) <= room:
        return (first,)
    return (first, bytes([Code.DATA_PART_2, reference]) + body[room:])
