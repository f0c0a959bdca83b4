"""A session and its viewers over real sockets: who gets in, what they see, what they may do."""

import asyncio
import contextlib
import datetime as dt
import ssl
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made_snapshots import RUNNING, FakeRunner
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from monitor.errors import LiveError
from monitor.live.client import Viewing
from monitor.live.consent import Consent
from monitor.live.door import Door, announced, new_door, open_doors
from monitor.live.listening import Remote
from monitor.live.published import run_published
from monitor.live.publisher import MAX_VIEWERS, Publisher
from monitor.live.request import Ask, Request
from monitor.live.ticket import Ticket
from monitor.live.tls import session_tls
from monitor.live.viewer import REQUESTS
from monitor.live.wire import PROTOCOL
from monitor.marks import MarkKind
from sensors.clock import SessionClock

NOW = dt.datetime.now(dt.UTC)
TOKEN = "right"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "live"


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20.0):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of events
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def published(
    session: FakeRunner, folder: Path, remote: Remote | None = None
) -> AsyncIterator[Publisher]:
    publisher = Publisher(session, "s-1", "P-017", remote, folder)
    running = asyncio.create_task(publisher.run())
    try:
        await until(lambda: running.done() or open_doors(folder))
        if running.done():
            running.result()
        yield publisher
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def viewing(target: Door | Ticket) -> AsyncIterator[Viewing]:
    view = Viewing(target, SessionClock())
    task = asyncio.create_task(view.run())
    try:
        yield view
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


async def drained(connection: ClientConnection) -> None:
    while True:
        await connection.recv()


def raw_view(folder: Path) -> connect:
    return unix_connect(door(folder).socket, subprotocols=[PROTOCOL])


def door(folder: Path) -> Door:
    (found,) = open_doors(folder)
    return found


def remote_here() -> Remote:
    context, pin = session_tls(NOW)
    return Remote("127.0.0.1", 0, Ticket("127.0.0.1", 0, TOKEN, pin), context)


async def test_a_viewer_of_this_computer_sees_every_change(folder: Path) -> None:
    session = FakeRunner()
    async with published(session, folder) as publisher, viewing(door(folder)) as view:
        await until(lambda: view.snapshot == RUNNING)
        assert view.notice == ""
        assert publisher.viewers == 1
        session.snapshot = replace(RUNNING, alarms=7)
        await until(lambda: view.snapshot == session.snapshot)
        assert view.age_s is not None
        assert view.age_s < 5.0


async def test_socket_and_door_are_their_users_alone_and_gone_at_the_end(folder: Path) -> None:
    async with published(FakeRunner(), folder):
        here = door(folder)
        assert modes(folder) == {"s-1.json": 0o600, "s-1.sock": 0o600}
        assert modes(folder.parent)["live"] == 0o700
        assert here.patient == "P-017"
    assert modes(folder) == {}


async def test_requests_become_marks_and_are_answered(folder: Path) -> None:
    session = FakeRunner()
    session.ends_on_stop = False
    async with published(session, folder), viewing(door(folder)) as view:
        await until(lambda: view.is_attached)
        for ask in (Ask.HOLD, Ask.CUT_SHORT, Ask.ASK_PAIN, Ask.STOP):
            view.ask(Request(ask))
        view.ask(Request(Ask.MESSAGE, "Shorter steps"))
        await until(lambda: len(view.answers) == 5)
    assert all(answer.is_done for answer in view.answers)
    assert session.marks == [
        (MarkKind.HOLD, None, "the physio"),
        (MarkKind.CUT_SHORT, None, "the physio"),
        (MarkKind.ASK_PAIN, None, "the physio"),
        (MarkKind.STOP, None, "the physio"),
        (MarkKind.MESSAGE, None, "Shorter steps"),
    ]


async def test_what_cannot_be_asked_is_answered_with_a_sentence(folder: Path) -> None:
    session = FakeRunner()
    async with published(session, folder), raw_view(folder) as raw:
        await raw.recv()
        await raw.send('{"ask": "start"}')
        while "refused" not in (answer := str(await raw.recv())):
            pass
        assert "cannot be asked" in answer
    assert session.marks == []


async def test_a_request_without_a_connection_is_refused_and_never_sent_late(folder: Path) -> None:
    session = FakeRunner()
    view = Viewing(new_door("s-1", "P-017", folder), SessionClock())
    view.ask(Request(Ask.HOLD))
    assert not view.answers[0].is_done
    task = asyncio.create_task(view.run())
    async with published(session, folder):
        await until(lambda: view.snapshot is not None)
        await asyncio.sleep(0.3)
    task.cancel()
    assert session.marks == []


async def test_a_viewer_comes_back_by_itself_and_its_view_grows_old_meanwhile(folder: Path) -> None:
    session = FakeRunner()
    view = Viewing(new_door("s-1", "P-017", folder), SessionClock())
    watching = asyncio.create_task(view.run())
    async with published(session, folder):
        await until(lambda: view.snapshot == RUNNING)
    await until(lambda: "No connection" in view.notice)
    old_s = view.age_s
    assert old_s is not None
    session.snapshot = replace(RUNNING, alarms=5)
    await until(lambda: view.age_s is not None and view.age_s > old_s)
    async with published(session, folder):
        await until(lambda: view.snapshot == session.snapshot)
        assert view.notice == ""
    watching.cancel()


async def test_the_end_of_a_session_reaches_its_viewers(folder: Path) -> None:
    session = FakeRunner()
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    running = asyncio.create_task(run_published(session.run, publisher))
    await until(lambda: open_doors(folder))
    view = Viewing(door(folder), SessionClock())
    watching = asyncio.create_task(view.run())
    await until(lambda: view.snapshot is not None)
    session.end()
    assert await running == ""
    async with asyncio.timeout(20.0):
        await watching
    assert view.snapshot is not None
    assert view.snapshot.is_over


async def test_after_the_end_nothing_is_done(folder: Path) -> None:
    session = FakeRunner(replace(RUNNING, is_over=True))
    async with published(session, folder), viewing(door(folder)) as view:
        await until(lambda: view.is_attached)
        view.ask(Request(Ask.HOLD))
        await until(lambda: view.answers)
    assert not view.answers[0].is_done
    assert session.marks == []


async def test_a_publisher_that_fails_leaves_the_session_alone(folder: Path) -> None:
    session = FakeRunner()
    nowhere = replace(remote_here(), host="203.0.113.1", port=9)
    publisher = Publisher(session, "s-1", "P-017", nowhere, folder)
    running = asyncio.create_task(run_published(session.run, publisher))
    await asyncio.sleep(0.3)
    assert not running.done()
    session.end()
    assert "cannot be watched" in await running
    assert not session.is_cancelled


# ---- from other computers


async def test_from_afar_nothing_is_seen_before_the_patient_allows_it(folder: Path) -> None:
    session = FakeRunner()
    remote = remote_here()
    async with published(session, folder, remote) as publisher:
        assert publisher.ticket is not None
        async with viewing(publisher.ticket) as view:
            await until(lambda: publisher.consent is Consent.ASKED)
            await until(lambda: "Waiting for the patient" in view.notice)
            assert view.snapshot is None
            assert publisher.viewers == 0
            view.ask(Request(Ask.STOP))
            await until(lambda: view.answers)
            assert not view.answers[0].is_done
            publisher.allow(is_allowed=True)
            await until(lambda: view.snapshot == RUNNING)
            publisher.allow(is_allowed=False)
            await until(lambda: view.snapshot is None)
            assert "does not want" in view.notice
    assert [text for _, _, text in session.marks] == [
        "The view from another computer was allowed",
        "The view from another computer was refused",
    ]


async def test_without_the_token_or_with_an_origin_nobody_gets_in(folder: Path) -> None:
    remote = remote_here()
    async with published(FakeRunner(), folder, remote) as publisher:
        assert publisher.ticket is not None
        for token in ("", "wrong", TOKEN + "x"):
            stranger = Viewing(replace(publisher.ticket, token=token), SessionClock())
            with pytest.raises(LiveError, match="does not accept this ticket"):
                await stranger.run()
        page = connect(
            f"wss://127.0.0.1:{publisher.ticket.port}/",
            ssl=_trusting(),
            origin=Origin("https://example.org"),
            subprotocols=[PROTOCOL],
            additional_headers={"Authorization": f"Bearer {TOKEN}"},
        )
        with pytest.raises(InvalidStatus) as refused:
            await page
        assert refused.value.response.status_code == 403
        assert publisher.consent is Consent.NOT_ASKED


async def test_another_certificate_than_the_tickets_gets_no_token(folder: Path) -> None:
    remote = remote_here()
    async with published(FakeRunner(), folder, remote) as publisher:
        assert publisher.ticket is not None
        ticket = replace(publisher.ticket, pin="0" * 64)
        with pytest.raises(LiveError, match="not the session of this ticket"):
            await Viewing(ticket, SessionClock()).run()
        assert publisher.consent is Consent.NOT_ASKED


# ---- many and bad viewers


async def test_one_too_many_is_told_to_come_later(folder: Path) -> None:
    async with published(FakeRunner(), folder), contextlib.AsyncExitStack() as stack:
        for _ in range(MAX_VIEWERS):
            await stack.enter_async_context(raw_view(folder))
        late = await stack.enter_async_context(raw_view(folder))
        with pytest.raises(ConnectionClosed) as closed:
            await drained(late)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1013


async def test_a_viewer_that_takes_nothing_gets_the_newest_when_it_does(folder: Path) -> None:
    session = FakeRunner()
    async with (
        published(session, folder),
        unix_connect(door(folder).socket, subprotocols=[PROTOCOL], max_queue=1) as sleeper,
    ):
        for alarms in range(5):
            session.snapshot = replace(RUNNING, alarms=alarms)
            await asyncio.sleep(0.25)
        session.snapshot = replace(RUNNING, alarms=99)
        async with asyncio.timeout(20.0):
            while '"alarms":99' not in str(await sleeper.recv()):
                pass


async def test_a_flood_of_requests_ends_that_view(folder: Path) -> None:
    session = FakeRunner()
    async with published(session, folder), raw_view(folder) as flood:
        for _ in range(REQUESTS + 5):
            await flood.send('{"ask": "note", "text": "x"}')
        with pytest.raises(ConnectionClosed):
            await drained(flood)
    assert len(session.marks) == REQUESTS


async def test_too_large_a_message_ends_that_view_only(folder: Path) -> None:
    session = FakeRunner()
    async with published(session, folder), viewing(door(folder)) as good:
        async with raw_view(folder) as bad:
            await bad.send("x" * 100_000)
            with pytest.raises(ConnectionClosed):
                await drained(bad)
        session.snapshot = replace(RUNNING, alarms=8)
        await until(lambda: good.snapshot == session.snapshot)


# ---- doors


def test_the_door_of_a_dead_process_is_taken_away(folder: Path) -> None:
    folder.mkdir()
    dead = Door("s-9", "P-009", 2**22 + 7, socket=str(folder / "s-9.sock"))
    (folder / "s-9.sock").touch()
    with announced(dead, folder):
        assert open_doors(folder) == ()
        assert list(folder.iterdir()) == []


def test_a_file_that_is_no_door_is_passed_over(folder: Path) -> None:
    folder.mkdir()
    (folder / "a.json").write_text("{")
    (folder / "b.json").write_text('{"other": 1}')
    assert open_doors(folder) == ()


def test_where_the_path_is_too_long_for_a_socket_it_is_a_port_with_a_token(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    found = new_door("s-1", "P-017", deep)
    assert found.socket == ""
    assert len(found.token) >= 32


async def test_a_door_with_a_port_opens_with_its_token_only(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 100)
    async with published(FakeRunner(), deep):
        here = door(deep)
        assert here.port
        async with viewing(here) as view:
            await until(lambda: view.snapshot == RUNNING)
        with pytest.raises(LiveError, match="does not accept"):
            await Viewing(replace(here, token="wrong"), SessionClock()).run()


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
