"""Serves the view of one session to a browser of this computer: each tab has a process of its own.

textual-serve moves the screen between process and page. What it leaves open is closed here: who may
come, how many, what they may send, and that every process ends.
"""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from aiohttp import WSCloseCode, web
from textual_serve.server import Server, to_int

from monitor.errors import LiveError
from monitor.live.door import Door
from monitor.live.handing import handed
from monitor.live.ticket import Ticket
from monitor.web.guard import HOST, Guard
from monitor.web.tab import Tab

MAX_TABS: Final = 4
"""Tabs at once: each is a process of some 80 MB. Design default."""

HEARTBEAT_S: Final = 15.0
"""s. How often a page is asked whether it is there: a browser that vanished says no goodbye."""

MAX_KEYS_BYTES: Final = 65_536
"""Bytes of one message of a page: keys, a size, a paste."""

PAGE: Final = Path(__file__).with_name("page")
"""What of the page is ours."""

_FULL = f"{MAX_TABS} tabs show this session already: close one of them.\n"

_NOT_OURS = (AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a message raises that no page of ours sends."""


class ViewServer(Server):
    """The pages and processes of one served view.

    Parameters
    ----------
    target : str
        What is viewed, as it is handed to another process.
    guard : Guard
        Who may come.
    """

    def __init__(self, target: str, guard: Guard) -> None:
        super().__init__(
            "stridegate watch",
            title="StrideGate",
            public_url=guard.origin,
            templates_path=PAGE,
        )
        self._target = target
        self._guard = guard
        self._tabs: set[Tab] = set()

    async def app(self) -> web.Application:
        """Return the app, its guard around it."""
        view = await self._make_app()
        view.router.add_static("/page", PAGE)
        return self._guard.around(view)

    async def on_startup(self, app: web.Application) -> None:
        """Say nothing: the command prints the link."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - textual-serve's
        """Close every tab; its process ends with it."""
        await asyncio.gather(*(tab.remote_close() for tab in self._tabs))

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """Serve the page, as long as there is a process left for it."""
        if len(self._tabs) >= MAX_TABS:
            raise web.HTTPServiceUnavailable(text=_FULL)
        return await super().handle_index(request)

    async def handle_download(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002
        """Hand out nothing: a view keeps no files."""
        raise web.HTTPNotFound

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Run the process of one tab, as long as the tab is open."""
        if len(self._tabs) >= MAX_TABS:
            raise web.HTTPServiceUnavailable(text=_FULL)
        page = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=MAX_KEYS_BYTES)
        tab = Tab(
            self._target,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=page.close,
            download_manager=self.download_manager,
        )
        # Before anything is waited for: the next one that comes is counted against it.
        self._tabs.add(tab)
        try:
            await page.prepare(request)
            query = request.query
            await tab.start(to_int(query.get("width", ""), 80), to_int(query.get("height", ""), 24))
            await self._process_messages(page, tab)
        except _NOT_OURS:
            await page.close(code=WSCloseCode.UNSUPPORTED_DATA)
        finally:
            try:
                await tab.stop()
            finally:
                self._tabs.discard(tab)
        return page


@contextlib.asynccontextmanager
async def serving(target: Door | Ticket, port: int) -> AsyncIterator[str]:
    """Serve a view, for as long as the block lasts; it gets the link that opens it.

    Parameters
    ----------
    target : Door or Ticket
        The session.
    port : int
        The port; 0 for any free one.

    Raises
    ------
    LiveError
        Where the port cannot be listened at.
    """
    with _listening(port) as bound:
        guard = Guard(bound.getsockname()[1])
        runner = web.AppRunner(await ViewServer(handed(target), guard).app(), access_log=None)
        try:
            await runner.setup()
            await web.SockSite(runner, bound).start()
            yield guard.link
        finally:
            await runner.cleanup()


def _listening(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    # Started anew at once after its end; on Windows the option would share the port instead.
    if hasattr(socket, "AF_UNIX"):
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
    except OSError as error:
        bound.close()
        raise LiveError(
            f"Port {port} cannot be listened at ({error.strerror}): give another --port, or none"
        ) from error
    return bound
