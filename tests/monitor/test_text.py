"""Which terminal gets the live screen, and which plain lines."""

import io
import sys

import pytest

from monitor.text import has_screen, is_ascii_terminal


class Terminal(io.StringIO):
    """A terminal of a given encoding."""

    def __init__(self, encoding: str, *, is_terminal: bool = True) -> None:
        super().__init__()
        self._encoding, self._is_terminal = encoding, is_terminal

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a StringIO has none
        return self._encoding

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize(
    ("encoding", "term", "is_terminal", "screen", "is_ascii"),
    [
        ("utf-8", "xterm-256color", True, True, False),
        ("UTF-8", "linux", True, True, False),
        ("utf-8", "dumb", True, False, False),
        ("utf-8", "xterm", False, False, False),
        ("ascii", "xterm", True, False, True),
        ("ISO-8859-1", "xterm", True, False, True),
    ],
)
def test_a_dumb_terminal_or_one_without_unicode_gets_lines_and_no_screen(
    monkeypatch: pytest.MonkeyPatch,
    encoding: str,
    term: str,
    is_terminal: bool,
    screen: bool,
    is_ascii: bool,
) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal(encoding, is_terminal=is_terminal))
    monkeypatch.setattr(sys, "stdin", Terminal(encoding, is_terminal=is_terminal))
    monkeypatch.setenv("TERM", term)
    assert has_screen() is screen
    assert is_ascii_terminal() is is_ascii
