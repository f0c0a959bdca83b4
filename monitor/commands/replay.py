"""``stridegate replay``: a recording through the live path, and whether it decides the same."""

import asyncio
import json
import sys
from collections import deque
from pathlib import Path

from monitor.core import Input, SessionCore
from monitor.plain import PlainLines
from monitor.record import RecordedSession, read_session
from monitor.result import SessionResult, result_of
from monitor.session import SessionRunner, decide
from monitor.setup import ANALYSIS_VERSION
from monitor.snapshot import Snapshot
from monitor.text import is_ascii_terminal
from monitor.view import snapshot_of
from sensors.clock import SessionClock
from sensors.recording.layout import RecordedItem
from sensors.replay import replay

AFTER_END_S = 1.0
"""s. A replay at a speed waits this long after the last recorded moment before it gives up."""


class ReplaySource:
    """A recorded session as a source, in time with the session's clock.

    Parameters
    ----------
    session : RecordedSession
        What is played.
    clock : SessionClock
        The clock it is played on; its speed is the replay's.
    """

    def __init__(self, session: RecordedSession, clock: SessionClock) -> None:
        self._session = session
        self._clock = clock

    async def run(self, inbox: deque[Input]) -> None:
        """Append each input when its time has come."""

        def deliver(item: RecordedItem) -> None:
            known = self._session.as_input(item)
            if known is not None:
                inbox.append(known)

        items = self._session.recording.items
        await replay(items, deliver, self._clock)
        last_s = items[-1].t_s if items else 0.0
        await self._clock.sleep_until((self._session.ended_s or last_s) + AFTER_END_S)


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
        Exit status: 1 where the same analysis version decided differently, or damage was found.
    """
    session = read_session(path)
    show = speed is not None and not (plain or as_json) and sys.stdout.isatty()
    if speed is not None:
        result = _replay_live(session, speed, screen=show, lines=plain or not (show or as_json))
    else:
        result = _replay_at_once(session, lines=plain)
    ended = None if session.result is None else session.result["end"]
    if result.end == "interrupted" and ended not in (None, "interrupted"):
        print("The replay was left before its end: nothing is compared.")
        return 0
    differences = _differences(session, result)
    for sentence in (*session.recording.damage, *differences):
        print(f"stridegate: {path}: {sentence}", file=sys.stderr)
    if as_json:
        print(json.dumps({**result.to_json(), "recording": str(path)}))
    else:
        print("\n".join(result.lines()))
        if session.result is not None and not differences:
            print("Same steps, alarms and result as recorded.")
    is_same_version = session.setup.analysis == ANALYSIS_VERSION
    return 1 if session.recording.damage or (differences and is_same_version) else 0


def _replay_at_once(session: RecordedSession, *, lines: bool) -> SessionResult:
    printer = PlainLines(is_ascii=is_ascii_terminal())

    def say(core: SessionCore) -> None:
        _say(printer, snapshot_of(core, core.t_s))

    core = decide(session.setup, session.inputs(), session.ended_s, say if lines else None)
    return result_of(core)


def _replay_live(
    session: RecordedSession, speed: float, *, screen: bool, lines: bool
) -> SessionResult:
    printer = PlainLines(is_ascii=is_ascii_terminal())

    def open_runner() -> SessionRunner:
        clock = SessionClock(speed)
        return SessionRunner(
            session.setup,
            ReplaySource(session, clock),
            None,
            clock,
            on_step=(lambda s: _say(printer, s)) if lines else None,
        )

    if screen:
        from monitor.tui.app import LiveApp

        app = LiveApp(open_runner)
        app.run()
        if app.error is not None:
            raise app.error
        runner = app.runner
        assert isinstance(runner, SessionRunner), "the app opened what it was given"
    else:
        runner = open_runner()
        asyncio.run(runner.run())
    assert runner.result is not None
    return runner.result


def _say(printer: PlainLines, snapshot: Snapshot) -> None:
    for line in printer.update(snapshot):
        print(line, flush=True)


def _differences(session: RecordedSession, result: SessionResult) -> list[str]:
    if session.result is None:
        return ["the session never ended: what was recorded is decided up to its last moment"]
    recorded, now = session.result, result.to_json()
    found = [
        f"{key} was {recorded.get(key)!r} and is now {now.get(key)!r}"
        for key in sorted(set(recorded) | set(now))
        if recorded.get(key) != now.get(key)
    ]
    if found and session.setup.analysis != ANALYSIS_VERSION:
        found.insert(
            0,
            f"recorded with analysis version {session.setup.analysis}, this is {ANALYSIS_VERSION}:"
            " the stored result stands, these are the differences",
        )
    return found
