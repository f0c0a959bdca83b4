"""What a clinician signs for a patient: its commands, thin."""

from typing import Annotated

import typer

from monitor.workflow.options import By, Json, Patient, PinStdin

app = typer.Typer()

Stage = Annotated[str, typer.Option(help="A stage of the programme, such as W1.")]
Reason = Annotated[str | None, typer.Option(help="Why.")]
Ahead = Annotated[
    bool, typer.Option("--ahead", help="A stage after the patient's own is meant; needs --reason.")
]
Ratio = Annotated[float | None, typer.Option(help="Times the own baseline.")]


@app.command()
def start(
    name: Patient,
    stage: Stage,
    reason: Reason = None,
    ahead: Ahead = False,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Put a patient on a stage; a clinician's act."""
    from monitor.commands.acts import run_put

    raise typer.Exit(
        run_put("start", name, stage, reason, by, ahead=ahead, pin_stdin=pin_stdin, as_json=json)
    )


@app.command()
def unlock(
    name: Patient,
    stage: Stage,
    reason: Reason = None,
    ahead: Ahead = False,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Clear a lock and put the patient on a stage; a clinician's act."""
    from monitor.commands.acts import run_put

    raise typer.Exit(
        run_put("unlock", name, stage, reason, by, ahead=ahead, pin_stdin=pin_stdin, as_json=json)
    )


@app.command()
def signoff(
    name: Patient,
    confirm: Annotated[
        list[str] | None, typer.Option(help="An exit item of the phase. Repeat for each.")
    ] = None,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Sign that the patient may leave the phase, each exit item confirmed; a clinician's act."""
    from monitor.commands.acts import run_signoff

    raise typer.Exit(run_signoff(name, confirm or [], by, pin_stdin=pin_stdin, as_json=json))


@app.command()
def limits(
    name: Patient,
    stage: Annotated[list[str], typer.Option(help="A stage that it is for. Repeatable.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    amber: Ratio = None,
    red: Ratio = None,
    cadence_low: Ratio = None,
    cadence_target: Ratio = None,
    cadence_target_low: Ratio = None,
    cadence_target_high: Ratio = None,
    dose_pct: Annotated[float | None, typer.Option(help="Of the stage's dose, 50 to 100.")] = None,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Change limits for one patient, from the next stage change on; a clinician's act."""
    from monitor.commands.acts import run_limits
    from monitor.programme.edits import LimitEdit

    edit = LimitEdit(
        t_s=0,
        by="",
        reason=reason,
        stages=tuple(stage),
        amber_ratio=amber,
        red_ratio=red,
        cadence_low_ratio=cadence_low,
        cadence_target_ratio=cadence_target,
        cadence_target_low_ratio=cadence_target_low,
        cadence_target_high_ratio=cadence_target_high,
        dose_pct=dose_pct,
    )
    raise typer.Exit(run_limits(name, edit, by, pin_stdin=pin_stdin, as_json=json))


@app.command()
def note(
    name: Patient,
    text: Annotated[str, typer.Argument(help="What is to be kept.")],
    by: By = None,
    pin_stdin: PinStdin = False,
) -> None:
    """Keep a clinician's note."""
    from monitor.commands.acts import run_note

    raise typer.Exit(run_note(name, text, by, pin_stdin=pin_stdin))
