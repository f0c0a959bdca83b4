"""The tree of D-Bus objects that BlueZ shows: their properties, their methods, their signals."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dbus_fast import Message, Variant

OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"

SIGNATURES = {
    "Adapter": "o",
    "Address": "s",
    "AddressType": "s",
    "Alias": "s",
    "Blocked": "b",
    "Bonded": "b",
    "Characteristic": "o",
    "Connected": "b",
    "Device": "o",
    "Discovering": "b",
    "Flags": "as",
    "Includes": "ao",
    "MTU": "q",
    "ManufacturerData": "a{qv}",
    "Name": "s",
    "Notifying": "b",
    "Paired": "b",
    "Powered": "b",
    "Primary": "b",
    "RSSI": "n",
    "Roles": "as",
    "Service": "o",
    "ServicesResolved": "b",
    "Trusted": "b",
    "UUID": "s",
    "UUIDs": "as",
    "Value": "ay",
}
"""The D-Bus type of every property that is shown."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a method returns."""

    signature: str = ""
    body: list[Any] = field(default_factory=list)


Method = Callable[[Message], Awaitable[Reply | None]]


class UnknownError(Exception):
    """There is no such object, or it has no such method.

    Parameters
    ----------
    name : str
        The D-Bus error.
    text : str
        What is said with it.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = f"org.freedesktop.DBus.Error.{name}"
        self.text = text


class ObjectTree:
    """Objects by their path; every change goes out as the signal that BlueZ sends for it.

    Parameters
    ----------
    send : callable
        Puts a message on the bus, where there is one.
    """

    def __init__(self, send: Callable[[Message], None]) -> None:
        self._send = send
        self._properties: dict[str, dict[str, dict[str, Any]]] = {}
        self._methods: dict[tuple[str, str, str], Method] = {}

    def add(
        self,
        path: str,
        interface: str,
        properties: Mapping[str, Any],
        methods: Mapping[str, Method],
    ) -> None:
        """Show an object's interface."""
        self._properties.setdefault(path, {})[interface] = dict(properties)
        for member, method in methods.items():
            self._methods[path, interface, member] = method
        self._signal(
            "/",
            OBJECT_MANAGER,
            "InterfacesAdded",
            "oa{sa{sv}}",
            [path, {interface: _variants(properties)}],
        )

    def remove_below(self, path: str) -> None:
        """Take away all that is below an object, the deepest first."""
        below = [known for known in self._properties if known.startswith(f"{path}/")]
        for gone in sorted(below, reverse=True):
            interfaces = list(self._properties.pop(gone))
            self._signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", [gone, interfaces])
        self._methods = {key: value for key, value in self._methods.items() if key[0] in self}

    def remove(self, path: str) -> None:
        """Take an object away, and all below it first."""
        self.remove_below(path)
        interfaces = list(self._properties.pop(path))
        self._signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", [path, interfaces])
        self._methods = {key: value for key, value in self._methods.items() if key[0] in self}

    def change(
        self, path: str, interface: str, invalidated: tuple[str, ...] = (), **changed: Any
    ) -> None:
        """Change properties of an object, where it is still there."""
        properties = self._properties.get(path, {}).get(interface)
        if properties is None:
            return
        properties.update(changed)
        for name in invalidated:
            properties.pop(name, None)
        self._signal(
            path,
            PROPERTIES,
            "PropertiesChanged",
            "sa{sv}as",
            [interface, _variants(changed), list(invalidated)],
        )

    def value(self, path: str, interface: str, name: str) -> Any:
        """Return a property; None where it is not there."""
        return self._properties.get(path, {}).get(interface, {}).get(name)

    def method(self, path: str, interface: str, member: str) -> Method:
        """Return what a call is for.

        Raises
        ------
        UnknownError
            Where there is no such object or method.
        """
        if path == "/" and (interface, member) == (OBJECT_MANAGER, "GetManagedObjects"):
            return self._managed_objects
        if path not in self:
            raise UnknownError("UnknownObject", f'Method "{member}" on "{path}" does not exist')
        if (interface, member) == (PROPERTIES, "Get"):
            return self._get
        method = self._methods.get((path, interface, member))
        if method is None:
            raise UnknownError("UnknownMethod", f'Method "{interface}.{member}" does not exist')
        return method

    def __contains__(self, path: str) -> bool:
        return path in self._properties

    async def _managed_objects(self, _message: Message) -> Reply:
        objects = {
            path: {interface: _variants(properties) for interface, properties in shown.items()}
            for path, shown in self._properties.items()
        }
        return Reply("a{oa{sa{sv}}}", [objects])

    async def _get(self, message: Message) -> Reply:
        interface, name = message.body
        value = self.value(message.path or "", interface, name)
        return Reply("v", [Variant(SIGNATURES[name], value)])

    def _signal(self, path: str, interface: str, member: str, types: str, body: list[Any]) -> None:
        self._send(Message.new_signal(path, interface, member, types, body))


def _variants(properties: Mapping[str, Any]) -> dict[str, Variant]:
    return {name: Variant(SIGNATURES[name], value) for name, value in properties.items()}
