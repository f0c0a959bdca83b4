"""What stands on each screen between the runs, in every state and at three sizes, stored as text.

``pytest tests/tui/test_stored_desk.py --snapshot-update`` stores it anew.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from made_desks import desk, lock, press, seen, with_history
from made_people import HIP_TEXT
from made_runs import READY, made_patient
from screens import SIZES
from stored import stored_text
from syrupy.assertion import SnapshotAssertion
from textual.pilot import Pilot
from textual.screen import Screen

from monitor.programme.draft import open_draft
from monitor.store.places import user_places
from monitor.tui.desk.editor import EditorScreen
from monitor.tui.desk.history import HistoryScreen
from monitor.tui.desk.home import HomeScreen
from monitor.tui.desk.patients import PatientsScreen
from monitor.tui.desk.review import ReviewScreen
from monitor.tui.desk.sessions import SessionSource
from monitor.tui.desk.setup import SetupScreen, WelcomeScreen

pytestmark = pytest.mark.usefixtures("wall")

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.mcap"


def home() -> HomeScreen:
    return HomeScreen("anna")


def editing() -> EditorScreen:
    path = Path("own.toml")
    path.write_text(HIP_TEXT, encoding="utf-8")
    return EditorScreen(open_draft(path, None))


def nobody() -> None:
    """Leave the record empty."""


def ready() -> None:
    made_patient(user_places(), READY)


def locked() -> None:
    lock(made_patient(user_places(), READY))


def waiting() -> None:
    with_history()


SCREENS: dict[str, tuple[Callable[[], None], Callable[[], Screen[None]], tuple[str, ...], str]] = {
    "welcome": (nobody, WelcomeScreen, (), "see the demo"),
    "set-up": (nobody, SetupScreen, (), "let a clinician in"),
    "home, ready": (ready, home, (), "begin the session"),
    "home, answers open": (waiting, home, (), "answer what is asked"),
    "home, locked": (locked, home, (), "once your clinician has opened it"),
    "history": (waiting, lambda: HistoryScreen("anna"), (), "answers open"),
    "history, empty": (ready, lambda: HistoryScreen("anna"), (), "No session yet"),
    "patients, locked": (locked, PatientsScreen, (), "■ locked"),
    "patients, waiting": (waiting, PatientsScreen, (), "anna"),
    "limits": (ready, home, ("l",), "an edit of limits needs a reason"),
    "programme": (nobody, editing, (), "right. Ctrl+S"),
    "review": (nobody, lambda: ReviewScreen(SessionSource(DEMO, "anna · WR1")), (), "cool-down"),
}
"""By name: the record, the screen that opens, the keys from there, and what is waited for."""


@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    # The editor shows the way to its file.
    monkeypatch.chdir(tmp_path)
    record, screen, keys, awaited = SCREENS[name]
    record()
    async with desk(screen) as (app, pilot):
        if keys:
            await seen(pilot, "begin the session")
            await press(pilot, *keys)
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await seen(pilot, awaited)
            await still(pilot)
            assert stored_text(app) == snapshot(name=f"{size[0]}x{size[1]}")


async def still(pilot: Pilot[None]) -> None:
    """Wait until the screen has its footer, and changes no more."""
    before = ""
    while (now := stored_text(pilot.app)) != before or not now.splitlines()[-1].strip():
        before = now
        await pilot.pause(0.05)
