"""One pod as BlueZ shows it: seen, connected, resolved, and what is below it."""

import asyncio
from typing import Any

from bluez.errors import BlueZError, answered, in_progress
from bluez.gatt import RemoteCharacteristic, show_services
from bluez.tree import ObjectTree
from bumble.device import Advertisement, Connection, Peer
from dbus_fast import Message, Variant

from sensors.virtual.central import Central
from sensors.virtual.translation import advertisement_data, uuid_text

DEVICE = "org.bluez.Device1"

WANTED_MTU = 517
"""Bytes. What BlueZ asks for."""


class RemoteDevice:
    """A pod that the adapter has heard.

    Parameters
    ----------
    tree : ObjectTree
        Where it is shown.
    central : Central
        What connects.
    adapter_path : str
        The adapter's object.
    advertisement : Advertisement
        The first one heard.

    Attributes
    ----------
    address : bumble.hci.Address
        Its address.
    is_stuck : bool
        Set by a test: BlueZ believes that a connection is being made, until the adapter is switched
        off or the device removed. Programs that are killed leave it so.
    """

    def __init__(
        self, tree: ObjectTree, central: Central, adapter_path: str, advertisement: Advertisement
    ) -> None:
        address = advertisement.address.to_string(with_type_qualifier=False)
        self.path = f"{adapter_path}/dev_{address.replace(':', '_')}"
        self.is_stuck = False
        self._tree = tree
        self._central = central
        self.address = advertisement.address
        self._attempt: asyncio.Task[Connection] | None = None
        self._connection: Connection | None = None
        self._resolving: asyncio.Task[None] | None = None
        self._characteristics: list[RemoteCharacteristic] = []
        tree.add(
            self.path,
            DEVICE,
            {
                "Address": address,
                "AddressType": "random" if advertisement.address.is_random else "public",
                "Alias": address.replace(":", "-"),
                "Adapter": adapter_path,
                "Paired": False,
                "Bonded": False,
                "Trusted": False,
                "Blocked": False,
                "Connected": False,
                "ServicesResolved": False,
                **_advertised(advertisement),
            },
            {"Connect": self._connect, "Disconnect": self._disconnect},
        )

    def heard(self, advertisement: Advertisement) -> None:
        """Show what a further advertisement says: how strong it is, and whatever is new."""
        said = _advertised(advertisement)
        del said["UUIDs"]  # known from the first one, and more of them from a connection
        new = {
            name: value
            for name, value in said.items()
            if name == "RSSI" or value != self._tree.value(self.path, DEVICE, name)
        }
        self._tree.change(self.path, DEVICE, **new)

    def unheard(self) -> None:
        """Forget how strong it was: the discovery has ended."""
        if self._tree.value(self.path, DEVICE, "RSSI") is not None:
            self._tree.change(self.path, DEVICE, invalidated=("RSSI",))

    async def client_gone(self, client: str) -> None:
        """Forget a client of the bus: its notifications end, the connection stands."""
        for characteristic in tuple(self._characteristics):
            await characteristic.client_gone(client)

    async def drop(self) -> None:
        """End the connection, and any attempt at one."""
        connection, attempt = self._connection, self._attempt
        if attempt is not None:
            attempt.cancel()
            await asyncio.wait({attempt})
            if not attempt.cancelled() and attempt.exception() is None:
                connection = attempt.result()  # it was made a moment ago, and is not shown yet
        if connection is not None and self._central.holds(connection):
            await answered(connection.disconnect())

    async def _connect(self, _message: Message) -> None:
        if self.is_stuck or self._attempt is not None:
            raise in_progress()
        if self._connection is not None:
            return
        self._attempt = asyncio.create_task(self._central.connect(self.address))
        try:
            await asyncio.wait({self._attempt})
            if self._attempt.cancelled():
                raise BlueZError("Failed", "br-connection-canceled")
            connection = await answered(self._attempt)
        finally:
            self._attempt = None
        self._tree.change(self.path, DEVICE, Connected=True)
        if not self._central.holds(connection):
            self._tree.change(self.path, DEVICE, Connected=False)
            raise BlueZError("Failed", "le-connection-abort-by-local")
        self._connection = connection
        connection.on(connection.EVENT_DISCONNECTION, self._on_disconnection)
        self._resolving = asyncio.create_task(self._resolve(connection))

    async def _disconnect(self, _message: Message) -> None:
        if self._attempt is None and self._connection is None:
            raise BlueZError("NotConnected", "Not Connected")
        await self.drop()

    async def _resolve(self, connection: Connection) -> None:
        try:
            peer = Peer(connection)
            mtu = await answered(peer.request_mtu(WANTED_MTU))
            await answered(peer.discover_all())  # type: ignore[no-untyped-call]  # in Bumble
        except BlueZError:
            return  # the link was lost on the way, and that is told apart
        self._characteristics = show_services(self._tree, self.path, peer, mtu)
        uuids = [uuid_text(service.uuid) for service in peer.services]
        self._tree.change(self.path, DEVICE, UUIDs=uuids, ServicesResolved=True)

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._characteristics = []
        if self._resolving is not None:
            self._resolving.cancel()
            self._resolving = None
        # In BlueZ's order: what was below goes first.
        self._tree.remove_below(self.path)
        if self._tree.value(self.path, DEVICE, "ServicesResolved"):
            self._tree.change(self.path, DEVICE, ServicesResolved=False)
        self._tree.change(self.path, DEVICE, Connected=False)


def _advertised(advertisement: Advertisement) -> dict[str, Any]:
    data = advertisement_data(advertisement)
    shown: dict[str, Any] = {"RSSI": advertisement.rssi, "UUIDs": data.service_uuids}
    if data.local_name:
        shown |= {"Name": data.local_name, "Alias": data.local_name}
    if data.manufacturer_data:
        shown["ManufacturerData"] = {
            maker: Variant("ay", value) for maker, value in data.manufacturer_data.items()
        }
    return shown
