"""Left against right in words, as screens, lines and summaries say it alike."""

from typing import Final

from monitor.text import NOT_KNOWN

NO_OWN: Final = "no baseline of left/right yet"
"""Said where there is nothing of one's own to hold an index against."""


def signed_pct(pct: float | None) -> str:
    """Return a symmetry index in words: ``L +4 %`` where left is more."""
    if pct is None:
        return NOT_KNOWN
    rounded = round(pct)
    side = "L " if rounded > 0 else "R " if rounded < 0 else ""
    return f"{side}{'+' if rounded else ''}{abs(rounded)} %"
