"""Asks on the screen what the commands ask in the terminal: the same acts, the same refusals.

An act runs in a thread, as it reads and writes the record; each question goes to the screen and
waits there. Who leaves a question leaves the act: what is not answered is never taken for a no.
"""

from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from textual.app import App
from textual.screen import ModalScreen

from monitor.errors import UsageError
from monitor.running.asking import TOP_PAIN
from monitor.tui.desk.dialogs import ListDialog, SureDialog, TypeDialog
from monitor.tui.dialogs import TextDialog

T = TypeVar("T")

LEFT = "Left: nothing was written"
"""What is said to who leaves a question."""


class LeftError(UsageError):
    """A question was left, and the act with it."""


class ScreenAsker:
    """Asks through dialogs, from a thread.

    Parameters
    ----------
    app : App
        On whose screen.
    """

    has_person = True

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._open: Future[Any] | None = None

    def pin(self, whose: str) -> str:
        """Return a PIN that nobody sees."""
        return self._answer(TypeDialog(whose, is_secret=True))

    def new_pin(self, whose: str) -> str:
        """Return a new PIN, asked twice."""
        hint = "At least six digits, or a passphrase"
        pin = self._answer(TypeDialog(f"New {whose}", is_secret=True, hint=hint))
        if self._answer(TypeDialog(f"New {whose}, once more", is_secret=True)) != pin:
            raise UsageError("the two are not the same: nothing was written, try again")
        return pin

    def yes(self, question: str) -> bool:
        """Return whether the answer is yes."""
        return self._answer(SureDialog(question))

    def line(self, question: str) -> str:
        """Return a line."""
        text = self._answer(TypeDialog(question.strip()))
        return "".join(sign for sign in text if sign.isprintable()).strip()

    def level(self, question: str) -> int | None:
        """Return a number from 0 to 10; None where it is left open."""
        items = ("leave it open", *(f"{score} of {TOP_PAIN}" for score in range(TOP_PAIN + 1)))
        chosen = self.choose(question, items)
        return chosen - 1 if chosen else None

    def choose(self, question: str, items: Sequence[str]) -> int:
        """Return the place of what is chosen, from 0."""
        return self._answer(ListDialog(question, items))

    def read(self, title: str, text: str) -> None:
        """Show a text until a key closes it."""
        self._ask(TextDialog(title, text))

    def tell(self, sentence: str) -> None:
        """Tell something beside the result."""
        self._app.call_from_thread(self._app.notify, sentence, severity="warning", timeout=10)

    def leave(self) -> None:
        """Let who waits for an answer go: the app closes."""
        if self._open is not None:
            self._open.cancel()

    def _answer(self, dialog: ModalScreen[T | None]) -> T:
        answer = self._ask(dialog)
        if answer is None:
            raise LeftError(LEFT)
        return answer

    def _ask(self, dialog: ModalScreen[T]) -> T | None:
        answer: Future[T | None] = Future()
        self._open = answer

        def answered(value: T | None) -> None:
            if not answer.done():
                answer.set_result(value)

        try:
            self._app.call_from_thread(self._app.push_screen, dialog, answered)
            return answer.result()
        except CancelledError:
            raise LeftError(LEFT) from None
        finally:
            self._open = None
