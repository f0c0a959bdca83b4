"""What a physio beside the patient does with keys: say, ask, cut short, note, see why."""

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from monitor.ladderview import LadderView
from monitor.marks import MarkKind
from monitor.talk import MAX_CHARS
from monitor.tui.dialogs import AskDialog, LineDialog, TextDialog
from monitor.tui.runner import Runner

NO_RECORD = "This session stands beside the record: there is no ladder behind it."


def why_text(ladder: LadderView | None) -> str:
    """Return where the patient stands and why, what waits, and the baselines with their age."""
    if ladder is None:
        return NO_RECORD
    stage = f"Stage {ladder.ladder[ladder.at]}, phase {ladder.phases[ladder.at]}"
    counted = f"{ladder.count} of {ladder.required} sessions counted"
    lines = [f"{stage}: {counted}. {ladder.site}."]
    for title, texts in (
        ("Waits", ladder.pending),
        ("Why", ladder.why),
        ("Baselines", ladder.baselines),
    ):
        if texts:
            lines += ["", title, *(f"  {text}" for text in texts)]
    return "\n".join(lines)


class PhysioKeys(Screen[None]):
    """The keys of a physio at the same terminal; each does what its twin from afar does.

    Parameters
    ----------
    runner : Runner
        The session.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "message", "Message", show=False, tooltip="Show the patient a line"),
        Binding("k", "ask_pain", "Ask pain", show=False, tooltip="Ask the patient for the pain"),
        Binding("n", "remark", "Note", show=False, tooltip="Write a note into the recording"),
        Binding("w", "why", "Why", show=False, tooltip="Where the patient stands, and why"),
    ]
    PHYSIO_ACTIONS: ClassVar[frozenset[str]] = frozenset(
        {"cut_short", "message", "ask_pain", "remark"}
    )
    """What is done to a session: nothing of it once it is over."""

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner

    def action_cut_short(self) -> None:
        """Ask, then let the rest be walked."""

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._runner.mark(MarkKind.CUT_SHORT)

        question = AskDialog("Cut the run short: is the rest walked?", "cut short", "leave it")
        self.app.push_screen(question, answered)

    def action_message(self) -> None:
        """Take a line and show it to the patient."""

        def said(text: str) -> None:
            self._runner.mark(MarkKind.MESSAGE, text=text)

        self._with_line("Message to the patient", said)

    def action_remark(self) -> None:
        """Take a line and write it into the recording."""

        def said(text: str) -> None:
            self._runner.mark(MarkKind.NOTE, text=text)

        self._with_line("Note for the recording", said)

    def action_ask_pain(self) -> None:
        """Ask the patient for the pain: it stands until answered, and nothing waits for it."""
        self._runner.mark(MarkKind.ASK_PAIN)

    def action_why(self) -> None:
        """Show where the patient stands on the ladder, and why."""
        ladder = self._runner.snapshot.ladder
        self.app.push_screen(TextDialog("Where the patient stands", why_text(ladder)))

    def _with_line(self, question: str, said: Callable[[str], None]) -> None:
        def answered(text: str | None) -> None:
            if text and text.strip():
                said(text.strip())

        self.app.push_screen(LineDialog(question, MAX_CHARS), answered)
