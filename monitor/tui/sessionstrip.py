"""The impacts of the whole session in two rows of blocks: one column for some seconds."""

from collections.abc import Sequence
from typing import Final

from textual.content import Content

from analysis.step import Gait
from monitor.impactbins import BIN_S
from monitor.snapshot import ImpactBin, Snapshot
from monitor.text import NOT_KNOWN
from monitor.tui.panel import Panel

BLOCKS: Final = " ▁▂▃▄▅▆▇█"
LEVELS: Final = 2 * (len(BLOCKS) - 1)
"""Heights that two rows of cells can tell."""

NAME_CELLS: Final = 9
TOP: Final = 1.5
"""The upper edge, times the red limit; without one, the highest of the session."""


def columns(bins: Sequence[ImpactBin], end_s: float, cells: int) -> list[ImpactBin | None]:
    """Return what each column shows: the hardest bin that falls into it, None where none does.

    Parameters
    ----------
    bins : sequence of ImpactBin
        Oldest first.
    end_s : float
        Session time at the right edge, above 0.
    cells : int
        Columns.
    """
    found: list[ImpactBin | None] = [None] * cells
    for one in bins:
        first = min(cells - 1, int(one.t_s / end_s * cells))
        last = min(cells, max(first + 1, int((one.t_s + BIN_S) / end_s * cells)))
        for at in range(first, last):
            before = found[at]
            if before is None or one.highest_g > before.highest_g:
                found[at] = one
    return found


def level(impact_g: float, top_g: float) -> int:
    """Return a height in eighths of a row: at least one, at most both rows."""
    return max(1, min(LEVELS, round(LEVELS * impact_g / top_g)))


class SessionStrip(Panel):
    """Two rows: the hardest step of each stretch; a stretch without a valid step is blank."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the two rows."""
        s = snapshot
        cells = max(0, self.size.width - NAME_CELLS - 1)
        names = (" session ", " hardest ")
        if not s.session_impacts or not cells:
            return [
                Content.styled(names[0], "$soft"),
                Content.styled(f"{names[1]}{NOT_KNOWN}", "$soft"),
            ]
        end_s = max(s.t_s, s.planned_s, BIN_S)
        red_g, amber_g = self._limits
        top_g = TOP * red_g if red_g else max(b.highest_g for b in s.session_impacts)
        shown = columns(s.session_impacts, end_s, cells)
        rows: list[Content] = []
        for row, name in zip((1, 0), names, strict=True):
            parts = [Content.styled(name, "$soft")]
            for one in shown:
                if one is None:
                    parts.append(Content(" "))
                    continue
                full = level(one.highest_g, top_g)
                eighths = min(8, max(0, full - 8 * row))
                parts.append(Content.styled(BLOCKS[eighths], _look(one, amber_g, red_g)))
            rows.append(Content.assemble(*parts))
        return rows

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot; the limits of the last judged segment hold for its runs."""
        if snapshot.amber_g is not None or snapshot.red_g is not None:
            self._limits = (snapshot.red_g, snapshot.amber_g)
        super().show(snapshot)

    def hold_limits(self, amber_g: float | None, red_g: float | None) -> None:
        """Hold every run against these limits, also where no judged segment is shown."""
        self._limits = (red_g, amber_g)

    _limits: tuple[float | None, float | None] = (None, None)


def _look(one: ImpactBin, amber_g: float | None, red_g: float | None) -> str:
    if one.gait is not Gait.RUN:
        return "$step-walk"
    if red_g is not None and (one.is_clipped or one.highest_g > red_g):
        return "$red"
    if amber_g is not None and one.highest_g > amber_g:
        return "$amber"
    return "$step"
