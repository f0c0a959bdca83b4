"""What the acts around the runs ask on the screen: yes or no, a PIN, a line, one of a list."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, OptionList, Static

from monitor.people.pins import MAX_LENGTH
from monitor.tui.dialog import Dialog

LONGEST_LINE = 200
"""Characters of a line at most: a reason or a name, no letter. Design default."""


class SureDialog(Dialog[bool | None]):
    """A question that is answered by y or n; Esc answers nothing and leaves the act.

    Parameters
    ----------
    question : str
        What is asked.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n", "answer(False)", "No"),
        Binding("escape", "leave", "Leave"),
    ]

    def __init__(self, question: str) -> None:
        super().__init__()
        self._question = question

    def compose(self) -> ComposeResult:
        """Lay out the question and its answers."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="question", markup=False)
            with Horizontal(classes="answers"):
                yield Button("y  yes", id="yes")
                yield Button("n  no", id="no")
            yield Static("Esc leaves: nothing is written", classes="hint")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Close with an answer."""
        self.dismiss(is_yes)

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)


class TypeDialog(Dialog[str | None]):
    """Asks for a line, or for a PIN that nobody sees; Esc leaves.

    Parameters
    ----------
    question : str
        What is asked.
    is_secret : bool
        Whether what is typed is hidden.
    hint : str
        What is said under the field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, question: str, *, is_secret: bool = False, hint: str = "") -> None:
        super().__init__()
        self._question, self._is_secret, self._hint = question, is_secret, hint

    def compose(self) -> ComposeResult:
        """Lay out the question and the field."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="question", markup=False)
            yield Input(
                password=self._is_secret,
                max_length=MAX_LENGTH if self._is_secret else LONGEST_LINE,
                id="typed",
            )
            hint = self._hint or "Enter takes it"
            yield Static(f"{hint} · Esc leaves: nothing is written", classes="hint", markup=False)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        """Close without a text."""
        self.dismiss(None)


class ListDialog(Dialog[int | None]):
    """Asks for one of a list: arrows and Enter.

    Parameters
    ----------
    question : str
        What is asked.
    items : sequence of str
        What can be chosen.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave")]

    def __init__(self, question: str, items: Sequence[str]) -> None:
        super().__init__()
        self._question, self._items = question, items

    def compose(self) -> ComposeResult:
        """Lay out the question and the list."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="question", markup=False)
            yield OptionList(*self._items, id="choices", markup=False)
            yield Static("Arrows and Enter choose · Esc leaves: nothing is written", classes="hint")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option_index)

    def action_leave(self) -> None:
        """Close without a choice."""
        self.dismiss(None)
