"""One viewer of a session: it gets the newest Snapshot, never a queue of old ones."""

import asyncio
from collections import deque
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

STALL_S: Final = 10.0
"""s, real time. A viewer that takes nothing for so long is cut off. Design default."""


REQUESTS, REQUESTS_S = 10, 10.0
"""So many requests in so many seconds (real time) are a person's; more are not, and fill no
recording. Design default."""


class Viewer:
    """The sending side of one connection.

    A viewer that is slower than the session is sent fewer Snapshots, not older ones: one is on its
    way, and the newest waits here until the viewer says that it has read.

    Parameters
    ----------
    connection : ServerConnection
        To the viewer.
    is_remote : bool
        Whether it came over the network: then the patient is asked.
    """

    def __init__(self, connection: ServerConnection, *, is_remote: bool) -> None:
        self.is_remote = is_remote
        self._connection = connection
        self._newest: str | None = None
        self._answers: list[str] = []
        self._changed = asyncio.Event()
        self._asked_s: deque[float] = deque(maxlen=REQUESTS)

    def offer(self, message: str) -> None:
        """Hand over the newest state: it takes the place of one that was not sent yet."""
        self._newest = message
        self._changed.set()

    def may_ask(self) -> bool:
        """Count a request; False where no person asks so often."""
        now_s = asyncio.get_running_loop().time()
        is_flood = len(self._asked_s) == REQUESTS and now_s - self._asked_s[0] < REQUESTS_S
        self._asked_s.append(now_s)
        return not is_flood

    def answer(self, message: str) -> None:
        """Hand over the answer to a request: each is sent."""
        self._answers.append(message)
        self._changed.set()

    async def send(self) -> None:
        """Send what is handed over, until the connection ends."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            waiting, self._answers = self._answers, []
            if self._newest is not None:
                waiting.append(self._newest)
                self._newest = None
            for message in waiting:
                try:
                    async with asyncio.timeout(STALL_S):
                        await self._connection.send(message)
                        # The next goes when this one is read: what waits on the way would be
                        # old when it arrives, and a viewer takes its age from there.
                        await (await self._connection.ping())
                except TimeoutError:
                    # No goodbye: it would wait for the same viewer.
                    self._connection.transport.abort()
                    return
                except ConnectionClosed:
                    return
