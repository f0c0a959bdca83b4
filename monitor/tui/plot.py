"""The plot widget as our screen uses it: no keys, narrow margins, and right without colours."""

from textual.app import ComposeResult
from textual.containers import Grid
from textual.strip import Strip
from textual_hires_canvas import Canvas
from textual_plot import PlotWidget
from textual_plot.plot_widget import Legend

LEFT_CELLS, FOOT_ROWS = 4, 1
"""Cells for the numbers beside the plot, rows for those below it."""


class StyledCanvas(Canvas):
    """A canvas whose every cell has a style.

    Where the canvas is still smaller than its place, the library gives cells without one, on which
    the filter for ``NO_COLOR`` fails.
    """

    def render_line(self, y: int) -> Strip:
        """Return one row, blank where there is no canvas yet."""
        strip = super().render_line(y)
        if strip.cell_length:
            return strip
        return Strip.blank(self.size.width, self.rich_style)


class QuietPlot(PlotWidget, can_focus=False):
    """A plot to look at: no zoom, no focus, no margin above."""

    def __init__(self) -> None:
        super().__init__(allow_pan_and_zoom=False)
        # Before it is laid out: its canvases do not follow a later change of the margins.
        self.set_reactive(PlotWidget.margin_top, 0)
        self.set_reactive(PlotWidget.margin_left, LEFT_CELLS)
        self.set_reactive(PlotWidget.margin_bottom, FOOT_ROWS)

    def compose(self) -> ComposeResult:
        """Lay out the canvases under the names that the library looks for."""
        with Grid():
            for name in ("margin-top", "margin-left", "plot", "margin-bottom"):
                yield StyledCanvas(1, 1, id=name)
        yield Legend(id="legend")

    def on_canvas_resize(self) -> None:
        """Draw on a canvas that has got another size: the library does not look by itself."""
        self.refresh(layout=True)
