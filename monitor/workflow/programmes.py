"""``stridegate programme``: its commands, thin."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import By, Json, PinStdin

app = typer.Typer(
    help="Programmes: list them, check a file, show its ladder, sign one.", no_args_is_help=True
)


@app.command("check")
def check(
    files: Annotated[list[Path], typer.Argument(help="Programme files (.toml).")],
) -> None:
    """Name every mistake of a programme with its line, or say that there is none."""
    from monitor.commands.programme import run_check

    raise typer.Exit(run_check(files))


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A file, or a bundled name such as hip-bsi.")],
    json: Json = False,
) -> None:
    """Draw the ladder of a programme: phases, stages, doses, limits and their evidence."""
    from monitor.commands.programme import run_show

    raise typer.Exit(run_show(name, json))


@app.command("list")
def list_programmes(json: Json = False) -> None:
    """List the programmes that come with the software."""
    from monitor.commands.programme import run_list

    raise typer.Exit(run_list(json))


@app.command("sign")
def sign(
    name: Annotated[str, typer.Argument(help="A file, or a bundled name such as hip-bsi.")],
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Sign a programme as it is, to the last byte: from then on patients may train by it."""
    from monitor.commands.programme import run_sign

    raise typer.Exit(run_sign(name, by, pin_stdin=pin_stdin, as_json=json))


@app.command("edit")
def edit(
    file: Annotated[Path, typer.Argument(help="A programme file (.toml).")],
    like: Annotated[
        str | None, typer.Option(help="Begin a new file as a copy of this programme: hip-bsi.")
    ] = None,
) -> None:
    """Edit a programme on the screen: every mistake is told as it is typed, none is kept."""
    from monitor.commands.programme import run_edit

    raise typer.Exit(run_edit(file, like))
