"""The segments of a session as a table of text: planned and done, and what was measured in each."""

from textual.content import Content

from monitor.between.review import SegmentRow
from monitor.text import NOT_KNOWN, clock_text, known

HEAD = (
    f" {'':<3}{'segment':<15}{'planned':>8}{'done':>7}{'steps':>7}{'g':>6}"
    f"{'amber':>7}{'red':>6}{'spm':>6}{'seen':>6}"
)
"""``g`` is the median impact, ``seen`` the coverage; each is explained by F1."""


def row_text(row: SegmentRow, *, is_now: bool) -> Content:
    """Return one segment as a row under ``HEAD``."""
    name = f"{row.gait.upper()} {row.part}"
    done = NOT_KNOWN if row.begin_s is None else clock_text(row.done_s)
    line = (
        f"{row.number:>2} {name:<15}{clock_text(row.planned_s):>8}{done:>7}"
        f"{known(row.steps):>7}{known(row.impact_g, 1):>6}{_pct(row.over_amber_pct):>7}"
        f"{_pct(row.over_red_pct):>6}{known(row.cadence_spm):>6}{_pct(row.coverage_pct):>6}"
    )
    mark = "▶" if is_now else " "
    style = "bold $run-ink on $run-fill" if is_now else ""
    return Content.styled(f"{mark}{line}", style) if style else Content(f"{mark}{line}")


def table_text(rows: tuple[SegmentRow, ...], now: int | None, lines: int) -> Content:
    """Return the table in so many lines: the segment of now is always among them.

    Parameters
    ----------
    rows : tuple of SegmentRow
        The plan.
    now : int or None
        The place of the segment of now.
    lines : int
        Room, with the head.
    """
    room = max(1, lines - 1)
    first = 0
    if now is not None and len(rows) > room:
        first = min(max(0, now - room // 2), len(rows) - room)
    shown = [
        row_text(row, is_now=first + place == now)
        for place, row in enumerate(rows[first : first + room])
    ]
    return Content("\n").join([Content.styled(HEAD, "$soft"), *shown])


def _pct(value: float | None) -> str:
    return known(value) if value is None else f"{value:.0f}%"
