"""The session's side of its sounds: it hands a cue on and never waits for it."""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from typing import Final

from monitor.cues import Cue
from monitor.sound.tones import BELLS

START_S: Final = 5.0
"""s. How long the player may take to find a loudspeaker; after that it is bells."""

COMMAND: Final = (sys.executable, "-m", "monitor.sound.player")


class Speaker:
    """Plays cues by a process of its own; by the terminal's bell where that does not work.

    Parameters
    ----------
    bell : callable
        Rings the terminal's bell once.
    is_on : bool
        Whether anything is heard.
    command : tuple of str
        Starts the player.

    Attributes
    ----------
    is_on : bool
        May be changed at any time.
    has_tones : bool
        Whether the player has a loudspeaker.
    """

    def __init__(
        self, bell: Callable[[], None], *, is_on: bool = True, command: tuple[str, ...] = COMMAND
    ) -> None:
        self.is_on = is_on
        self.has_tones = False
        self._bell = bell
        self._command = command
        self._player: asyncio.subprocess.Process | None = None

    async def run(self) -> None:
        """Keep the player alive until cancelled; without one the bell rings."""
        try:
            player = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError:
            return
        self._player = player
        try:
            assert player.stdout is not None, "it was asked for"
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(START_S):
                    self.has_tones = bool(await player.stdout.readline())
            if self.has_tones:
                await player.wait()
        finally:
            self.has_tones = False
            with contextlib.suppress(ProcessLookupError):
                player.kill()
            await player.wait()

    def play(self, cue: Cue) -> None:
        """Let a cue be heard."""
        if not self.is_on:
            return
        player = self._player
        if self.has_tones and player is not None and player.stdin is not None:
            # A line of a few bytes: it fits into the pipe, nothing is waited for.
            player.stdin.write(f"{cue.value}\n".encode())
            return
        for _ in range(BELLS[cue]):
            self._bell()
