"""The impact of each step of the last minute against the limits.

Loads numpy through the plot library: imported only once the first frame stands.
"""

from collections.abc import Callable
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual_plot import HiResMode

from analysis.step import Gait
from monitor.snapshot import ImpactPoint, Snapshot
from monitor.tui.panel import Line
from monitor.tui.plot import FOOT_ROWS, LEFT_CELLS, QuietPlot

SPAN_S = 60.0
"""s. What the plot looks back on."""

REDRAW_S = 0.5
"""s. A step comes every 0.7 s: more often shows nothing new."""

LEAST_TOP_G = 4.0
"""g. The scale never ends below: a quiet walk should not look like a storm. Design default."""

HEADROOM = 1.15
"""Room above the red limit and above the hardest step, as a ratio. Design default."""

MOST_TOP = 2.0
"""Times the red limit: harder steps stand at the upper edge, so that the limits stay apart."""


WIDE = 40
"""Cells. From here on the title names the unit beside both limits."""

FRAME = 2
"""Cells or rows of the plot's frame, both sides together."""

EDGE = 0.999
"""Of the scale: the plot draws its very end outside of its frame."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The steps of one look: seconds before now (negative) and impact in g."""

    ago_s: tuple[float, ...]
    impact_g: tuple[float, ...]


def top_g(s: Snapshot) -> float:
    """Return the upper end of the scale in g; clipped steps do not stretch it."""
    hardest_g = max((p.impact_g for p in s.impacts if not p.is_clipped), default=0.0)
    limit_g = s.red_g if s.red_g is not None else s.amber_g
    if limit_g is None:
        return max(LEAST_TOP_G, hardest_g * HEADROOM)
    return max(LEAST_TOP_G, limit_g * HEADROOM, min(hardest_g * HEADROOM, limit_g * MOST_TOP))


def look_of(point: ImpactPoint, s: Snapshot) -> str:
    """Return which theme colour a step is drawn in.

    A limit holds for the gait of its segment only: other steps are drawn plain.
    """
    if s.red_g is not None and point.impact_g > s.red_g:
        return "red"
    if s.amber_g is not None and point.impact_g > s.amber_g:
        return "amber"
    return "step" if point.gait is Gait.RUN else "step-walk"


def marks_by_look(s: Snapshot) -> dict[str, Marks]:
    """Sort the steps that have a whole impact by their look."""
    edge = top_g(s) * EDGE
    sorted_points: dict[str, list[tuple[float, float]]] = {}
    for p in s.impacts:
        ago_s = p.t_s - s.t_s
        if not p.is_clipped and -SPAN_S <= ago_s <= 0.0:
            sorted_points.setdefault(look_of(p, s), []).append((ago_s, min(p.impact_g, edge)))
    return {
        look: Marks(tuple(t for t, _ in points), tuple(g for _, g in points))
        for look, points in sorted_points.items()
    }


def clipped_ago_s(s: Snapshot) -> tuple[float, ...]:
    """Return when the clipped steps were: their impact is at least the scale's end."""
    return tuple(
        p.t_s - s.t_s for p in s.impacts if p.is_clipped and -SPAN_S <= p.t_s - s.t_s <= 0.0
    )


def whole_ticks(top: float, rows: int) -> list[float]:
    """Return a few whole numbers of g up to ``top``, so that each has a row of its own."""
    step = next((n for n in (1, 2, 5, 10, 20) if top / n <= max(1, rows // 2)), 50)
    return [float(g) for g in range(0, int(top) + 1, step)]


class ImpactPlot(Vertical):
    """Title with the limits, and the plot, drawn twice a second.

    Parameters
    ----------
    read : callable
        Returns the Snapshot to draw.
    id : str, optional
        The widget's id.
    """

    def __init__(self, read: Callable[[], Snapshot], id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._read = read
        self._title = Line(id="plot-title")
        self._plot = QuietPlot()

    def compose(self) -> ComposeResult:
        """Lay out title and plot."""
        yield self._title
        yield self._plot

    def on_mount(self) -> None:
        """Start drawing: the widget owns its timer, so it stops with the widget."""
        self._plot.set_xticks([-60.0, -45.0, -30.0, -15.0, 0.0])
        self.set_interval(REDRAW_S, self.draw)
        self.call_after_refresh(self.draw)

    def draw(self) -> None:
        """Draw the newest Snapshot."""
        s = self._read()
        self._title.say(self._title_of(s))
        height = self._plot.size.height - FOOT_ROWS - FRAME
        width = self._plot.size.width - LEFT_CELLS - FRAME
        if height < 1 or width < 1 or not self._plot.is_mounted:
            return
        colours = self.app.theme_variables
        top = top_g(s)
        plot = self._plot
        plot.clear()
        plot.set_xlimits(-SPAN_S, 0.0)
        plot.set_ylimits(0.0, top)
        plot.set_yticks(whole_ticks(top, height))
        self._draw_limits(s, width)
        for look, marks in marks_by_look(s).items():
            plot.scatter(
                marks.ago_s,
                marks.impact_g,
                marker_style=colours[look],
                hires_mode=HiResMode.QUADRANT,
            )
        clipped = clipped_ago_s(s)
        if clipped:
            ink = f"bold {colours['red']}"
            plot.scatter(clipped, [top * EDGE] * len(clipped), marker="≥", marker_style=ink)

    def _draw_limits(self, s: Snapshot, width: int) -> None:
        plot, colours = self._plot, self.app.theme_variables
        across = [-SPAN_S + SPAN_S * (i + 0.5) / width for i in range(width)]
        row_of = {
            limit_g: plot.get_pixel_from_coordinate(0.0, limit_g)[1]
            for limit_g in (s.amber_g, s.red_g)
            if limit_g is not None
        }
        # Where both limits fall into one row of cells, their dashes take turns.
        is_shared = len(row_of) == 2 and len(set(row_of.values())) == 1
        for limit_g, dash, look in ((s.amber_g, "┄", "amber"), (s.red_g, "━", "red")):
            if limit_g is not None:
                places = across[::2] if look == "red" and is_shared else across
                plot.scatter(
                    places, [limit_g] * len(places), marker=dash, marker_style=colours[look]
                )

    def _title_of(self, s: Snapshot) -> Content:
        name = "Impact in g" if self.size.width >= WIDE else "Impact"
        parts = [Content.styled(name, "bold")]
        if s.amber_g is not None:
            parts.append(Content.styled(f"┄ amber {s.amber_g:.1f}", "bold $amber"))
        if s.red_g is not None:
            parts.append(Content.styled(f"━ red {s.red_g:.1f}", "bold $red"))
        if not s.impacts:
            parts.append(Content.styled("no steps yet", "$soft"))
        return Content("  ").join(parts)
