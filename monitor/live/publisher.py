"""Publishes a running session: to viewers on this computer, and by wish to others on the network.

It reads the session's Snapshot on a timer of its own and never waits for a viewer, so the session
cannot be held up by who looks at it.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final, Protocol

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from monitor.errors import LiveError
from monitor.live.consent import Consent
from monitor.live.door import announced, new_door
from monitor.live.listening import Remote, listen_afar, listen_here
from monitor.live.ticket import Ticket
from monitor.live.viewer import Viewer
from monitor.live.wire import Answer, Waiting, decode_request, encode
from monitor.marks import MarkKind
from monitor.snapshot import Snapshot

ASK: Final = "Somebody asks to watch from another computer: type allow or refuse, and press Enter"

PERIOD_S: Final = 0.2
"""s, real time. A viewer sees five Snapshots a second: a number changes no faster for an eye."""

TURN: Final = 8
"""Viewers that are sent to at once; the next have their turn when the session had its own. Sending
to 50 at once holds its loop up for up to 26 ms (make viewers). Design default."""

MAX_VIEWERS: Final = 64
"""Viewers at once; the next is told to come back later. Design default."""


class Session(Protocol):
    """What is published, and what takes requests."""

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        ...

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Take one action."""
        ...


class Publisher:
    """The viewers of one session.

    Parameters
    ----------
    session : Session
        What is shown and acted on.
    name, patient : str
        A name that no other running session has, and the pseudonym: viewers of this computer find
        the session by them.
    remote : Remote, optional
        Where viewers of other computers do.
    folder : Path, optional
        Of the door's file; the user's by default.

    Attributes
    ----------
    consent : Consent
        The patient's word on viewers of other computers.
    ticket : Ticket or None
        What opens the session from another computer, once it listens there.
    tell : callable or None
        Told what the people at the treadmill have to know, where no screen shows it.
    """

    def __init__(
        self,
        session: Session,
        name: str,
        patient: str,
        remote: Remote | None = None,
        folder: Path | None = None,
    ) -> None:
        self.consent = Consent.NOT_ASKED
        self.ticket: Ticket | None = None
        self._session = session
        self._name = name
        self._patient = patient
        self._remote = remote
        self._folder = folder
        self.tell: Callable[[str], None] | None = None
        self._viewers: set[Viewer] = set()
        self._newest: str | None = None

    @property
    def viewers(self) -> int:
        """How many see the session now."""
        return sum(self._may_look(viewer) for viewer in self._viewers)

    def allow(self, *, is_allowed: bool) -> None:
        """Take the patient's word; it is recorded, and holds from this moment."""
        self.consent = Consent.GIVEN if is_allowed else Consent.REFUSED
        text = "The view from another computer was "
        self._session.mark(MarkKind.NOTE, text=text + ("allowed" if is_allowed else "refused"))
        self.publish()

    async def run(self) -> None:
        """Publish until cancelled.

        Raises
        ------
        LiveError
            Where nobody can be let in: the address is taken, for example.
        """
        async with AsyncExitStack() as stack:
            try:
                wished = new_door(self._name, self._patient, self._folder)
                door = await listen_here(stack, wished, self._local)
                if self._remote is not None:
                    self.ticket = await listen_afar(stack, self._remote, self._from_afar)
                stack.enter_context(announced(door, self._folder))
            except OSError as error:
                raise LiveError(
                    f"The session cannot be watched: {error.strerror or error}. Give another "
                    "address or port, or run without watching."
                ) from error
            if self.ticket is not None:
                self._tell(f"To watch from another computer: stridegate watch {self.ticket}")
            while True:
                await self._publish_in_turn()

    # ---- letting in

    async def _local(self, connection: ServerConnection) -> None:
        await self._serve(connection, is_remote=False)

    async def _from_afar(self, connection: ServerConnection) -> None:
        if self.consent is Consent.NOT_ASKED:
            self.consent = Consent.ASKED
            self._tell(ASK)
        await self._serve(connection, is_remote=True)

    async def _serve(self, connection: ServerConnection, *, is_remote: bool) -> None:
        if len(self._viewers) >= MAX_VIEWERS:
            await connection.close(1013, "Too many watch already: close one of the views.")
            return
        viewer = Viewer(connection, is_remote=is_remote)
        self._viewers.add(viewer)
        sending = asyncio.create_task(viewer.send(), name="viewer")
        try:
            viewer.offer(self._message_for(viewer))
            async for message in connection:
                if not viewer.may_ask():
                    await connection.close(1008, "Too many requests.")
                    break
                viewer.answer(encode(self._obey(viewer, message)))
        except ConnectionClosed:
            pass
        finally:
            self._viewers.discard(viewer)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _tell(self, text: str) -> None:
        if self.tell is not None:
            self.tell(text)

    # ---- sending and taking

    def _may_look(self, viewer: Viewer) -> bool:
        return not viewer.is_remote or self.consent.may_look

    def publish(self) -> None:
        """Hand the present state to every viewer."""
        self._encode()
        for viewer in self._viewers:
            viewer.offer(self._message_for(viewer))

    async def _publish_in_turn(self) -> None:
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        self._encode()
        turns = -(-len(self._viewers) // TURN) or 1
        waiting = list(self._viewers)
        for turn in range(turns):
            for viewer in waiting[turn * TURN : (turn + 1) * TURN]:
                viewer.offer(self._message_for(viewer))
            # By the time of the round: turns that come late do not add up.
            due_s = begun_s + PERIOD_S * (turn + 1) / turns
            await asyncio.sleep(max(0.0, due_s - loop.time()))

    def _encode(self) -> None:
        # Once for all of them.
        self._newest = encode(self._session.snapshot) if self.viewers else None

    def _message_for(self, viewer: Viewer) -> str:
        if not self._may_look(viewer):
            return encode(Waiting(self.consent.sentence))
        return self._newest or encode(self._session.snapshot)

    def _obey(self, viewer: Viewer, message: str | bytes) -> Answer:
        if not self._may_look(viewer):
            return Answer(self.consent.sentence, is_done=False)
        try:
            request = decode_request(message)
        except LiveError as error:
            return Answer(str(error), is_done=False)
        if self._session.snapshot.is_over:
            return Answer("The session is over: nothing was done.", is_done=False)
        kind, text = request.mark
        self._session.mark(kind, text=text)
        return Answer(request.ask.value, is_done=True)
