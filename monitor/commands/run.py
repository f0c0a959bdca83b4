"""``stridegate run`` and ``stridegate recover`` without a screen.

Exit status: 0 where the session was run and closed, whatever it is worth; 1 where the gate or the
answers let none begin, or the record did not take its closing; 2 where something has to be mended
first.
"""

import asyncio
import contextlib
import json
import sys
from typing import Any

from monitor.gate import Decision
from monitor.gate.words import sentences
from monitor.printing import LinePrinter
from monitor.running.asking import drive
from monitor.running.beginning import given_answers, recover
from monitor.running.ending import Closed
from monitor.running.graded import GradedSession, held
from monitor.running.options import RunOptions
from monitor.running.refusal import RefusalError
from monitor.running.runner import GradedRunner
from monitor.running.terminal import COMMANDS, InputLines, TerminalAnswers, obey
from monitor.store.opening import open_store
from monitor.store.places import user_places
from sensors.errors import SensorError


def run_run(options: RunOptions, *, lines: bool, as_json: bool) -> int:
    """Run a graded session without a screen.

    Parameters
    ----------
    options : RunOptions
        What was asked for.
    lines : bool
        Print one line per change.
    as_json : bool
        Print one JSON object.

    Returns
    -------
    int
        The exit status: see the module.
    """
    # What a person reads goes beside an object that a machine reads.
    out = sys.stderr if as_json else sys.stdout
    typed = InputLines()

    def tell(said: tuple[str, ...]) -> None:
        print("\n".join(said), file=out, flush=True)

    try:
        with held(open_store(user_places()), options.patient) as record:
            asked = typed if sys.stdin is not None and sys.stdin.isatty() else None
            answer = TerminalAnswers(given_answers(record, options), asked, out)
            printer = LinePrinter() if lines else None
            is_attended = asked is not None
            session = GradedSession(record, options, is_attended=is_attended, on_step=printer)
            runner = drive(session.before(), tell, answer)
            if lines:
                tell((f"Type and press Enter: {COMMANDS}",))
            failure = _run(runner, typed)
            closed = drive(session.after(), tell, answer)
            if failure is not None:
                tell(closed.lines)
                raise failure
    except RefusalError as error:
        return refused(error, options, as_json=as_json)
    return print_closed(closed, runner, as_json=as_json)


def run_recover(patient: str, *, as_json: bool) -> int:
    """Close what broke off of a patient's sessions; returns 0."""
    with held(open_store(user_places()), patient) as record:
        lines = recover(record)
        now = record.standing()
    if as_json:
        found = {"patient": patient, "lines": list(lines), **_decision(now.outlook.decision)}
        print(json.dumps(found))
    else:
        print("\n".join((*(lines or ("No session has broken off.",)), *now.lines())))
    return 0


def print_closed(closed: Closed, runner: GradedRunner, *, as_json: bool = False) -> int:
    """Print what a session came to; returns the exit status."""
    print(json.dumps(closed.json) if as_json else "\n".join(closed.lines))
    return 0 if closed.is_written and not runner.live.trouble else 1


def refused(error: RefusalError, options: RunOptions, *, as_json: bool = False) -> int:
    """Print why no session may begin; returns the exit status."""
    if as_json:
        found = {"patient": options.patient, "refused": True, "lines": list(error.lines)}
        print(json.dumps({**found, **_decision(error.decision)}))
    else:
        print("\n".join(error.lines))
    return 1


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _run(runner: GradedRunner, typed: InputLines) -> SensorError | None:
    """Run to the end; return what the radio failed of: what was run is closed all the same."""

    async def run() -> None:
        def take(line: str) -> None:
            said = obey(runner, line)
            if said:
                _tell(said)

        if runner.publisher is not None:
            runner.publisher.tell = _tell
        with typed.heard_by(take):
            await runner.run()

    # Ctrl+C ends the session and not its closing.
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(run())
        except SensorError as error:
            return error
    return None


def _decision(decision: Decision) -> dict[str, Any]:
    return {"decision": decision.as_dict(), "sentences": sentences(decision)}
