"""The link to one pod: scan, connect, configure, stream, and all over again when it is lost.

It decodes nothing and stamps nothing but arrivals: what comes
in goes into the inbox as it is.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol, TypeVar

from bleak import BleakClient
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakCharacteristicNotFoundError, BleakError, BleakGATTProtocolError
from bleak_retry_connector import close_stale_connections_by_address, establish_connection

from sensors import advice
from sensors.arming import Hearing, arm
from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.failure import RadioErrors, backoff_s, link_error
from sensors.identity import IDENTITY_UUIDS, check_same, identify
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.pod import Pod, Write
from sensors.radio import Radio
from sensors.samples import (
    LinkEvent,
    LinkItem,
    LinkState,
    Notification,
    PodIdentity,
    PodReport,
)
from sensors.scan import scan
from sensors.tasks import heed_cancellation, put_out, while_connected
from sensors.watchdog import watch

SCAN_ROUND_S = 15.0
"""Seconds. A scan is begun anew after this long: some adapters fall silent (design default)."""

CONNECT_TIMEOUT_S = 20.0
"""Seconds for a connection with its discovery of services; as in bleak-retry-connector."""

CONNECT_ATTEMPTS = 1
"""Attempts on one advertisement: after that it is old, and a search finds the pod sooner. What
BlueZ calls transient is tried again all the same, by bleak-retry-connector."""

OPERATION_TIMEOUT_S = 10.0
"""Seconds for one read, write or subscription (design default; ATT itself waits 30)."""

DISCONNECT_TIMEOUT_S = 5.0
"""Seconds. A Bluetooth service that hangs at a disconnection must not hold the session up."""

BATTERY_EVERY_S = 60.0
"""Seconds between two looks at the state of charge (design default)."""

T = TypeVar("T")


class Inbox(Protocol):
    """What a link delivers to: a deque, for example."""

    def append(self, item: LinkItem, /) -> None:
        """Take one item."""
        ...


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

    Attributes
    ----------
    identity : PodIdentity or None
        What the pod says of itself, from the first connection on.
    trouble : LinkError or None
        The last failure; None before any.
    state : LinkState or None
        The state of the last event; None before ``run``.
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
    ) -> None:
        self.identity: PodIdentity | None = None
        self.state: LinkState | None = None
        self.trouble: LinkError | None = None
        self._pod = pod
        self._radio = radio
        self._clock = clock
        self._slot = slot
        self._inbox = inbox
        self._address = address
        self._name = name
        self._failures = 0
        self._trouble = ""
        self._heard_s = 0.0
        self._hearing: Hearing | None = None
        self._client: BleakClient | None = None

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
            self._enter(LinkState.CLOSED)

    async def _session(self) -> None:
        device = await self._search()
        try:
            gone = asyncio.Event()
            async with self._connected(device, gone) as client:
                await while_connected(gone, self._configure(client))
                await self._stream(client, gone)
        finally:
            self._radio.taken.discard(device.address)

    # Search.

    async def _search(self) -> BLEDevice:
        detail = self._trouble
        while True:
            heed_cancellation()
            self._enter(LinkState.SEARCHING, detail)
            await self._release()
            device = await scan(
                self._is_wanted, SCAN_ROUND_S / self._clock.speed, **self._radio.scanner_kwargs
            )
            # Two links may have seen the same advertisement: the first to get here has the pod.
            if device is not None and device.address not in self._radio.taken:
                self._radio.taken.add(device.address)
                return device
            detail = advice.HELD if detail == advice.ASLEEP else advice.ASLEEP

    def _is_wanted(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        if device.address in self._radio.taken:
            return False
        if self._address is not None:
            return device.address.lower() == self._address.lower()
        name = advertisement.local_name or device.name or ""
        if self._name is not None and name != self._name:
            return False
        return self._pod.matches(name, frozenset(advertisement.service_uuids))

    async def _release(self) -> None:
        # A program that was killed leaves BlueZ connected, and a connected pod does not advertise.
        if self._radio.is_system and self._address is not None:
            with contextlib.suppress(*RadioErrors):
                await self._within(close_stale_connections_by_address(self._address))

    # Connect.

    @contextlib.asynccontextmanager
    async def _connected(
        self, device: BLEDevice, gone: asyncio.Event
    ) -> AsyncIterator[BleakClient]:
        self._enter(LinkState.CONNECTING, device.name or device.address)
        try:
            async with self._radio.connecting:
                client = await self._clock.wait_for(self._connect(device, gone), CONNECT_TIMEOUT_S)
            gone.clear()  # a first attempt that failed may have set it
            if not client.is_connected:
                gone.set()
            yield client
        finally:
            await self._disconnect()

    async def _connect(self, device: BLEDevice, gone: asyncio.Event) -> BleakClient:
        return await establish_connection(
            _KeptClient,
            device,
            device.name or device.address,
            disconnected_callback=lambda _client: gone.set(),
            max_attempts=CONNECT_ATTEMPTS,
            # After a restart of BlueZ's daemon its cached services are those of the one before.
            use_services_cache=False,
            keep=self._keep,
            **self._radio.client_kwargs,
        )

    def _keep(self, client: BleakClient) -> None:
        self._client = client

    async def _disconnect(self) -> None:
        # Also where the link is long gone: a client that is not closed keeps its bus connection.
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(*RadioErrors):
                await self._clock.wait_for(client.disconnect(), DISCONNECT_TIMEOUT_S)

    # Configure.

    async def _configure(self, client: BleakClient) -> None:
        self._enter(LinkState.CONFIGURING, client.name)
        await self._identify(client)

        self._hearing = Hearing()
        try:
            for uuid in self._pod.notify_uuids:
                await self._within(
                    client.start_notify(uuid, self._receiver(uuid), **self._radio.notify_kwargs)
                )
            gatt = _Gatt(client, self._within, self._receive)
            await arm(self._pod.configure(), gatt, self._hearing, self._clock)
        except BleakCharacteristicNotFoundError as error:
            raise advice.advise(LinkFault.CONFIGURE_FAILED, str(error)) from error
        finally:
            self._hearing = None

    async def _identify(self, client: BleakClient) -> None:
        async def read(uuid: str) -> bytes | None:
            # A pod that does not say who it is may still be used. What else fails is the
            # connection, and a pod that was cut short is not to be taken for a stranger.
            with contextlib.suppress(BleakCharacteristicNotFoundError, BleakGATTProtocolError):
                return bytes(await self._within(client.read_gatt_char(uuid)))
            return None

        identity = await identify(self._pod.kind, client.name, client.address, read)
        check_same(self.identity, identity)
        self.identity = identity
        self._inbox.append(PodReport(self._clock.now_s(), self._slot, identity))
        self._address = client.address  # from here on no other pod is taken

    # Stream.

    async def _stream(self, client: BleakClient, gone: asyncio.Event) -> None:
        begin_s = self._heard_s = self._clock.now_s()
        self._enter(LinkState.STREAMING, client.name)
        battery = asyncio.create_task(self._report_battery(client))
        try:
            is_gone = await watch(
                self._clock,
                gone,
                self._pod.abilities.silence_timeout_s,
                lambda: self._heard_s,
                lambda: self._is_well(client),
            )
        finally:
            await put_out([battery])
        self._failures = 0 if self._heard_s > begin_s else self._failures + 1
        self._trouble = advice.BROKEN_OFF if is_gone else advice.QUIET_LOST
        self._enter(LinkState.LOST, self._trouble)

    async def _is_well(self, client: BleakClient) -> bool:
        """Say SILENT once; a pod that counts steps is well if it answers a read.

        Such a pod is quiet while its wearer stands. One with samples is never quiet.
        """
        has_samples = self._pod.abilities.fs_hz is not None
        if self.state is not LinkState.SILENT:
            self._enter(LinkState.SILENT, advice.SILENT if has_samples else advice.STILL)
        return not has_samples and await self._answers(client)

    async def _answers(self, client: BleakClient) -> bool:
        readable = [
            uuid for uuid in (BATTERY_LEVEL_UUID, *IDENTITY_UUIDS.values()) if _has(client, uuid)
        ]
        try:
            await self._within(client.read_gatt_char(readable[0]))
        except (*RadioErrors, IndexError):
            return False
        return True

    async def _report_battery(self, client: BleakClient) -> None:
        while _has(client, BATTERY_LEVEL_UUID):
            heed_cancellation()
            with contextlib.suppress(*RadioErrors):
                value = await self._within(client.read_gatt_char(BATTERY_LEVEL_UUID))
                self._inbox.append(
                    Notification(self._clock.now_s(), self._slot, BATTERY_LEVEL_UUID, bytes(value))
                )
            await self._clock.sleep(BATTERY_EVERY_S)

    def _receiver(self, uuid: str) -> Callable[[Any, bytearray], None]:
        def receive(_characteristic: object, value: bytearray) -> None:
            self._receive(uuid, bytes(value))

        return receive

    def _receive(self, uuid: str, value: bytes) -> Notification:
        notification = Notification(self._clock.now_s(), self._slot, uuid, value)
        self._heard_s = notification.t_s
        if self.state is LinkState.SILENT:
            self._enter(LinkState.STREAMING, advice.DATA_AGAIN)
        self._inbox.append(notification)
        if self._hearing is not None:
            self._hearing.add(notification)
        return notification

    # Small parts.

    async def _within(self, work: Awaitable[T]) -> T:
        return await self._clock.wait_for(work, OPERATION_TIMEOUT_S)

    def _enter(self, state: LinkState, detail: str = "") -> None:
        self.state = state
        self._inbox.append(LinkEvent(self._clock.now_s(), self._slot, state, detail))

    def _fail(self, error: LinkError) -> None:
        self._failures += 1
        # Anew: the error that was raised holds its frames, and they hold the client.
        self.trouble = LinkError(error.reason, error.sentence)
        self._trouble = error.sentence
        self._enter(LinkState.LOST, error.sentence)


class _Gatt:
    """What a pod's configuration does by way of a client."""

    def __init__(
        self,
        client: BleakClient,
        within: Callable[[Awaitable[Any]], Awaitable[Any]],
        receive: Callable[[str, bytes], Notification],
    ) -> None:
        self._client = client
        self._within = within
        self._receive = receive

    async def write(self, step: Write) -> None:
        heed_cancellation()
        await self._within(
            self._client.write_gatt_char(step.uuid, step.payload, response=step.with_response)
        )

    async def read(self, uuid: str) -> Notification | None:
        heed_cancellation()
        try:
            value = await self._within(self._client.read_gatt_char(uuid))
        except BleakError:
            return None
        return self._receive(uuid, bytes(value))


class _KeptClient(BleakClient):
    """A client that its link knows from its birth on, so that it is closed in any case."""

    def __init__(
        self, device: BLEDevice, *, keep: Callable[[BleakClient], None], **kwargs: Any
    ) -> None:
        super().__init__(device, **kwargs)
        keep(self)


def _has(client: BleakClient, uuid: str) -> bool:
    return client.is_connected and client.services.get_characteristic(uuid) is not None
