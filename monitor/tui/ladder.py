"""The ladder in a line: where the patient stands; what waits for somebody, first; then why."""

from textual.content import Content

from monitor.ladderview import LadderView
from monitor.snapshot import Snapshot
from monitor.tui.panel import Panel, spread

RUNGS_CELLS = 18
"""Cells the stages have at least: before that the injury's name gives way."""


def rungs_text(ladder: LadderView, cells: int) -> Content:
    """Return the stages around the present one: those done, this one, those to come.

    Parameters
    ----------
    ladder : LadderView
        The patient's.
    cells : int
        Room.
    """
    names = ladder.ladder
    first, last = ladder.at, ladder.at + 1

    def width(low: int, high: int) -> int:
        return sum(len(name) + 1 for name in names[low:high]) + 8

    while (first > 0 or last < len(names)) and width(max(0, first - 1), last + 1) <= cells:
        first, last = max(0, first - 1), min(len(names), last + 1)
    parts: list[Content] = [Content.styled("… ", "$soft")] if first else []
    for i in range(first, last):
        if i == ladder.at:
            parts.append(Content.styled(f" {names[i]} ", "bold $run-ink on $run-fill"))
        else:
            done = i < ladder.at
            parts.append(Content.styled(names[i], "$step" if done else "$soft"))
        parts.append(Content(" "))
    if last < len(names):
        parts.append(Content.styled("…", "$soft"))
    return Content.assemble(*parts)


def count_text(ladder: LadderView) -> str:
    """Return how many sessions count on this stage."""
    return f"{ladder.count} of {ladder.required} counted" if ladder.required else ""


class LadderPanel(Panel):
    """One line, two with the reasons where there is room; hidden where no record is behind it."""

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        self.display = snapshot.ladder is not None
        super().show(snapshot)

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return as many lines as the panel is high."""
        ladder = snapshot.ladder
        if ladder is None:
            return []
        pending = Content("")
        if ladder.pending:
            text = f" ! {'; '.join(ladder.pending)} "
            pending = Content.styled(text, "bold $amber-ink on $amber-fill")
        counted = count_text(ladder)
        named = " · ".join(part for part in (counted, ladder.site) if part)
        room = self.size.width - pending.cell_length - 4
        has_room = room - len(named) >= RUNGS_CELLS
        right = Content.styled(f" {named if has_room else counted} ", "bold")
        room -= right.cell_length - 2
        left = Content.assemble(pending, " ", rungs_text(ladder, room))
        line = spread(left, right, self.size.width)
        if self.size.height < 2:
            return [line]
        why = Content.styled(f" {' '.join((*ladder.why, *_ages(ladder)))}", "$soft")
        return [line, why.truncate(self.size.width, ellipsis=True)]


def _ages(ladder: LadderView) -> tuple[str, ...]:
    return (f"Baselines: {' · '.join(ladder.baselines)}.",) if ladder.baselines else ()
