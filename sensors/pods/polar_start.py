"""How a Polar pod is brought to stream its accelerometer.

What an earlier connection or another app left running is stopped first. A Verity Sense is switched
to its SDK mode: without it there are 52 Hz and 8 g. The widest range on offer is taken.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Final

from sensors.errors import BadPacketError, LinkError, LinkFault
from sensors.pods.pod import Await, Configuration, Operation, Read, Write
from sensors.pods.polar_control import (
    ANSWER,
    CONTROL_UUID,
    Answer,
    Measurement,
    Status,
    parse_answer,
    parse_features,
)
from sensors.pods.polar_control import Operation as Op
from sensors.pods.polar_settings import Choice, choose, parse_settings
from sensors.samples import Notification

ANSWER_S: Final = 3.0
"""Seconds to wait for an answer: indications are acknowledged, so none is lost (design default)."""

UPDATE: Final = "update it with the Polar Flow app"

REASONS: Final[dict[int, str]] = {
    Status.BAD_OPERATION: f"its firmware is too old: {UPDATE}",
    Status.BAD_TYPE: f"its firmware cannot send this: {UPDATE}",
    Status.NOT_SUPPORTED: f"its firmware cannot send this: {UPDATE}",
    Status.BAD_LENGTH: f"it does not understand the request: {UPDATE}",
    Status.BAD_PARAMETER: f"it does not understand the request: {UPDATE}",
    Status.ALREADY: "it is measuring for somebody else: end its own recording and close other apps,"
    " or switch it off and on",
    Status.BAD_RESOLUTION: f"it refuses the resolution: {UPDATE}",
    Status.BAD_RATE: f"it refuses the sample rate: {UPDATE}",
    Status.BAD_RANGE: f"it refuses the range: {UPDATE}",
    Status.BAD_MTU: "this computer's Bluetooth makes its packets too short: switch the pod off and"
    " on; where that does not help, use another Bluetooth adapter",
    Status.BAD_CHANNELS: f"it refuses the number of axes: {UPDATE}",
    Status.BAD_STATE: "it is in a mode that cannot stream: switch it to its heart rate mode",
    Status.IN_CHARGER: "it is in its charger: take it out",
    Status.DISK_FULL: "its memory is full: empty it with the Polar Flow app",
}
"""What a refusal means for a patient."""

Steps = Generator[Operation, Notification | None, Answer]


def start_stream(title: str, rate_hz: int, *, with_sdk_mode: bool) -> Configuration:
    """Yield the operations that start the stream of accelerations.

    Parameters
    ----------
    title : str
        What the pod is called in a sentence.
    rate_hz : int
        Samples per second.
    with_sdk_mode : bool
        Whether the pod has to be switched to its SDK mode first.

    Raises
    ------
    LinkError
        Where the pod refuses, does not offer the rate, or never answers.
    """
    yield from _stop(Measurement.ACC)
    told = yield Read(CONTROL_UUID)
    features = None if told is None else parse_features(told.payload)
    if features is not None and Measurement.ACC not in features:
        raise _refusal(title, "it has no accelerometer to stream: use another pod")
    # Any other stream keeps the mode from being switched, and takes the room on the air.
    for stream in features or ():
        if stream not in (Measurement.ACC, Measurement.SDK_MODE):
            yield from _stop(stream)
    if with_sdk_mode:
        if features is not None and Measurement.SDK_MODE not in features:
            raise _refusal(title, f"its firmware has no SDK mode: {UPDATE}")
        yield from _enter_sdk_mode(title, rate_hz)
    offered = yield from _ask(title, Op.SETTINGS, Measurement.ACC)
    choice = _chosen(title, _done(title, offered), rate_hz)
    started = yield from _ask(title, Op.START, Measurement.ACC, choice.request())
    if started.status == Status.ALREADY:
        yield from _stop(Measurement.ACC)
        started = yield from _ask(title, Op.START, Measurement.ACC, choice.request())
    _done(title, started)


def _enter_sdk_mode(title: str, rate_hz: int) -> Generator[Operation, Notification | None, None]:
    # Asked before: the mode switches the heart rate off, which is for nothing without the rate.
    offered = yield from _ask(title, Op.SDK_SETTINGS, Measurement.ACC)
    if offered.status == Status.DONE:
        _chosen(title, offered, rate_hz)
    entered = yield from _ask(title, Op.START, Measurement.SDK_MODE)
    if entered.status != Status.ALREADY:  # it stays in the mode until it is switched off
        _done(title, entered)


def _stop(measurement: int) -> Generator[Operation, Notification | None, None]:
    """Stop what may be running: it does not matter what the pod says to it."""
    yield Write(CONTROL_UUID, bytes([Op.STOP, measurement]))
    yield _answer_to(Op.STOP, measurement)


def _ask(title: str, operation: Op, measurement: int, values: bytes = b"") -> Steps:
    """Request something and return the whole answer."""
    yield Write(CONTROL_UUID, bytes([operation, measurement]) + values)
    whole: Answer | None = None
    while True:
        told = yield _answer_to(operation, measurement)
        answer = None if told is None else _readable(title, told)
        if answer is None:
            raise _refusal(title, "it does not answer: switch it off and on")
        whole = answer if whole is None else replace(answer, values=whole.values + answer.values)
        if not answer.more:
            return whole


def _answer_to(operation: Op, measurement: int) -> Await:
    head = bytes([ANSWER, operation, measurement])
    return Await(lambda heard: heard.uuid == CONTROL_UUID and heard.payload[:3] == head, ANSWER_S)


def _readable(title: str, told: Notification) -> Answer | None:
    try:
        return parse_answer(told.payload)
    except BadPacketError as error:
        raise _refusal(title, f"its answer is cut off: {UPDATE}") from error


def _chosen(title: str, offered: Answer, rate_hz: int) -> Choice:
    try:
        choice = choose(parse_settings(offered.values), rate_hz)
    except BadPacketError as error:
        raise _refusal(title, f"its offer cannot be read ({error.sentence}): {UPDATE}") from error
    if choice is None:
        raise _refusal(title, f"it offers no {rate_hz} Hz: {UPDATE}")
    return choice


def _done(title: str, answer: Answer) -> Answer:
    if answer.status == Status.DONE:
        return answer
    unknown = f"it answers with status {answer.status}: switch it off and on"
    raise _refusal(title, REASONS.get(answer.status, unknown))


def _refusal(title: str, reason: str) -> LinkError:
    return LinkError(
        LinkFault.CONFIGURE_FAILED, f"The {title} does not send accelerations: {reason}."
    )
