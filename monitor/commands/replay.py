"""``stridegate replay``: a recording through the live path, and whether it decides the same."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from monitor.analysed import kept_of
from monitor.core import SessionCore
from monitor.printing import LinePrinter
from monitor.record import RecordedSession, read_session
from monitor.replay import ReplayRunner, decide
from monitor.result import lines_of, result_of
from monitor.running.comparison import compared_with_record
from monitor.setup import ANALYSIS_VERSION
from monitor.text import has_screen
from monitor.view import snapshot_of
from sensors import disk
from sensors.clock import SessionClock


def run_replay(path: Path, *, speed: float | None, plain: bool, as_json: bool) -> int:
    """Replay a recording and print what came out.

    Parameters
    ----------
    path : Path
        The recording.
    speed : float or None
        Show it live at this speed; None: decide at once.
    plain : bool
        Print one line per change.
    as_json : bool
        Print one JSON object.

    Returns
    -------
    int
        Exit status: 1 where the file is damaged, or the same analysis decided differently, or the
        patient's record holds another session event.
    """
    session = read_session(path)
    core = _decided(session, speed, plain=plain, as_json=as_json)
    if core is None:
        print("The replay was left before its end.")
        return 0
    result = result_of(core)
    differences = tuple(_differences(session, core))
    compared = compared_with_record(session.setup, result.gate_event)
    for sentence in (*session.recording.damage, *differences, *compared.differences):
        print(f"stridegate: {disk.shown(path)}: {sentence}", file=sys.stderr)
    if as_json:
        print(json.dumps({**result.to_json(), "recording": disk.shown(path)}))
    else:
        print("\n".join(lines_of(result, session.setup)))
        if not differences:
            print(_verdict(session))
        if compared.verdict:
            print(compared.verdict)
    same_version = session.setup.analysis == ANALYSIS_VERSION
    is_other = (*differences, *compared.differences) and same_version
    return 1 if session.recording.damage or is_other else 0


def run_review(path: Path) -> int:
    """Look through a recording on the screen; without one its result is printed.

    Returns
    -------
    int
        Exit status.
    """
    if not has_screen():
        return run_replay(path, speed=None, plain=False, as_json=False)
    from monitor.tui.desk.sessions import SessionSource
    from monitor.tui.desk.showing import show_review

    # Read once before the screen opens: what cannot be read is one line in the terminal.
    setup = read_session(path).setup
    return show_review(SessionSource(path, f"{setup.patient} · {setup.stage_title}"))


def _decided(
    session: RecordedSession, speed: float | None, *, plain: bool, as_json: bool
) -> SessionCore | None:
    """Return the session decided again; None where a person left before its end."""
    if speed is None:
        printer = LinePrinter() if plain and not as_json else None

        def say(core: SessionCore) -> None:
            if printer is not None:
                printer(snapshot_of(core, core.t_s))

        return decide(session.setup, session.inputs(), session.ended_s, say)
    if has_screen() and not (plain or as_json):
        return _watched(session, speed)
    runner = ReplayRunner(session, SessionClock(speed), None if as_json else LinePrinter())
    asyncio.run(runner.run())
    return runner.core


def _watched(session: RecordedSession, speed: float) -> SessionCore | None:
    from monitor.tui.app import LiveApp

    app = LiveApp(lambda: ReplayRunner(session, SessionClock(speed)))
    app.run()
    if app.error is not None:
        raise app.error
    runner = app.runner
    return runner.core if isinstance(runner, ReplayRunner) and runner.result else None


def _verdict(session: RecordedSession) -> str:
    if session.result is not None:
        return "Same steps, alarms and result as recorded."
    return "The session never ended; the same alarms as recorded, up to its last moment."


def _differences(session: RecordedSession, core: SessionCore) -> Iterator[str]:
    """Yield what was recorded and is decided otherwise now, one sentence each."""
    found = list(_changed_decisions(session, core))
    if session.result is not None:
        now = result_of(core).to_json()
        found += [
            f"{key} was {session.result.get(key)!r} and is now {now.get(key)!r}"
            for key in sorted(set(session.result) | set(now))
            if session.result.get(key) != now.get(key)
        ]
    kept = session.analysed()
    if kept is not None and kept != kept_of(core):
        found.append("what the analysis found, beside the steps, was kept otherwise than it is now")
    if found and session.setup.analysis != ANALYSIS_VERSION:
        yield (
            f"recorded with analysis version {session.setup.analysis}, this is {ANALYSIS_VERSION}:"
            " the stored result stands, these are the differences"
        )
    yield from found


def _changed_decisions(session: RecordedSession, core: SessionCore) -> Iterator[str]:
    # A session that was killed has no end to compare: its log is the beginning of this one.
    now = [entry.to_json() for entry in core.journal.entries]
    for number, recorded in enumerate(session.decisions):
        if number >= len(now) or now[number] != recorded:
            instead = now[number]["text"] if number < len(now) else "nothing"
            yield (
                f"decision {number + 1} at {float(recorded['t_s']):.1f} s was "
                f"{recorded['text']!r} and is now {instead!r}"
            )
            return
