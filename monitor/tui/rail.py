"""The plan as a rail: a block for each segment, runs high, walks low, filled as they are done."""

from textual.content import Content

from analysis.step import Gait
from monitor.snapshot import SegmentView, Snapshot
from monitor.text import clock_text, known
from monitor.tui.panel import Panel, spread
from monitor.wording import gait_of


def rail_widths(planned_s: list[float], cells: int) -> list[int]:
    """Share ``cells`` among segments by their length, at least one each, one gap between them.

    Parameters
    ----------
    planned_s : list of float
        Length of each segment in seconds.
    cells : int
        Room, gaps included.

    Returns
    -------
    list of int
        Cells of each segment. Their sum with the gaps is ``cells`` where that is possible.
    """
    free = cells - (len(planned_s) - 1) - len(planned_s)
    total_s = sum(planned_s)
    if free <= 0 or total_s <= 0:
        return [1] * len(planned_s)
    shares = [free * length_s / total_s for length_s in planned_s]
    widths = [1 + int(share) for share in shares]
    # The largest rest first, so that the sum comes out whole.
    by_rest = sorted(range(len(shares)), key=lambda i: int(shares[i]) - shares[i])
    for i in by_rest[: cells - (len(planned_s) - 1) - sum(widths)]:
        widths[i] += 1
    return widths


def done_cells(segment: SegmentView, width: int) -> int:
    """Return how many of a segment's cells are filled: all of them only when it is done."""
    if segment.planned_s <= 0:
        return width
    share = min(1.0, segment.done_s / segment.planned_s)
    return width if share >= 1.0 else min(int(share * width), width - 1)


def segment_text(s: Snapshot, index: int) -> str:
    """Return a segment in words: ``RUN 1:00``, or ``60 contacts``."""
    if s.contacts is not None and gait_of(s, index) is Gait.RUN:
        return f"{s.contacts} contacts"
    return f"{gait_of(s, index).value.upper()} {clock_text(s.segments[index].planned_s)}"


def plan_text(s: Snapshot) -> tuple[str, str]:
    """Return what is on and what comes next, and how much of the plan is done."""
    if s.is_over:
        now = "The plan is over"
    elif s.segment_index is None:
        now = f"first {segment_text(s, 0)}" if s.segments else "no plan"
    else:
        now = f"now {segment_text(s, s.segment_index)}"
        coming = s.segment_index + 1
        has_next = coming < len(s.segments)
        now += f" · next {segment_text(s, coming)}" if has_next else " · this is the last segment"
    if s.walks_the_rest:
        runs = "the rest is walking · "
    else:
        runs = f"run {s.run_number} of {s.run_count} · " if s.run_count and not s.is_over else ""
    if s.contacts is not None:
        return (
            now,
            f"{runs}{known(s.contacts_done)} of {s.contacts} · {clock_text(int(s.elapsed_s))}",
        )
    return now, f"{runs}{clock_text(int(s.elapsed_s))} of {clock_text(s.planned_s)}"


class Rail(Panel):
    """One line of words, and the rail in two lines of blocks."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return three lines."""
        now, done = plan_text(snapshot)
        words = spread(
            Content.styled(f" {now}", "bold"), Content.styled(f"{done} ", "bold"), self.size.width
        )
        return [words, *self._blocks(snapshot)]

    def _blocks(self, s: Snapshot) -> list[Content]:
        widths = rail_widths([x.planned_s for x in s.segments], max(0, self.size.width - 2))
        top: list[Content] = []
        foot: list[Content] = []
        for i, (segment, width) in enumerate(zip(s.segments, widths, strict=True)):
            is_now = i == s.segment_index and not s.is_over
            done = done_cells(segment, width)
            is_run = gait_of(s, i) is Gait.RUN
            ink = "$run-fill" if is_run else "$step-walk"
            rest = "$foreground 45%" if is_now else "$foreground 18%"
            high = "▄" if is_run else " "
            marker = "▼" if is_now and high == " " else high
            top.append(self._bar(high, done, width, ink, rest, marker if is_now else ""))
            foot.append(self._bar("█", done, width, ink, rest, ""))
        gap = Content(" ")
        return [
            Content.assemble(" ", gap.join(row)).truncate(max(0, self.size.width))
            for row in (top, foot)
        ]

    @staticmethod
    def _bar(block: str, done: int, width: int, ink: str, rest: str, marker: str) -> Content:
        if marker == "▼":
            text = (" " * done + marker).ljust(width)
            return Content.styled(text, "bold $foreground")
        return Content.assemble((block * done, ink), (block * (width - done), rest))
