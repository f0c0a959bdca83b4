"""The command line as a user calls it, in this process."""

from collections.abc import Callable

import pytest

from monitor import cli

Run = Callable[..., tuple[int, str, list[str]]]
"""Of the arguments: exit status, output, lines of errors."""


def called(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *argv: str
) -> tuple[int, str, list[str]]:
    """Run the command line; returns the exit status, what was printed, and the lines of errors."""
    monkeypatch.setattr("sys.argv", ["stridegate", *argv])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    printed = capfd.readouterr()
    code = stop.value.code
    return (code if isinstance(code, int) else 0), printed.out, printed.err.splitlines()
