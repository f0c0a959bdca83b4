"""The pods on the air as a session's source, and the radio that they are heard with."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from monitor.core import Input
from monitor.marks import Mark, MarkKind
from monitor.setup import PodSetup
from sensors.clock import SessionClock
from sensors.errors import LinkFault
from sensors.link import Link
from sensors.pods.registry import pod_of_kind
from sensors.radio import Radio
from sensors.samples import LinkState

LEAD_S = 2.0
"""s. A session that starts by itself does so after the pod has streamed for this long."""

NO_RADIO = (LinkFault.NO_BLUETOOTH, LinkFault.POWERED_OFF, LinkFault.NOT_PERMITTED)
"""What no waiting mends."""

POLL_S = 0.05
"""s. How often it is looked whether the pods stream."""

TURN_S = 15.0
"""s. So long a pod has the radio to itself, from its first search on, before the next one is looked
for too: that pods connect one after the other, and one that is not there holds up none. Design
default."""


@asynccontextmanager
async def real_radio(transport: str) -> AsyncIterator[Radio]:
    """Open this computer's Bluetooth (``"system"``), or a Bumble transport such as ``usb:0``."""
    if transport == "system":
        yield Radio()
        return
    # Bumble only where it is asked for: it is slow to import.
    from sensors.virtual.radio import open_radio

    async with open_radio(transport) as radio:
        yield radio


class LinkSource:
    """The pods on the air as a session's source.

    Parameters
    ----------
    pods : sequence of PodSetup
        The pods to look for, one after the other; the first one is the judge.
    clock : SessionClock
        The session's clock.
    open_radio : callable
        Opens the radio for as long as the session lasts.
    starts_itself : bool
        Whether the plan starts when the pods stream, or the first one does and the others have had
        their turn; a person starts it otherwise.
    addresses : mapping of str to str, optional
        Slot to the address of the only pod that is taken for it.
    names : mapping of str to str, optional
        Slot to the advertised name of the only pods that are taken for it.
    start : MarkKind
        What starts the plan: ``RESUME`` where it had begun before.
    """

    def __init__(
        self,
        pods: Sequence[PodSetup],
        clock: SessionClock,
        open_radio: Callable[[], AbstractAsyncContextManager[Radio]],
        *,
        starts_itself: bool = True,
        addresses: Mapping[str, str] | None = None,
        names: Mapping[str, str] | None = None,
        start: MarkKind = MarkKind.START,
    ) -> None:
        self._pods = tuple(pods)
        self._clock = clock
        self._open_radio = open_radio
        self._starts_itself = starts_itself
        self._addresses = dict(addresses or {})
        self._names = dict(names or {})
        self._start = start

    async def run(self, inbox: deque[Input]) -> None:
        """Keep the links up until cancelled."""
        async with self._open_radio() as radio:
            links = [self._link(setup, radio, inbox) for setup in self._pods]
            running: list[asyncio.Task[None]] = []
            try:
                for link, setup in zip(links, self._pods, strict=True):
                    running.append(asyncio.create_task(link.run(), name=f"link {setup.slot}"))
                    if link is not links[-1]:
                        await self._has_turn(link, links, running)
                await self._stream(links, running)
                if self._starts_itself:
                    inbox.append(Mark(self._clock.now_s(), self._start))
                await asyncio.gather(*running)
            finally:
                for task in running:
                    task.cancel()
                await asyncio.gather(*running, return_exceptions=True)

    def _link(self, setup: PodSetup, radio: Radio, inbox: deque[Input]) -> Link:
        pod = pod_of_kind(setup.kind, setup.rate_hz)
        slot = setup.slot
        address, name = self._addresses.get(slot), self._names.get(slot)
        return Link(
            pod, radio, self._clock, slot, inbox, address=address, name=name, bound=setup.bound
        )

    async def _has_turn(
        self, link: Link, links: list[Link], running: list[asyncio.Task[None]]
    ) -> None:
        until_s = self._clock.now_s() + TURN_S
        while link.state is not LinkState.STREAMING and self._clock.now_s() < until_s:
            await self._look(links, running)

    async def _stream(self, links: list[Link], running: list[asyncio.Task[None]]) -> None:
        """Wait until the judge has streamed for ``LEAD_S``, and so have those that came at all."""
        judge = links[0]
        turn_s = self._clock.now_s() + (TURN_S if len(links) > 1 else 0.0)
        ready_s = self._clock.now_s() + LEAD_S
        while self._clock.now_s() < ready_s:
            await self._look(links, running)
            awaited = links if self._clock.now_s() < turn_s else [judge]
            if any(link.state is not LinkState.STREAMING for link in awaited):
                ready_s = self._clock.now_s() + LEAD_S

    async def _look(self, links: list[Link], running: list[asyncio.Task[None]]) -> None:
        await self._clock.sleep(POLL_S)
        for task in running:
            if task.done():
                task.result()
        for link in links:
            if link.trouble is not None and link.trouble.reason in NO_RADIO:
                # A session waits for its pods as long as it is open; without a radio none can come.
                raise link.trouble
