"""The command ``stridegate``: thin commands that import what they need when they are called."""

import gc
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import TextIOWrapper
from typing import Annotated, Final

import typer
from typer.main import get_command

from monitor.workflow import (
    acts,
    answers,
    baselines,
    clinicians,
    files,
    patients,
    programmes,
    radio,
    sessions,
)

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


for room in (sessions.app, files.app, radio.app, acts.app, answers.app):
    app.add_typer(room)
app.add_typer(programmes.app, name="programme")
app.add_typer(clinicians.app, name="clinician")
app.add_typer(patients.app, name="patient")
app.add_typer(baselines.app, name="baseline")


SELDOM: Final = 20_000
"""New objects between two searches for unused ones (Python: 700). What a command loads and reads
stays to its end: a tenth of a report's time went into looking through it."""


def main() -> None:
    """Run the command line; an error that a person can mend is one line and exit status 2."""
    gc.set_threshold(SELDOM)
    for stream in (sys.stdout, sys.stderr):
        # A terminal without "–" or "≥" gets a "?" for it, and never a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = _status()
    except OSError as error:
        status = _refused(error)
    sys.exit(_flushed(status))


def _status() -> int:
    """Run the command and return its exit status; an OSError that nobody explained comes out."""
    from monitor.errors import ProgrammeError, UsageError
    from sensors.errors import SensorError

    try:
        status = _command()(prog_name="stridegate", standalone_mode=False)
    except (SensorError, ProgrammeError, UsageError) as error:
        for line in str(error).splitlines():
            print(f"stridegate: {line}", file=sys.stderr)
        return 2
    except WrongCallError as error:
        print(_explained(error), file=sys.stderr)
        return 2
    except typer.Abort:
        print("stridegate: stopped, nothing more was done", file=sys.stderr)
        return 1
    return status if isinstance(status, int) else 0


def _refused(error: OSError) -> int:
    """Say in one line what the system refused, and return the exit status."""
    from monitor.store.failures import system_sentence

    try:
        print(end="", flush=True)
    except OSError:
        # What could not be printed is still waiting: it is the output that failed.
        _drop_output()
        said = system_sentence(error, "standard output")
    else:
        said = system_sentence(error)
    print(f"stridegate: {said}", file=sys.stderr)
    return 2


def _flushed(status: int) -> int:
    """Print what still waits, as Python tells its failing with a traceback; return the status."""
    try:
        print(end="", flush=True)
    except BrokenPipeError:
        # The reader has seen enough, like head: quiet, and the status that typer gives then.
        _drop_output()
        return 1
    except OSError as error:
        return _refused(error)
    return status


def _drop_output() -> None:
    """Let what cannot be printed go nowhere: Python tries once more at its exit."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


@cache
def _command() -> Callable[..., object]:
    """Return the command line, built once: it takes longer than most of what it calls."""
    return get_command(app)


def _explained(error: Exception) -> str:
    """Return what is wrong with a call in one line, or the help where nothing was asked for."""
    context = getattr(error, "ctx", None)
    said = " ".join(error.format_message().split()) if hasattr(error, "format_message") else ""
    if context is None:
        return f"stridegate: {said or error}"
    if not said:
        return str(context.get_help())
    return f"stridegate: {said.rstrip('.')}: see {context.command_path} --help"
