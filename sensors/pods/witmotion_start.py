"""How a WitMotion pod is brought to its full rate and bandwidth: its registers.

``FF AA register low high`` writes a register, within ten seconds after the pod was unlocked;
``FF AA 27 register 00`` asks for eight registers from one on, and ``55 71 register 00`` and their
values come in between the measured ones. Nothing acknowledges a write, so each one is read back.

The settings are not saved: they are made at every connection, and a pod that a patient also uses
with the maker's app stays as it was.
Source: WITMOTION, Python library for the BWT901BLE5.0; manual of the WT901BLECL.
"""

from collections.abc import Generator
from typing import Final

from sensors.errors import LinkError, LinkFault
from sensors.pods.pod import Await, Configuration, Operation, Pause, Write
from sensors.pods.witmotion_frames import REGISTERS_HEAD, FrameStream
from sensors.samples import Notification

NOTIFY_UUID: Final = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE_UUID: Final = "0000ffe9-0000-1000-8000-00805f9a34fb"
"""9A, not the 9B of the Bluetooth SIG: a short ``ffe4`` would find nothing."""

RATE: Final = 0x03
BANDWIDTH: Final = 0x1F
READ: Final = 0x27
BATTERY: Final = 0x64
UNLOCK: Final = bytes.fromhex("ff aa 69 88 b5")

RATE_CODES: Final = {50: 0x08, 100: 0x09, 200: 0x0B}
"""Value of the rate register by Hz."""

WIDEST: Final = 0
"""Value of the bandwidth register: 256 Hz. The usual 20 Hz would take the top off every impact."""

PAUSE_S: Final = 0.1
"""Seconds between two commands, by the maker's manual."""

ANSWER_S: Final = 1.0
"""Seconds to wait for registers: they queue behind the measured values (design default)."""

ATTEMPTS: Final = 3
"""Times that the settings are made and read back before the link is made anew."""

Steps = Generator[Operation, Notification | None, int | None]


def set_up(rate_hz: int) -> Configuration:
    """Yield the operations that set bandwidth and rate, and read them back.

    The rate is read last: from its answer on the decoder takes the measured values.

    Parameters
    ----------
    rate_hz : int
        A key of ``RATE_CODES``.

    Raises
    ------
    LinkError
        Where the pod never answers, or stays as it was.
    """
    yield from _read(BATTERY)
    settings = {BANDWIDTH: WIDEST, RATE: RATE_CODES[rate_hz]}
    said: dict[int, int | None] = {}
    for _ in range(ATTEMPTS):
        yield Write(WRITE_UUID, UNLOCK, with_response=False)
        yield Pause(PAUSE_S)
        for register, value in settings.items():
            yield _command(register, value)
            yield Pause(PAUSE_S)
        for register in settings:
            said[register] = yield from _read(register)
        if said == settings:
            return
    raise LinkError(LinkFault.CONFIGURE_FAILED, _complaint(said, settings, rate_hz))


def _complaint(said: dict[int, int | None], settings: dict[int, int], rate_hz: int) -> str:
    if None in said.values():
        return (
            "The WitMotion pod does not answer: switch it off and on, and close the maker's app"
            " where it is open."
        )
    slow = said[RATE] != settings[RATE]
    what = f"{rate_hz} samples a second" if slow else "its widest bandwidth (256 Hz)"
    return (
        f"The WitMotion pod does not take {what}, so impacts would read too low: switch it off and"
        " on, or set it with the maker's app."
    )


def _read(register: int) -> Steps:
    yield _command(READ, register)
    answer = RegisterAnswer(register)
    yield Await(answer.accepts, ANSWER_S)
    yield Pause(PAUSE_S)
    return answer.value


def _command(register: int, value: int) -> Write:
    payload = bytes([0xFF, 0xAA, register, *value.to_bytes(2, "little")])
    return Write(WRITE_UUID, payload, with_response=False)


class RegisterAnswer:
    """Waits for the value of a register, which may come in pieces and among other frames.

    Parameters
    ----------
    register : int
        The one that was asked for.

    Attributes
    ----------
    value : int or None
        Once it came.
    """

    def __init__(self, register: int) -> None:
        self.value: int | None = None
        self._register = register
        self._stream = FrameStream()
        self._seen: list[Notification] = []

    def accepts(self, notification: Notification) -> bool:
        """Whether a notification completes the answer; asked again, it says the same."""
        if notification.uuid != NOTIFY_UUID or any(notification is one for one in self._seen):
            return False
        self._seen.append(notification)
        for frame in self._stream.push(notification.payload):
            if frame[:2] == REGISTERS_HEAD and first_register(frame) == self._register:
                self.value = first_value(frame)
        return self.value is not None


def first_register(frame: bytes) -> int:
    """Return the number of the first register in a frame of registers."""
    return int.from_bytes(frame[2:4], "little")


def first_value(frame: bytes) -> int:
    """Return the value of the first register in a frame of registers."""
    return int.from_bytes(frame[4:6], "little")
