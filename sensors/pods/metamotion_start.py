"""How a MetaMotion is brought to send: commands ``module register data``, answers alike.

A register with its top bit set is read; the answer comes as a notification with the same head.
Commands are written without a response, as the maker's own library does while it configures a
stream: what they did is read back, and the first data say that the stream runs.
Source: MbientLab, MetaWear-SDK-Cpp, the modules' registers and tests.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

from sensors.errors import LinkError, LinkFault
from sensors.pods.pod import Await, Configuration, Write
from sensors.samples import Notification

COMMAND_UUID: Final = "326a9001-85cb-9195-d9dd-464cfbbae75a"
NOTIFY_UUID: Final = "326a9006-85cb-9195-d9dd-464cfbbae75a"

ACC: Final = 0x03
SETTINGS: Final = 0x11
READ: Final = 0x80

START: Final = 0x01
SAMPLING: Final = 0x02
DATA_CONFIG: Final = 0x03
DATA: Final = 0x04
INFO: Final = 0x00
CONNECTION: Final = 0x09

INFO_HEAD: Final = bytes([ACC, READ | INFO])
CONFIG_HEAD: Final = bytes([ACC, READ | DATA_CONFIG])

FASTEST_INTERVAL: Final = 6
SLOWEST_INTERVAL: Final = 12
"""1.25 ms. A packet comes every 15 ms at 200 Hz, so the link is asked for 7.5-15 ms."""

SUPERVISION: Final = 600
"""10 ms. Until a link without an answer counts as lost: 6 s, as the maker's library asks for."""

CONNECTION_REQUEST: Final = bytes([SETTINGS, CONNECTION]) + b"".join(
    value.to_bytes(2, "little") for value in (FASTEST_INTERVAL, SLOWEST_INTERVAL, 0, SUPERVISION)
)

ANSWER_S: Final = 1.0
"""Seconds to wait for an answer that may be lost (design default)."""

FIRST_DATA_S: Final = 2.0
"""Seconds to wait for the first accelerations (design default)."""

ATTEMPTS: Final = 3
"""Times that a question is asked, or the stream started, before the link is made anew."""


@dataclass(frozen=True, slots=True)
class Chip:
    """An accelerometer as a MetaMotion may have it.

    Attributes
    ----------
    name : str
        For a person.
    rates : dict of int to int
        Configuration byte by rate in Hz: the filter in its usual mode and the rate's code.
    ranges_g : dict of int to float
        Full scale in g by its code.
    packed : int
        Register of three samples in one packet.
    packed_revision : int
        Revision of the module from which it has that register.
    """

    name: str
    rates: dict[int, int]
    ranges_g: dict[int, float]
    packed: int
    packed_revision: int

    def config(self, rate_hz: int, full_scale_g: float) -> bytes:
        """Return the two bytes that set rate and range."""
        code = next(code for code, g in self.ranges_g.items() if g == full_scale_g)
        return bytes([self.rates[rate_hz], code])


CHIPS: Final = {
    1: Chip(
        "BMI160",
        {50: 0x27, 100: 0x28, 200: 0x29, 400: 0x2A},
        {0x3: 2.0, 0x5: 4.0, 0x8: 8.0, 0xC: 16.0},
        packed=0x1C,
        packed_revision=1,
    ),
    4: Chip(
        "BMI270",
        {50: 0xA7, 100: 0xA8, 200: 0xA9, 400: 0xAA},
        {0x0: 2.0, 0x1: 4.0, 0x2: 8.0, 0x3: 16.0},
        packed=0x05,
        packed_revision=0,
    ),
}
"""By the number that the module tells for its implementation."""


def start_stream(rate_hz: int, full_scale_g: float) -> Configuration:
    """Yield the operations that start the accelerations.

    Parameters
    ----------
    rate_hz : int
        A rate of ``Chip.rates``.
    full_scale_g : float
        The range to set: 2, 4, 8 or 16 g.

    Raises
    ------
    LinkError
        Where the pod has another accelerometer, does not take the setting, or never answers.
    """
    info = yield from _asked(INFO_HEAD)
    chip = _chip(info)
    register = chip.packed if info.payload[3] >= chip.packed_revision else DATA
    yield from _stop(chip)
    yield Write(COMMAND_UUID, CONNECTION_REQUEST, with_response=False)
    wanted = chip.config(rate_hz, full_scale_g)
    yield from _configured(chip, wanted, rate_hz, full_scale_g)
    for _ in range(ATTEMPTS):
        yield _acc(register, 1)
        yield _acc(SAMPLING, 1, 0)
        yield _acc(START, 1)
        if (yield _heard(bytes([ACC, register]), FIRST_DATA_S)) is not None:
            return
        yield from _stop(chip)
    raise _error(
        "took its settings and sends nothing: take the battery out and put it back, or restart"
        " the pod with the maker's app"
    )


def _chip(info: Notification) -> Chip:
    if len(info.payload) < 4:
        raise _error("says that it has no accelerometer: it cannot be used")
    chip = CHIPS.get(info.payload[2])
    if chip is None:
        known = " or ".join(chip.name for chip in CHIPS.values())
        raise _error(
            f"has an accelerometer that is not known (number {info.payload[2]}): use one with a"
            f" {known}"
        )
    return chip


def _stop(chip: Chip) -> Generator[Write, Notification | None, None]:
    """End a stream that a broken connection left behind: it would mix with the new one."""
    yield _acc(START, 0)
    yield _acc(SAMPLING, 0, 1)
    yield _acc(chip.packed, 0)
    yield _acc(DATA, 0)


def _configured(
    chip: Chip, wanted: bytes, rate_hz: int, full_scale_g: float
) -> Generator[Write | Await, Notification | None, None]:
    said = b""
    for _ in range(ATTEMPTS):
        yield _acc(DATA_CONFIG, *wanted)
        said = (yield from _asked(CONFIG_HEAD)).payload[2:4]
        if said == wanted:
            return
    raise _error(
        f"does not take {rate_hz} Hz and ±{full_scale_g:g} g (its {chip.name} says {said.hex(' ')},"
        f" not {wanted.hex(' ')}): update its firmware with the maker's app"
    )


def _asked(head: bytes) -> Generator[Write | Await, Notification | None, Notification]:
    for _ in range(ATTEMPTS):
        yield Write(COMMAND_UUID, head, with_response=False)
        answer = yield _heard(head, ANSWER_S)
        if answer is not None:
            return answer
    raise _error("does not answer: take the battery out and put it back, or charge it")


def _error(what: str) -> LinkError:
    return LinkError(LinkFault.CONFIGURE_FAILED, f"The MetaMotion pod {what}.")


def _acc(register: int, *values: int) -> Write:
    return Write(COMMAND_UUID, bytes([ACC, register, *values]), with_response=False)


def _heard(head: bytes, timeout_s: float) -> Await:
    return Await(lambda heard: heard.uuid == NOTIFY_UUID and heard.payload[:2] == head, timeout_s)
