"""What every dialog does: it is answered once, however fast the keys come."""

from typing import TypeVar

from textual.await_complete import AwaitComplete
from textual.screen import ModalScreen

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """A question or a text over the screen."""

    _is_answered = False

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close with an answer; what comes later, or from below another dialog, is not one.

        Textual would take the answer twice, and close what is on top by then: the session's screen.
        """
        if self._is_answered or self.app.screen is not self:
            return AwaitComplete()
        self._is_answered = True
        return super().dismiss(result)
