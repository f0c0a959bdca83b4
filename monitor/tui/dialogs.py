"""Questions and texts over the live screen; the word stays in sight above them."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button, Input, Static

from monitor.tui.dialog import Dialog
from monitor.wording import EXPLANATIONS, SAFETY

TOP_PAIN = 10
"""The highest score of the numeric pain scale."""

TEN_KEY = "t"
"""The key of a ten: all others are their digit."""

PAIN_KEY = Binding("p", "app.pain", "Pain", show=False)
"""Pain is told over a dialog too: whatever is being asked, it waits for nothing."""


class AskDialog(Dialog[bool]):
    """A question that is answered with one key.

    Parameters
    ----------
    question : str
        What is asked.
    yes, no : str
        What each answer does.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes"),
        Binding("n,escape", "answer(False)", "No"),
        PAIN_KEY,
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def compose(self) -> ComposeResult:
        """Lay out the question and its answers."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="question", markup=False)
            with Horizontal(classes="answers"):
                yield Button(f"y  {self._yes}", id="yes")
                yield Button(f"n  {self._no}", id="no")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_answer(self, is_yes: bool) -> None:
        """Close with an answer."""
        self.dismiss(is_yes)


class PainDialog(Dialog[int | None]):
    """Asks for the pain at the injury, 0 to 10: one key, or one click."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"score({n})", show=False) for n in range(TOP_PAIN)),
        Binding(TEN_KEY, f"score({TOP_PAIN})", show=False),
        Binding("escape", "leave", "Back"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the question and a button for each score."""
        with Vertical(classes="dialog"):
            yield Static("Pain at the injury now?  0 none … 10 worst", classes="question")
            with Horizontal(classes="answers"):
                for score in range(TOP_PAIN):
                    yield Button(str(score), id=f"pain-{score}", classes="score")
                yield Button("t 10", id=f"pain-{TOP_PAIN}", classes="score")
            yield Static("Keys 0 to 9, t for ten, Esc to go back", classes="hint")

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(int((event.button.id or "").removeprefix("pain-")))

    def action_score(self, score: int) -> None:
        """Close with a score."""
        self.dismiss(score)

    def action_leave(self) -> None:
        """Close without a score."""
        self.dismiss(None)


class ChoiceDialog(Dialog[int | None]):
    """Asks for one of a few things: one key.

    Parameters
    ----------
    question : str
        What is asked.
    items : tuple of str
        What 1, 2 ... stand for: nine at most.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"choose({n})", show=False) for n in range(1, 10)),
        Binding("escape", "leave", "Back"),
        PAIN_KEY,
    ]

    def __init__(self, question: str, items: tuple[str, ...]) -> None:
        super().__init__()
        self._question, self._items = question, items

    def compose(self) -> ComposeResult:
        """Lay out the question and what can be chosen."""
        lines = (f"  {number}  {item}" for number, item in enumerate(self._items, 1))
        with Vertical(classes="dialog"):
            yield Static("\n".join((self._question, *lines)), classes="question", markup=False)
            yield Static(f"Keys 1 to {len(self._items)}, Esc to go back", classes="hint")

    def action_choose(self, number: int) -> None:
        """Close with a choice."""
        if number <= len(self._items):
            self.dismiss(number)

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss(None)


class LineDialog(Dialog[str | None]):
    """Asks for one line of text: Enter takes it, Esc leaves it.

    Parameters
    ----------
    question : str
        What is asked.
    longest : int
        Characters at most.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(self, question: str, longest: int) -> None:
        super().__init__()
        self._question, self._longest = question, longest

    def compose(self) -> ComposeResult:
        """Lay out the question and the line."""
        with Vertical(classes="dialog"):
            yield Static(self._question, classes="question", markup=False)
            yield Input(max_length=self._longest, id="line")
            yield Static(
                f"Enter sends it, at most {self._longest} characters; Esc to go back",
                classes="hint",
            )

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        # What a terminal pastes may hold anything: a line is what can be printed of it.
        self.dismiss("".join(sign for sign in event.value if sign.isprintable()))

    def action_leave(self) -> None:
        """Close without a text."""
        self.dismiss(None)


class TextDialog(Dialog[None]):
    """A text to read; almost any key closes it.

    Parameters
    ----------
    title, text : str
        What is shown.
    """

    AUTO_FOCUS = ".text"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1,d,space,enter", "leave", "Back"),
        PAIN_KEY,
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._head, self._text = title, text

    def compose(self) -> ComposeResult:
        """Lay out title, text and how to go back."""
        with Vertical(classes="dialog tall"):
            yield Static(self._head, classes="question", markup=False)
            with VerticalScroll(classes="text"):
                yield Static(self._text, markup=False)
            yield Static("Esc to go back", classes="hint")

    def action_leave(self) -> None:
        """Close."""
        self.dismiss(None)


def help_dialog() -> TextDialog:
    """Return the dialog that explains each number in one sentence."""
    return TextDialog(
        "What the numbers mean", "\n".join(f"{name:<12}{text}" for name, text in EXPLANATIONS)
    )


def safety_dialog() -> TextDialog:
    """Return the dialog with the safety copy."""
    return TextDialog("Safety", SAFETY)
