"""Asking a person, on the terminal or elsewhere, or taking a script's answers from its input."""

import getpass
import sys
from dataclasses import dataclass
from typing import Protocol

from monitor.errors import UsageError


class Asking(Protocol):
    """Whoever is asked, wherever they sit; see ``Asker``."""

    @property
    def has_person(self) -> bool:
        """Whether there is somebody who can be asked."""
        ...

    def pin(self, whose: str) -> str:
        """Return a PIN."""
        ...

    def new_pin(self, whose: str) -> str:
        """Return a new PIN."""
        ...

    def yes(self, question: str) -> bool:
        """Return whether the answer is yes."""
        ...

    def line(self, question: str) -> str:
        """Return a line."""
        ...

    def level(self, question: str) -> int | None:
        """Return a number from 0 to 10, or None."""
        ...

    def tell(self, sentence: str) -> None:
        """Tell something beside the result."""
        ...


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks, on the terminal alone; what is not answered is never taken for a no.

    Attributes
    ----------
    pin_stdin : bool
        Whether PINs come from standard input, one a line, in the order in which they are needed.
    """

    pin_stdin: bool = False

    @property
    def has_person(self) -> bool:
        """Whether there is somebody who can be asked."""
        return not self.pin_stdin and sys.stdin.isatty()

    def pin(self, whose: str) -> str:
        """Return a PIN, asked without echo; raises UsageError where nobody can be asked."""
        if self.pin_stdin:
            line = sys.stdin.readline()
            if not line:
                raise UsageError(f"standard input has no line for the {whose}: write one")
            return line.rstrip("\r\n")
        if not self.has_person:
            raise UsageError(
                f"no terminal to ask for the {whose}: give --pin-stdin, and it on standard input"
            )
        return getpass.getpass(f"{whose}: ")

    def new_pin(self, whose: str) -> str:
        """Return a new PIN, asked twice where a person types what cannot be seen."""
        pin = self.pin(f"new {whose}")
        if not self.pin_stdin and self.pin(f"new {whose} again") != pin:
            raise UsageError("the two are not the same: nothing was written, try again")
        return pin

    def yes(self, question: str) -> bool:
        """Return whether the answer is yes; asked until it is one of both."""
        while True:
            answer = self.line(f"{question} [y/n] ").strip().lower()
            if answer in ("y", "yes"):
                return True
            if answer in ("n", "no"):
                return False

    def line(self, question: str) -> str:
        """Return a line; raises UsageError where it ends before."""
        # On the error stream, so that standard output is the result alone.
        print(question, end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            print(file=sys.stderr)
            raise UsageError("the answers ended before the questions: nothing more was written")
        return line.rstrip("\r\n")

    def level(self, question: str) -> int | None:
        """Return a number from 0 to 10; None where the person leaves it open."""
        while True:
            answer = self.line(f"{question} [0-10, Enter leaves it open] ").strip()
            if not answer:
                return None
            if answer.isascii() and answer.isdigit() and int(answer) <= 10:
                return int(answer)

    def tell(self, sentence: str) -> None:
        """Tell something beside the result, on the error stream."""
        print(f"stridegate: {sentence}", file=sys.stderr)
