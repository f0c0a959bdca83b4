"""A word or a number in big solid characters: two pixels per cell, scaled by whole numbers."""

from functools import lru_cache

from rich.segment import Segment
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from monitor.tui.bigfont import HEIGHT, bitmap, width_px

HALF_BLOCKS = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}


def fitting_scale(text: str, size: Size) -> int:
    """Return the largest whole scale at which a text fits, 0 where it does not fit at all.

    Parameters
    ----------
    text : str
        What is to be shown.
    size : Size
        The room in cells; a cell is one pixel wide and two high.
    """
    if not text:
        return 0
    return min(size.width // width_px(text), size.height * 2 // HEIGHT)


@lru_cache(maxsize=64)
def rows_of(text: str, size: Size, align: str) -> tuple[str, ...]:
    """Return a text as rows of cells that fill ``size``; small print where it does not fit big.

    Kept, because the same text is asked for once for each row, and digits come again.
    """
    scale = fitting_scale(text, size)
    if scale == 0:
        cells = [text[: size.width]]
    else:
        pixels = bitmap(text, scale)
        if len(pixels) % 2:
            pixels.append("." * len(pixels[0]))
        cells = [
            "".join(HALF_BLOCKS[pair] for pair in zip(top, foot, strict=True))
            for top, foot in zip(pixels[::2], pixels[1::2], strict=True)
        ]
    place = {"left": str.ljust, "center": str.center, "right": str.rjust}[align]
    above = (size.height - len(cells)) // 2
    rows = [""] * above + cells + [""] * (size.height - above - len(cells))
    return tuple(place(row, size.width) for row in rows)


class BigText(Widget):
    """The largest rendering of ``value`` that fits; the text itself stays readable in ``value``.

    Parameters
    ----------
    align : str
        ``"left"``, ``"center"`` or ``"right"``.
    id : str, optional
        The widget's id.
    """

    DEFAULT_CSS = "BigText { width: 1fr; height: 1fr; }"
    ALLOW_SELECT = False
    value: reactive[str] = reactive("")

    def __init__(self, align: str = "left", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.align = align

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        rows = rows_of(self.value, self.size, self.align)
        text = rows[y] if y < len(rows) else " " * self.size.width
        return Strip([Segment(text, self.rich_style)])
