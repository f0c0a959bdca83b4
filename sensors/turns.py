"""Taking turns at what only one can have: the search, where the system takes one of a program."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Turns:
    """Lets one in at a time, and tells whom it let in when others wait.

    Attributes
    ----------
    is_wanted : asyncio.Event
        Set while others wait for their turn.
    """

    def __init__(self) -> None:
        self.is_wanted = asyncio.Event()
        self._lock = asyncio.Lock()
        self._waiting = 0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, which lasts as long as the block."""
        self._waiting += 1
        self.is_wanted.set()
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self.is_wanted.clear()
        try:
            yield
        finally:
            self._lock.release()
