"""Keep animations and timers out of the screen's tests: they drive every update themselves."""

import asyncio
from functools import partial
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from made_people import DAY_S
from made_stores import NOW_S

from monitor.commands import desk as desks
from monitor.people import pins
from monitor.people.accounts import Accounts
from monitor.sound.speaker import Speaker
from monitor.tui import impactplot, live, questions
from monitor.tui.desk import editor


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Show every change at once, and nothing by itself where a test does not ask for it."""
    monkeypatch.setattr("textual.constants.TEXTUAL_ANIMATIONS", "none")
    if "ticking" not in request.fixturenames:
        monkeypatch.setattr(live, "REFRESH_S", 3600.0)
        monkeypatch.setattr(impactplot, "REDRAW_S", 3600.0)


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep settings apart from the user's, and start no process that looks for a loudspeaker."""
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))

    async def run(_speaker: Speaker) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(Speaker, "run", run)


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Set the clock to the day after anna's last session; cheap hashes, no waits."""
    now = [NOW_S + 8 * DAY_S]
    hasher = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(pins, "PasswordHasher", hasher)
    monkeypatch.setattr(desks, "utc_now_ns", lambda: now[0] * 10**9)
    monkeypatch.setattr(desks, "Accounts", partial(Accounts, sleep=lambda _s: None))
    monkeypatch.setattr(questions, "SETTLE_S", 0.001)
    monkeypatch.setattr(editor, "SETTLE_S", 0.001)
    return now


@pytest.fixture
def ticking() -> None:
    """Ask for the screen's own timers."""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no idle processor after a key, for tests that wait for what they want to see.

    Textual's Pilot waits up to a second for one, and a session that runs leaves it none.
    """

    async def no_longer(_min_s: float = 0.0) -> None:
        await asyncio.sleep(0.02)

    monkeypatch.setattr("textual.app.wait_for_idle", no_longer)
    monkeypatch.setattr("textual.pilot.wait_for_idle", no_longer)
