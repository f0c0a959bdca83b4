"""The last screen: what was planned, what was done, and where it is kept."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Footer, Static

from monitor.tui.hero import Hero
from monitor.tui.layouts import HEIGHTS, WIDTHS
from monitor.tui.rail import Rail
from monitor.tui.runner import Runner
from monitor.tui.statusbar import TitleBar


class SummaryScreen(Screen[None]):
    """The result of a session that is over.

    Parameters
    ----------
    runner : Runner
        The session.
    closes_in_s : float or None
        After this long the app closes by itself; None to wait for a key.
    """

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,enter,escape,space", "close", "Close", key_display="q")
    ]

    def __init__(self, runner: Runner, closes_in_s: float | None) -> None:
        super().__init__()
        self._runner = runner
        self._left_s = closes_in_s
        self._ending = Static(id="closing")

    def compose(self) -> ComposeResult:
        """Lay out the word, the plan and the lines of the result."""
        yield TitleBar(id="title")
        yield Hero(id="hero")
        yield Rail(id="rail")
        with VerticalScroll(id="summary"):
            yield Static("\n".join(self._runner.summary_lines), markup=False)
        yield self._ending
        yield Footer()

    def on_mount(self) -> None:
        """Start the count to the end, where there is one."""
        self.call_after_refresh(self.show)
        if self._left_s is not None:
            self.set_interval(1.0, self.count_down)

    def on_resize(self) -> None:
        """Show the values in the new layout."""
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Show the final Snapshot."""
        snapshot = self._runner.snapshot
        # None are found where the app has closed before a change of size was drawn.
        for panel in self.query("TitleBar, Hero, Rail"):
            panel.show(snapshot)  # type: ignore[attr-defined]
        self._ending.update(
            " Press q to close"
            if self._left_s is None
            else f" Closes in {self._left_s:.0f} s, or press q"
        )

    def count_down(self) -> None:
        """Take off a second; close at the end."""
        assert self._left_s is not None, "counts only where there is an end"
        self._left_s -= 1.0
        if self._left_s <= 0:
            self.app.exit()
        else:
            self.show()

    def action_close(self) -> None:
        """Close the app."""
        self.app.exit()
