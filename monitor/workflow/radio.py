"""Commands about pods and this computer's radio."""

from pathlib import Path
from typing import Annotated

import typer

from monitor.workflow.options import Json, Speed

app = typer.Typer()


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
