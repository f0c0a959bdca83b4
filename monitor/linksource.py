"""A pod on the air as a session's source, and the radio that it is heard with."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
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
"""s. How often it is looked whether the pod streams."""


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
    """A pod on the air as a session's source.

    Parameters
    ----------
    setup : PodSetup
        The pod to look for.
    clock : SessionClock
        The session's clock.
    open_radio : callable
        Opens the radio for as long as the session lasts.
    starts_itself : bool
        Whether the plan starts when the pod streams; a person starts it otherwise.
    address : str, optional
        Take only the pod with this address.
    start : MarkKind
        What starts the plan: ``RESUME`` where it had begun before.
    """

    def __init__(
        self,
        setup: PodSetup,
        clock: SessionClock,
        open_radio: Callable[[], AbstractAsyncContextManager[Radio]],
        *,
        starts_itself: bool = True,
        address: str | None = None,
        start: MarkKind = MarkKind.START,
    ) -> None:
        self._setup = setup
        self._clock = clock
        self._open_radio = open_radio
        self._starts_itself = starts_itself
        self._address = address
        self._start = start

    async def run(self, inbox: deque[Input]) -> None:
        """Keep the link up until cancelled."""
        pod = pod_of_kind(self._setup.kind, self._setup.rate_hz)
        async with self._open_radio() as radio:
            link = Link(
                pod,
                radio,
                self._clock,
                self._setup.slot,
                inbox,
                address=self._address,
                bound=self._setup.bound,
            )
            running = asyncio.create_task(link.run(), name="link")
            try:
                await self._streams(link, running)
                if self._starts_itself:
                    inbox.append(Mark(self._clock.now_s(), self._start))
                await running
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    async def _streams(self, link: Link, running: asyncio.Task[None]) -> None:
        ready_s = self._clock.now_s() + LEAD_S
        while self._clock.now_s() < ready_s:
            await self._clock.sleep(POLL_S)
            if running.done():
                running.result()
            if link.trouble is not None and link.trouble.reason in NO_RADIO:
                # A session waits for its pod as long as it is open; without a radio none can come.
                raise link.trouble
            if link.state is not LinkState.STREAMING:
                ready_s = self._clock.now_s() + LEAD_S
