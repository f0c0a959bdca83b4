"""A program of ours in a real pseudo-terminal."""

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Sequence
from time import monotonic

STRIDEGATE = "from monitor.cli import main; main()"


class PseudoTerminal:
    """A Python program as the leader of a terminal of its own.

    Attributes
    ----------
    process : subprocess.Popen
        The program.
    seen : bytes
        What it has written so far.
    """

    def __init__(
        self, code: str, argv: Sequence[str], home: str, size: tuple[int, int] = (80, 24)
    ) -> None:
        self.keys, theirs = pty.openpty()
        columns, rows = size
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.seen = b""
        env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS", "LINES")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *argv],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**env, "STRIDEGATE_HOME": home, "TERM": "xterm-256color"},
        )
        os.close(theirs)

    def read(self, timeout_s: float = 0.2) -> bytes:
        """Return what it wrote, empty where nothing comes."""
        if not select.select([self.keys], [], [], timeout_s)[0]:
            return b""
        try:
            fresh = os.read(self.keys, 65536)
        except OSError:
            return b""
        self.seen += fresh
        return fresh

    def until(self, text: bytes, patience_s: float) -> None:
        """Read until a text was written."""
        end_s = monotonic() + patience_s
        while text not in self.seen:
            assert monotonic() < end_s, self.seen[-2000:]
            assert self.process.poll() is None or self.read(), self.seen[-2000:]
            self.read()

    def press(self, keys: bytes) -> None:
        """Send keys."""
        os.write(self.keys, keys)

    def drain(self, patience_s: float) -> int:
        """Take what is written until the program ends; return its exit status."""
        end_s = monotonic() + patience_s
        while self.process.poll() is None:
            assert monotonic() < end_s, self.seen[-2000:]
            self.read()
        while self.read(0.0):
            pass
        return self.process.returncode

    def end(self) -> None:
        """Kill it where it still runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
