"""A virtual pod: a real Bluetooth LE peripheral on Bumble, over whatever transport it is given."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from bumble.core import BaseBumbleError
from bumble.device import Connection, Device
from bumble.gatt import (
    GATT_BATTERY_LEVEL_CHARACTERISTIC,
    GATT_BATTERY_SERVICE,
    Characteristic,
    CharacteristicValue,
    Service,
)
from bumble.transport.common import TransportSink, TransportSource

from sensors.clock import SessionClock
from sensors.virtual.advertisement import (
    address_of,
    checked_name,
    configuration,
    device_information,
)
from sensors.virtual.faults import BatteryLevel, ClockReset, Drop, Faults, Incident, Stall
from sensors.virtual.outbox import Outbox, Packet
from sensors.virtual.presence import Presence
from sensors.virtual.tally import Tally


class Profile(Protocol):
    """What makes a peripheral a certain kind of pod: its services and what it sends.

    Attributes
    ----------
    advertised : int, str or None
        The service in the advertisement: 16 bits, or the text of a 128-bit UUID.
    """

    advertised: int | str | None

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

    Pod time is 0 at the first subscription and runs on from there, connected or not: what is
    played during a drop is lost, as on a shoe.

    Parameters
    ----------
    profile : Profile
        What kind of pod it is, for example ``sensors.virtual.movesense.Movesense``.
    clock : SessionClock
        The clock that pod time follows; its speed makes a pod faster than life.
    name : str
        The advertised name, at most 22 bytes.
    faults : Faults
        What goes wrong.
    charge_pct : int
        State of charge at the start.
    mtu : int
        Largest ATT packet that the pod takes part in; 161 bytes as a stock Movesense.
    address : str, optional
        A static random address; by default made from the name.
    serial : str, optional
        The serial number, by default the name's last word; empty: the pod says none.
    on_notify : callable, optional
        Called with each notification's value as it is handed to the radio.

    Attributes
    ----------
    tally : Tally
        What happened so far.
    connection : bumble.device.Connection or None
        The client's connection, while there is one.
    charge_pct : int
        State of charge, and
    serial : str
        the serial number: may be changed at any time.
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
        serial: str | None = None,
        on_notify: Callable[[bytes], None] | None = None,
    ) -> None:
        self.name = checked_name(name)
        self.address = address or address_of(name)
        self.serial = name.rsplit(" ", 1)[-1] if serial is None else serial
        self.clock = clock
        self.tally = Tally()
        self.charge_pct = charge_pct
        self.connection: Connection | None = None
        self._profile = profile
        self._incidents = (faults or Faults()).incidents
        self._outbox = Outbox(faults or Faults(), self.tally, self.notify)
        self._mtu = mtu
        self._on_notify = on_notify
        self._device: Device | None = None
        self._advertising = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._origin_s: float | None = None
        self._presence = Presence(clock)

    async def start(self, source: TransportSource, sink: TransportSink) -> None:
        """Switch the pod on: power the controller up and advertise.

        Parameters
        ----------
        source, sink : bumble transport ends
            A Bumble ``Controller`` (twice), or the ends of an opened transport.
        """
        device = Device.from_config_with_hci(
            configuration(self.name, self.address, self._profile.advertised, self.clock.speed),
            source,
            sink,
        )
        device.add_services([device_information(lambda: self.serial), self._battery()])
        device.add_services(self._profile.services(self))
        device.gatt_server.max_mtu = self._mtu
        device.on(Device.EVENT_CONNECTION, self._on_connection)
        await device.power_on()
        await device.start_advertising()
        self._device = device

    async def stop(self) -> None:
        """Switch the pod off; raises what a task of the pod raised on its way."""
        device, self._device = self._device, None
        self._presence.thaw()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        if device is not None:
            await self._break_link()
            await device.stop_advertising()
            await device.power_off()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    # What a demo or a test does to a pod.

    async def drop(self, for_s: float) -> None:
        """Break the link and stay out of range for ``for_s`` seconds of session time."""
        self._presence.leave(for_s)
        if self.connection is not None:
            await self._break_link()
            return
        async with self._advertising:
            if self._device is not None:
                await self._device.stop_advertising()
        self.spawn(self._come_back())

    def stall(self, for_s: float) -> None:
        """Send no packet for ``for_s`` seconds of session time, but stay connected."""
        self._presence.stall(for_s)

    def freeze(self) -> None:
        """Stay connected, but send nothing and answer no read of the battery from now on."""
        self._presence.freeze()

    async def reset_clock(self, away_s: float = 2.0) -> None:
        """Start anew, as after a change of battery: the counter begins at 0, the link breaks."""
        self._profile.clock_reset()
        await self.drop(away_s)

    # What a profile does with its pod.

    @property
    def payload_size(self) -> int:
        """Bytes that one notification carries on the present connection."""
        return 20 if self.connection is None else int(self.connection.att_mtu) - 3

    def begin(self) -> bool:
        """Start pod time; False where it runs already."""
        if self._origin_s is not None:
            return False
        self._origin_s = self.clock.now_s()
        self.spawn(self._outbox.run(self.clock, self._pod_time_s, self._is_heard))
        for incident in self._incidents:
            self.spawn(self._befall(incident))
        return True

    async def sleep_until(self, pod_time_s: float) -> None:
        """Sleep until a pod time."""
        await self.clock.sleep_until((self._origin_s or 0.0) + pod_time_s)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work`` for as long as the pod is on."""
        if self._device is None:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._on_task_done)

    def post(self, packet: Packet) -> None:
        """Give a packet to the air, faults and all; it leaves when its time has come."""
        self._outbox.post(packet)

    async def notify(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        """Send one notification now, where a client has subscribed to it."""
        device, connection = self._device, self.connection
        if device is None or connection is None:
            return
        if device.gatt_server.read_cccd(connection, characteristic)[0] & 1:
            await device.notify_subscriber(connection, characteristic, value)
            self.tally.notifications += 1
            if self._on_notify is not None:
                self._on_notify(value)

    async def indicate(self, characteristic: Characteristic[bytes], value: bytes) -> None:
        """Send one indication and wait until the client has confirmed it."""
        if self._device is not None and self.connection is not None:
            with contextlib.suppress(TimeoutError):
                await self._device.indicate_subscriber(self.connection, characteristic, value)

    # Inside.

    def _battery(self) -> Service:
        async def read(_connection: Connection) -> bytes:
            await self._presence.answering()
            self.tally.battery_reads += 1
            return bytes([self.charge_pct])

        level: Characteristic[bytes] = Characteristic(
            GATT_BATTERY_LEVEL_CHARACTERISTIC,
            Characteristic.Properties.READ,
            Characteristic.READABLE,
            CharacteristicValue(read=read),
        )
        return Service(GATT_BATTERY_SERVICE, [level])

    def _pod_time_s(self) -> float:
        return self.clock.now_s() - (self._origin_s or 0.0)

    def _is_heard(self) -> bool:
        is_there = self.connection is not None and not self._presence.is_away()
        return is_there and self._presence.is_sending()

    def _on_connection(self, connection: Connection) -> None:
        self.connection = connection
        self.tally.connections += 1
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        if self._presence.is_away():
            # It went out of range while the connection was being made.
            self.spawn(self._break_link())

    def _on_disconnection(self, _reason: int) -> None:
        self.connection = None
        self._profile.link_lost()
        self._outbox.clear()
        self.spawn(self._come_back())

    async def _come_back(self) -> None:
        await self._presence.back()
        async with self._advertising:
            absent = self._presence.is_away() or self.connection is not None
            if self._device is not None and not absent:
                await self._device.start_advertising()

    async def _break_link(self) -> None:
        if self.connection is not None:
            with contextlib.suppress(BaseBumbleError):
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

    def _on_task_done(self, task: asyncio.Task[None]) -> None:
        # A task that failed stays, so that stop() can raise what it raised.
        if task.cancelled() or task.exception() is None:
            self._tasks.discard(task)
