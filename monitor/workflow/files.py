"""Commands that read what is kept and write what leaves: recordings, logs, the record."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import Json, Plain, output_option

app = typer.Typer()


@app.command()
def review(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap).")],
) -> None:
    """Look through a recorded session: any second as it was shown, segment by segment."""
    from monitor.commands.replay import run_review

    raise typer.Exit(run_review(file))


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap).")],
    speed: Annotated[
        float | None, typer.Option(min=0.1, max=1000, help="Show it live at this speed.")
    ] = None,
    plain: Plain = False,
    json: Json = False,
) -> None:
    """Take a recording through the live path again: the same steps, alarms and result."""
    from monitor.commands.replay import run_replay

    raise typer.Exit(run_replay(file, speed=speed, plain=plain, as_json=json))


@app.command()
def analyse(
    files: Annotated[list[Path], typer.Argument(help="CSV files or recordings (.mcap).")],
    placement: Annotated[
        str | None,
        typer.Option(help="foot or shank. A CSV is taken for foot, a recording knows its own."),
    ] = None,
    full_scale: Annotated[
        float | None,
        typer.Option(min=0.1, max=1000, help="The accelerometer's full scale in g, where known."),
    ] = None,
    json: Json = False,
) -> None:
    """Find the steps of a CSV or a recording and sum them up."""
    from monitor.commands.analyse import run_analyse

    raise typer.Exit(run_analyse(files, placement, full_scale, as_json=json))


@app.command()
def gate(
    logs: Annotated[list[Path], typer.Argument(help="Event logs, JSON Lines.")],
    at: Annotated[
        str | None, typer.Option(help="YYYY-MM-DDTHH:MM:SSZ; each log's last event where left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Decide from a patient's event log who may run what and when, with every reason."""
    from monitor.commands.gate import run_gate

    raise typer.Exit(run_gate(logs, at, json))


@app.command()
def audit(
    head: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATIENT=COUNT:HASH",
            help="A copy of a patient's head, from a recording or a report. May be repeated.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Verify every entry of the record: what was edited, deleted, moved, put in or cut off."""
    from monitor.commands.audit import run_audit

    raise typer.Exit(run_audit(head or [], as_json=json))


@app.command()
def report(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="SESSION|PATIENT", help="A recording, a session on record, or a pseudonym."
        ),
    ],
    output: Annotated[Path | None, output_option("A new .html file; a new one here else.")] = None,
    name: Annotated[
        str | None, typer.Option(help="Print this name too; only the pseudonym is otherwise.")
    ] = None,
    born: Annotated[
        str | None, typer.Option(help="Print this day of birth too, YYYY-MM-DD.")
    ] = None,
    json: Json = False,
) -> None:
    """Write one page: what was said, what was measured, what the gate says, what comes next."""
    from monitor.commands.report import ReportOptions, run_report

    options = ReportOptions(subject, output, name, born)
    raise typer.Exit(run_report(options, as_json_object=json))


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A .csv, .fit or .mcap file.")],
    output: Annotated[Path, output_option("A new .mcap file.")],
    placement: Annotated[
        str | None, typer.Option(help="Of a CSV: foot, or shank. Foot where left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a recording of a CSV, of a FIT activity's cadence, or check and copy one."""
    from monitor.commands.importing import run_import

    raise typer.Exit(run_import(file, output, placement, as_json=json))


@app.command()
def export(
    subject: Annotated[
        str,
        typer.Argument(
            metavar="FILE|SESSION|PATIENT",
            help="A recording or CSV, a session on record, or a pseudonym.",
        ),
    ],
    fit: Annotated[
        bool, typer.Option("--fit", help="A session's cadence and laps, for training platforms.")
    ] = False,
    csv: Annotated[bool, typer.Option("--csv", help="A session's samples as CSV.")] = False,
    parquet: Annotated[
        bool, typer.Option("--parquet", help="A session's samples as Parquet.")
    ] = False,
    steps: Annotated[
        bool, typer.Option("--steps", help="With --csv or --parquet: steps instead of samples.")
    ] = False,
    mcap: Annotated[
        bool, typer.Option("--mcap", help="A session with samples, steps, alarms, for Foxglove.")
    ] = False,
    fhir: Annotated[
        bool, typer.Option("--fhir", help="A patient's record as a FHIR R4B bundle.")
    ] = False,
    events: Annotated[
        bool, typer.Option("--events", help="The gate's events, as stridegate gate reads them.")
    ] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Every entry with its place and hashes.")
    ] = False,
    name: Annotated[
        str | None, typer.Option(help="With --fhir: name the patient; only a pseudonym otherwise.")
    ] = None,
    born: Annotated[
        str | None, typer.Option(help="With --fhir: the day of birth, YYYY-MM-DD.")
    ] = None,
    output: Annotated[Path | None, output_option("A new file; standard output otherwise.")] = None,
) -> None:
    """Write a session for other programs, or a patient's record."""
    from monitor.commands.export import ExportOptions, run_export
    from monitor.report.personal import personal_of
    from sensors.clock import utc_now

    asked = {
        "fit": fit,
        "csv": csv,
        "parquet": parquet,
        "mcap": mcap,
        "fhir": fhir,
        "events": events,
        "audit": audit,
    }
    formats = tuple(name for name, is_asked in asked.items() if is_asked)
    personal = personal_of(name, born, utc_now().date())
    options = ExportOptions(subject, formats, output, steps, personal)
    raise typer.Exit(run_export(options))
