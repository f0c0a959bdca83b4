"""What a patient tells between the sessions: its commands, thin. No PIN is asked."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import Json, Patient

app = typer.Typer()

Session = Annotated[str | None, typer.Option(help="Its id; the last one where left out.")]


@app.command()
def pain(
    name: Patient,
    when: Annotated[str, typer.Option(help="before, during, after, evening or next_morning.")],
    site: Annotated[int, typer.Option(min=0, max=10, help="Pain at the injury, 0 to 10.")],
    session: Session = None,
    soreness: Annotated[
        int | None, typer.Option(min=0, max=10, help="Soreness elsewhere, 0 to 10.")
    ] = None,
    json: Json = False,
) -> None:
    """Tell how much the injury hurt around a session."""
    from monitor.commands.answers import run_pain

    raise typer.Exit(run_pain(name, session, when, site, soreness, as_json=json))


@app.command()
def answer(name: Patient, json: Json = False) -> None:
    """Ask every question that is open; with --json, list them."""
    from monitor.commands.answers import run_answer

    raise typer.Exit(run_answer(name, as_json=json))


@app.command()
def flag(
    name: Patient,
    flag: Annotated[str, typer.Argument(help="A warning sign of the programme.")],
    session: Annotated[str | None, typer.Option(help="The session in which it came.")] = None,
    json: Json = False,
) -> None:
    """Tell a warning sign: it locks at once."""
    from monitor.commands.answers import run_flag

    raise typer.Exit(run_flag(name, flag, session, as_json=json))


@app.command()
def daily(
    name: Patient,
    night_pain: Annotated[
        bool | None, typer.Option(help="Whether the injury hurt last night.")
    ] = None,
    rest_pain: Annotated[
        bool | None, typer.Option(help="Whether it hurt at rest since yesterday.")
    ] = None,
    json: Json = False,
) -> None:
    """Ask about night and rest pain, each day of P0 and P1; a yes locks."""
    from monitor.commands.answers import run_daily

    raise typer.Exit(run_daily(name, night_pain, rest_pain, as_json=json))


@app.command()
def steps(
    name: Patient,
    file: Annotated[Path, typer.Argument(help="A recording (.mcap) or a CSV.")],
    json: Json = False,
) -> None:
    """Count the steps on the protected foot in P0 and P1: a count with times, never a load."""
    from monitor.commands.baseline import run_steps

    raise typer.Exit(run_steps(name, file, as_json=json))


@app.command()
def conditions(
    name: Patient,
    shoe: Annotated[str | None, typer.Option(help="As you call it.")] = None,
    surface: Annotated[str | None, typer.Option(help="For example treadmill, road, grass.")] = None,
    placement: Annotated[str | None, typer.Option(help="foot or shank.")] = None,
    pod: Annotated[str | None, typer.Option(help="Kind of the pod, such as movesense.")] = None,
    serial: Annotated[str | None, typer.Option(help="Its serial number.")] = None,
    firmware: Annotated[str | None, typer.Option(help="Its firmware.")] = None,
    full_scale: Annotated[
        float | None, typer.Option(min=1, max=1000, help="Of its accelerometer, in g.")
    ] = None,
    json: Json = False,
) -> None:
    """Enter shoe, surface or pod; a change makes the baselines stale, and says so."""
    from monitor.commands.baseline import run_conditions
    from monitor.people.conditions import Conditions

    given = Conditions(shoe, pod, serial, firmware, placement, surface, full_scale)
    raise typer.Exit(run_conditions(name, given, as_json=json))
