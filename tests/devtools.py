"""A headless Chromium, driven over its DevTools protocol: what it loads, draws and is typed."""

import asyncio
import base64
import contextlib
import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from browser import NEEDED
from served import until
from websockets.asyncio.client import ClientConnection, connect

OPTIONS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--enable-unsafe-swiftshader",  # drawing without a graphics card
    *("--no-proxy-server", "--window-size=1280,720", "--remote-debugging-port=0"),
)

_CONTROL = re.compile(r"\x1b(\[[0-9;?:<=>$]*[ -/]*[@-~]|[@-Z\\-_])")


class Page:
    """One page of the browser.

    Attributes
    ----------
    asked : list of str
        Every address that it asked for, pages and sockets.
    frames : list of bytes
        What its sockets received.
    console : list of str
        Errors and warnings.
    """

    def __init__(self, devtools: ClientConnection) -> None:
        self.asked: list[str] = []
        self.frames: list[bytes] = []
        self.console: list[str] = []
        self._devtools = devtools
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.create_task(self._read(), name="devtools")

    @property
    def text(self) -> str:
        """What was drawn so far, its control sequences taken out."""
        return _CONTROL.sub("", b"".join(self.frames).decode("utf-8", "replace"))

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        number = len(self._answers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._devtools.send(json.dumps({"id": number, "method": method, "params": params}))
        async with asyncio.timeout(60.0):
            return await self._answers[number]

    async def open(self, address: str) -> None:
        """Go to an address, as somebody does who pastes it."""
        for domain in ("Network", "Page", "Runtime", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=address)

    async def press(self, key: str) -> None:
        """Press a key that writes one letter."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" else {}
            code = {"code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
            await self.call("Input.dispatchKeyEvent", type=kind, key=key, **text, **code)

    async def value_of(self, expression: str) -> Any:
        """Return what an expression is in the page."""
        found = await self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        return found["result"]["result"].get("value")

    async def picture(self, path: Path) -> Path:
        """Write what is seen as PNG."""
        found = await self.call("Page.captureScreenshot")
        picture = base64.b64decode(found["result"]["data"])
        await asyncio.to_thread(path.write_bytes, picture)
        return path

    async def close(self) -> None:
        """Listen no more."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        async for message in self._devtools:
            match json.loads(message):
                case {"id": int(number), **rest}:
                    self._answers[number].set_result({str(name): rest[name] for name in rest})
                case {"method": "Network.requestWillBeSent", "params": event}:
                    self.asked.append(event["request"]["url"])
                case {"method": "Network.webSocketCreated", "params": event}:
                    self.asked.append(event["url"])
                case {"method": "Network.webSocketFrameReceived", "params": {"response": frame}}:
                    if frame["opcode"] == 2:
                        self.frames.append(base64.b64decode(frame["payloadData"]))
                case {"method": "Log.entryAdded", "params": {"entry": entry}}:
                    self.console.append(entry["text"])
                case {"method": "Runtime.exceptionThrown", "params": event}:
                    self.console.append(str(event["exceptionDetails"]))


@contextlib.asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Page]:
    """Open a browser with a profile of its own; skip where there is none."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip(NEEDED)
    profile = folder / "profile"
    process = await asyncio.create_subprocess_exec(
        *(browser, *OPTIONS, f"--user-data-dir={profile}", "about:blank"),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = await _page_address(profile / "DevToolsActivePort")
        async with connect(address, max_size=None, proxy=None) as devtools:
            page = Page(devtools)
            try:
                yield page
            finally:
                await page.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _page_address(told: Path) -> str:
    await until(lambda: _words(told))
    port, browser_path = _words(told)
    async with asyncio.timeout(60.0):
        async with connect(f"ws://127.0.0.1:{port}{browser_path}", proxy=None) as browser:
            while True:
                await browser.send('{"id": 1, "method": "Target.getTargets"}')
                for target in json.loads(await browser.recv())["result"]["targetInfos"]:
                    if target["type"] == "page":
                        return f"ws://127.0.0.1:{port}/devtools/page/{target['targetId']}"
                await asyncio.sleep(0.05)


def _words(told: Path) -> list[str]:
    words = told.read_text().split() if told.is_file() else []
    return words if len(words) == 2 else []
