"""The command line, for every test of what goes out and comes in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from monitor import cli

Run = Callable[..., tuple[int, str, list[str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))

    def call(*argv: str) -> tuple[int, str, list[str]]:
        monkeypatch.setattr("sys.argv", ["stridegate", *argv])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capfd.readouterr()
        code = stop.value.code
        return (code if isinstance(code, int) else 0), printed.out, printed.err.splitlines()

    return call
