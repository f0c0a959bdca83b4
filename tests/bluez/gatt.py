"""A connected pod's services, characteristics and descriptors as BlueZ shows them."""

import asyncio
from collections.abc import Callable

from bleak.assigned_numbers import gatt_char_props_to_strs
from bluez.errors import BlueZError, answered, in_progress
from bluez.tree import ObjectTree, Reply
from bumble.device import Peer
from bumble.gatt_client import CharacteristicProxy
from dbus_fast import Message

from sensors.virtual.translation import uuid_text

SERVICE = "org.bluez.GattService1"
CHARACTERISTIC = "org.bluez.GattCharacteristic1"
DESCRIPTOR = "org.bluez.GattDescriptor1"

OWN_SERVICES = ("00001800-0000-1000-8000-00805f9b34fb",)
"""What BlueZ claims for itself and shows to nobody: Generic Access."""


class RemoteCharacteristic:
    """One characteristic of a connected pod, with the clients that listen to it."""

    def __init__(
        self, tree: ObjectTree, path: str, proxy: CharacteristicProxy[bytes], flags: list[str]
    ) -> None:
        self._tree = tree
        self._path = path
        self._proxy = proxy
        self._can_notify = not {"notify", "indicate"}.isdisjoint(flags)
        self._notified: set[str] = set()
        self._listener: Callable[[bytes], None] | None = None
        self._reading = asyncio.Lock()
        self._writing = asyncio.Lock()
        self.methods = {
            "ReadValue": self._read,
            "WriteValue": self._write,
            "StartNotify": self._start_notify,
            "StopNotify": self._stop_notify,
        }

    async def client_gone(self, client: str) -> None:
        """Forget a client of the bus: what it listened to, nobody else need hear."""
        if client in self._notified:
            await self._end_notify(client)

    async def _read(self, _message: Message) -> Reply:
        if self._reading.locked():
            raise in_progress()
        async with self._reading:
            value = bytes(await answered(self._proxy.read_value()))
        self._on_value(value)  # BlueZ tells a value that was read to those who are notified too
        return Reply("ay", [value])

    async def _write(self, message: Message) -> None:
        value, options = message.body
        kind = options.get("type")
        with_response = kind is None or kind.value != "command"
        if self._writing.locked():
            raise in_progress()
        async with self._writing:
            await answered(self._proxy.write_value(bytes(value), with_response=with_response))

    async def _start_notify(self, message: Message) -> None:
        if not self._can_notify:
            raise BlueZError("NotSupported", "Operation is not supported")
        client = message.sender or ""
        if client in self._notified:
            raise in_progress()
        self._notified.add(client)
        if self._listener is None:
            self._listener = self._on_value
            try:
                await answered(self._proxy.subscribe(self._listener))
            except BlueZError:
                self._notified.discard(client)
                self._listener = None
                raise
        self._tree.change(self._path, CHARACTERISTIC, Notifying=True)

    async def _stop_notify(self, message: Message) -> None:
        client = message.sender or ""
        if client not in self._notified:
            raise BlueZError("Failed", "No notify session started")
        await self._end_notify(client)

    async def _end_notify(self, client: str) -> None:
        self._notified.discard(client)
        if self._notified or self._listener is None:
            return
        listener, self._listener = self._listener, None
        await answered(self._proxy.unsubscribe(listener))
        self._tree.change(self._path, CHARACTERISTIC, Notifying=False)

    def _on_value(self, value: bytes) -> None:
        self._tree.change(self._path, CHARACTERISTIC, Value=bytes(value))


def show_services(
    tree: ObjectTree, device_path: str, peer: Peer, mtu: int
) -> list[RemoteCharacteristic]:
    """Show what was discovered on a pod, in the paths that bleak takes apart.

    Parameters
    ----------
    tree : ObjectTree
        Where it is shown.
    device_path : str
        The pod's object.
    peer : Peer
        After the discovery.
    mtu : int
        The ATT MTU in bytes.

    Returns
    -------
    list of RemoteCharacteristic
        All of them.
    """
    shown: list[RemoteCharacteristic] = []
    for service in peer.services:
        uuid = uuid_text(service.uuid)
        if uuid in OWN_SERVICES:
            continue
        service_path = f"{device_path}/service{service.handle:04x}"
        about = {"UUID": uuid, "Device": device_path, "Primary": True, "Includes": []}
        tree.add(service_path, SERVICE, about, {})
        for proxy in service.characteristics:
            # BlueZ names a characteristic by its declaration, which stands before its value.
            path = f"{service_path}/char{proxy.handle - 1:04x}"
            flags = sorted(map(str, gatt_char_props_to_strs(int(proxy.properties))))
            characteristic = RemoteCharacteristic(tree, path, proxy, flags)
            tree.add(
                path,
                CHARACTERISTIC,
                {
                    "UUID": uuid_text(proxy.uuid),
                    "Service": service_path,
                    "Value": b"",
                    "Flags": flags,
                    "MTU": mtu,
                },
                characteristic.methods,
            )
            shown.append(characteristic)
            for leaf in proxy.descriptors:
                tree.add(
                    f"{path}/desc{leaf.handle:04x}",
                    DESCRIPTOR,
                    {"UUID": uuid_text(leaf.type), "Characteristic": path, "Value": b""},
                    {},
                )
    return shown
