"""``stridegate clinician``: its commands, thin."""

from typing import Annotated

import typer

from monitor.workflow.options import By, Json, PinStdin

app = typer.Typer(
    help="Clinicians: who may sign, each with an own PIN.",
    no_args_is_help=True,
)

Clinician = Annotated[str, typer.Argument(help="A short name, as entries hold it.")]


@app.command("add")
def add(
    clinician: Clinician,
    name: Annotated[str | None, typer.Option(help="The whole name.")] = None,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Add a clinician: the first one needs nobody, another one a clinician's PIN."""
    from monitor.commands.clinician import run_add

    raise typer.Exit(run_add(clinician, name, by, pin_stdin=pin_stdin, as_json=json))


@app.command("list")
def list_clinicians(json: Json = False) -> None:
    """List the clinicians, and whose account is locked."""
    from monitor.commands.clinician import run_list

    raise typer.Exit(run_list(as_json=json))


@app.command("pin")
def pin(clinician: Clinician, pin_stdin: PinStdin = False) -> None:
    """Change the own PIN: the old one is asked first."""
    from monitor.commands.clinician import run_pin

    raise typer.Exit(run_pin(clinician, pin_stdin=pin_stdin))


@app.command("unlock")
def unlock(
    clinician: Clinician,
    by: Annotated[str | None, typer.Option(help="Another clinician, who unlocks.")] = None,
    recovery: Annotated[
        bool, typer.Option("--recovery", help="By the recovery code; it gives a new PIN too.")
    ] = False,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Unlock an account after wrong PINs."""
    from monitor.commands.clinician import run_unlock

    raise typer.Exit(
        run_unlock(clinician, by, recovery=recovery, pin_stdin=pin_stdin, as_json=json)
    )
