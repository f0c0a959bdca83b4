"""What people do during a session, as values: they are recorded and replayed like the radio's."""

from dataclasses import dataclass
from enum import StrEnum


class MarkKind(StrEnum):
    """The meaning of a key press or a command."""

    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    STOP = "stop"
    PAIN = "pain"
    RED_FLAG = "red-flag"
    NOTE = "note"
    ACKNOWLEDGE = "acknowledge"
    LET_GO_ON = "let-go-on"
    CUT_SHORT = "cut-short"
    MESSAGE = "message"
    ASK_PAIN = "ask-pain"
    SWAP_SIDES = "swap-sides"
    """The left pod is worn on the right and the other way round: the labels change from here on."""
    DISK = "disk"
    """Not a person but the disk: the recording could not be written, or can again."""
    SLEPT = "slept"
    """Not a person but the computer: it slept, and the session's clock stood still."""
    BROKE_OFF = "broke-off"
    """Not a person but the program: it was gone, and the session goes on after it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One action at session time ``t_s``.

    Attributes
    ----------
    t_s : float
        Session time in seconds.
    kind : MarkKind
        What was done.
    value : int or None
        The pain score 0 to 10 for ``PAIN``; None otherwise.
    text : str
        A note, a message, who let the session go on or cut it short, which warning sign, what the
        disk said, or how long the computer slept or the program was gone.
    """

    t_s: float
    kind: MarkKind
    value: int | None = None
    text: str = ""
