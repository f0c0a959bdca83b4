"""The physio's view in a real browser: it changes with the session, and asks nobody else."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from devtools import chromium
from made_snapshots import HOLDING, RUNNING, FakeRunner
from served import children_of, command_of, session_served, until

from monitor.marks import MarkKind

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="Linux's /proc")]


async def test_a_browser_shows_what_changes_asks_and_reaches_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))
    session = FakeRunner()
    async with session_served(session, tmp_path / "live") as link, chromium(tmp_path) as page:
        await page.open(str(link))
        await until(lambda: RUNNING.sentence in page.text)
        await until(lambda: "View of a session that runs elsewhere" in page.text)
        running = await page.picture(tmp_path / "running.png")

        session.snapshot = HOLDING
        await until(lambda: HOLDING.sentence in page.text)
        holding = await page.picture(tmp_path / "holding.png")
        assert holding.read_bytes() != running.read_bytes()

        # A key in the page is a request; it asks first.
        session.snapshot = replace(RUNNING, alarms=7)
        await page.press("h")
        await until(lambda: "Put the session on hold?" in page.text)
        assert session.marks == []
        await page.press("y")
        await until(lambda: session.marks == [(MarkKind.HOLD, None, "the physio")])

        own = (str(link.origin()), f"ws://127.0.0.1:{link.port}", "data:", "blob:")
        assert len(page.asked) >= 5
        assert [address for address in page.asked if not address.startswith(own)] == []
        assert page.console == []
        assert await page.value_of("document.fonts.check('16px \"Roboto Mono\"')")
        assert str(link.query["token"]) not in await page.value_of("location.href")
        assert await page.value_of("document.cookie") == ""

        # The page goes, and its process with it.
        (process,) = (
            pid for pid in children_of(os.getpid()) if "monitor.tui.tab" in command_of(pid)
        )
        await page.call("Page.navigate", url="about:blank")
        await until(lambda: process not in children_of(os.getpid()))


async def test_the_link_opens_nothing_in_a_second_browser(tmp_path: Path) -> None:
    async with session_served(FakeRunner(), tmp_path / "live") as link, chromium(tmp_path) as page:
        await page.open(str(link))
        await until(lambda: len(page.asked) > 2)
        await page.call("Network.clearBrowserCookies")
        await page.call("Page.navigate", url=str(link))
        await until(lambda: page.console)
        assert "403" in page.console[-1]
        assert "opens once" in await page.value_of(
            "new Promise(said => setInterval("
            "() => document.body.innerText && said(document.body.innerText), 20))"
        )
