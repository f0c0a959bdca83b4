"""A virtual pod: a real Bluetooth LE peripheral on Bumble, over whatever transport it is given."""

import asyncio
import contextlib
import hashlib
import heapq
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bumble.core import AdvertisingData
from bumble.device import Connection, Device, DeviceConfiguration
from bumble.gatt import Characteristic, Service
from bumble.hci import Address, HCI_Error
from bumble.profiles.battery_service import BatteryService
from bumble.profiles.device_information_service import DeviceInformationService
from bumble.transport.common import TransportSink, TransportSource

from sensors.clock import SessionClock
from sensors.virtual.faults import Air, BatteryLevel, ClockReset, Drop, Faults, Incident, Stall

ADVERTISING_INTERVAL_S = 0.1
"""Seconds. A pod that is awake; design default."""

MAX_NAME_BYTES = 22
"""Bytes. Flags, one 16-bit service and this name fill the 31 bytes of an advertisement."""


@dataclass(slots=True)
class Tally:
    """What happened to a virtual pod: the other side of every count that the client makes.

    Attributes
    ----------
    connections : int
        How often a client connected.
    subscriptions : list of str
        What was subscribed, in order: a resource path or a characteristic.
    packets_made, samples_made : int
        Made by the pod in its own time, heard or not.
    packets_sent, samples_sent : int
        Handed to the radio while a client was subscribed; a doubled packet counts once.
    packets_lost : int
        Lost on the way by a fault.
    packets_unheard : int
        Made while nobody was subscribed, or while the pod was stalled.
    notifications : int
        GATT notifications handed to the radio, command answers included.
    battery_reads : int
        How often the state of charge was read.
    """

    connections: int = 0
    subscriptions: list[str] = field(default_factory=list)
    packets_made: int = 0
    samples_made: int = 0
    packets_sent: int = 0
    samples_sent: int = 0
    packets_lost: int = 0
    packets_unheard: int = 0
    notifications: int = 0
    battery_reads: int = 0


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of a pod, as the notifications that carry it.

    Attributes
    ----------
    t_s : float
        Pod time at which it is complete and may be sent.
    samples : int
        Samples in it.
    parts : tuple of bytes
        The value of each notification.
    """

    t_s: float
    samples: int
    parts: tuple[bytes, ...]


class Profile(Protocol):
    """What makes a peripheral a certain kind of pod: its services and what it sends."""

    advertised: int | None
    """The 16-bit service in the advertisement."""

    def services(self, pod: "VirtualPod") -> Sequence[Service]:
        """Return the GATT services, bound to the peripheral that carries them."""
        ...

    def link_lost(self) -> None:
        """Forget every subscription: the client is gone."""
        ...

    def clock_reset(self) -> None:
        """Begin the pod's counter at 0."""
        ...


class VirtualPod:
    """A peripheral with Battery, Device Information and the services of one profile.

    Pod time is 0 at the first subscription and runs on from there, connected or not.

    Parameters
    ----------
    profile : Profile
        For example ``sensors.virtual.movesense.Movesense`` or ``sensors.virtual.rsc.RunningSpeed``.
    clock : SessionClock
        The clock that pod time follows; its speed makes a pod faster than life.
    name : str
        The advertised name, at most 22 bytes.
    faults : Faults
        What goes wrong.
    charge_pct : int
        State of charge at the start.
    mtu : int
        Largest ATT packet that the pod takes part in.
    address : str, optional
        A static random address; by default made from the name.
    on_notify : callable, optional
        Called with each notification's value as it is handed to the radio.
    """

    def __init__(
        self,
        profile: Profile,
        clock: SessionClock,
        name: str,
        *,
        faults: Faults | None = None,
        charge_pct: int = 87,
        mtu: int = 161,
        address: str | None = None,
        on_notify: Callable[[bytes], None] | None = None,
    ) -> None:
        if len(name.encode()) > MAX_NAME_BYTES:
            raise ValueError(
                f"virtual pod: name {name!r} is over {MAX_NAME_BYTES} bytes; shorten it"
            )
        self.name = name
        self.address = address or _address_of(name)
        self.clock = clock
        self.tally = Tally()
        self.charge_pct = charge_pct
        self.connection: Connection | None = None
        self._profile = profile
        self._faults = faults or Faults()
        self._air = Air(self._faults)
        self._mtu = mtu
        self._on_notify = on_notify
        self._device: Device | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._origin_s: float | None = None
        self._away_until_s = 0.0
        self._stalled_until_s = float("-inf")
        self._outbox: list[tuple[float, int, Packet, bool, bool]] = []
        self._outbox_order = 0
        self._outbox_changed = asyncio.Event()

    # -- life ------------------------------------------------------------------------------

    async def start(self, source: TransportSource, sink: TransportSink) -> None:
        """Switch the pod on: power the controller up and advertise.

        Parameters
        ----------
        source, sink : bumble transport ends
            A Bumble ``Controller`` (twice), or the ends of an opened transport.
        """
        interval_ms = max(20.0, 1000.0 * ADVERTISING_INTERVAL_S / self.clock.speed)
        device = Device.from_config_with_hci(
            DeviceConfiguration(
                name=self.name,
                address=Address(self.address),
                advertising_interval_min=interval_ms,
                advertising_interval_max=interval_ms,
                advertising_data=self._advertisement(),
            ),
            source,
            sink,
        )
        device.add_services([self._device_information(), self._battery()])
        device.add_services(self._profile.services(self))
        device.gatt_server.max_mtu = self._mtu
        device.on(Device.EVENT_CONNECTION, self._on_connection)
        self._device = device
        await device.power_on()
        await device.start_advertising()

    async def stop(self) -> None:
        """Switch the pod off; raises what a task of the pod raised on its way."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        if self._device is not None:
            await self._break_link()
            await self._device.stop_advertising()
            await self._device.power_off()
            self._device = None
        for end in ends:
            if isinstance(end, Exception):
                raise end

    # -- what a demo or a test does to a pod -------------------------------------------------

    async def drop(self, for_s: float) -> None:
        """Break the link and stay out of range for ``for_s`` seconds of pod time."""
        self._away_until_s = self.clock.now_s() + for_s
        if self.connection is None:
            await self._stop_advertising()
            self.spawn(self._come_back())
        else:
            await self._break_link()

    def stall(self, for_s: float) -> None:
        """Send no notification for ``for_s`` seconds, but stay connected."""
        self._stalled_until_s = self.clock.now_s() + for_s

    async def reset_clock(self, away_s: float = 2.0) -> None:
        """Start anew, as after a change of battery: the counter begins at 0, the link breaks."""
        self._profile.clock_reset()
        await self.drop(away_s)

    # -- for profiles ----------------------------------------------------------------------

    @property
    def payload_size(self) -> int:
        """Bytes that one notification can carry on the present connection."""
        return 20 if self.connection is None else int(self.connection.att_mtu) - 3

    def pod_time_s(self) -> float:
        """Return the pod time; 0 before the first subscription."""
        return 0.0 if self._origin_s is None else self.clock.now_s() - self._origin_s

    def begin(self) -> bool:
        """Start pod time at the first call; say whether this was it."""
        if self._origin_s is not None:
            return False
        self._origin_s = self.clock.now_s()
        self.spawn(self._deliver())
        for incident in self._faults.incidents:
            self.spawn(self._befall(incident))
        return True

    async def sleep_until(self, pod_time_s: float) -> None:
        """Sleep until a pod time."""
        await self.clock.sleep_until((self._origin_s or 0.0) + pod_time_s)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` as long as the pod is on."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def post(self, packet: Packet, characteristic: Characteristic[bytes]) -> None:
        """Give a packet to the air, faults and all; it leaves when its time has come."""
        self._characteristic = characteristic
        fate = self._air.fate(packet.t_s)
        if not fate.deliveries_s:
            self.tally.packets_lost += 1
        for copy, due_s in enumerate(fate.deliveries_s):
            self._outbox_order += 1
            heapq.heappush(
                self._outbox, (due_s, self._outbox_order, packet, fate.part_lost, copy == 0)
            )
        self._outbox_changed.set()

    async def notify(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        """Send one notification now, where a client is there and subscribed."""
        if self.connection is None or self._device is None:
            return
        await self._device.notify_subscriber(self.connection, characteristic, value)
        self.tally.notifications += 1
        if self._on_notify is not None:
            self._on_notify(value)

    async def indicate(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        """Send one indication and wait until the client has confirmed it."""
        if self.connection is None or self._device is None:
            return
        with contextlib.suppress(asyncio.TimeoutError):
            await self._device.indicate_subscriber(self.connection, characteristic, value)

    # -- inside ----------------------------------------------------------------------------

    def _advertisement(self) -> bytes:
        # Bumble's virtual controller sends no scan responses: all that a client needs to find the
        # pod has to stand in the advertisement itself.
        fields = [(AdvertisingData.Type.FLAGS, bytes([0x06]))]
        if self._profile.advertised is not None:
            services = AdvertisingData.Type.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
            fields.append((services, self._profile.advertised.to_bytes(2, "little")))
        fields.append((AdvertisingData.Type.COMPLETE_LOCAL_NAME, self.name.encode()))
        return bytes(AdvertisingData(fields))

    def _device_information(self) -> Service:
        return DeviceInformationService(
            manufacturer_name="StrideGate",
            model_number="virtual pod",
            serial_number=self.name.rsplit(" ", 1)[-1],
            firmware_revision="1.0",
        )

    def _battery(self) -> Service:
        def read(_connection: Connection) -> int:
            self.tally.battery_reads += 1
            return self.charge_pct

        return BatteryService(read)

    def _on_connection(self, connection: Connection) -> None:
        self.connection = connection
        self.tally.connections += 1
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)

    def _on_disconnection(self, _reason: int) -> None:
        self.connection = None
        self._profile.link_lost()
        self.spawn(self._come_back())

    async def _come_back(self) -> None:
        await self.clock.sleep_until(self._away_until_s)
        still_away = self.clock.now_s() < self._away_until_s
        if self._device is not None and self.connection is None and not still_away:
            await self._device.start_advertising()

    async def _stop_advertising(self) -> None:
        if self._device is not None:
            await self._device.stop_advertising()

    async def _break_link(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(HCI_Error):
                await self.connection.disconnect()

    async def _befall(self, incident: Incident) -> None:
        await self.sleep_until(incident.at_s)
        match incident:
            case Drop():
                await self.drop(incident.for_s)
            case Stall():
                self.stall(incident.for_s)
            case ClockReset():
                await self.reset_clock(incident.away_s)
            case BatteryLevel():
                self.charge_pct = incident.charge_pct

    async def _deliver(self) -> None:
        while True:
            self._outbox_changed.clear()
            if not self._outbox:
                await self._outbox_changed.wait()
                continue
            due_s = self._outbox[0][0]
            if due_s > self.pod_time_s():
                # A packet posted meanwhile may be due earlier than the one that is waited for.
                with contextlib.suppress(TimeoutError):
                    await self.clock.wait_for(
                        self._outbox_changed.wait(), due_s - self.pod_time_s()
                    )
                continue
            await self._send(*heapq.heappop(self._outbox)[2:])

    async def _send(self, packet: Packet, part_lost: bool, first: bool) -> None:
        if self.connection is None or self.clock.now_s() < self._stalled_until_s:
            self.tally.packets_unheard += first
            return
        for part in packet.parts[:1] if part_lost else packet.parts:
            await self.notify(self._characteristic, part)
        if first:
            self.tally.packets_sent += 1
            self.tally.samples_sent += packet.samples

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        # A task that failed stays, so that stop() can raise what it raised.
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)


def _address_of(name: str) -> str:
    """Return a static random address, always the same for the same name."""
    digest = hashlib.sha256(name.encode()).digest()[:6]
    octets = [digest[0] | 0xC0, *digest[1:]]  # the two top bits say "static random"
    return ":".join(f"{octet:02X}" for octet in octets)
