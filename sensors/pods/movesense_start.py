"""How a Movesense is brought to send: the commands of the GATT SensorData Protocol.

A command is ``command reference payload``; its result comes as ``01 reference status ...`` with a
status as in HTTP. Results are notifications, so none is sure to arrive, and old firmware gives none
for a subscription that worked: the first data say the same.
"""

from collections.abc import Generator, Mapping
from typing import Final

from sensors.errors import LinkError, LinkFault
from sensors.pods.pod import Await, Configuration, Write
from sensors.samples import Notification

COMMAND_UUID: Final = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY_UUID: Final = "34800002-7185-4d5d-b431-630e7050e8f0"

HELLO: Final = 0
SUBSCRIBE: Final = 1
UNSUBSCRIBE: Final = 2
GET: Final = 4

COMMAND_RESULT: Final = 1
DATA: Final = 2
DATA_PART_2: Final = 3

HELLO_REFERENCE: Final = 0x61
RANGE_REFERENCE: Final = 0x62
IMU6_REFERENCE: Final = 0x63
ACC_REFERENCE: Final = 0x64

RANGE_PATH: Final = "/Meas/Acc/Config"
RANGES_G: Final = (2, 4, 8, 16)

ANSWER_S: Final = 1.0
"""Seconds to wait for an answer that may be missing (design default)."""

START_S: Final = 2.0
"""Seconds to wait for a subscription's result or its first data (design default)."""

ATTEMPTS: Final = 3
"""Subscriptions tried before the link is made anew: an answer can be lost (design default)."""

ANSWERED: Final = 200
STARTED: Final = 200
UNKNOWN_PATH: Final = 404

REASONS: Final = {
    403: "it is locked by another app: close that app",
    404: "its firmware has no such sensor or rate: update the firmware",
    409: "an old stream is still running: take the battery out and put it back",
    501: "its firmware cannot stream: install the gatt_sensordata_app firmware",
    507: "it has no room for another stream: take the battery out and put it back",
}
"""What an error status means for a patient."""


def start_stream(paths: Mapping[int, str]) -> Configuration:
    """Yield the operations that start one subscription.

    Parameters
    ----------
    paths : Mapping of int to str
        What to subscribe to by its reference, best first, for example
        ``{0x63: "/Meas/IMU6/208"}``. The next one is tried where the pod does not know a path: a
        pod may lack the gyroscope.

    Raises
    ------
    LinkError
        Where the pod refuses or never answers.
    """
    yield _command(HELLO, HELLO_REFERENCE)
    yield _result_of(HELLO_REFERENCE, ANSWER_S)
    # The range can be read and not set: the decoder hears the answer too, and the session is told.
    yield _command(GET, RANGE_REFERENCE, RANGE_PATH)
    yield _result_of(RANGE_REFERENCE, ANSWER_S)
    cause = ""
    for reference, path in paths.items():
        status = yield from _subscribe(reference, path)
        if status == STARTED:
            return
        cause = f"The Movesense pod does not start {path}: {_reason(status)}."
        if status != UNKNOWN_PATH:
            break
    raise LinkError(LinkFault.CONFIGURE_FAILED, cause)


def _subscribe(
    reference: int, path: str
) -> Generator[Write | Await, Notification | None, int | None]:
    """Return the status that the subscription ended with; None where no answer ever came."""
    status: int | None = None
    for _ in range(ATTEMPTS):
        # A subscription left over from a broken connection would answer to the same reference.
        yield _command(UNSUBSCRIBE, reference)
        cleared = yield _result_of(reference, ANSWER_S)
        yield _command(SUBSCRIBE, reference, path)
        answer = yield _start_of(reference)
        if cleared is None and answer is not None and _is_error(answer):
            # It may be the answer to the clearing, come late.
            answer = (yield _start_of(reference)) or answer
        if answer is None:
            continue
        if not _is_error(answer):
            return STARTED
        status = result_status(answer.payload)
        if status == UNKNOWN_PATH:
            break
    return status


def _reason(status: int | None) -> str:
    if status is None:
        return "it does not answer: take the battery out and put it back"
    known = REASONS.get(status)
    return known or f"it answers with status {status}: take the battery out and put it back"


def result_status(payload: bytes) -> int | None:
    """Return the status of a command's result; None where the payload is no result with one.

    Old firmware sends it with the high byte first, for example 507 as ``01 FB``: read the usual
    way that gives 64257, which no status is.
    """
    if len(payload) < 4 or payload[0] != COMMAND_RESULT:
        return None
    status = int.from_bytes(payload[2:4], "little")
    return status if status < 1000 else int.from_bytes(payload[2:4], "big")


def range_g(payload: bytes) -> int | None:
    """Return the accelerometer's range in an answer; None where it is no such answer.

    Old firmware knows no such question, and a pod that refuses it says nothing of its range.
    """
    is_answer = payload[:2] == bytes([COMMAND_RESULT, RANGE_REFERENCE])
    if not is_answer or result_status(payload) != ANSWERED or len(payload) < 5:
        return None
    return payload[4] if payload[4] in RANGES_G else None


def _is_error(answer: Notification) -> bool:
    status = result_status(answer.payload)
    return status is not None and not 200 <= status < 300


def _command(command: int, reference: int, path: str = "") -> Write:
    return Write(COMMAND_UUID, bytes([command, reference]) + path.encode("ascii"))


def _result_of(reference: int, timeout_s: float) -> Await:
    head = bytes([COMMAND_RESULT, reference])
    return Await(lambda heard: heard.uuid == NOTIFY_UUID and heard.payload[:2] == head, timeout_s)


def _start_of(reference: int) -> Await:
    heads = (bytes([COMMAND_RESULT, reference]), bytes([DATA, reference]))
    return Await(lambda heard: heard.uuid == NOTIFY_UUID and heard.payload[:2] in heads, START_S)
