"""What a viewer may ask of a running session: it may stop or reduce a run, never start or raise.

The list is closed: whatever is not on it does not exist for a viewer.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from monitor.marks import MarkKind
from monitor.talk import MAX_CHARS


class Ask(StrEnum):
    """One thing that a viewer can ask."""

    MESSAGE = "message"
    ASK_PAIN = "ask-pain"
    HOLD = "hold"
    CUT_SHORT = "cut-short"
    STOP = "stop"
    NOTE = "note"


MARKS: Final = {
    Ask.MESSAGE: MarkKind.MESSAGE,
    Ask.ASK_PAIN: MarkKind.ASK_PAIN,
    Ask.HOLD: MarkKind.HOLD,
    Ask.CUT_SHORT: MarkKind.CUT_SHORT,
    Ask.STOP: MarkKind.STOP,
    Ask.NOTE: MarkKind.NOTE,
}
"""The mark that each becomes in the session and its recording."""

WITH_TEXT: Final = (Ask.MESSAGE, Ask.NOTE)
"""Those that say something; the others carry who asked."""

WHO: Final = "the physio"
"""Who asks, as the recording names it: a viewer is known by the right to look, not by name."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request of a viewer.

    Parameters
    ----------
    ask : Ask
        What is asked.
    text : str
        The message or note; empty for the others.

    Raises
    ------
    ValueError
        Where the text is missing, not wanted, too long or not printable: one sentence.
    """

    ask: Ask
    text: str = ""

    def __post_init__(self) -> None:
        if not self.text.isprintable():
            raise ValueError("the text holds control characters: write it as one plain line")
        if len(self.text) > MAX_CHARS:
            raise ValueError(
                f"the text has {len(self.text)} characters: {MAX_CHARS} are shown at most"
            )
        if self.ask in WITH_TEXT and not self.text.strip():
            raise ValueError(f"a {self.ask.value} needs a text")
        if self.ask not in WITH_TEXT and self.text:
            raise ValueError(f"{self.ask.value} takes no text")

    @property
    def mark(self) -> tuple[MarkKind, str]:
        """The mark and its text."""
        return MARKS[self.ask], self.text.strip() if self.ask in WITH_TEXT else WHO
