"""The physio's screen on a real publisher's socket: what is seen, asked, lost and taken back."""

import asyncio
import contextlib
import datetime as dt
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import made_snapshots as made
import pytest
from made_sessions import made_setup, run_between_walks
from made_snapshots import FakeRunner
from screens import is_on, listen, text_of
from served import published, until
from textual.app import App
from textual.pilot import Pilot

from monitor.core import Input
from monitor.live.client import Viewing
from monitor.live.consent import Consent
from monitor.live.door import Door, new_door
from monitor.live.listening import Remote
from monitor.live.publisher import Publisher
from monitor.live.ticket import Ticket
from monitor.live.tls import session_tls
from monitor.marks import MarkKind
from monitor.record import RecordingSink
from monitor.session import SessionRunner
from monitor.snapshot import Snapshot
from monitor.tui import impactplot, live
from monitor.tui.app import LiveApp
from monitor.tui.dialogs import AskDialog
from monitor.tui.live import LiveScreen
from monitor.tui.viewers import CONSENT
from monitor.tui.watch import WaitingScreen, WatchScreen
from monitor.tui.watchapp import WatchApp
from monitor.wording import ASK_PAIN
from sensors.clock import SessionClock

pytestmark = pytest.mark.usefixtures("slowly")

SIZE = (100, 30)


class SilentPod:
    """A source that sends nothing: what is asked of the session is what happens in it."""

    async def run(self, _inbox: deque[Input]) -> None:
        await asyncio.get_running_loop().create_future()


@pytest.fixture
def slowly(ticking: None, impatient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let two screens at once show what changes by themselves, and the plot not at all."""
    monkeypatch.setattr(live, "REFRESH_S", 0.25)
    monkeypatch.setattr(impactplot, "REDRAW_S", 3600.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "live"


def door(folder: Path) -> Door:
    return new_door("s-1", "P-017", folder)


def remote_here() -> Remote:
    context, pin = session_tls(dt.datetime.now(dt.UTC))
    return Remote("127.0.0.1", 0, Ticket("127.0.0.1", 0, "right", pin), context)


@contextlib.asynccontextmanager
async def watched(target: Door | Ticket) -> AsyncIterator[tuple[WatchApp, Pilot[None]]]:
    app = WatchApp(Viewing(target, SessionClock()))
    async with app.run_test(size=SIZE, notifications=True) as pilot:
        yield app, pilot


@contextlib.asynccontextmanager
async def patient_of(runner: FakeRunner | SessionRunner) -> AsyncIterator[Pilot[None]]:
    app = LiveApp(lambda: runner)
    async with app.run_test(size=SIZE) as pilot:
        await until(lambda: is_on(app, LiveScreen))
        yield pilot


async def shows(app: App[None], text: str) -> None:
    # Not too often: drawing the screen as text takes the time that it needs itself.
    await until(lambda: text in text_of(app), every_s=0.2)


async def test_what_is_asked_reaches_the_patient_and_ends_are_asked_first(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SessionClock()
    sink = RecordingSink(tmp_path / "s.mcap", made_setup(run_between_walks(60.0)), 0)
    runner = SessionRunner(made_setup(run_between_walks(60.0)), SilentPod(), sink, clock)
    runner.publisher = Publisher(runner, "s-1", "P-017", None, folder)

    def now() -> Snapshot:
        return runner.snapshot

    async with patient_of(runner) as patient, watched(door(folder)) as (app, pilot):
        said = listen(app, monkeypatch)
        await until(lambda: is_on(app, WatchScreen))
        await shows(app, "runs elsewhere · live")

        await pilot.press("m", *"Hop", "enter")
        await shows(patient.app, "✉ Hop")
        await until(lambda: "The message is on the patient's screen" in said)

        await pilot.press("p")
        await shows(patient.app, ASK_PAIN)
        await until(lambda: "The patient is asked for the pain" in said)

        runner.mark(MarkKind.START)
        await until(lambda: runner.snapshot.is_started)
        await pilot.press("h")
        await until(lambda: is_on(app, AskDialog))
        await pilot.press("n")
        assert not now().is_holding
        await pilot.press("h", "y")
        await until(lambda: runner.snapshot.is_holding)
        await until(lambda: "The session is on hold" in said)

        await pilot.press("c", "escape")
        assert not now().walks_the_rest
        await pilot.press("c", "y")
        await until(lambda: runner.snapshot.walks_the_rest)

        await pilot.press("s", "n")
        assert not now().is_over
        # The keys of the people at the treadmill do nothing here.
        await pilot.press("space", "a")
        assert now().is_holding
        await pilot.press("s", "y")
        await shows(app, "the session is over")
        assert not app.screen.has_class("-lost")


async def test_a_view_that_is_lost_says_so_is_greyed_and_comes_back(folder: Path) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with watched(door(folder)) as (app, _):
        assert is_on(app, WaitingScreen)
        async with published(publisher, folder):
            await until(lambda: is_on(app, WatchScreen))
            await shows(app, "runs elsewhere · live")
            assert not app.screen.has_class("-lost")
        await shows(app, "VIEW LOST")
        await shows(app, "1 s old: what you see is not now")
        assert app.screen.has_class("-lost")
        assert made.RUNNING.sentence in text_of(app)
        session.snapshot = made.HOLDING
        async with published(publisher, folder):
            await shows(app, made.HOLDING.sentence)
            await shows(app, "runs elsewhere · live")
            assert not app.screen.has_class("-lost")


async def test_a_request_on_a_lost_view_is_refused_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with watched(door(folder)) as (app, pilot):
        async with published(publisher, folder):
            await until(lambda: is_on(app, WatchScreen))
        await shows(app, "VIEW LOST")
        said = listen(app, monkeypatch)
        await pilot.press("h", "y")
        await until(lambda: said and said[-1].startswith("Not sent"))
    assert session.marks == []


@pytest.mark.parametrize("answer", ["y", "n"])
async def test_the_patient_is_asked_and_their_word_is_what_is_seen(
    folder: Path, answer: str
) -> None:
    session = FakeRunner()
    publisher = session.publisher = Publisher(session, "s-1", "P-017", remote_here(), folder)
    async with published(publisher, folder), patient_of(session) as patient:
        assert publisher.ticket is not None
        async with watched(publisher.ticket) as (app, _):
            await shows(patient.app, CONSENT[:40])
            await shows(app, "Waiting for the patient to allow")
            assert is_on(app, WaitingScreen)
            await patient.press(answer)
            if answer == "n":
                await shows(app, "does not want to be watched")
                assert publisher.consent is Consent.REFUSED
                assert is_on(app, WaitingScreen)
                await patient.press("v")
                await shows(patient.app, "nobody there sees anything")
                return
            await shows(app, made.RUNNING.sentence)
            # v ends the view, after a question; what was seen is taken away.
            await patient.press("v")
            await shows(patient.app, "1 person watches")
            await patient.press("n")
            assert publisher.consent is Consent.GIVEN
            await patient.press("v", "y")
            await shows(app, "does not want to be watched")
            assert is_on(app, WaitingScreen)
            assert made.RUNNING.sentence not in text_of(app)
            assert publisher.viewers == 0


async def test_v_without_watching_says_how_it_is_begun() -> None:
    async with patient_of(FakeRunner()) as patient:
        await patient.press("v")
        await shows(patient.app, "--watch HOST:PORT")


async def test_q_leaves_the_view_and_not_the_session(folder: Path) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with published(publisher, folder):
        async with watched(door(folder)) as (app, pilot):
            await until(lambda: publisher.viewers == 1)
            await until(lambda: is_on(app, WatchScreen))
            await pilot.press("q")
        await until(lambda: publisher.viewers == 0)
    assert session.marks == []


async def test_a_ticket_that_opens_nothing_ends_the_view_with_its_reason(folder: Path) -> None:
    publisher = Publisher(FakeRunner(), "s-1", "P-017", remote_here(), folder)
    async with published(publisher, folder):
        assert publisher.ticket is not None
        async with watched(replace(publisher.ticket, token="wrong")) as (app, _):
            await until(lambda: app.error is not None)
    assert "does not accept this ticket" in str(app.error)
