"""A session that runs elsewhere, on the physio's screen: everything is seen, little can be done."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from monitor.live.client import Viewing
from monitor.live.request import Ask, Request
from monitor.marks import MarkKind
from monitor.snapshot import Snapshot
from monitor.talk import MAX_CHARS
from monitor.tui.dialogs import AskDialog, LineDialog
from monitor.tui.live import REFRESH_S, LiveScreen
from monitor.tui.viewbar import ViewBar

SAID = {
    Ask.MESSAGE.value: "The message is on the patient's screen",
    Ask.ASK_PAIN.value: "The patient is asked for the pain",
    Ask.HOLD.value: "The session is on hold",
    Ask.CUT_SHORT.value: "Cut short: the rest is walking",
    Ask.STOP.value: "The session is stopped",
    Ask.NOTE.value: "The note is in the recording",
}
"""What is said when the session did what was asked."""


class WatchRunner:
    """A view in the place of a session: it is looked at, and its marks are requests.

    Parameters
    ----------
    view : Viewing
        The view; it has its first Snapshot.
    snapshot : Snapshot
        That Snapshot, shown on where the view has none any more.
    """

    summary_lines: tuple[str, ...] = ()
    publisher: None = None

    def __init__(self, view: Viewing, snapshot: Snapshot) -> None:
        self._view = view
        self._last = snapshot

    @property
    def snapshot(self) -> Snapshot:
        """The newest that came."""
        self._last = self._view.snapshot or self._last
        return self._last

    async def run(self) -> None:
        """Do nothing: the session runs elsewhere."""

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Do nothing: a viewer asks, it does not mark."""


class WaitingScreen(Screen[None]):
    """What is seen while there is no session to see: why, and how to leave."""

    def __init__(self, view: Viewing) -> None:
        super().__init__()
        self._view = view

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static(id="opening", markup=False)

    def on_mount(self) -> None:
        """Say why, anew as it changes."""
        self.set_interval(REFRESH_S, self._show)
        self._show()

    def _show(self) -> None:
        self.query_one("#opening", Static).update(f"StrideGate\n\n{self._view.notice}\n\nq  leave")


class WatchScreen(LiveScreen):
    """The physio's screen of a session that runs elsewhere.

    Parameters
    ----------
    view : Viewing
        The view.
    runner : WatchRunner
        Its Snapshots.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "message", "Message", tooltip="Show a line on the patient's screen"),
        Binding("p", "ask_pain", "Ask pain", tooltip="Ask the patient for the pain"),
        Binding("h", "ask_hold", "Hold", tooltip="Put the session on hold; asks first"),
        Binding("c", "cut_short", "Cut short", tooltip="The rest is walked; asks first"),
        Binding("s", "stop", "Stop", tooltip="End the session; asks first"),
        Binding("n", "note", "Note", tooltip="Write a note into the recording"),
    ]
    NOT_FROM_AFAR: ClassVar[frozenset[str]] = frozenset(
        {"start", "hold", "resume", "pain", "tap", "acknowledge", "remark", "prefer"}
    )
    """What only the people at the treadmill do."""

    def __init__(self, view: Viewing, runner: WatchRunner) -> None:
        super().__init__(runner)
        self._view = view
        self._bar = ViewBar(view, id="view")

    def compose(self) -> ComposeResult:
        """Lay out the screen below the age of the view."""
        yield self._bar
        yield from super().compose()

    def follow(self) -> None:
        """Show a new Snapshot, how old the view is, and what became of the requests."""
        super().follow()
        self._bar.show_age()
        self.set_class(self._bar.is_lost, "-lost")
        while self._view.answers:
            answer = self._view.answers.pop(0)
            text = SAID.get(answer.text, answer.text) if answer.is_done else answer.text
            self.app.notify(text, severity="information" if answer.is_done else "error")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what a viewer may ask."""
        return action not in self.NOT_FROM_AFAR and super().check_action(action, parameters)

    def action_message(self) -> None:
        """Ask for a line and show it to the patient."""
        self._with_text(Ask.MESSAGE, "Message to the patient")

    def action_note(self) -> None:
        """Ask for a line and write it into the recording."""
        self._with_text(Ask.NOTE, "Note for the recording")

    def action_ask_pain(self) -> None:
        """Ask the patient for the pain."""
        self._view.ask(Request(Ask.ASK_PAIN))

    def action_ask_hold(self) -> None:
        """Put the session on hold."""
        self._sure(Ask.HOLD, "Put the session on hold? Only the patient goes on.", "hold")

    def action_cut_short(self) -> None:
        """Let the rest be walked."""
        self._sure(Ask.CUT_SHORT, "Cut the run short: is the rest walked?", "cut short")

    def action_stop(self) -> None:
        """End the session."""
        self._sure(Ask.STOP, "Stop the patient's session now?", "stop")

    def commands(self) -> Iterable[SystemCommand]:
        """Return the keys as commands of the palette."""
        for action, title, key in (
            ("message", "Message to the patient", "m"),
            ("ask_pain", "Ask the patient for the pain", "p"),
            ("ask_hold", "Hold the session", "h"),
            ("cut_short", "Cut the run short", "c"),
            ("stop", "Stop the session", "s"),
            ("note", "Write a note", "n"),
            ("safety", "Read the safety copy", "d"),
            ("explain", "Explain the numbers", "?"),
        ):
            yield SystemCommand(title, f"Key: {key}", getattr(self, f"action_{action}"))

    def _sure(self, ask: Ask, question: str, yes: str) -> None:
        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._view.ask(Request(ask))

        self.app.push_screen(AskDialog(question, yes, "leave it"), answered)

    def _with_text(self, ask: Ask, question: str) -> None:
        def answered(text: str | None) -> None:
            if text and text.strip():
                self._view.ask(Request(ask, text.strip()))

        self.app.push_screen(LineDialog(question, MAX_CHARS), answered)
