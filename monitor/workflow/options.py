"""Options that several commands take."""

from pathlib import Path
from typing import Annotated, Any

import typer

Json = Annotated[
    bool, typer.Option("--json", help="One JSON object instead of lines for a person.")
]

PinStdin = Annotated[
    bool,
    typer.Option("--pin-stdin", help="PINs from standard input, one a line; nothing is asked."),
]

By = Annotated[
    str | None,
    typer.Option(help="The clinician who signs; may be left out where there is one alone."),
]

Patient = Annotated[str, typer.Argument(help="The pseudonym.")]
Plain = Annotated[bool, typer.Option("--plain", help="One line per change instead of a screen.")]
Speed = Annotated[float, typer.Option(min=0.1, max=50, help="Session seconds per real second.")]


def output_option(text: str) -> Any:
    """Return the option ``-o`` for a new file, with its help."""
    return typer.Option("--output", "-o", help=text, parser=_named, metavar="PATH")


def _named(text: str) -> Path:
    # An empty path is the folder one stands in.
    if not text:
        raise typer.BadParameter("the name is empty: name a new file")
    return Path(text)
