"""The numbers on the screen: lines in a small terminal, big tiles in a large one."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from monitor.snapshot import Snapshot
from monitor.text import NOT_KNOWN
from monitor.tui.bigtext import BigText
from monitor.tui.numbers import Look, Row, main_rows, side_rows
from monitor.tui.panel import Line, Panel, wear

STYLES = {
    Look.PLAIN: "bold",
    Look.OLD: "$soft",
    Look.AMBER: "bold $amber-ink on $amber-fill",
    Look.RED: "bold $red-ink on $red-fill",
}

LOOK_CLASSES = {look: f"look-{look.value}" for look in Look}
"""The style class of a tile."""

NAME_CELLS, VALUE_CELLS = 12, 10
"""Cells. Room for the longest name and for a value with its unit."""


def row_line(row: Row) -> Content:
    """Return one number as a line."""
    value = f"{row.value} {row.unit}".strip()
    chip = Content.styled(f" {value} ", STYLES[row.look])
    gap = " " * max(1, VALUE_CELLS - chip.cell_length)
    return Content.assemble(
        (row.name.ljust(NAME_CELLS), "$soft"), chip, gap, Content.styled(row.note, "$soft")
    )


class NumberPanel(Panel):
    """All numbers, one a line; with tiles beside it only those that have no tile."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the rows, with a blank line between them where there is room."""
        rows = list(side_rows(snapshot))
        if not (self.screen.has_class("-tall") or self.screen.has_class("-high")):
            rows = [*main_rows(snapshot), *rows]
        lines = [row_line(row).truncate(self.size.width, ellipsis=True) for row in rows]
        if self.size.height >= 2 * len(lines) - 1:
            lines = [part for line in lines for part in (line, Content(""))][:-1]
        return lines


class Tile(Vertical):
    """One number in big characters, its name above and its limits below."""

    def __init__(self) -> None:
        super().__init__()
        self._caption = Line(classes="tile-name")
        self._number = BigText()
        self._limits = Line(classes="tile-note")

    def compose(self) -> ComposeResult:
        """Lay out the three parts."""
        yield self._caption
        yield self._number
        yield self._limits

    def show_row(self, row: Row) -> None:
        """Show a number."""
        self._caption.say(f"{row.name}, {row.unit}" if row.unit else row.name)
        # Words such as "unknown" have no big letters: a dash, and the note says why.
        self._number.value = NOT_KNOWN if row.value.isalpha() else row.value
        self._limits.say(f"{row.value}: {row.note}" if row.value.isalpha() else row.note)
        wear(self, LOOK_CLASSES[row.look], LOOK_CLASSES.values())


class Tiles(Horizontal):
    """The three main numbers side by side."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._tiles = (Tile(), Tile(), Tile())

    def compose(self) -> ComposeResult:
        """Lay out the tiles."""
        yield from self._tiles

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        for tile, row in zip(self._tiles, main_rows(snapshot), strict=True):
            tile.show_row(row)
