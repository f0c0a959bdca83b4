"""Options that several commands take."""

from typing import Annotated

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
