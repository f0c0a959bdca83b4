"""The questions around a session as values, and the flows that ask them.

A flow is a generator: it yields questions and notices and is sent the answers. So the same flow is
driven by a terminal, by the screen, or by what was given on the command line, and none of them
decides anything. An answer that is not given is None: never 0.
"""

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeVar

TOP_PAIN: Final = 10
"""Top of the 0-10 numeric rating scale."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ask:
    """One question that is answered by one number.

    Attributes
    ----------
    key : str
        By which an answer can be given beforehand, for example ``before``.
    text : str
        The question.
    items : tuple of str
        What 1, 2 ... stand for, where one of a list is chosen and 0 is none of it; empty where a
        score of 0 to 10 is asked for.
    proposed : int or None
        What is proposed and never assumed.
    short_key : str or None
        A second key, where there is one.
    """

    key: str
    text: str
    items: tuple[str, ...] = ()
    proposed: int | None = None
    short_key: str | None = None

    @property
    def top(self) -> int:
        """The highest answer."""
        return len(self.items) if self.items else TOP_PAIN


@dataclass(frozen=True, slots=True)
class Tell:
    """Something to be said, in lines."""

    lines: tuple[str, ...]


Flow = Generator[Ask | Tell, int | None, T]
"""Yields what is asked and told, is sent the answers, and returns what it comes to."""


@dataclass(frozen=True, slots=True)
class Given:
    """Answers that were given beforehand: key to answer."""

    answers: Mapping[str, int] = field(default_factory=dict)

    def answer(self, ask: Ask) -> int | None:
        """Return the answer to a question; None where it was not given."""
        short = None if ask.short_key is None else self.answers.get(ask.short_key)
        return self.answers.get(ask.key, short)


def drive(
    flow: Flow[T], tell: Callable[[tuple[str, ...]], None], answer: Callable[[Ask], int | None]
) -> T:
    """Take a flow to its end.

    Parameters
    ----------
    flow : Flow
        A fresh one.
    tell : callable
        Says lines to a person.
    answer : callable
        Answers a question, or returns None.
    """
    given: int | None = None
    while True:
        try:
            step = flow.send(given)
        except StopIteration as done:
            result: T = done.value
            return result
        given = None
        if isinstance(step, Tell):
            tell(step.lines)
        else:
            given = answer(step)
