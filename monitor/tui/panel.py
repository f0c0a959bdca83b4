"""Pieces of the screen that show text and are drawn only when it changes."""

from collections.abc import Iterable

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from monitor.snapshot import Snapshot


class Line(Static):
    """A text of one line that is drawn only when it changes: it is set ten times a second."""

    ALLOW_SELECT = False
    _shown: Content | None = None

    def say(self, text: Content | str, *, may_wrap: bool = False) -> None:
        """Show a text; where it ``may_wrap``, what is below moves with its number of lines."""
        content = Content(text) if isinstance(text, str) else text
        shown = self._shown
        if shown is not None and content.is_same(shown):
            return
        self._shown = content
        fits = None if shown is None else shown.cell_length <= self.size.width
        moves = may_wrap and (content.cell_length <= self.size.width) is not fits
        self.update(content, layout=moves)


class Panel(Line):
    """Lines made from the newest Snapshot, made anew when the size changes."""

    _snapshot: Snapshot | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        self._snapshot = snapshot
        self.say(Content("\n").join(self.lines(snapshot)))

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the panel's lines for the size it has."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        if self._snapshot is not None:
            self.show(self._snapshot)


def wear(widget: Widget, wanted: str, names: Iterable[str]) -> None:
    """Give a widget one of several style classes; nothing is styled anew where it has it."""
    if not widget.has_class(wanted):
        for name in names:
            widget.set_class(name == wanted, name)


def spread(left: Content, right: Content, width: int) -> Content:
    """Return a line with one text at each end; the left one gives way."""
    room = width - right.cell_length - 1
    if room < 1:
        return left.truncate(max(width, 0), ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)


def message_line(text: str, width: int) -> Content:
    """Return a viewer's message as a line that nothing else stands on."""
    return Content.styled(f" ✉ {text} ".ljust(width), "bold reverse")
