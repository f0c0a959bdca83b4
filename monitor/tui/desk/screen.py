"""What the screens between the runs share: keys that are the same everywhere, and the palette."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from monitor.tui.desk.words import BETWEEN
from monitor.tui.dialogs import TextDialog, safety_dialog
from monitor.tui.layouts import HEIGHTS, WIDTHS

if TYPE_CHECKING:
    from monitor.tui.desk.app import DeskApp


COMMON: tuple[BindingType, ...] = (
    Binding("d", "safety", "Safety", tooltip="What this tool is and is not"),
    Binding("f1,question_mark", "explain", "Help", key_display="F1", tooltip="What it means"),
    Binding("q,escape", "back", "Back", key_display="q", tooltip="Back to where you came from"),
)
"""Keys that are the same everywhere: behind a screen's own."""


class DeskScreen(Screen[None]):
    """A screen between the runs; its keys are its own and then ``COMMON``."""

    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS

    @property
    def desk(self) -> "DeskApp":
        """The app."""
        return cast("DeskApp", self.app)

    def on_screen_resume(self) -> None:
        """Show the record as it is now, whatever was done meanwhile."""
        self.reload()

    def reload(self) -> None:
        """Read anew what is shown; nothing where the screen reads nothing."""

    def action_safety(self) -> None:
        """Show the safety copy."""
        self.app.push_screen(safety_dialog())

    def action_explain(self) -> None:
        """Explain what is shown, a sentence each."""
        lines = (f"{name:<12}{text}" for name, text in BETWEEN)
        self.app.push_screen(TextDialog("What it means", "\n".join(lines)))

    def action_back(self) -> None:
        """Go back; from the first screen, close."""
        self.desk.back()

    def commands(self) -> Iterable[SystemCommand]:
        """Return every key of the screen as a command of the palette."""
        for active in self.active_bindings.values():
            binding = active.binding
            if active.node is self and active.enabled and binding.tooltip:
                run = partial(self.app.call_later, self.app.run_action, binding.action, self)
                key = self.app.get_key_display(binding)
                yield SystemCommand(binding.tooltip, f"Key: {key}", run)
