"""``org.bluez`` on a bus: what answers bleak's BlueZ back end in the place of bluetoothd."""

import asyncio
import contextlib

from bluez.adapter import Adapter
from bluez.errors import BlueZError
from bluez.tree import ObjectTree, Reply, UnknownError
from dbus_fast import BusType, Message, MessageType, NameFlag
from dbus_fast.aio import MessageBus

from sensors.tasks import put_out
from sensors.virtual.central import Central

NAME = "org.bluez"
BUS = "org.freedesktop.DBus"


class Bluetoothd:
    """The emulated daemon.

    Parameters
    ----------
    central : Central
        The radio; it is there whether the daemon runs or not, as a kernel's.

    Attributes
    ----------
    adapter : Adapter
        The one adapter, since the last ``start``.
    calls : list of str
        The methods that were called, in order.
    """

    def __init__(self, central: Central) -> None:
        self.calls: list[str] = []
        self._central = central
        self._bus: MessageBus | None = None
        self._answers: set[asyncio.Task[None]] = set()
        self._new_objects()

    def _new_objects(self) -> None:
        self._tree = ObjectTree(self._send)
        self.adapter = Adapter(self._tree, self._central)

    async def start(self) -> None:
        """Come up with an adapter and no memory of any device, and own the name."""
        bus = MessageBus(bus_type=BusType.SYSTEM)
        await bus.connect()
        bus.add_message_handler(self._on_message)
        self._bus = bus
        rule = f"type='signal',sender='{BUS}',interface='{BUS}',member='NameOwnerChanged'"
        await bus.call(
            Message(
                destination=BUS,
                path="/org/freedesktop/DBus",
                interface=BUS,
                member="AddMatch",
                signature="s",
                body=[rule],
            )
        )
        await bus.request_name(NAME, NameFlag.REPLACE_EXISTING | NameFlag.ALLOW_REPLACEMENT)
        self._new_objects()

    async def kill(self) -> None:
        """Vanish from the bus without a word, as after a SIGKILL; the kernel drops the links."""
        bus, self._bus = self._bus, None
        await put_out(self._answers)
        if bus is not None:
            await hang_up(bus)
        await self.adapter.silence()

    def _send(self, message: Message) -> None:
        if self._bus is not None and self._bus.connected:
            self._bus.send(message)

    def _on_message(self, message: Message) -> bool:
        if message.message_type is MessageType.SIGNAL:
            if message.member == "NameOwnerChanged" and not message.body[2]:
                self._spawn(message)
            return False
        is_ours = message.destination == NAME or message.destination == self._unique_name()
        if message.message_type is not MessageType.METHOD_CALL or not is_ours:
            return False
        self.calls.append(f"{message.member} {message.path}")
        self._spawn(message)
        return True

    def _unique_name(self) -> str | None:
        return None if self._bus is None else self._bus.unique_name

    def _spawn(self, message: Message) -> None:
        work = (
            self.adapter.client_gone(message.body[0])
            if message.message_type is MessageType.SIGNAL
            else self._answer(message)
        )
        task = asyncio.get_running_loop().create_task(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _answer(self, message: Message) -> None:
        path, interface, member = message.path or "", message.interface or "", message.member or ""
        try:
            reply = await self._tree.method(path, interface, member)(message) or Reply()
        except (BlueZError, UnknownError) as error:
            self._send(Message.new_error(message, error.name, error.text))
            return
        self._send(Message.new_method_return(message, reply.signature, reply.body))


async def hang_up(bus: MessageBus) -> None:
    """Close a connection to the bus, also where the bus is gone."""
    bus.disconnect()
    with contextlib.suppress(Exception):  # what once broke the bus is raised here again
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]  # untyped in dbus-fast
