"""The physio's screen on a real publisher's socket: what is seen, asked, lost and taken back."""

import asyncio
import contextlib
import datetime as dt
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import made_snapshots as made
import pytest
from made_sessions import made_setup, run_between_walks
from made_snapshots import FakeRunner
from screens import is_on, text_of
from served import published, until
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
from monitor.tui.app import LiveApp
from monitor.tui.dialogs import AskDialog
from monitor.tui.live import LiveScreen
from monitor.tui.viewers import CONSENT
from monitor.tui.watch import WaitingScreen, WatchScreen
from monitor.tui.watchapp import WatchApp
from monitor.view import ASK_PAIN
from sensors.clock import SessionClock

pytestmark = pytest.mark.usefixtures("ticking")

SIZE = (100, 30)


class SilentPod:
    """A source that sends nothing: what is asked of the session is what happens in it."""

    async def run(self, _inbox: deque[Input]) -> None:
        await asyncio.get_running_loop().create_future()


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


def stands(app: WatchApp | LiveApp, text: str) -> Callable[[], bool]:
    return lambda: text in text_of(app)  # type: ignore[arg-type]


async def test_what_is_asked_reaches_the_patient_and_ends_are_asked_first(
    tmp_path: Path, folder: Path
) -> None:
    clock = SessionClock()
    sink = RecordingSink(tmp_path / "s.mcap", made_setup(run_between_walks(60.0)), 0)
    runner = SessionRunner(made_setup(run_between_walks(60.0)), SilentPod(), sink, clock)
    runner.publisher = Publisher(runner, "s-1", "P-017", None, folder)
    async with patient_of(runner) as patient, watched(door(folder)) as (app, pilot):
        await until(lambda: is_on(app, WatchScreen))
        await until(stands(app, "runs elsewhere · live"))

        await pilot.press("m", *"Shorter", "enter")
        await until(stands(patient.app, "✉ Shorter"))
        await until(stands(app, "The message is on the patient's screen"))

        await pilot.press("p")
        await until(stands(patient.app, ASK_PAIN))
        await until(stands(app, "The patient is asked for the pain"))

        runner.mark(MarkKind.START)
        await until(lambda: runner.snapshot.is_started)
        await pilot.press("h")
        await until(lambda: is_on(app, AskDialog))
        await pilot.press("n")
        assert not runner.snapshot.is_holding
        await pilot.press("h", "y")
        await until(lambda: runner.snapshot.is_holding)
        await until(stands(app, "The session is on hold"))

        await pilot.press("c", "escape")
        assert not runner.snapshot.walks_the_rest
        await pilot.press("c", "y")
        await until(lambda: runner.snapshot.walks_the_rest)

        await pilot.press("s", "n")
        assert not runner.snapshot.is_over
        # The keys of the people at the treadmill do nothing here.
        await pilot.press("space", "a")
        assert runner.snapshot.is_holding
        await pilot.press("s", "y")
        await until(lambda: runner.result is not None)
        await until(stands(app, "the session is over"))
        assert not app.screen.has_class("-lost")


async def test_a_view_that_is_lost_says_so_is_greyed_and_comes_back(folder: Path) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with watched(door(folder)) as (app, _):
        assert is_on(app, WaitingScreen)
        async with published(publisher, folder):
            await until(lambda: is_on(app, WatchScreen))
            await until(stands(app, "runs elsewhere · live"))
            assert not app.screen.has_class("-lost")
        await until(stands(app, "VIEW LOST"))
        await until(stands(app, "1 s old: what you see is not now"))
        assert app.screen.has_class("-lost")
        assert made.RUNNING.sentence in text_of(app)  # type: ignore[arg-type]
        session.snapshot = made.HOLDING
        async with published(publisher, folder):
            await until(stands(app, made.HOLDING.sentence))
            await until(stands(app, "runs elsewhere · live"))
            assert not app.screen.has_class("-lost")


async def test_a_request_on_a_lost_view_is_refused_at_once(folder: Path) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with watched(door(folder)) as (app, pilot):
        async with published(publisher, folder):
            await until(lambda: is_on(app, WatchScreen))
        await until(stands(app, "VIEW LOST"))
        await pilot.press("h", "y")
        await until(stands(app, "Not sent"))
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
            await until(stands(patient.app, CONSENT[:40]))
            await until(stands(app, "Waiting for the patient to allow"))
            assert is_on(app, WaitingScreen)
            await patient.press(answer)
            if answer == "n":
                await until(stands(app, "does not want to be watched"))
                assert publisher.consent is Consent.REFUSED
                assert is_on(app, WaitingScreen)
                await patient.press("v")
                await until(stands(patient.app, "nobody there sees anything"))
                return
            await until(stands(app, made.RUNNING.sentence))
            # v ends the view, after a question; what was seen is taken away.
            await patient.press("v")
            await until(stands(patient.app, "1 person watches"))
            await patient.press("n")
            assert publisher.consent is Consent.GIVEN
            await patient.press("v", "y")
            await until(stands(app, "does not want to be watched"))
            assert is_on(app, WaitingScreen)
            assert made.RUNNING.sentence not in text_of(app)  # type: ignore[arg-type]
            assert publisher.viewers == 0


async def test_v_without_watching_says_how_it_is_begun() -> None:
    async with patient_of(FakeRunner()) as patient:
        await patient.press("v")
        await until(stands(patient.app, "--watch HOST:PORT"))


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
