"""A viewer's end: it attaches to a running session, again and again, and knows how old its view is.

What it shows is what it was sent; where nothing comes, the age grows and says so.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Final

from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import InvalidHandshake, InvalidStatus, WebSocketException

from monitor.errors import LiveError
from monitor.live.door import Door
from monitor.live.request import Request
from monitor.live.ticket import Ticket
from monitor.live.wire import (
    MAX_MESSAGE_BYTES,
    PROTOCOL,
    Answer,
    Waiting,
    decode,
    encode_request,
)
from monitor.snapshot import Snapshot
from sensors.clock import SessionClock

RETRY_S: Final = 1.0
"""s. Wait before attaching anew. Design default."""

OPEN_S: Final = 5.0
"""s. What attaching may take."""

READ_AHEAD: Final = 1
"""Messages that are taken in before they are looked at: more would only grow old."""

_FORBIDDEN: Final = 403

Connecting = AbstractAsyncContextManager[ClientConnection]


class Viewing:
    """One view of a session.

    Parameters
    ----------
    target : Door or Ticket
        The session: of this computer, or of another.
    clock : SessionClock
        A clock of the viewer's own: it never goes back.

    Attributes
    ----------
    snapshot : Snapshot or None
        The newest that came; None before the first.
    notice : str
        Why there is nothing new to see; empty while there is.
    answers : list of Answer
        What became of the requests, oldest first; whoever shows them takes them out.
    """

    def __init__(self, target: Door | Ticket, clock: SessionClock) -> None:
        self.snapshot: Snapshot | None = None
        self.notice = "Looking for the session…"
        self.answers: list[Answer] = []
        self._target = target
        self._clock = clock
        self._came_s: float | None = None
        self._requests: asyncio.Queue[Request] = asyncio.Queue()
        self._connection: ClientConnection | None = None

    @property
    def age_s(self) -> float | None:
        """How old the view is; None before there is any."""
        return None if self._came_s is None else self._clock.now_s() - self._came_s

    @property
    def is_attached(self) -> bool:
        """Whether requests reach the session now."""
        return self._connection is not None

    def ask(self, request: Request) -> None:
        """Send a request; without a connection it is refused at once and never sent late."""
        if self._connection is None:
            said = f"Not sent: there is no connection to the session ({request.ask.value})"
            self.answers.append(Answer(said, is_done=False))
            return
        self._requests.put_nowait(request)

    async def run(self) -> None:
        """Watch until cancelled, or until the session is over.

        Raises
        ------
        LiveError
            Where the session refuses this viewer for good.
        """
        while self.snapshot is None or not self.snapshot.is_over:
            try:
                async with await self._connect() as connection:
                    await self._attend(connection)
            except InvalidStatus as error:
                if error.response.status_code == _FORBIDDEN:
                    raise LiveError(
                        "The session does not accept this ticket: copy the one it prints"
                    ) from error
                self.notice = f"The session answers with status {error.response.status_code}"
            except (OSError, TimeoutError, InvalidHandshake, WebSocketException):
                self.notice = "No connection to the session: trying again"
            finally:
                self._connection = None
                self._requests = asyncio.Queue()
            await asyncio.sleep(RETRY_S)

    async def _connect(self) -> Connecting:
        target = self._target
        if isinstance(target, Door) and target.socket:
            return unix_connect(
                target.socket,
                uri="ws://session/",
                subprotocols=[PROTOCOL],
                compression=None,
                max_queue=READ_AHEAD,
                max_size=MAX_MESSAGE_BYTES,
                open_timeout=OPEN_S,
            )
        tls = None
        uri = f"ws://127.0.0.1:{target.port}/"
        if isinstance(target, Ticket):
            # Only here: it loads the encryption.
            from monitor.live.tls import viewer_tls

            tls = await asyncio.to_thread(viewer_tls, target)
            host = f"[{target.host}]" if ":" in target.host else target.host
            uri = f"wss://{host}:{target.port}/"
        return connect(
            uri,
            ssl=tls,
            subprotocols=[PROTOCOL],
            additional_headers={"Authorization": f"Bearer {target.token}"},
            compression=None,
            proxy=None,
            max_queue=READ_AHEAD,
            max_size=MAX_MESSAGE_BYTES,
            open_timeout=OPEN_S,
        )

    async def _attend(self, connection: ClientConnection) -> None:
        self._connection = connection
        sending = asyncio.create_task(self._send(connection), name="requests")
        try:
            async for message in connection:
                self._take(message)
            if self.snapshot is None or not self.snapshot.is_over:
                reason = connection.close_reason
                self.notice = reason or "The session has closed the view: trying again"
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _take(self, message: str | bytes) -> None:
        match decode(message):
            case Snapshot() as snapshot:
                self.snapshot = snapshot
                self._came_s = self._clock.now_s()
                self.notice = ""
            case Waiting(reason=reason):
                # What was seen before the patient took the view back is not shown on.
                self.snapshot, self._came_s = None, None
                self.notice = reason
            case Answer() as answer:
                self.answers.append(answer)

    async def _send(self, connection: ClientConnection) -> None:
        while True:
            await connection.send(encode_request(await self._requests.get()))
