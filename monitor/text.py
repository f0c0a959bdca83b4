"""Numbers as text for a person: what is not known is a dash, never 0."""

import os
import sys

NOT_KNOWN = "–"

ASCII = str.maketrans(
    {"–": "-", "≥": ">=", "×": "x", "…": "...", "·": "-", "°": " deg", "±": "+/-", "’": "'"}
    | {"│": "|", "├": "|", "└": "`", "─": "-"}
)
"""What our texts use beyond ASCII, in ASCII; anything else becomes a question mark."""


def known(value: float | None, digits: int = 0) -> str:
    """Return a number with ``digits`` after the point, or a dash where it is None."""
    return NOT_KNOWN if value is None else f"{value:.{digits}f}"


def clock_text(seconds: float) -> str:
    """Return a duration as ``m:ss``."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def in_words(seconds: float) -> str:
    """Return a duration as a person says it: ``1:30 min`` or ``45 s``."""
    whole = round(seconds)
    return f"{whole} s" if whole < 60 else f"{clock_text(seconds)} min"


def as_ascii(line: str) -> str:
    """Return a line without signs beyond ASCII."""
    return line.translate(ASCII).encode("ascii", "replace").decode("ascii")


def has_screen() -> bool:
    """Return whether there is a terminal that can show the live screen."""
    is_terminal = sys.stdout.isatty() and sys.stdin.isatty()
    return is_terminal and os.environ.get("TERM") != "dumb" and not is_ascii_terminal()


def is_ascii_terminal() -> bool:
    """Return whether what is printed must do without signs beyond ASCII."""
    return not (sys.stdout.encoding or "ascii").lower().startswith("utf")
