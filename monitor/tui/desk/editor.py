"""A programme's file as text, checked at every key; what has a mistake is never kept."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Footer, Static, TextArea

from monitor.errors import UsageError
from monitor.programme.draft import ProgrammeDraft, faults_of, kept
from monitor.programme.model import Programme
from monitor.tui.desk.screen import DeskScreen
from monitor.tui.dialogs import AskDialog
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE
from sensors import disk

SETTLE_S = 0.15
"""s. After the last key, before the whole text is checked. Design default."""


class EditorScreen(DeskScreen):
    """One programme's text.

    Parameters
    ----------
    draft : ProgrammeDraft
        The file.
    """

    AUTO_FOCUS = "#programme"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", priority=True, tooltip="Keep the text in its file"),
        Binding("ctrl+g", "fault", "To the mistake", priority=True, tooltip="Go to the mistake"),
        # Letters are typed here: help and safety have keys that no text takes.
        Binding("f1", "explain", "Help", key_display="F1", tooltip="What it means"),
        Binding("f2", "safety", "Safety", key_display="F2", tooltip="What this tool is and is not"),
        Binding("escape", "back", "Back", priority=True, key_display="Esc"),
    ]

    def __init__(self, draft: ProgrammeDraft) -> None:
        super().__init__()
        self.draft = draft
        self.faults: tuple[str, ...] = ()
        self._settling: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out the text and what is wrong with it."""
        yield Line(id="title")
        yield TextArea(
            self.draft.text, id="programme", show_line_numbers=True, tab_behavior="indent"
        )
        yield Static(id="checked", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Check the text as it is."""
        self.check()

    def on_resize(self) -> None:
        """Lay the title out anew."""
        self._show_title()

    @property
    def text(self) -> str:
        """The text as it is typed."""
        return self.query_one("#programme", TextArea).text

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self._show_title()
        if self._settling is not None:
            self._settling.stop()
        self._settling = self.set_timer(SETTLE_S, self.check)

    def check(self) -> None:
        """Check the whole text in a thread."""
        text, draft = self.text, self.draft
        self.desk.work(lambda: faults_of(draft, text), self._checked)

    def _checked(self, found: tuple[Programme | None, tuple[str, ...]]) -> None:
        if not self.is_mounted:
            return
        programme, self.faults = found
        checked = self.query_one("#checked", Static)
        if programme is None:
            checked.update(
                Content("\n").join(Content.styled(f" ‖ {f}", "bold") for f in self.faults)
            )
        else:
            checked.update(
                f" ✓ {programme.title} {programme.version}, {len(programme.stages)} stages: right. "
                "Ctrl+S keeps it; a changed text has to be signed anew."
            )

    def _show_title(self) -> None:
        changed = " · changed" if self.draft.is_new or self.text != self.draft.text else ""
        left = Content.styled(f" {disk.shown(self.draft.path)}{changed} ", "bold")
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))

    # ---- keys

    def action_keep(self) -> None:
        """Keep the text, where nothing is wrong with it."""
        try:
            self.draft = kept(self.draft, self.text)
        except UsageError as error:
            self.desk.refuse(str(error))
        else:
            self._show_title()
            self.app.notify(f"Kept in {disk.shown(self.draft.path)}")

    def action_fault(self) -> None:
        """Go to the line of the first mistake."""
        if self.faults:
            _, _, rest = self.faults[0].partition(":")
            number = rest.partition(":")[0]
            if number.isdigit():
                self.query_one("#programme", TextArea).move_cursor((int(number) - 1, 0))

    def action_back(self) -> None:
        """Leave; ask where something is not kept."""
        if self.text == self.draft.text and not self.draft.is_new:
            self.desk.back()
            return

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self.desk.back()

        self.app.push_screen(
            AskDialog("Leave without keeping the text?", "leave", "stay"), answered
        )
