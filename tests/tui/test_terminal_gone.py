"""A real session in a real terminal that goes away, stands still, or sends Ctrl+C."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.record import read_session
from monitor.tui.app import ENDED_BY

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of Unix")

DEMO = "from monitor.cli import main; main()"
PATIENCE_S = 90.0


class Terminal:
    """A demo in a pseudo-terminal.

    Attributes
    ----------
    process : subprocess.Popen
        The demo, leader of a session of its own as under a terminal.
    seen : bytes
        What it has written so far.
    """

    def __init__(self, recording: Path, home: Path) -> None:
        self.keys, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.seen = b""
        argv = ["demo", "--seconds", "60", "--recording", str(recording)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", DEMO, *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**os.environ, "STRIDEGATE_HOME": str(home), "TERM": "xterm-256color"},
        )
        os.close(theirs)

    def until(self, text: bytes) -> None:
        """Read until a text was written."""
        end_s = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            assert time.monotonic() < end_s, self.seen[-2000:]
            if select.select([self.keys], [], [], 1.0)[0]:
                self.seen += os.read(self.keys, 65536)

    def press(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self.keys, keys)

    def drain(self) -> int:
        """Take what is written until the process ends; return its exit status."""
        while self.process.poll() is None:
            if select.select([self.keys], [], [], 0.2)[0]:
                try:
                    self.seen += os.read(self.keys, 65536)
                except OSError:
                    break
        return self.process.wait(PATIENCE_S)


@contextmanager
def demo(tmp_path: Path) -> Iterator[tuple[Terminal, Path]]:
    """Run the demo up to its first steps."""
    recording = tmp_path / "demo.mcap"
    terminal = Terminal(recording, tmp_path / "home")
    try:
        terminal.until(b"now WALK")
        yield terminal, recording
    finally:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait()


def test_a_closed_terminal_closes_the_recording_with_its_result(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        os.close(terminal.keys)
        terminal.process.wait(PATIENCE_S)
    session = read_session(recording)
    assert session.result is not None
    assert ENDED_BY["SIGHUP"] in [entry["text"] for entry in session.decisions]
    assert session.result["end_reason"] == "stopped"


def test_ctrl_c_asks_and_then_closes_the_recording(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        terminal.press(b"\x03")
        terminal.until(b"End it and close?")
        assert terminal.process.poll() is None
        terminal.press(b"y")
        terminal.drain()
    assert read_session(recording).result is not None
    assert b"Recording: " in terminal.seen


def test_a_terminal_that_takes_nothing_holds_up_no_data(tmp_path: Path) -> None:
    with demo(tmp_path) as (terminal, recording):
        # Nothing is read: its buffer and the queue before it are full after a moment.
        before = recording.stat().st_size
        time.sleep(6.0)
        assert recording.stat().st_size > before + 10_000
        terminal.process.send_signal(signal.SIGTERM)
        terminal.drain()
    session = read_session(recording)
    assert session.result is not None
    assert ENDED_BY["SIGTERM"] in [entry["text"] for entry in session.decisions]
    assert b"Recording: " in terminal.seen
