"""Each tab is a process: so many and no more, ended with the tab and with the server."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from pathlib import Path

import aiohttp
import pytest
from served import NOWHERE, children_of, command_of, entered, is_running, until, view_served
from textual_serve.download_manager import DownloadManager
from yarl import URL

from monitor.errors import LiveError
from monitor.live.door import Door
from monitor.live.handing import VARIABLE, handed, taken
from monitor.live.ticket import Ticket
from monitor.web import server
from monitor.web import tab as served_tab
from monitor.web.server import serving
from monitor.web.tab import HEIGHTS, WIDTHS, Tab, within

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@contextlib.asynccontextmanager
async def tab(
    browser: aiohttp.ClientSession, view: URL
) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with browser.ws_connect(view / "ws", origin=str(view.origin())) as socket:
        yield socket


async def drawn(socket: aiohttp.ClientWebSocketResponse, part: str) -> None:
    seen = b""
    while part.encode() not in seen:
        message = await socket.receive(60.0)
        assert message.type is aiohttp.WSMsgType.BINARY, message
        seen += message.data


def tabs() -> list[int]:
    return [pid for pid in children_of(os.getpid()) if "monitor.tui.tab" in command_of(pid)]


async def until_free(browser: aiohttp.ClientSession, view: URL) -> None:
    async with asyncio.timeout(60.0):
        while True:
            async with browser.get(view) as page:
                if page.status == 200:
                    return


async def test_a_tab_is_a_process_that_ends_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_TABS", 1)
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with tab(browser, view) as socket:
            (process,) = tabs()
            await drawn(socket, "StrideGate")
            async with browser.get(view) as full:
                assert full.status == 503
                assert "close one" in await full.text()
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await browser.ws_connect(view / "ws", origin=str(view.origin()))
            assert tabs() == [process]
        await until(lambda: not is_running(process))
        await until_free(browser, view)
        # What dies by itself is told to its page.
        async with tab(browser, view) as socket:
            (process,) = tabs()
            os.kill(process, signal.SIGKILL)
            async with asyncio.timeout(60.0):
                while (await socket.receive()).type is aiohttp.WSMsgType.BINARY:
                    pass
            assert socket.closed


async def test_a_process_that_ends_before_it_is_read_is_told_to_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = Tab._open_app_process

    async def ended(made: Tab, width: int, height: int) -> Process:
        process = await opened(made, width, height)
        await process.wait()
        return process

    monkeypatch.setattr(served_tab, "COMMAND", (sys.executable, "-c", ""))
    monkeypatch.setattr(Tab, "_open_app_process", ended)
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with tab(browser, view) as socket, asyncio.timeout(60.0):
            assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_what_no_page_of_ours_sends_ends_that_tab_alone() -> None:
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with tab(browser, view) as good:
            for rubbish in ("{", "[]", '["stdin", 7]', '["resize", {"width": "x", "height": 1}]'):
                async with tab(browser, view) as bad:
                    await bad.send_str(rubbish)
                    async with asyncio.timeout(60.0):
                        while not bad.closed:
                            await bad.receive()
                    assert bad.close_code == aiohttp.WSCloseCode.UNSUPPORTED_DATA
                await until(lambda: len(tabs()) == 1)
            await drawn(good, "StrideGate")


async def test_with_the_server_every_process_ends() -> None:
    async with view_served() as (browser, link):
        view = await entered(browser, link)
        async with tab(browser, view) as socket:
            (process,) = tabs()
            await drawn(socket, "StrideGate")
            browser_stays = socket
        assert browser_stays.closed
    assert not is_running(process)


@pytest.mark.parametrize("is_cancelled", [False, True])
async def test_a_process_that_does_not_end_by_itself_is_ended(
    monkeypatch: pytest.MonkeyPatch, is_cancelled: bool
) -> None:
    deaf = "print('__GANGLION__', flush=True); import time; time.sleep(600)"
    monkeypatch.setattr(served_tab, "COMMAND", (sys.executable, "-c", deaf))
    monkeypatch.setattr(served_tab, "LEAVE_S", 0.1)

    async def nothing(*_: object) -> None: ...

    downloads = DownloadManager()
    how = {"write_bytes": nothing, "write_str": nothing, "close": nothing}
    made = Tab("what", **how, download_manager=downloads)
    before = set(children_of(os.getpid()))
    await made.start(80, 24)
    (process,) = set(children_of(os.getpid())) - before
    if is_cancelled:
        # As where the whole server is cancelled: nobody stops its tabs one by one.
        await asyncio.sleep(0)
        assert made._task is not None
        made._task.cancel()
        async with asyncio.timeout(60.0):
            await asyncio.gather(made._task, return_exceptions=True)
    else:
        async with asyncio.timeout(60.0):
            await made.stop()
    await until(lambda: not is_running(process))


async def test_a_killed_server_leaves_no_process_and_no_token_is_on_a_command_line(
    tmp_path: Path,
) -> None:
    ticket = Ticket("127.0.0.1", 9, "secret-token", "0" * 64)
    serve = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from monitor.cli import main; main()", "serve", "-"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "STRIDEGATE_HOME": str(tmp_path)},
    )
    assert serve.stdin is not None
    assert serve.stdout is not None
    serve.stdin.write(f"{ticket}\n".encode())
    await serve.stdout.readline()
    link = URL((await serve.stdout.readline()).decode().strip())
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        view = await entered(browser, link)
        async with tab(browser, view) as socket:
            await drawn(socket, "StrideGate")
            (process,) = children_of(serve.pid)
            assert "monitor.tui.tab" in command_of(process)
            for pid in (serve.pid, process):
                assert "secret-token" not in command_of(pid)
            serve.kill()
            await serve.wait()
            await until(lambda: not is_running(process))


async def test_a_port_that_is_taken_is_told_in_one_line() -> None:
    async with serving(NOWHERE, 0) as link:
        port = URL(link).port
        assert port is not None
        with pytest.raises(LiveError, match=f"Port {port} cannot be listened at .*--port"):
            async with serving(NOWHERE, port):
                pass


@pytest.mark.parametrize(
    "target",
    [
        NOWHERE,
        replace(NOWHERE, socket="", port=8765, token="t"),
        Ticket("::1", 8765, "a/b", "f" * 64),
    ],
)
def test_a_target_is_taken_as_it_was_handed(target: Door | Ticket) -> None:
    assert taken(handed(target)) == target


def test_a_size_that_cannot_be_is_not_believed() -> None:
    assert [within(cells, WIDTHS) for cells in (-1, 0, 80, 10**9)] == [10, 10, 80, 500]
    assert [within(cells, HEIGHTS) for cells in (0, 24, 10**9)] == [4, 24, 200]


def test_the_environment_of_a_tab_says_what_it_views_and_how_large_it_is() -> None:
    async def nothing(*_: object) -> None: ...

    made = Tab("what", write_bytes=nothing, write_str=nothing, close=nothing, download_manager=None)
    built = made._build_environment(10**9, 24)
    assert built[VARIABLE] == "what"
    assert (built["COLUMNS"], built["ROWS"]) == ("500", "24")
    assert json.loads(handed(NOWHERE)) == asdict(NOWHERE)
