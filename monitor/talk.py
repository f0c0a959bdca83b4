"""What the physio says to the patient during a session: a message, a question, shown for a time."""

from typing import Final

from monitor.marks import Mark
from monitor.snapshot import Message

MESSAGE_S: Final = 30.0
"""s. A message stands so long on the patient's screen. Design default."""

ASK_S: Final = 60.0
"""s. A question for the pain that nobody answers is taken away after this. Design default."""

MAX_CHARS: Final = 80
"""Characters of a message: one line of the smallest screen. Design default."""


class Talk:
    """The last message and the last question of one session.

    Nothing waits for either: a plan goes on, whether they are read or not.
    """

    def __init__(self) -> None:
        self._message: Mark | None = None
        self._asked_s: float | None = None

    def say(self, mark: Mark) -> None:
        """Take a message; it takes the place of the one before."""
        self._message = mark

    def ask(self, mark: Mark) -> None:
        """Take a question for the pain."""
        self._asked_s = mark.t_s

    def answered(self) -> None:
        """Take the question away: the patient told a score."""
        self._asked_s = None

    def message(self, t_s: float) -> Message | None:
        """Return what is to be shown at session time ``t_s``."""
        said = self._message
        if said is None or t_s - said.t_s > MESSAGE_S:
            return None
        return Message(said.text[:MAX_CHARS], t_s - said.t_s)

    def asks(self, t_s: float) -> bool:
        """Whether the pain is asked for at session time ``t_s``."""
        return self._asked_s is not None and t_s - self._asked_s <= ASK_S
