"""The last days in columns of five cells: day, stage, pain, and what the day's session is worth."""

from textual.content import Content

from monitor.between.history import OUTCOME_GLYPHS, Day
from monitor.gate.outcome import Outcome
from monitor.text import NOT_KNOWN, known

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

COLUMN = 5
"""Cells of a day."""

NAME_CELLS = 8
"""Cells of the names at the left."""

STYLES = {
    Outcome.SUCCESS: "bold $run-ink on $run-fill",
    Outcome.PENDING: "bold $calm-ink on $calm-fill",
    Outcome.INVALID: "bold $blank-ink on $blank-fill",
    Outcome.HOLD: "bold $amber-ink on $amber-fill",
    Outcome.REGRESS: "bold $red-ink on $red-fill",
    Outcome.LOCKOUT: "bold $stop-ink on $stop-fill",
}
"""The fill of each outcome; its shape says the same."""


def strip_text(days: tuple[Day, ...]) -> Content:
    """Return the strip in five lines."""
    week = [Content.styled(WEEKDAYS[day.day.weekday()], "$soft") for day in days]
    number = [Content.styled(str(day.day.day), "bold") for day in days]
    stages = [Content(_stage(day)) for day in days]
    pains = [_pain(day) for day in days]
    worth = [_worth(day) for day in days]
    rows = [("Day", week), ("", number), ("Stage", stages), ("Pain", pains), ("Worth", worth)]
    return Content("\n").join(_row(name, cells) for name, cells in rows)


def _row(name: str, cells: list[Content]) -> Content:
    parts = [Content.styled(f" {name:<{NAME_CELLS - 1}}", "$soft")]
    for cell in cells:
        shown = cell.truncate(COLUMN - 1)
        parts += [shown, Content(" " * (COLUMN - shown.cell_length))]
    return Content.assemble(*parts)


def _stage(day: Day) -> str:
    # Two sessions on one day are too many: the day says so.
    return "·" if not day.stages else (day.stages[-1] if len(day.stages) == 1 else "2+")


def _pain(day: Day) -> Content:
    text = known(day.pain) if day.pain is not None else NOT_KNOWN
    if day.has_warning:
        return Content.styled(f" {text}! ", "bold $stop-ink on $stop-fill")
    return Content.styled(f" {text} ", "bold $red-ink on $red-fill") if day.pain else Content(text)


def _worth(day: Day) -> Content:
    if day.outcome is None:
        return Content.styled("·", "$soft")
    return Content.styled(f" {OUTCOME_GLYPHS[day.outcome]} ", STYLES[day.outcome])
