"""bleak's front end over a central that Bumble drives: a virtual one, or a dongle's.

``BleakScanner`` and ``BleakClient`` take the class of their backend as an argument; these are such
classes, so that all of bleak above the backend is the one that the system's Bluetooth gets.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, ClassVar, TypeVar

from bleak.args import SizedBuffer
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import (
    AdvertisementDataCallback,
    BaseBleakScanner,
)
from bleak.exc import BleakError
from bumble.device import Advertisement, Connection, Peer
from bumble.hci import Address

from sensors.tasks import put_out, while_connected
from sensors.virtual.central import Central
from sensors.virtual.translation import advertisement_data, mapped, service_collection

PREFERRED_MTU = 247
"""Bytes. The largest that one link-layer packet with data length extension carries."""

T = TypeVar("T")


class BumbleScanner(BaseBleakScanner):
    """Scanning for ``BleakScanner``."""

    central: ClassVar[Central]

    def __init__(
        self,
        detection_callback: AdvertisementDataCallback | None,
        service_uuids: list[str] | None,
        scanning_mode: str,
        **_kwargs: Any,
    ) -> None:
        super().__init__(detection_callback, service_uuids)
        self._active = scanning_mode != "passive"

    async def start(self) -> None:
        """Start to scan."""
        self.seen_devices = {}
        await self.central.listen(self, active=self._active)

    async def stop(self) -> None:
        """End the scan."""
        await self.central.unlisten(self)

    def heard(self, advertisement: Advertisement) -> None:
        """Pass one advertisement on to bleak."""
        data = advertisement_data(advertisement)
        if not self.is_allowed_uuid(data.service_uuids):
            return
        address = advertisement.address.to_string(with_type_qualifier=False)
        known = self.seen_devices.get(address)
        name = data.local_name or (known[0].name if known else None)
        device = self.create_or_update_device(address, address, name, advertisement.address, data)
        self.call_detection_callbacks(device, data)


class BumbleClient(BaseBleakClient):
    """One connection for ``BleakClient``."""

    central: ClassVar[Central]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        **_kwargs: Any,
    ) -> None:
        super().__init__(
            address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout
        )
        self._device = address_or_ble_device
        self._connection: Connection | None = None
        self._gone = asyncio.Event()
        self._operations: set[asyncio.Task[Any]] = set()

    @property
    def name(self) -> str:
        """The advertised name, else the address."""
        known = self._device.name if isinstance(self._device, BLEDevice) else None
        return known or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """The ATT MTU in bytes; 23 while there is no connection."""
        return 23 if self._connection is None else int(self._connection.att_mtu)

    @property
    def is_connected(self) -> bool:
        """Whether the connection stands."""
        return self._connection is not None

    async def connect(self, pair: bool, **kwargs: Any) -> None:
        """Connect, agree on an MTU and discover the services."""
        if self._connection is not None:
            raise BleakError("Client is already connected")
        details = self._device.details if isinstance(self._device, BLEDevice) else self.address
        address = details if isinstance(details, Address) else Address(details)
        async with asyncio.timeout(kwargs.get("timeout", self._timeout)):
            connection = await mapped(self.central.connect(address))
            if not self.central.holds(connection):
                raise BleakError("The connection could not be established")
            self._connection = connection
            self._gone.clear()
            connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
            try:
                await self._operation(self._discover(connection, pair=pair))
            except BaseException:
                await self.disconnect()
                raise

    async def disconnect(self) -> None:
        """End the connection, where there is one."""
        try:
            if self._connection is not None:
                await mapped(self._connection.disconnect())
        finally:
            await put_out(self._operations)

    async def pair(self, *_args: Any, **_kwargs: Any) -> None:
        """Pair with the peripheral."""
        if self._connection is None:
            raise BleakError("Not connected")
        await self._operation(self._connection.pair())

    async def unpair(self) -> None:
        """Forget a pairing: none is kept here beyond the connection."""

    async def read_gatt_char(
        self,
        characteristic: BleakGATTCharacteristic,
        *,
        use_cached: bool = False,  # noqa: ARG002 - bleak hands it over by name
        **_kwargs: Any,
    ) -> bytearray:
        """Read a characteristic."""
        return bytearray(await self._operation(characteristic.obj.read_value()))

    async def read_gatt_descriptor(
        self,
        descriptor: BleakGATTDescriptor,
        *,
        use_cached: bool = False,  # noqa: ARG002 - bleak hands it over by name
        **_kwargs: Any,
    ) -> bytearray:
        """Read a descriptor."""
        return bytearray(await self._operation(descriptor.obj.read_value()))

    async def write_gatt_char(
        self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool
    ) -> None:
        """Write a characteristic."""
        await self._operation(characteristic.obj.write_value(bytes(data), with_response=response))

    async def write_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, data: SizedBuffer
    ) -> None:
        """Write a descriptor."""
        await self._operation(descriptor.obj.write_value(bytes(data), with_response=True))

    async def start_notify(
        self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_kwargs: Any
    ) -> None:
        """Subscribe to notifications, or to indications where there are no notifications."""
        await self._operation(
            characteristic.obj.subscribe(lambda value: callback(bytearray(value)))
        )

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """End the subscription."""
        await self._operation(characteristic.obj.unsubscribe())

    async def _operation(self, work: Coroutine[Any, Any, T]) -> T:
        # Bumble takes it ill when a request is cancelled and its answer still comes. So a request
        # runs on, whoever has given up on it, until the client is closed.
        operation = asyncio.get_running_loop().create_task(mapped(work))
        self._operations.add(operation)
        operation.add_done_callback(self._on_operation_done)
        operation.add_done_callback(lambda _operation: work.close())  # it may never have begun
        return await mapped(while_connected(self._gone, _shielded(operation)))

    def _on_operation_done(self, operation: asyncio.Task[Any]) -> None:
        self._operations.discard(operation)
        if not operation.cancelled():
            operation.exception()  # looked at: whoever gave up on it will not

    async def _discover(self, connection: Connection, *, pair: bool) -> None:
        peer = Peer(connection)
        if pair:
            await connection.pair()
        await peer.request_mtu(PREFERRED_MTU)
        await peer.discover_all()  # type: ignore[no-untyped-call]  # untyped in Bumble
        self.services = service_collection(peer, lambda: self.mtu_size - 3)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self.services = None
        self._gone.set()
        if self._disconnected_callback is not None:
            self._disconnected_callback()


async def _shielded(operation: asyncio.Task[T]) -> T:
    return await asyncio.shield(operation)


def backends(central: Central) -> tuple[type[BumbleScanner], type[BumbleClient]]:
    """Return the backend classes that work on one central.

    bleak wants classes, not objects; so each central gets a pair of its own.
    """
    bound = {"central": central}
    return (
        type("BumbleScanner", (BumbleScanner,), bound),
        type("BumbleClient", (BumbleClient,), bound),
    )
