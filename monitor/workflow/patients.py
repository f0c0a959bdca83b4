"""``stridegate patient``: its commands, thin."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import By, Json, Patient, PinStdin, output_option

app = typer.Typer(
    help="Patients: enrol one, list them, see what one waits for.", no_args_is_help=True
)


@app.command("enrol")
def enrol(
    name: Patient,
    site: Annotated[str, typer.Option(help="A site of the programme, such as sacrum.")],
    side: Annotated[str, typer.Option(help="left or right.")],
    diagnosed: Annotated[str, typer.Option(help="Day of the diagnosis, YYYY-MM-DD.")],
    time_zone: Annotated[str, typer.Option(help="Where the patient lives: Europe/Zurich.")],
    programme: Annotated[str, typer.Option(help="A signed programme: a file or a bundled name.")],
    preset: Annotated[str | None, typer.Option(help="The programme's days to choose from.")] = None,
    min_days: Annotated[
        list[str] | None, typer.Option(metavar="PHASE=DAYS", help="Days of a phase. Repeatable.")
    ] = None,
    hard_block: Annotated[
        list[str] | None, typer.Option(help="A hard block that is there. Repeatable.")
    ] = None,
    no_hard_blocks: Annotated[
        bool, typer.Option("--no-hard-blocks", help="Each was looked at, and none is there.")
    ] = False,
    soft_block: Annotated[
        list[str] | None,
        typer.Option(metavar="BLOCK=REASON", help="A soft block that is there, and why it starts."),
    ] = None,
    no_other_soft_blocks: Annotated[
        bool, typer.Option("--no-other-soft-blocks", help="The others were looked at: not there.")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="A made-up patient, who may run with a virtual pod.")
    ] = False,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Enrol a patient: each block is asked for, and what is not answered refuses."""
    from monitor.commands.enrol import EnrolOptions, run_enrol

    options = EnrolOptions(
        name=name,
        site=site,
        side=side,
        diagnosed=diagnosed,
        time_zone=time_zone,
        programme=programme,
        preset=preset,
        by=by,
        min_days=min_days or [],
        hard_blocks=hard_block or [],
        soft_blocks=soft_block or [],
        no_hard_blocks=no_hard_blocks,
        no_other_soft_blocks=no_other_soft_blocks,
        is_demo=demo,
    )
    raise typer.Exit(run_enrol(options, pin_stdin=pin_stdin, as_json=json))


@app.command("list")
def list_patients(json: Json = False) -> None:
    """List the patients: locks and pending signatures first."""
    from monitor.commands.patient import run_list

    raise typer.Exit(run_list(as_json=json))


@app.command("show")
def show(name: Patient, json: Json = False) -> None:
    """Show how a patient stands: stage, reasons, and what would let the patient on."""
    from monitor.commands.patient import run_show

    raise typer.Exit(run_show(name, as_json=json))


@app.command("pod")
def pod(
    name: Patient,
    near: Annotated[
        bool, typer.Option("--near", help="Bind the one pod in range, as it says who it is.")
    ] = False,
    kind: Annotated[str | None, typer.Option(help="Kind of the pod, such as movesense.")] = None,
    serial: Annotated[str | None, typer.Option(help="Its serial number.")] = None,
    address: Annotated[str | None, typer.Option(help="Its Bluetooth address.")] = None,
    any_address: Annotated[
        bool,
        typer.Option("--any-address", help="Its address changes: the serial number binds alone."),
    ] = False,
    release: Annotated[
        bool, typer.Option("--release", help="Let the pod go; none takes its place.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why another one.")] = None,
    radio: Annotated[
        str, typer.Option(help="'system', or a Bumble transport such as usb:0.")
    ] = "system",
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Show which pod is a patient's own; bind it, or let it go, with a clinician's signature."""
    from monitor.commands.ownpod import PodOptions, run_pod

    options = PodOptions(
        patient=name,
        kind=kind,
        serial=serial,
        address=address,
        is_near=near,
        radio=radio,
        any_address=any_address,
        is_release=release,
        reason=reason,
    )
    raise typer.Exit(run_pod(options, by, pin_stdin=pin_stdin, as_json=json))


@app.command("programme")
def programme(
    name: Patient,
    programme: Annotated[str, typer.Argument(help="A signed file, or a bundled name.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Let a patient go on by another signed text of the same programme."""
    from monitor.commands.acts import run_programme

    raise typer.Exit(run_programme(name, programme, reason, by, pin_stdin=pin_stdin, as_json=json))


@app.command("export")
def export(
    name: Patient,
    output: Annotated[Path, output_option("A new .zip file.")],
    json: Json = False,
) -> None:
    """Write everything that is kept of a patient into one zip, with a hash of each file."""
    from monitor.commands.leaving import run_patient_export

    raise typer.Exit(run_patient_export(name, output, as_json=json))


@app.command("erase")
def erase(
    name: Patient,
    reason: Annotated[str, typer.Option(help="Why: it stays in the clinic's record.")],
    confirm: Annotated[
        str | None, typer.Option(metavar="NAME", help="The pseudonym again; asked else.")
    ] = None,
    by: By = None,
    pin_stdin: PinStdin = False,
    json: Json = False,
) -> None:
    """Erase a patient's record and recordings for good; a tombstone without the name stays."""
    from monitor.commands.leaving import run_erase

    raise typer.Exit(run_erase(name, reason, by, confirm, pin_stdin=pin_stdin, as_json=json))
