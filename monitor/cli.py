"""The command ``stridegate``: thin commands that import what they need when they are called."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow import acts, answers, baselines, clinicians, patients, programmes
from monitor.workflow.options import Json

app = typer.Typer(
    name="stridegate",
    help="Graded return to running: a foot pod, impact limits, and a gate that missing data "
    "never passes. Not a medical device.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

WrongCallError: type[Exception] = typer.BadParameter.__mro__[1]
"""What typer raises for an unknown option or command, a missing argument, a value out of range."""

Speed = Annotated[float, typer.Option(min=0.1, max=50, help="Session seconds per real second.")]
Plain = Annotated[bool, typer.Option("--plain", help="One line per change instead of a screen.")]
Listen = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Let the session be watched from other computers, once the patient allows it.",
    ),
]
Watched = Annotated[
    str | None,
    typer.Argument(
        metavar="SESSION|TICKET",
        help="A patient or session of this computer, or the ticket of one on another; - reads it "
        "from standard input; the only one that runs where left out.",
    ),
]
TlsCert = Annotated[Path | None, typer.Option(help="For --watch: a certificate of your own.")]
TlsKey = Annotated[Path | None, typer.Option(help="For --watch: the certificate's key.")]
Score = Annotated[
    int | None, typer.Option(min=0, max=10, metavar="0-10", help="Asked where left out.")
]


@app.callback()
def start(context: typer.Context) -> None:
    """Open the screen of whoever is on record, or the way to the first one; help without one."""
    if context.invoked_subcommand is not None:
        return
    from monitor.text import has_screen

    if not has_screen():
        # typer prints it by itself, and returns nothing then.
        print(context.get_help(), end="")
        raise typer.Exit(2)
    from monitor.tui.desk.showing import show_desk

    raise typer.Exit(show_desk(None))


@app.command()
def home(
    patient: Annotated[
        str | None, typer.Argument(help="The pseudonym; may be left out where there is only one.")
    ] = None,
) -> None:
    """Show where a patient stands between the runs, and the one key that leads on."""
    from monitor.text import has_screen

    if has_screen():
        from monitor.tui.desk.showing import show_desk

        raise typer.Exit(show_desk(patient))
    from monitor.commands.patient import run_list, run_show

    raise typer.Exit(
        run_list(as_json=False) if patient is None else run_show(patient, as_json=False)
    )


@app.command()
def review(
    file: Annotated[Path, typer.Argument(help="A recording (.mcap).")],
) -> None:
    """Look through a recorded session: any second as it was shown, segment by segment."""
    from monitor.commands.replay import run_review

    raise typer.Exit(run_review(file))


@app.command()
def demo(
    headless: Annotated[bool, typer.Option("--headless", help="No screen, no lines.")] = False,
    plain: Plain = False,
    seconds: Annotated[float, typer.Option(min=20, max=3600, help="Length of the session.")] = 120,
    speed: Speed = 1.0,
    json: Json = False,
    radio: Annotated[
        str,
        typer.Option(
            help="'virtual': a virtual pod in this process; 'system': this computer's Bluetooth "
            "and a real Movesense; or a Bumble transport for the client, such as usb:0."
        ),
    ] = "virtual",
    seed: Annotated[int, typer.Option(help="Of the virtual gait.")] = 1,
    recording: Annotated[
        Path | None, typer.Option(help="Where the recording goes, a new .mcap file.")
    ] = None,
    watch: Listen = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
    two: Annotated[
        bool, typer.Option("--two", help="A pod at each leg, and one that counts steps.")
    ] = False,
) -> None:
    """Run a whole graded session with no hardware: virtual pod, live screen, short programme."""
    from monitor.text import has_screen

    show = not (headless or json or plain) and has_screen()
    from monitor.demo.options import DemoOptions
    from monitor.live.options import WatchOptions

    watching = WatchOptions(watch, tls_cert, tls_key)
    options = DemoOptions(seconds, speed, radio, seed, recording, watching, has_two_pods=two)
    if show:
        from monitor.tui.demo import show_demo

        raise typer.Exit(show_demo(options))
    from monitor.commands.demo import run_demo

    raise typer.Exit(run_demo(options, lines=not (headless or json), as_json=json))


@app.command()
def run(
    patient: Annotated[str, typer.Argument(help="The pseudonym of an enrolled patient.")],
    pod: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[SLOT=]KIND[:ADDRESS]",
            help="A kind of pod, as stridegate scan names it; as the record has it where left out. "
            "With several pods, one option each: left=movesense, right=movesense, cadence=rsc.",
        ),
    ] = None,
    address: Annotated[
        str | None, typer.Option(help="Take only the one pod with this Bluetooth address.")
    ] = None,
    placement: Annotated[
        str | None, typer.Option(help="foot or shank; as the record has it where left out.")
    ] = None,
    radio: Annotated[
        str,
        typer.Option(
            help="'system': this computer's Bluetooth; or a Bumble transport such as usb:0."
        ),
    ] = "system",
    virtual: Annotated[
        bool,
        typer.Option("--virtual", help="A virtual pod: counts for a demo patient alone."),
    ] = False,
    supervised_by: Annotated[
        str | None, typer.Option(help="The clinician who is present, by their short name.")
    ] = None,
    cadence: Annotated[
        str | None,
        typer.Option(help="What an rsc pod counts: strides or steps; learnt where left out."),
    ] = None,
    pain_before: Score = None,
    pain_during: Score = None,
    pain_after: Score = None,
    soreness: Score = None,
    no_red_flags: Annotated[
        bool, typer.Option("--no-red-flags", help="There is no warning sign.")
    ] = False,
    red_flag: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="There is this warning sign.")
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[SESSION:]WHEN=N",
            help="Answer an open question of an earlier session: during, after, next_morning.",
        ),
    ] = None,
    bind_pod: Annotated[
        bool, typer.Option("--bind-pod", help="The pod that answers is the patient's own.")
    ] = False,
    resume: Annotated[
        bool | None,
        typer.Option(
            "--resume/--no-resume",
            help="Go on with a session that broke off within 10 minutes, or close it as it is; "
            "asked where left out.",
        ),
    ] = None,
    headless: Annotated[bool, typer.Option("--headless", help="No screen, no lines.")] = False,
    plain: Plain = False,
    json: Json = False,
    speed: Speed = 1.0,
    seed: Annotated[int, typer.Option(help="Of the virtual gait.")] = 1,
    watch: Listen = None,
    tls_cert: TlsCert = None,
    tls_key: TlsKey = None,
) -> None:
    """Run a graded session of an enrolled patient: what it measures feeds the gate."""
    from monitor.live.options import WatchOptions
    from monitor.running.options import RunOptions, open_answers
    from monitor.text import has_screen

    given = {
        "before": pain_before,
        "during": pain_during,
        "after": pain_after,
        "soreness": soreness,
        "bind": 1 if bind_pod else None,
        "resume": None if resume is None else int(resume),
    }
    answers = {name: score for name, score in given.items() if score is not None}
    options = RunOptions(
        patient=patient,
        pods=tuple(pod or ()),
        placement=placement,
        address=address,
        radio=radio,
        is_virtual=virtual,
        supervised_by=supervised_by,
        speed=speed,
        seed=seed,
        answers={**answers, **open_answers(answer or [])},
        no_red_flags=no_red_flags,
        red_flags=tuple(red_flag or ()),
        watch=WatchOptions(watch, tls_cert, tls_key),
        cadence=cadence,
    )
    if not (headless or json or plain) and has_screen():
        from monitor.tui.graded import show_run

        raise typer.Exit(show_run(options))
    from monitor.commands.run import run_run

    raise typer.Exit(run_run(options, lines=not (headless or json), as_json=json))


@app.command()
def watch(
    session: Watched = None,
    plain: Plain = False,
) -> None:
    """Watch a running session: see everything, send a message, ask for pain, hold, cut short."""
    from monitor.commands.watch import run_watch_plain, target_of
    from monitor.text import has_screen

    target = target_of(session)
    if plain or not has_screen():
        raise typer.Exit(run_watch_plain(target))
    from monitor.tui.watchapp import show_watch

    raise typer.Exit(show_watch(target))


@app.command()
def serve(
    session: Watched = None,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port on this computer; 0 for a free one.")
    ] = 0,
) -> None:
    """Show the view of a running session in a browser of this computer; its link opens once."""
    from monitor.commands.serve import run_serve
    from monitor.commands.watch import target_of

    raise typer.Exit(run_serve(target_of(session), port))


@app.command()
def recover(
    patient: Annotated[str, typer.Argument(help="The pseudonym.")],
    json: Json = False,
) -> None:
    """Close a session that broke off, from its recording."""
    from monitor.commands.run import run_recover

    raise typer.Exit(run_recover(patient, as_json=json))


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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new .html file; a new one here else.")
    ] = None,
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
    output: Annotated[Path, typer.Option("--output", "-o", help="A new .mcap file.")],
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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A new file; standard output otherwise.")
    ] = None,
) -> None:
    """Write a session for other programs, or a patient's record."""
    from monitor.commands.export import ExportOptions, run_export
    from monitor.report.personal import personal_of

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
    options = ExportOptions(subject, formats, output, steps, personal_of(name, born))
    raise typer.Exit(run_export(options))


@app.command()
def scan(
    radio: Annotated[
        str,
        typer.Option(
            help="'system': this computer's Bluetooth; 'virtual': a virtual pod in this process; "
            "or a Bumble transport such as usb:0."
        ),
    ] = "system",
    seconds: Annotated[float, typer.Option(min=1, max=600, help="How long to listen.")] = 10,
    battery: Annotated[
        bool, typer.Option("--battery", help="Connect to each pod for a moment and ask it.")
    ] = False,
    json: Json = False,
) -> None:
    """Show the pods in range: what each can give, how strong it is, and whose it is."""
    from monitor.commands.scan import run_scan

    raise typer.Exit(run_scan(radio, seconds, battery=battery, as_json=json))


@app.command()
def doctor(json: Json = False) -> None:
    """Look at this computer's Bluetooth, terminal, store and clock; each fault with its cure."""
    from monitor.commands.doctor import run_doctor

    raise typer.Exit(run_doctor(as_json=json))


@app.command("virtual-pod")
def virtual_pod(
    radio: Annotated[
        str, typer.Option(help="A Bumble transport, for example usb:0 or tcp-client:host:port.")
    ],
    play: Annotated[
        Path | None, typer.Option(help="A CSV or recording to play; a known-truth gait otherwise.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="A kind of pod: see docs/pods.md; a wrong one names them all.")
    ] = "movesense",
    speed: Speed = 1.0,
) -> None:
    """Be a foot pod over the air: a real Bluetooth peripheral on any Bumble transport."""
    from monitor.commands.virtualpod import run_virtual_pod

    raise typer.Exit(run_virtual_pod(radio, play, kind, speed))


app.add_typer(programmes.app, name="programme")
app.add_typer(clinicians.app, name="clinician")
app.add_typer(patients.app, name="patient")
app.add_typer(baselines.app, name="baseline")
for room in (acts.app, answers.app):
    app.add_typer(room)


def main() -> None:
    """Run the command line; an error that a person can mend is one line and exit status 2."""
    from monitor.errors import ProgrammeError, UsageError
    from sensors.errors import SensorError

    for stream in (sys.stdout, sys.stderr):
        # A terminal without "–" or "≥" gets a "?" for it, and never a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = app(prog_name="stridegate", standalone_mode=False)
    except (SensorError, ProgrammeError, UsageError) as error:
        for line in str(error).splitlines():
            print(f"stridegate: {line}", file=sys.stderr)
        sys.exit(2)
    except WrongCallError as error:
        print(_explained(error), file=sys.stderr)
        sys.exit(2)
    except typer.Abort:
        print("stridegate: stopped, nothing more was done", file=sys.stderr)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _explained(error: Exception) -> str:
    """Return what is wrong with a call in one line, or the help where nothing was asked for."""
    context = getattr(error, "ctx", None)
    said = " ".join(error.format_message().split()) if hasattr(error, "format_message") else ""
    if context is None:
        return f"stridegate: {said or error}"
    if not said:
        return str(context.get_help())
    return f"stridegate: {said.rstrip('.')}: see {context.command_path} --help"
