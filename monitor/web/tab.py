"""One tab of a browser: the process behind it, which ends with it."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from typing import Any, Final

from textual_serve.app_service import AppService

from monitor.live.handing import VARIABLE

COMMAND: Final = (sys.executable, "-m", "monitor.tui.tab")
"""What a tab runs."""

DRIVER: Final = "monitor.tui.tab:TabDriver"

LEAVE_S: Final = 3.0
"""s. What a process is given to end by itself. Design default."""

WIDTHS, HEIGHTS = (10, 500), (4, 200)
"""Cells of a terminal that are believed. Design default."""

_CHUNK: Final = 65_536


class Tab(AppService):
    """The process of one tab.

    Parameters
    ----------
    target : str
        What it views, as it is handed to another process.
    **to_browser
        As textual-serve has them.
    """

    def __init__(self, target: str, **to_browser: Any) -> None:
        super().__init__(" ".join(COMMAND), **to_browser)
        self._target = target

    def _build_environment(self, width: int = 80, height: int = 24) -> dict[str, str]:
        built = super()._build_environment(within(width, WIDTHS), within(height, HEIGHTS))
        return {**built, VARIABLE: self._target, "TEXTUAL_DRIVER": DRIVER}

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        # No shell in between: what is ended is the process itself.
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=self._build_environment(width, height),
        )
        self._stdin = self._process.stdin
        return self._process

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the process how large its terminal is."""
        await super().set_terminal_size(within(width, WIDTHS), within(height, HEIGHTS))

    async def run(self) -> None:
        """Pass on what the process draws, until it or its browser ends."""
        # Where the process ended before its errors were read, textual-serve cancels that reading
        # before it began, and takes it for its own cancelling.
        with contextlib.suppress(asyncio.CancelledError):
            await super().run()
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            # Nothing is left to ask it nicely: without this, the reading below would have no end.
            self._kill()
        # A process that died has said no goodbye: its page is told here.
        await self.remote_close()
        assert self._process is not None
        assert self._process.stdout is not None
        # Nobody looks any more, but a process that waits to be read could not end.
        while await self._process.stdout.read(_CHUNK):
            pass

    async def stop(self) -> None:
        """End the process: asked first, then by force."""
        process = self._process
        if process is None:
            return
        try:
            async with asyncio.timeout(LEAVE_S):
                await self.send_meta({"type": "quit"})
                await process.wait()
        except TimeoutError:
            self._kill()
        await super().stop()
        await process.wait()

    def _kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def within(cells: int, limits: tuple[int, int]) -> int:
    """Return a number of cells that is believed."""
    lowest, highest = limits
    return min(max(int(cells), lowest), highest)
