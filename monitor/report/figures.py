"""The report's pictures, as SVG for the inside of a page: the only place that loads matplotlib."""

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from analysis.step import Gait, Step
from monitor.plan import Stretch
from monitor.report.session import SessionFacts
from monitor.report.standing import Rung

INK, SOFT, GRID = "#111820", "#5B6770", "#D6DCE0"
BLUE, SKY, ORANGE, VERMILLION, YELLOW = "#0072B2", "#56B4E9", "#E69F00", "#D55E00", "#F0E442"
"""Okabe and Ito's colours, which people with any colour vision tell apart."""

WIDTH_IN: Final = 7.3
"""inches. An A4 page between its margins."""

DOT_PT: Final = 3.2
SMALL_DOT_PT: Final = 1.5
MANY_STEPS: Final = 600
"""Points: a dot of a step, and a smaller one from so many steps on, so that they do not merge."""

_NO_METADATA: Final = dict.fromkeys(("Creator", "Date", "Format", "Type"))

_STYLE: Final[Any] = {
    # Text stays text: it can be searched, and needs no font in the file.
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 8.5,
    "axes.edgecolor": GRID,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "text.color": INK,
}


def session_svg(facts: SessionFacts) -> str:
    """Return impact and cadence of each step over the session's segments."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": "session"}):
        figure = Figure(figsize=(WIDTH_IN, 4.1), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=(1.55, 1.0))
        for axes in (above, below):
            _segments(axes, facts)
        _impact(above, facts)
        _cadence(below, facts)
        below.set_xlabel("minutes of the session")
        below.set_xlim(0.0, max(facts.ended_s, 1.0) / 60.0)
        return _svg(figure, "session")


def dose_svg(rows: Sequence[tuple[str, float | None, float, float]]) -> str:
    """Return what was done against what was planned.

    Parameters
    ----------
    rows : sequence of tuple
        Name, per cent (None where it is not known), and where amber and red begin.
    """
    with mpl.rc_context({**_STYLE, "svg.hashsalt": "dose"}):
        figure = Figure(figsize=(WIDTH_IN, 0.34 * len(rows) + 0.45), layout="constrained")
        axes = figure.subplots()
        for place, (_, value, low, high) in enumerate(rows):
            axes.barh(place, 150.0, height=0.62, color="#F1F4F6")
            axes.barh(place, high - low, left=low, height=0.62, color=SKY, alpha=0.35)
            if value is not None:
                shown = min(value, 148.0)
                color = BLUE if low <= value <= high else VERMILLION
                axes.barh(place, shown, height=0.26, color=color)
            text = "–" if value is None else f"{value:.0f} %"
            axes.text(152.0, place, text, va="center", ha="left", weight="bold")
        axes.set_yticks(range(len(rows)), [row[0] for row in rows], color=INK)
        axes.set_xlim(0.0, 165.0)
        axes.set_xticks((0, 50, 100, 150), ("0", "50", "100", "150 %"))
        axes.invert_yaxis()
        _plain(axes)
        return _svg(figure, "dose")


def ladder_svg(rungs: Sequence[Rung]) -> str:
    """Return the programme's stages as a staircase, with the stage where the patient stands."""
    with mpl.rc_context({**_STYLE, "svg.hashsalt": "ladder", "font.size": 7.0}):
        figure = Figure(figsize=(WIDTH_IN, 1.75), layout="constrained")
        axes = figure.subplots()
        here = next((i for i, rung in enumerate(rungs) if rung.is_here), None)
        for i, rung in enumerate(rungs):
            is_done = here is not None and i < here
            color = VERMILLION if rung.is_here else BLUE if is_done else "#E3E8EB"
            axes.bar(i, i + 2, width=0.86, color=color)
            axes.text(
                *(i, i + 2.4), rung.id, ha="center", va="bottom", rotation=90,
                color=INK if rung.is_here else SOFT, weight="bold" if rung.is_here else "normal",
            )  # fmt: skip
            if not i or rungs[i - 1].phase != rung.phase:
                axes.text(i - 0.4, -1.2, rung.phase, ha="left", va="top", color=INK)
                axes.plot((i - 0.5, i - 0.5), (0, -3.0), color=GRID, lw=0.8, clip_on=False)
        if here is not None:
            note = f"here: {rungs[here].id}"
            axes.text(0.2, len(rungs) + 5.0, note, ha="left", va="top", size=10, weight="bold")
        axes.set_xlim(-0.6, len(rungs) - 0.4)
        axes.set_ylim(-4.0, len(rungs) + 6.0)
        axes.set_axis_off()
        return _svg(figure, "ladder")


def _segments(axes: Axes, facts: SessionFacts) -> None:
    for stretch in facts.stretches:
        # Contacts have no time of their own in which running is prescribed.
        if stretch.gait is Gait.RUN and facts.setup.contacts is None:
            axes.axvspan(*_minutes(stretch), color=SKY, alpha=0.20, lw=0)
    for begin_s, end_s in facts.holes:
        axes.axvspan(
            *(begin_s / 60.0, end_s / 60.0), facecolor="#FFFFFF", edgecolor=SOFT, hatch="////", lw=0
        )
    _plain(axes)
    axes.grid(axis="y", color=GRID, lw=0.6)
    axes.set_axisbelow(True)


def _impact(axes: Axes, facts: SessionFacts) -> None:
    whole = [s for s in facts.steps if s.impact_g is not None]
    clipped = [s for s in facts.steps if s.is_clipped and s.impact_at_least_g is not None]
    limits = facts.setup.limits
    size = DOT_PT if len(facts.steps) < MANY_STEPS else SMALL_DOT_PT
    for gait, color, name in ((Gait.WALK, "#7C8894", "walk step"), (Gait.RUN, BLUE, "run step")):
        mine = [s for s in whole if s.gait is gait]
        if mine:
            values = [s.impact_g for s in mine if s.impact_g is not None]
            _dots(axes, _times(mine), values, size, color, name)
    if clipped:
        bounds = [s.impact_at_least_g for s in clipped if s.impact_at_least_g is not None]
        axes.plot(_times(clipped), bounds, "^", ms=4, color=VERMILLION, label="≥ (clipped)", mew=0)
    for limit_g, color, name, style in (
        (limits.amber_g, ORANGE, "amber", "--"),
        (limits.red_g, VERMILLION, "red", "-"),
    ):
        if limit_g is not None:
            label = f"{name} {limit_g:.1f} g"
            axes.axhline(limit_g, color=color, lw=1.3, ls=style, label=label)
    for t_s, kind, _ in facts.alarms:
        color = VERMILLION if kind == "red-event" else ORANGE
        axes.axvline(t_s / 60.0, color=color, lw=0.9, ls=":")
    for t_s, score in facts.pain:
        axes.annotate(
            f"pain {score}", (t_s / 60.0, 0.0), rotation=90, va="bottom", color=VERMILLION
        )
    if not whole and not clipped:
        axes.text(0.5, 0.5, "– no impact was measured", transform=axes.transAxes, ha="center")
        axes.set_yticks(())
    else:
        axes.set_ylim(bottom=0.0)
    axes.set_ylabel("impact per step (g)")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=5, frameon=False)


def _cadence(axes: Axes, facts: SessionFacts) -> None:
    known = [(s.t_ic_s, s.cadence_spm) for s in facts.steps if s.cadence_spm is not None]
    points = known or list(facts.reports)
    limits = facts.setup.limits
    if limits.cadence_target_low_spm is not None and limits.cadence_high_spm is not None:
        axes.axhspan(
            limits.cadence_target_low_spm, limits.cadence_high_spm, color=YELLOW, alpha=0.3
        )
    if limits.cadence_low_spm is not None:
        axes.axhline(limits.cadence_low_spm, color=ORANGE, lw=1.2, ls="--")
    size = DOT_PT if len(facts.steps) < MANY_STEPS else SMALL_DOT_PT
    if points:
        times = [t_s / 60.0 for t_s, _ in points]
        _dots(axes, times, [spm for _, spm in points], 0.8 * size, INK)
        axes.set_ylim(60.0, 220.0)
    else:
        axes.text(0.5, 0.5, "– no cadence", transform=axes.transAxes, ha="center")
        axes.set_yticks(())
    axes.set_ylabel("cadence (steps/min)")


def _dots(
    axes: Axes,
    times: Sequence[float],
    values: Sequence[float],
    size_pt: float,
    color: str,
    label: str | None = None,
) -> None:
    """Draw a dot at each point: all of them as one path, whose lines of no length have round ends.

    As markers each would be an element of the page: an hour has twenty thousand.
    """
    points = np.column_stack((times, values))
    codes = np.tile(np.array((Path.MOVETO, Path.LINETO), Path.code_type), len(points))
    path = Path(np.repeat(points, 2, axis=0), codes)
    path.should_simplify = False
    dots = PathPatch(path, fill=False, ec=color, lw=size_pt, capstyle="round")
    # Their extent is that of the points; asked of the path it takes longer than all the rest.
    dots.set_in_layout(False)
    axes.add_artist(dots)
    axes.update_datalim(points)
    axes.autoscale_view()
    if label is not None:
        axes.plot((), (), "o", ms=size_pt, color=color, label=label, mew=0)


def _times(steps: Sequence[Step]) -> list[float]:
    return [step.t_ic_s / 60.0 for step in steps]


def _minutes(stretch: Stretch) -> tuple[float, float]:
    return stretch.begin_s / 60.0, stretch.end_s / 60.0


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)


def _svg(figure: Figure, name: str) -> str:
    """Return a figure as one ``svg`` element that scales with the page."""
    out = io.StringIO()
    canvas: Any = FigureCanvasSVG(figure)
    canvas.print_svg(out, metadata=_NO_METADATA)
    text = out.getvalue()
    element = text[text.index("<svg") :]
    return element.replace("<svg ", f'<svg role="img" id="{name}" ', 1)
