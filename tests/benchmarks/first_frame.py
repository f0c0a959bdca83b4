"""``make bench-start``: how much later the demo's first frame comes than an empty app's.

Both are started in fresh processes in a pseudo-terminal of their own, in turns; a frame is there
when the expected text has been written to the terminal. Prints the medians and their difference.
"""

import os
import pty
import select
import statistics
import struct
import sys
import tempfile
import termios
import time
from fcntl import ioctl
from pathlib import Path

ROUNDS = 7
ROWS, COLUMNS = 40, 120
PATIENCE_S = 30.0

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("first frame")
Empty().run()
"""
DEMO = "from monitor.cli import main; main()"


def seconds_to(text: bytes, argv: list[str], home: str) -> float:
    """Return the seconds from the start of a process to ``text`` on its terminal."""
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update(STRIDEGATE_HOME=home, TERM="xterm-256color", LC_ALL="C.UTF-8")
        os.execv(sys.executable, [sys.executable, *argv])
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    seen = b""
    try:
        while text not in seen:
            ready, _, _ = select.select([terminal], [], [], PATIENCE_S)
            if not ready:
                raise TimeoutError(f"{argv}: no {text!r} within {PATIENCE_S} s")
            seen += os.read(terminal, 65536)
        return time.perf_counter() - began
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)


def main() -> None:
    """Measure in turns and print the figures."""
    empty, demo = [], []
    with tempfile.TemporaryDirectory() as home:
        for _ in range(ROUNDS):
            empty.append(seconds_to(b"first frame", ["-c", EMPTY], home))
            demo.append(seconds_to(b"Opening", ["-c", DEMO, "demo"], home))
    before, after = statistics.median(empty), statistics.median(demo)
    print(f"first frame, median of {ROUNDS}: empty Textual app {before:.2f} s, demo {after:.2f} s")
    print(f"the demo's comes {after - before:+.2f} s later, {after / before:.2f} times as late")


if __name__ == "__main__":
    if not Path("pyproject.toml").is_file():
        sys.exit("run it from the project's root: make bench-start")
    main()
