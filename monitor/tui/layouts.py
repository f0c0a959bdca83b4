"""Where the layout changes: style classes for widths and heights, used in ``live.tcss``."""

WIDTHS: list[tuple[int, str]] = [(0, "-tiny"), (60, "-narrow"), (100, "-wide"), (160, "-huge")]
"""Cells from which each class holds: made for 80, 120 and 200 columns, and for a sliver."""

HEIGHTS: list[tuple[int, str]] = [(0, "-flat"), (16, "-short"), (34, "-tall"), (52, "-high")]
"""Rows from which each class holds: made for 24, 40 and 60 rows, and for a sliver."""
