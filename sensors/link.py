"""The link to one pod: scan, connect, configure, stream, and all over again when it is lost.

The only module that talks to bleak. It decodes nothing and stamps nothing but arrivals: what comes
in goes into the inbox as it is.
"""

import asyncio
import contextlib
import random
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Any

from bleak import BleakClient, BleakScanner
from bleak.backends.device import BLEDevice
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from bleak_retry_connector import establish_connection

from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.pods.pod import Await, Pod, Write
from sensors.radio import Radio
from sensors.samples import LinkEvent, LinkState, Notification, PodIdentity

BATTERY_UUID = "00002a19-0000-1000-8000-00805f9b34fb"
IDENTITY_UUIDS = {
    "manufacturer": "00002a29-0000-1000-8000-00805f9b34fb",
    "model": "00002a24-0000-1000-8000-00805f9b34fb",
    "serial": "00002a25-0000-1000-8000-00805f9b34fb",
    "firmware": "00002a26-0000-1000-8000-00805f9b34fb",
}

SCAN_ROUND_S = 15.0
"""Seconds. A scan is begun anew after this long: some adapters fall silent (design default)."""

CONNECT_TIMEOUT_S = 30.0
"""Seconds for a connection with its discovery of services; bleak's own default."""

CONNECT_ATTEMPTS = 2
"""Attempts on one advertisement; after that it is old, and the pod is searched for again."""

OPERATION_TIMEOUT_S = 10.0
"""Seconds for one read, write or subscription (design default; ATT itself waits 30)."""

DISCONNECT_TIMEOUT_S = 5.0
"""Seconds. Bluetooth services that hang at a disconnection must not hold the session up."""

BATTERY_EVERY_S = 60.0
"""Seconds between two looks at the state of charge (design default)."""

FIRST_BACKOFF_S = 0.5
MAX_BACKOFF_S = 10.0
"""Seconds between two attempts; doubled at each failure, never above 10."""

ASLEEP = "No pod found yet: tap the pod or take ten steps to wake it."
BUSY = (
    "Still no pod found: wake it with ten steps, and close any other app or watch that may hold it."
)

RadioErrors = (BleakError, OSError, EOFError, TimeoutError)
"""What bleak's operations raise when radio, pod or the system's Bluetooth service fail."""


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
    inbox : deque of Notification or LinkEvent
        Everything that happens, in order.
    address, name : str, optional
        Take only the pod with this address, or this advertised name. Without either the first
        match is taken, and from then on no other.
    """

    def __init__(
        self,
        pod: Pod,
        radio: Radio,
        clock: SessionClock,
        slot: str,
        inbox: deque[Notification | LinkEvent],
        *,
        address: str | None = None,
        name: str | None = None,
    ) -> None:
        self.identity: PodIdentity | None = None
        self.state: LinkState | None = None
        self._pod = pod
        self._radio = radio
        self._clock = clock
        self._slot = slot
        self._inbox = inbox
        self._address = address
        self._name = name
        self._failures = 0
        self._heard_s = 0.0
        self._backlog: deque[Notification] | None = None
        self._backlog_changed = asyncio.Event()
        self._client: BleakClient | None = None

    async def run(self) -> None:
        """Keep the link up until cancelled; then disconnect and say CLOSED."""
        try:
            while True:
                await self._try_once()
                await self._clock.sleep(self._backoff_s())
        finally:
            self._enter(LinkState.CLOSED)

    async def _try_once(self) -> None:
        try:
            await self._session()
        except LinkError as error:
            self._failures += 1
            self._enter(LinkState.LOST, error.sentence)
        except RadioErrors as error:
            self._failures += 1
            self._enter(LinkState.LOST, _sentence(error))

    async def _session(self) -> None:
        device = await self._search()
        self._radio.taken.add(device.address)
        try:
            gone = asyncio.Event()
            async with self._connected(device, gone) as client:
                await self._configure(client)
                await self._stream(client, gone)
        finally:
            self._radio.taken.discard(device.address)

    # -- search ----------------------------------------------------------------------------

    async def _search(self) -> BLEDevice:
        detail = ""
        while True:
            self._enter(LinkState.SEARCHING, detail)
            with contextlib.suppress(TimeoutError):
                return await self._clock.wait_for(self._scan(), SCAN_ROUND_S)
            detail = BUSY if detail else ASLEEP

    async def _scan(self) -> BLEDevice:
        async with BleakScanner(**self._radio.scanner_kwargs) as scanner:
            async for device, advertisement in scanner.advertisement_data():
                name = advertisement.local_name or device.name or ""
                if self._is_wanted(device.address, name, frozenset(advertisement.service_uuids)):
                    return device
        raise BleakError("The scan ended by itself")

    def _is_wanted(self, address: str, name: str, services: frozenset[str]) -> bool:
        if address in self._radio.taken:
            return False
        if self._address is not None:
            return address.lower() == self._address.lower()
        if self._name is not None and name != self._name:
            return False
        return self._pod.matches(name, services)

    # -- connect ---------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _connected(
        self, device: BLEDevice, gone: asyncio.Event
    ) -> AsyncIterator[BleakClient]:
        self._enter(LinkState.CONNECTING, device.name or device.address)
        try:
            async with self._radio.connecting:
                client = await self._clock.wait_for(self._connect(device, gone), CONNECT_TIMEOUT_S)
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

    # -- configure -------------------------------------------------------------------------

    async def _configure(self, client: BleakClient) -> None:
        self._enter(LinkState.CONFIGURING)
        await self._identify(client)
        self._backlog = deque()
        try:
            for uuid in self._pod.notify_uuids:
                await self._within(
                    client.start_notify(uuid, self._receiver(uuid), **self._radio.notify_kwargs)
                )
            await self._arm(client)
        finally:
            self._backlog = None

    async def _identify(self, client: BleakClient) -> None:
        texts = {name: await self._read_text(client, uuid) for name, uuid in IDENTITY_UUIDS.items()}
        identity = PodIdentity(self._pod.kind, client.name, client.address, **texts)
        known = self.identity
        if known is not None and known.serial != identity.serial:
            raise LinkError(
                LinkFault.NOT_FOUND,
                f"Another pod answers for {known.name} (serial {identity.serial}, not"
                f" {known.serial}): put that one away and wake your own.",
            )
        self.identity = identity
        # From here on no other pod is taken, whatever its name says.
        self._address = client.address

    async def _arm(self, client: BleakClient) -> None:
        steps = self._pod.configure()
        answer: Notification | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration:
                return
            match step:
                case Write():
                    answer = None
                    await self._within(
                        client.write_gatt_char(step.uuid, step.payload, response=True)
                    )
                case Await():
                    answer = await self._answer(step)

    async def _answer(self, step: Await) -> Notification | None:
        try:
            return await self._clock.wait_for(self._accepted(step), step.timeout_s)
        except TimeoutError:
            return None

    async def _accepted(self, step: Await) -> Notification:
        # The answer may have come before the question: it arrives while the write is acknowledged.
        while True:
            self._backlog_changed.clear()
            backlog = self._backlog or deque()
            for notification in backlog:
                if step.accepts(notification):
                    backlog.remove(notification)
                    return notification
            await self._backlog_changed.wait()

    # -- stream ----------------------------------------------------------------------------

    async def _stream(self, client: BleakClient, gone: asyncio.Event) -> None:
        begin_s = self._heard_s = self._clock.now_s()
        self._enter(LinkState.STREAMING, client.name)
        battery = asyncio.create_task(self._report_battery(client))
        try:
            reason = await self._watch(client, gone)
        finally:
            battery.cancel()
            await asyncio.gather(battery, return_exceptions=True)
        self._failures = 0 if self._heard_s > begin_s else self._failures + 1
        self._enter(LinkState.LOST, reason)

    async def _watch(self, client: BleakClient, gone: asyncio.Event) -> str:
        timeout_s = self._pod.abilities.silence_timeout_s
        quiet_from_s = self._heard_s
        while not gone.is_set():
            quiet_from_s = max(quiet_from_s, self._heard_s)
            left_s = quiet_from_s + timeout_s - self._clock.now_s()
            if left_s > 0.0:
                with contextlib.suppress(TimeoutError):
                    await self._clock.wait_for(gone.wait(), left_s)
                continue
            if self.state is not LinkState.SILENT:
                self._enter(LinkState.SILENT, f"No data for {timeout_s:g} s.")
            if self._pod.abilities.fs_hz is not None or not await self._answers(client):
                return "The pod sent nothing any more: connecting anew."
            quiet_from_s = self._clock.now_s()
        return "The connection broke off: searching for the pod."

    async def _answers(self, client: BleakClient) -> bool:
        """Whether the pod still answers a read: one that counts steps is silent when they stop."""
        readable = [uuid for uuid in (BATTERY_UUID, *IDENTITY_UUIDS.values()) if _has(client, uuid)]
        try:
            await self._within(client.read_gatt_char(readable[0]))
        except (*RadioErrors, IndexError):
            return False
        return True

    async def _report_battery(self, client: BleakClient) -> None:
        while _has(client, BATTERY_UUID):
            with contextlib.suppress(*RadioErrors):
                value = await self._within(client.read_gatt_char(BATTERY_UUID))
                self._inbox.append(
                    Notification(self._clock.now_s(), self._slot, BATTERY_UUID, bytes(value))
                )
            await self._clock.sleep(BATTERY_EVERY_S)

    def _receiver(self, uuid: str) -> Callable[[Any, bytearray], None]:
        def receive(_characteristic: object, value: bytearray) -> None:
            notification = Notification(self._clock.now_s(), self._slot, uuid, bytes(value))
            self._heard_s = notification.t_s
            if self.state is LinkState.SILENT:
                self._enter(LinkState.STREAMING, "Data again.")
            self._inbox.append(notification)
            if self._backlog is not None:
                self._backlog.append(notification)
                self._backlog_changed.set()

        return receive

    # -- small parts -----------------------------------------------------------------------

    async def _within(self, work: Any) -> Any:
        return await self._clock.wait_for(work, OPERATION_TIMEOUT_S)

    async def _read_text(self, client: BleakClient, uuid: str) -> str:
        if not _has(client, uuid):
            return ""
        value = await self._within(client.read_gatt_char(uuid))
        return bytes(value).decode("utf-8", errors="replace").rstrip("\0")

    def _enter(self, state: LinkState, detail: str = "") -> None:
        self.state = state
        self._inbox.append(LinkEvent(self._clock.now_s(), self._slot, state, detail))

    def _backoff_s(self) -> float:
        longest_s = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2.0**self._failures)
        return longest_s * random.uniform(0.5, 1.0)


class _KeptClient(BleakClient):
    """A client that is known to its link from its birth, so that it is closed in any case."""

    def __init__(
        self, device: BLEDevice, *, keep: Callable[[BleakClient], None], **kwargs: Any
    ) -> None:
        super().__init__(device, **kwargs)
        keep(self)


def _has(client: BleakClient, uuid: str) -> bool:
    return client.services.get_characteristic(uuid) is not None


def _sentence(error: BaseException) -> str:
    return link_error(error).sentence


def link_error(error: BaseException) -> LinkError:
    """Say what an error of bleak's or the system's means for a patient.

    Parameters
    ----------
    error : BaseException
        What a Bluetooth operation raised.

    Returns
    -------
    LinkError
        With the reason and one sentence that says what to do.
    """
    match error:
        case BleakBluetoothNotAvailableError():
            return _not_available(error.reason)
        case BleakDBusError() if "AccessDenied" in error.dbus_error:
            return LinkError(LinkFault.NOT_PERMITTED, NOT_PERMITTED)
        case PermissionError():
            return LinkError(LinkFault.NOT_PERMITTED, NOT_PERMITTED)
        case BleakDBusError() if "ServiceUnknown" in error.dbus_error:
            return LinkError(LinkFault.NO_BLUETOOTH, NO_SERVICE)
        case FileNotFoundError() | ConnectionRefusedError():
            return LinkError(LinkFault.NO_BLUETOOTH, NO_SERVICE)
        case TimeoutError():
            return LinkError(
                LinkFault.CONNECT_FAILED, "The pod did not answer in time: bring it closer."
            )
    return LinkError(
        LinkFault.CONNECT_FAILED, f"The connection to the pod failed ({error}): trying again."
    )


NOT_PERMITTED = "Bluetooth is not permitted: allow it for this terminal in the system's settings."
NO_SERVICE = "The system's Bluetooth service is not running: start it, or restart this computer."


def _not_available(reason: BleakBluetoothNotAvailableReason) -> LinkError:
    reasons = BleakBluetoothNotAvailableReason
    match reason:
        case reasons.POWERED_OFF:
            return LinkError(LinkFault.POWERED_OFF, "Bluetooth is switched off: switch it on.")
        case reasons.DENIED_BY_USER | reasons.DENIED_BY_SYSTEM | reasons.DENIED_BY_UNKNOWN:
            return LinkError(LinkFault.NOT_PERMITTED, NOT_PERMITTED)
        case reasons.NO_BLE_CENTRAL_ROLE:
            return LinkError(
                LinkFault.NO_BLUETOOTH,
                "This Bluetooth adapter cannot use Bluetooth LE: plug in one that can.",
            )
    return LinkError(LinkFault.NO_BLUETOOTH, "No Bluetooth was found: plug in a Bluetooth adapter.")
