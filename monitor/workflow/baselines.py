"""``stridegate baseline``: its commands, thin."""

from typing import Annotated

import typer

from monitor.workflow.options import By, Json, Patient, PinStdin

app = typer.Typer(
    help="Baselines W0 and R0: see what the sessions give, and accept it with its limits.",
    no_args_is_help=True,
)

Which = Annotated[str, typer.Argument(help="W0 or R0.")]


@app.command("show")
def show(name: Patient, which: Which, json: Json = False) -> None:
    """Show a baseline with the limits that follow from it, or why there is none yet."""
    from monitor.commands.baseline import run_show

    raise typer.Exit(run_show(name, which, as_json=json))


@app.command("accept")
def accept(
    name: Patient,
    which: Which,
    with_limits: Annotated[
        bool, typer.Option("--with-limits", help="The limits were looked at, and are accepted.")
    ] = False,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Accept a baseline together with its limits; a clinician's act."""
    from monitor.commands.baseline import run_accept

    raise typer.Exit(
        run_accept(name, which, by, yes=with_limits, pin_stdin=pin_stdin, as_json=json)
    )
