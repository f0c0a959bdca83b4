"""The place in a recorded session: its segments as one bar, and a mark that is moved along it."""

from textual.content import Content

from analysis.step import Gait
from monitor.impactbins import BIN_S
from monitor.snapshot import Snapshot
from monitor.text import clock_text
from monitor.tui.panel import Line
from monitor.tui.sessionstrip import NAME_CELLS

RUN, WALK, NOT_DONE = "█", "▄", "·"
"""A run stands higher than a walk; what was not reached is dotted."""


def bar_text(
    begins: tuple[tuple[float, Gait], ...], ended_s: float, whole_s: float, cells: int
) -> str:
    """Return the segments as a bar, on the scale of the strip of impacts above it.

    Parameters
    ----------
    begins : tuple of (float, Gait)
        When each segment that was reached began, in session seconds, and what it was.
    ended_s, whole_s : float
        When the session ended, and the right edge.
    cells : int
        Its width.
    """
    signs = []
    for cell in range(cells):
        t_s = (cell + 0.5) * whole_s / cells
        gaits = [gait for begin_s, gait in begins if begin_s <= t_s]
        reached = t_s <= ended_s and bool(gaits)
        signs.append((RUN if gaits[-1] is Gait.RUN else WALK) if reached else NOT_DONE)
    return "".join(signs)


def mark_text(t_s: float, whole_s: float, cells: int) -> str:
    """Return the mark with its time, kept within the width."""
    place = min(cells - 1, max(0, int(t_s / whole_s * cells))) if cells else 0
    time = clock_text(t_s)
    if place + len(time) + 2 <= cells:
        return " " * place + f"▲ {time}"
    return " " * max(0, place - len(time) - 1) + f"{time} ▲"


class Scrubber(Line):
    """Bar and mark in two lines."""

    def show(
        self, snapshot: Snapshot, end: Snapshot, begins: tuple[tuple[float, Gait], ...]
    ) -> None:
        """Show a moment of a session.

        Parameters
        ----------
        snapshot : Snapshot
            Of the moment.
        end : Snapshot
            The last one.
        begins : tuple of (float, Gait)
            See ``bar_text``.
        """
        cells = max(0, self.size.width - NAME_CELLS - 1)
        whole_s = max(end.t_s, end.planned_s, BIN_S)
        bar = bar_text(begins, end.t_s, whole_s, cells)
        mark = mark_text(snapshot.t_s, whole_s, cells)
        self.say(
            Content.assemble(
                (f" {'plan':<{NAME_CELLS - 1}}", "$soft"),
                (bar, "$step"),
                "\n",
                (" " * NAME_CELLS, ""),
                (mark, "bold"),
            )
        )
