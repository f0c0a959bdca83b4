"""Questions and commands in a terminal without a screen: one line each, one reader of stdin."""

import asyncio
import contextlib
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TextIO

from monitor.live.publisher import Publisher
from monitor.marks import MarkKind
from monitor.running.asking import TOP_PAIN, Ask, Given
from monitor.running.runner import GradedRunner

COMMANDS: Final = (
    "b begin · N pain 0 to 10 · f NAME warning sign · h hold · r go on · s stop · a seen · "
    "m TEXT mark · x swap left and right · g let go on · allow, refuse viewers"
)
"""What can be typed while a session runs, Enter behind it."""

_MARKS: Final[Mapping[str, MarkKind]] = {
    "b": MarkKind.START,
    "h": MarkKind.HOLD,
    "r": MarkKind.RESUME,
    "s": MarkKind.STOP,
    "a": MarkKind.ACKNOWLEDGE,
    "x": MarkKind.SWAP_SIDES,
}

_CHUNK: Final = 4096


class InputLines:
    """The lines of standard input, read by one thread of its own.

    Attributes
    ----------
    listener : callable or None
        Called in that thread with each line while a session runs; otherwise lines wait for
        ``next_line``.
    """

    def __init__(self) -> None:
        self.listener: Callable[[str], None] | None = None
        self._waiting: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, name="stdin", daemon=True).start()

    def next_line(self) -> str | None:
        """Return the next line; None where there is no more."""
        line = self._waiting.get()
        if line is None:
            self._waiting.put(None)
        return line

    @contextlib.contextmanager
    def heard_by(self, take: Callable[[str], None]) -> Iterator[None]:
        """Hand each line to the loop that runs here, for as long as the block lasts."""
        loop = asyncio.get_running_loop()

        def listen(line: str) -> None:
            # A line that comes as the session ends finds no loop any more.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(take, line)

        self.listener = listen
        try:
            yield
        finally:
            self.listener = None

    def _read(self) -> None:
        rest = b""
        try:
            # Past Python's own buffer: a thread that waits in it would hold up the program's end.
            while chunk := os.read(sys.stdin.fileno(), _CHUNK):
                *lines, rest = (rest + chunk).split(b"\n")
                for line in lines:
                    self._take(line.decode("utf-8", "replace").strip())
        except (OSError, ValueError, AttributeError):
            # Closed, or none at all: then nobody types.
            pass
        self._waiting.put(None)

    def _take(self, line: str) -> None:
        listener = self.listener
        if listener is None:
            self._waiting.put(line)
        else:
            listener(line)


class TerminalAnswers:
    """Answers questions: from the command line first, then from who sits at the terminal.

    Parameters
    ----------
    given : Given
        The command line's.
    lines : InputLines or None
        The terminal; None where nobody sits there, and what was not given stays open.
    out : TextIO
        Where questions are written.
    """

    def __init__(self, given: Given, lines: InputLines | None, out: TextIO) -> None:
        self._given = given
        self._lines = lines
        self._out = out

    def __call__(self, ask: Ask) -> int | None:
        """Return the answer; None leaves the question open."""
        answer = self._given.answer(ask)
        while answer is None and self._lines is not None:
            self._write(ask)
            line = self._lines.next_line()
            if not line:
                return None
            if line == "y" and ask.proposed is not None:
                return ask.proposed
            answer = score_of(line, ask.top)
        return answer

    def _write(self, ask: Ask) -> None:
        for number, item in enumerate(ask.items, 1):
            print(f"  {number}  {item}", file=self._out)
        none = "0 none, " if ask.items else ""
        proposal = "" if ask.proposed is None else f", y takes {ask.proposed}"
        span = f"1 to {ask.top}" if ask.items else f"0 to {ask.top}"
        text = f"{ask.text} [{none}{span}{proposal}, Enter leaves it open] "
        print(text, end="", file=self._out, flush=True)


def score_of(text: str, top: int = TOP_PAIN) -> int | None:
    """Return a whole number from 0 to ``top`` as it was typed; None where it is none."""
    return int(text) if text.isascii() and text.isdigit() and int(text) <= top else None


def obey(runner: GradedRunner, line: str) -> str:
    """Do what a typed line says; return what to answer, empty where it went without saying."""
    command, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    pain = score_of(rest if command == "p" else command)
    if pain is not None:
        runner.mark(MarkKind.PAIN, pain)
    elif command in _MARKS:
        runner.mark(_MARKS[command])
    elif command == "m":
        runner.mark(MarkKind.NOTE, text="".join(sign for sign in rest if sign.isprintable()))
    elif command == "f" and rest in {item.id for item in runner.red_flags}:
        runner.flag(rest)
    elif command == "f":
        return f"f with one of {', '.join(item.id for item in runner.red_flags)}"
    elif runner.publisher is not None and obey_consent(runner.publisher, command):
        pass
    elif command == "g":
        present = "" if runner.let_go_on() else "nobody: give --supervised-by at the start"
        return f"The clinician who is present is {present}" if present else ""
    elif command:
        return COMMANDS
    return ""


def obey_consent(publisher: Publisher, line: str) -> bool:
    """Take the patient's word on viewers of other computers; False where a line says none."""
    if line not in ("allow", "refuse"):
        return False
    publisher.allow(is_allowed=line == "allow")
    return True
