"""The errors of this room: each has a reason for a machine and a sentence for a person."""

from enum import StrEnum


class SensorError(Exception):
    """Root of everything this package raises on purpose.

    Parameters
    ----------
    sentence : str
        One line: what is wrong, where, and how to mend it.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class PacketFault(StrEnum):
    """Why a notification could not be decoded."""

    EMPTY = "empty"
    TRUNCATED = "truncated"
    TOO_LONG = "too-long"
    UNKNOWN = "unknown"
    NOT_FINITE = "not-finite"
    OUT_OF_ORDER = "out-of-order"


class BadPacketError(SensorError):
    """A notification that no decoder accepts. It is data: counted and shown, never fatal.

    Parameters
    ----------
    reason : PacketFault
        What is wrong with the bytes.
    sentence : str
        The same for a person, with the characteristic and the length.
    """

    def __init__(self, reason: PacketFault, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class LinkFault(StrEnum):
    """Why the radio or the pod cannot be used right now."""

    NO_BLUETOOTH = "no-bluetooth"
    POWERED_OFF = "powered-off"
    NOT_PERMITTED = "not-permitted"
    NOT_FOUND = "not-found"
    CONNECT_FAILED = "connect-failed"
    CONFIGURE_FAILED = "configure-failed"
    STRANGER = "stranger"
    LOCKED = "locked"


class LinkError(SensorError):
    """The link could not be made or kept; the link's loop tries again while the session is open."""

    def __init__(self, reason: LinkFault, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class UnreadableFileError(SensorError):
    """A recording or CSV that cannot be read: the sentence names file, place and cure."""


class UnwritableFileError(SensorError):
    """A recording or CSV that cannot be written: the sentence names file, cause and cure."""
