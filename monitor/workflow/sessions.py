"""Commands around a session that runs: the demo, a patient's own, and who looks at it."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import Json, Patient, Plain, Speed

app = typer.Typer()

Headless = Annotated[bool, typer.Option("--headless", help="No screen, no lines.")]
Seed = Annotated[int, typer.Option(help="Of the virtual gait.")]
Listen = Annotated[
    str | None,
    typer.Option(
        metavar="HOST:PORT",
        help="Let the session be watched from other computers, once the patient allows it.",
    ),
]
TlsCert = Annotated[Path | None, typer.Option(help="For --watch: a certificate of your own.")]
TlsKey = Annotated[Path | None, typer.Option(help="For --watch: the certificate's key.")]
Watched = Annotated[
    str | None,
    typer.Argument(
        metavar="SESSION|TICKET",
        help="A patient or session of this computer, or the ticket of one on another; - reads it "
        "from standard input; the only one that runs where left out.",
    ),
]
Score = Annotated[
    int | None, typer.Option(min=0, max=10, metavar="0-10", help="Asked where left out.")
]


@app.command()
def demo(
    headless: Headless = False,
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
    seed: Seed = 1,
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
    headless: Headless = False,
    plain: Plain = False,
    json: Json = False,
    speed: Speed = 1.0,
    seed: Seed = 1,
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
def recover(
    patient: Patient,
    json: Json = False,
) -> None:
    """Close a session that broke off, from its recording."""
    from monitor.commands.run import run_recover

    raise typer.Exit(run_recover(patient, as_json=json))


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
