"""A real session in a real terminal that goes away, stands still, or sends Ctrl+C."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pseudoterminal import STRIDEGATE, PseudoTerminal

from monitor.record import read_session
from monitor.tui.app import ENDED_BY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

PATIENCE_S = 90.0


@contextmanager
def demo(tmp_path: Path) -> Iterator[tuple[PseudoTerminal, Path]]:
    """Run the demo up to its first steps."""
    recording = tmp_path / "demo.mcap"
    argv = ["demo", "--seconds", "60", "--recording", str(recording)]
    terminal = PseudoTerminal(STRIDEGATE, argv, str(tmp_path / "home"))
    try:
        terminal.until(b"now WALK", PATIENCE_S)
        yield terminal, recording
    finally:
        terminal.end()


def test_a_closed_terminal_closes_the_recording_with_its_result(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        os.close(terminal.keys)
        terminal.process.wait(PATIENCE_S)
    session = read_session(recording)
    assert session.result is not None
    assert ENDED_BY["SIGHUP"] in [entry["text"] for entry in session.decisions]
    assert session.decisions[-1]["text"] == "Stopped before the end of the plan"


def test_ctrl_c_asks_and_then_closes_the_recording(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        terminal.press(b"\x03")
        terminal.until(b"End it and close?", PATIENCE_S)
        assert terminal.process.poll() is None
        terminal.press(b"y")
        terminal.drain(PATIENCE_S)
    assert read_session(recording).result is not None
    assert b"Recording: " in terminal.seen


def test_a_terminal_that_takes_nothing_holds_up_no_data(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        # Nothing is read: its buffer and the queue before it are full after a moment.
        before = recording.stat().st_size
        time.sleep(6.0)
        assert recording.stat().st_size > before + 10_000
        terminal.process.send_signal(signal.SIGTERM)
        terminal.drain(PATIENCE_S)
    session = read_session(recording)
    assert session.result is not None
    assert ENDED_BY["SIGTERM"] in [entry["text"] for entry in session.decisions]
    assert b"Recording: " in terminal.seen
