"""One quantity over the sessions as a small plot. Loads numpy through the plot library."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from monitor.text import known
from monitor.tui.impactplot import EDGE, FRAME
from monitor.tui.panel import Line
from monitor.tui.plot import FOOT_ROWS, LEFT_CELLS, QuietPlot

NEAR = 0.6
"""Values closer together than this ratio are shown without the empty room below them."""

HEADROOM = 1.1
"""Room above the highest value, as a ratio. Design default."""


class Trend(Vertical):
    """Title with the last value, and the plot; a session without the value leaves a gap.

    Parameters
    ----------
    title, unit : str
        What it is.
    digits : int
        After the point.
    """

    def __init__(self, title: str, unit: str, digits: int) -> None:
        super().__init__()
        self._name, self._unit, self._digits = title, unit, digits
        self._title = Line(classes="trend-title")
        self._plot = QuietPlot()
        self._values: tuple[float | None, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out title and plot."""
        yield self._title
        yield self._plot

    def on_resize(self) -> None:
        """Draw in the new size."""
        self.call_after_refresh(self.draw)

    def show(self, values: Sequence[float | None]) -> None:
        """Show the values of the sessions in order."""
        self._values = tuple(values)
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw the values."""
        values = self._values
        last = next((value for value in reversed(values) if value is not None), None)
        told = f"{known(last, self._digits)} {self._unit}" if last is not None else "none measured"
        self._title.say(Content.assemble((f" {self._name} ", "bold"), (f"{told} ", "$soft")))
        height = self._plot.size.height - FOOT_ROWS - FRAME
        width = self._plot.size.width - LEFT_CELLS - FRAME
        if height < 1 or width < 1 or not self._plot.is_mounted:
            return
        known_ones = [(i + 1.0, value) for i, value in enumerate(values) if value is not None]
        low, top = scale([value for _, value in known_ones])
        plot = self._plot
        plot.clear()
        plot.set_xlimits(0.5, max(len(values), 1) + 0.5)
        plot.set_ylimits(low, top)
        plot.set_xticks([1.0, float(len(values))] if len(values) > 1 else [1.0])
        plot.set_yticks(ticks(low, top, height))
        if known_ones:
            plot.scatter(
                [x for x, _ in known_ones],
                [min(y, top * EDGE) for _, y in known_ones],
                marker_style=self.app.theme_variables["step"],
                marker="●",
            )


def scale(values: Sequence[float]) -> tuple[float, float]:
    """Return the ends of the scale: from 0, unless all values stand close together far above it."""
    highest, lowest = max(values, default=1.0), min(values, default=0.0)
    low = lowest * NEAR if lowest > highest * NEAR else 0.0
    return low, (highest * HEADROOM or 1.0)


def ticks(low: float, top: float, rows: int) -> list[float]:
    """Return a few round numbers of the scale, so that each has a row of its own."""
    most = max(1, rows // 2)
    step = next((n for n in (1, 2, 5, 10, 20, 50, 100) if (top - low) / n <= most), 200)
    first = -int(-low // step) * step
    return [float(n) for n in range(first, int(top) + 1, step)]
