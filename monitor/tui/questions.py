"""The questions around a session on the screen: what is said stays in sight, one key answers."""

import asyncio
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Button, Footer, Static

from monitor.running.asking import TOP_PAIN, Ask, Flow, Given, Tell
from monitor.tui.dialogs import TEN_KEY
from monitor.wording import NOT_DEVICE

T = TypeVar("T")

SETTLE_S = 0.5
"""s. A key pressed so soon after a question came up was meant for something else. Design
default."""


class QuestionScreen(Screen[None]):
    """Asks one question after the other; a question is answered, or left open with o.

    Parameters
    ----------
    title : str
        What the questions are about.
    answers : dict of str to int
        Answers by the key of the question: what stands in it is not asked, what is answered is put
        into it.
    """

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(str(n), f"score({n})", show=False) for n in range(TOP_PAIN)),
        Binding(TEN_KEY, f"score({TOP_PAIN})", show=False),
        Binding("y", "propose", "Take the proposal"),
        Binding("o", "leave", "Leave it open"),
        Binding("up,down", "scroll", show=False),
    ]

    def __init__(self, title: str, answers: dict[str, int]) -> None:
        super().__init__()
        self._title = title
        self._answers = answers
        self._lines: list[str] = []
        self._ask: Ask | None = None
        self._answer: asyncio.Future[int | None] | None = None
        self._is_settled = False

    def compose(self) -> ComposeResult:
        """Lay out what was said, and the question under it."""
        yield Static(f" {self._title} · {NOT_DEVICE}", id="title", markup=False)
        with VerticalScroll(id="said"):
            yield Static(id="said-lines", markup=False)
        with Vertical(classes="dialog", id="asked"):
            yield Static(id="asked-text", classes="question", markup=False)
            yield Horizontal(classes="answers", id="asked-answers")
            yield Static(id="asked-hint", classes="hint", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Show nothing but the title before the first question."""
        self.query_one("#asked").display = False

    def tell(self, lines: tuple[str, ...]) -> None:
        """Add lines to what was said."""
        self._lines += lines
        self.query_one("#said-lines", Static).update("\n".join(self._lines))

    async def ask(self, ask: Ask) -> int | None:
        """Ask and wait; None leaves the question open."""
        given = Given(self._answers).answer(ask)
        if given is not None:
            self.tell((f"{ask.text}  {_said(ask, given)}",))
            return given
        # Before it is seen: a key meant for the question before must not answer this one.
        self._is_settled = False
        self._ask = ask
        self._answer = asyncio.get_running_loop().create_future()
        asked = self.query_one("#asked")
        asked.display = True
        self.query_one("#asked-text", Static).update(_text(ask))
        answers = self.query_one("#asked-answers", Horizontal)
        answers.display = not ask.items
        await answers.remove_children()
        if not ask.items:
            await answers.mount(*map(_button, range(ask.top + 1)))
        self.query_one("#asked-hint", Static).update(_hint(ask))
        self.refresh_bindings()
        settling = self.set_timer(SETTLE_S, self._settle)
        try:
            answer = await self._answer
        finally:
            settling.stop()
            self._ask = self._answer = None
            asked.display = False
        if answer is not None:
            self._answers[ask.key] = answer
        said = "left open" if answer is None else _said(ask, answer)
        self.tell((f"{ask.text}  {said}",))
        return answer

    async def take(self, flow: Flow[T]) -> T:
        """Take a flow to its end: it reads and writes the record in a thread of its own."""
        given: int | None = None
        while True:
            done, step, result = await asyncio.to_thread(_step, flow, given)
            given = None
            if done:
                assert result is not None, "a flow returns what it came to"
                return result[0]
            if isinstance(step, Tell):
                self.tell(step.lines)
            elif step is not None:
                given = await self.ask(step)

    # ---- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the question allows."""
        if self._ask is None:
            return action not in {"score", "propose", "leave"}
        if action == "score":
            return isinstance(parameters[0], int) and parameters[0] <= self._ask.top
        return action != "propose" or self._ask.proposed is not None

    def action_score(self, score: int) -> None:
        """Answer with a number."""
        self._give(score)

    def action_propose(self) -> None:
        """Answer with what is proposed."""
        if self._ask is not None:
            self._give(self._ask.proposed)

    def action_leave(self) -> None:
        """Leave the question open: it is asked again at the next start."""
        self._give(None)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self._give(int(event.button.name or ""))

    def _settle(self) -> None:
        self._is_settled = True

    def _give(self, answer: int | None) -> None:
        if self._is_settled and self._answer is not None and not self._answer.done():
            self._answer.set_result(answer)


def _step(flow: Flow[T], given: int | None) -> tuple[bool, Ask | Tell | None, tuple[T] | None]:
    # A StopIteration cannot leave a thread by a future.
    try:
        return False, flow.send(given), None
    except StopIteration as done:
        return True, None, (done.value,)


def _button(score: int) -> Button:
    label = f"{TEN_KEY} {score}" if score == TOP_PAIN else str(score)
    return Button(label, classes="score", name=str(score))


def _text(ask: Ask) -> str:
    items = (f"  {number}  {item}" for number, item in enumerate(ask.items, 1))
    return "\n".join((ask.text, *items))


def _hint(ask: Ask) -> str:
    if ask.items:
        return f"0 none · 1 to {ask.top} which"
    proposal = "" if ask.proposed is None else f" · y takes {ask.proposed}"
    return f"0 none … 10 worst: keys 0 to 9, t for ten{proposal}"


def _said(ask: Ask, answer: int) -> str:
    if not ask.items:
        return f"{answer} of 10"
    return ask.items[answer - 1] if answer else "none"
