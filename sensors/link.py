"""The link to one pod: scan, connect, configure, stream, and all over again when it is lost.

It decodes nothing and stamps nothing but arrivals: what comes
in goes into the inbox as it is.
"""

import asyncio
import contextlib
import random

from bleak.exc import BleakCharacteristicNotFoundError, BleakError, BleakGATTProtocolError

from sensors import advice
from sensors.arming import Hearing, arm
from sensors.binding import PodBinding
from sensors.clock import SessionClock
from sensors.connection import connected
from sensors.delivery import Delivery, Inbox
from sensors.errors import LinkError, LinkFault
from sensors.failure import REFUSALS, RadioErrors, backoff_s, link_error
from sensors.gatt import PodGatt
from sensors.identity import check_same, identify
from sensors.pods.pod import Pod
from sensors.radio import Radio
from sensors.samples import LinkState, PodIdentity
from sensors.search import Search
from sensors.stream import stream
from sensors.tasks import heed_cancellation, while_connected


class Link:
    """The link to one pod, for as long as the session is open.

    Parameters
    ----------
    pod : Pod
        What to look for, what to subscribe to and how to start it.
    radio : Radio
        The Bluetooth to use; shared by all links of the session.
    clock : SessionClock
        For arrivals and time-outs.
    slot : str
        The pod's place in the session; goes into every notification.
    inbox : Inbox
        Everything that happens, in order.
    address, name : str, optional
        Take only the pod with this address, or with this advertised name. Without either the
        first match is taken, and from then on no other.
    bound : PodBinding, optional
        The pod that is the person's: held against what the pod says at each connection, before
        anything is subscribed. A stranger is refused.

    Attributes
    ----------
    identity : PodIdentity or None
        What the pod says of itself, from the first connection on.
    trouble : LinkError or None
        The last failure; None before any.
    """

    def __init__(
        self,
        pod: Pod,
        radio: Radio,
        clock: SessionClock,
        slot: str,
        inbox: Inbox,
        *,
        address: str | None = None,
        name: str | None = None,
        bound: PodBinding | None = None,
    ) -> None:
        self.identity: PodIdentity | None = None
        self.trouble: LinkError | None = None
        self._pod = pod
        self._radio = radio
        self._clock = clock
        self._delivery = Delivery(clock, slot, inbox)
        self._bound = bound
        self._search = Search(
            pod, radio, clock, self._delivery, address=address, name=name, bound=bound
        )
        self._failures = 0
        self._trouble = ""

    @property
    def state(self) -> LinkState | None:
        """The state of the last event; None before ``run``."""
        return self._delivery.state

    async def run(self) -> None:
        """Keep the link up until cancelled; then disconnect and say CLOSED."""
        try:
            while True:
                try:
                    await self._session()
                except LinkError as error:
                    self._fail(error)
                except RadioErrors as error:
                    self._fail(link_error(error))
                except (AttributeError, KeyError, AssertionError) as error:
                    # bleak's backends raise these where a device vanishes under their hands.
                    self._fail(link_error(BleakError(f"the device vanished: {error!r}")))
                except asyncio.CancelledError:
                    # Some systems cancel a Bluetooth operation of their own accord: that is a
                    # failure of it, and not a wish to end the session.
                    heed_cancellation()
                    self._fail(link_error(BleakError("the system cancelled an operation")))
                heed_cancellation()
                await self._clock.sleep(backoff_s(self._failures, random.random()))
        finally:
            self._delivery.enter(LinkState.CLOSED)

    async def _session(self) -> None:
        device = await self._search.find(self._trouble)
        gone = asyncio.Event()
        try:
            self._delivery.enter(LinkState.CONNECTING, device.name or device.address)
            async with connected(device, self._radio, self._clock, gone) as client:
                gatt = PodGatt(client, self._clock, self._delivery, self._radio.notify_kwargs)
                await while_connected(gone, self._configure(gatt))
                await self._stream(gatt, gone)
        finally:
            self._radio.taken.discard(device.address)

    async def _configure(self, gatt: PodGatt) -> None:
        self._delivery.enter(LinkState.CONFIGURING, gatt.name)
        await self._identify(gatt)
        hearing = self._delivery.hearing = Hearing()
        try:
            for uuid in self._pod.notify_uuids:
                await gatt.subscribe(uuid)
            await arm(self._pod.configure(), gatt, hearing, self._clock)
        except BleakCharacteristicNotFoundError as error:
            raise advice.advise(LinkFault.CONFIGURE_FAILED, str(error)) from error
        finally:
            self._delivery.hearing = None

    async def _identify(self, gatt: PodGatt) -> None:
        async def read(uuid: str) -> bytes | None:
            # A pod that does not say who it is may still be used. What else fails is the
            # connection, and a pod that was cut short is not to be taken for a stranger.
            with contextlib.suppress(BleakCharacteristicNotFoundError, BleakGATTProtocolError):
                return await gatt.peek(uuid)
            return None

        identity = await identify(self._pod.kind, gatt.name, gatt.address, read)
        try:
            if self._bound is not None:
                self._bound.check(identity)
            check_same(self.identity, identity)
        except LinkError:
            self._search.pass_over(identity.address)
            raise
        self.identity = identity
        self._delivery.introduce(identity)
        # From here on no other pod is taken.
        self._search.address, self._search.known_name = gatt.address, identity.name

    async def _stream(self, gatt: PodGatt, gone: asyncio.Event) -> None:
        begin_s = self._delivery.heard_s = self._clock.now_s()
        is_gone = await stream(gatt, self._pod.abilities, self._delivery, self._clock, gone)
        self._failures = 0 if self._delivery.heard_s > begin_s else self._failures + 1
        self._trouble = advice.BROKEN_OFF if is_gone else advice.QUIET_LOST
        self._delivery.enter(LinkState.LOST, self._trouble)

    def _fail(self, error: LinkError) -> None:
        self._failures += 1
        # Anew: the error that was raised holds its frames, and they hold the client.
        self.trouble = LinkError(error.reason, error.sentence)
        self._trouble = error.sentence
        is_refused = error.reason in REFUSALS
        self._delivery.enter(LinkState.REFUSED if is_refused else LinkState.LOST, error.sentence)
