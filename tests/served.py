"""A session, its view served to browsers of this computer, and the processes behind the tabs."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import aiohttp
from yarl import URL

from monitor.live.door import Door
from monitor.live.publisher import Publisher, Session
from monitor.web.server import serving

NOWHERE = Door("s-9", "P-009", os.getpid(), socket="/nowhere/s-9.sock")
"""A session that is not there: its view waits, and is a view all the same."""


async def until(
    condition: Callable[[], object], patience_s: float = 40.0, every_s: float = 0.01
) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(patience_s):
        while not condition():  # noqa: ASYNC110 - what is waited for knows nothing of events
            await asyncio.sleep(every_s)


@contextlib.asynccontextmanager
async def published(publisher: Publisher, folder: Path) -> AsyncIterator[None]:
    """Let a session be watched."""
    running = asyncio.create_task(publisher.run())
    try:
        await until(lambda: running.done() or any(folder.glob("*.json")))
        if running.done():
            running.result()
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def session_served(session: Session, folder: Path) -> AsyncIterator[URL]:
    """Let a session be watched in a browser; gives the link."""
    publisher = Publisher(session, "s-1", "P-017", None, folder)
    async with published(publisher, folder):
        door = Door("s-1", "P-017", os.getpid(), socket=str(folder / "s-1.sock"))
        async with serving(door, 0) as link:
            yield URL(link)


@contextlib.asynccontextmanager
async def view_served() -> AsyncIterator[tuple[aiohttp.ClientSession, URL]]:
    """Serve the view of a session that is not there; gives a browser, and the link."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with (
        serving(NOWHERE, 0) as link,
        aiohttp.ClientSession(cookie_jar=jar, trust_env=False) as browser,
    ):
        yield browser, URL(link)


async def entered(browser: aiohttp.ClientSession, link: URL) -> URL:
    """Open the link; return where the view lies."""
    async with browser.get(link) as page:
        assert page.status == 200
        return page.url


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started and that still run; Linux."""
    assert sys.platform == "linux"
    found: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        found += map(int, listed.read_text().split())
    return [child for child in found if is_running(child)]


def is_running(pid: int) -> bool:
    """Return whether a process runs; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def command_of(pid: int) -> str:
    """Return a process's command line, as every user of the computer can read it."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        # It ended between being listed and being looked at.
        return ""
