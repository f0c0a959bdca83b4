"""Screens as they are stored: as text in which a diff can be read, and as pictures."""

import re
from typing import Any

from screens import lines_of
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode


class SvgExtension(SingleFileSnapshotExtension):
    """One file of its own for each picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT


def stored_text(app: Any) -> str:
    """Return the screen's rows without the blanks at their ends; a long run is told by its length.

    ``⟨█×40⟩`` are forty full blocks: the stored file stays small, and a diff readable.
    """
    rows = (line.rstrip() for line in lines_of(app))
    return "\n".join(re.sub(r"(.)\1{7,}", _run, row) for row in rows)


def _run(match: re.Match[str]) -> str:
    return f"⟨{match[1]}×{len(match[0])}⟩"


def stored_picture(app: Any) -> str:
    """Return the screen as a picture, without fonts from elsewhere and ids of its own."""
    picture = app.export_screenshot(title="StrideGate")
    picture = re.sub(r"@font-face\s*\{.*?\}", "", picture, flags=re.DOTALL)
    return re.sub(r"terminal-\d+", "terminal", picture)
