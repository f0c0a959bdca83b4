"""A panel: a piece of the screen that shows one Snapshot as lines of text."""

from textual.content import Content
from textual.widgets import Static

from monitor.snapshot import Snapshot


class Panel(Static):
    """Lines made from the newest Snapshot, drawn anew where they changed or the size did."""

    ALLOW_SELECT = False
    _snapshot: Snapshot | None = None
    _shown: Content | None = None

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        self._snapshot = snapshot
        lines = self.lines(snapshot)
        content = Content("\n").join(lines)
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.update(content, layout=False)

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the panel's lines for the size it has."""
        raise NotImplementedError

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        if self._snapshot is not None:
            self.show(self._snapshot)


def spread(left: Content, right: Content, width: int) -> Content:
    """Return a line with one text at each end; the left one gives way."""
    room = width - right.cell_length - 1
    if room < 1:
        return left.truncate(max(width, 0), ellipsis=True)
    left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)
