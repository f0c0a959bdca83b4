"""The command line of a clinic: a clock that tests set, cheap hashes, waits that are only noted."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from made_stores import NOW_S

from monitor import cli
from monitor.commands import desk as desks
from monitor.people import pins
from monitor.people.accounts import Accounts
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store

PIN = "482913"


class Terminal(io.StringIO):
    """Standard input that is a person's."""

    def isatty(self) -> bool:
        return True


@dataclass
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: list[str]


@dataclass
class Clinic:
    """Runs commands as a user does."""

    call: Callable[..., Said]
    waits_s: list[float] = field(default_factory=list)
    now_s: int = NOW_S

    def __call__(self, *argv: str, pin: str | None = None, typed: str | None = None) -> Said:
        """Run a command: with a script's PIN lines, or with what a person types at a terminal."""
        if pin is not None:
            return self.call(*argv, "--pin-stdin", stdin=io.StringIO(f"{pin}\n"))
        return self.call(*argv, stdin=io.StringIO() if typed is None else Terminal(typed))

    def sign(self, *argv: str) -> Said:
        """Run a clinician's act; it is done."""
        said = self(*argv, pin=PIN)
        assert said.status == 0, said
        return said

    def refuse(self, *argv: str, pin: str | None = PIN, typed: str | None = None) -> str:
        """Run a command that writes nothing; return its sentence."""
        before = self.content
        said = self(*argv, pin=None if typed is not None else pin, typed=typed)
        assert (said.status, said.out.count("written\n")) == (2, 0), said
        assert all(line.startswith("stridegate: ") for line in said.err)
        assert self.content == before
        return "\n".join(line.removeprefix("stridegate: ") for line in said.err)

    @property
    def store(self) -> Store:
        return open_store(user_places())

    @property
    def content(self) -> list[object]:
        if not user_places().store.exists():
            return []
        return [self.store.rows(chain) for chain in self.store.chains()]

    def enrol(self, name: str = "anna", *more: str, site: str = "sacrum") -> Said:
        """Add a clinician, sign the programme and enrol a patient."""
        if not user_places().store.exists():
            self.sign("clinician", "add", "dr-x")
            self.sign("programme", "sign", "hip-bsi")
        return self.sign("patient", "enrol", name, *enrolment(site), *CLEAR, *more)


CLEAR = ("--no-hard-blocks", "--no-other-soft-blocks")


def enrolment(site: str = "sacrum") -> tuple[str, ...]:
    return (
        *("--site", site, "--side", "left", "--diagnosed", "2026-09-01"),
        *("--time-zone", "Europe/Zurich", "--programme", "hip-bsi"),
    )


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
