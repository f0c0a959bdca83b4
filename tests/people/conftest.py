"""A clinic for tests: a clock that they set, cheap hashes, waits that are only noted."""

import io
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from made_clinic import WORN, Clinic, Said

from monitor import cli
from monitor.commands import desk as desks
from monitor.people import pins
from monitor.people.accounts import Accounts


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    hasher = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(pins, "PasswordHasher", hasher)


@pytest.fixture
def clinic(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    cheap: None,
) -> Clinic:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))

    def call(*argv: str, stdin: io.StringIO) -> Said:
        monkeypatch.setattr("sys.argv", ["stridegate", *argv])
        monkeypatch.setattr("sys.stdin", stdin)
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capfd.readouterr()
        code = stop.value.code
        return Said(code if isinstance(code, int) else 0, printed.out, printed.err.splitlines())

    made = Clinic(call)
    monkeypatch.setattr(desks, "utc_now_ns", lambda: made.now_s * 10**9)
    monkeypatch.setattr(desks, "Accounts", partial(Accounts, sleep=made.waits_s.append))
    return made


@pytest.fixture
def anna(clinic: Clinic) -> Clinic:
    """Return a clinic whose patient anna walks, on W1."""
    clinic.enrol()
    clinic("conditions", "anna", *WORN)
    clinic.sign("start", "anna", "--stage", "W1", "--ahead", "--reason", "walks already")
    return clinic
