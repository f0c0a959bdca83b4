"""The adapter as BlueZ shows it: discovery for its clients, and the pods that it has heard."""

from bluez.device import RemoteDevice
from bluez.errors import BlueZError, in_progress, not_ready
from bluez.tree import ObjectTree
from bumble.device import Advertisement
from dbus_fast import Message

from sensors.virtual.central import CENTRAL_ADDRESS, Central

ADAPTER = "org.bluez.Adapter1"
ADAPTER_PATH = "/org/bluez/hci0"


class Adapter:
    """One adapter over a central that Bumble drives.

    Parameters
    ----------
    tree : ObjectTree
        Where it is shown.
    central : Central
        The radio.

    Attributes
    ----------
    devices : dict of RemoteDevice
        What was heard so far, by object path.
    """

    def __init__(self, tree: ObjectTree, central: Central) -> None:
        self.devices: dict[str, RemoteDevice] = {}
        self._tree = tree
        self._central = central
        self._discovering: set[str] = set()
        self._is_powered = True
        self.show()

    @property
    def is_discovering(self) -> bool:
        """Whether a discovery is under way, as it is shown."""
        return bool(self._tree.value(ADAPTER_PATH, ADAPTER, "Discovering"))

    def show(self) -> None:
        """Be there, as an adapter that was plugged in."""
        self._is_powered = True
        self._tree.add(
            ADAPTER_PATH,
            ADAPTER,
            {
                "Address": CENTRAL_ADDRESS,
                "Alias": "emulated",
                "Powered": True,
                "Discovering": False,
                "Roles": ["central", "peripheral"],
            },
            {
                "SetDiscoveryFilter": self._set_discovery_filter,
                "StartDiscovery": self._start_discovery,
                "StopDiscovery": self._stop_discovery,
                "RemoveDevice": self._remove_device,
            },
        )

    async def power(self, *, on: bool) -> None:
        """Switch the adapter: off, every connection and every discovery ends, and is told so."""
        self._is_powered = on
        if not on:
            await self.silence()
            for device in self.devices.values():
                device.unheard()
            self._tree.change(ADAPTER_PATH, ADAPTER, Discovering=False)
        self._tree.change(ADAPTER_PATH, ADAPTER, Powered=on)

    async def unplug(self) -> None:
        """Go away with everything below: nobody is told that a connection ended."""
        self._is_powered = False
        self.devices, gone = {}, self.devices
        self._tree.remove(ADAPTER_PATH)
        await self._let_go(gone)

    async def silence(self) -> None:
        """End discoveries and connections."""
        await self._let_go(self.devices)

    async def client_gone(self, client: str) -> None:
        """Forget a client of the bus."""
        if client in self._discovering:
            await self._end_discovery(client)
        for device in tuple(self.devices.values()):
            await device.client_gone(client)

    def heard(self, advertisement: Advertisement) -> None:
        """Show what was heard; the central calls this during a discovery."""
        for device in self.devices.values():
            if device.address == advertisement.address:
                device.heard(advertisement)
                return
        if self._is_powered:
            device = RemoteDevice(self._tree, self._central, ADAPTER_PATH, advertisement)
            self.devices[device.path] = device

    async def _let_go(self, devices: dict[str, RemoteDevice]) -> None:
        was_discovering = bool(self._discovering)
        self._discovering.clear()
        if was_discovering:
            await self._central.unlisten(self)
        for device in devices.values():
            device.is_stuck = False
            await device.drop()

    async def _set_discovery_filter(self, _message: Message) -> None:
        if not self._is_powered:
            raise not_ready()

    async def _start_discovery(self, message: Message) -> None:
        if not self._is_powered:
            raise not_ready()
        client = message.sender or ""
        if client in self._discovering:
            raise in_progress()  # one discovery for each connection to the bus
        self._discovering.add(client)
        if len(self._discovering) == 1:
            await self._central.listen(self, active=True)
            self._tree.change(ADAPTER_PATH, ADAPTER, Discovering=True)

    async def _stop_discovery(self, message: Message) -> None:
        if not self._is_powered:
            raise not_ready()
        if message.sender not in self._discovering:
            raise BlueZError("Failed", "No discovery started")
        await self._end_discovery(message.sender)

    async def _end_discovery(self, client: str) -> None:
        self._discovering.discard(client)
        if self._discovering:
            return
        await self._central.unlisten(self)
        for device in self.devices.values():
            device.unheard()
        self._tree.change(ADAPTER_PATH, ADAPTER, Discovering=False)

    async def _remove_device(self, message: Message) -> None:
        device = self.devices.pop(message.body[0], None)
        if device is None:
            raise BlueZError("DoesNotExist", "Does Not Exist")
        self._tree.remove(device.path)
        await device.drop()
