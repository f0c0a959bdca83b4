"""A connection that BlueZ holds of a pod although no link of ours does: told, and ended.

Asked of BlueZ and not of bleak alone: of a BlueZ that was killed, bleak says for ever what it was.
"""

import sys

from bleak_retry_connector import close_stale_connections_by_address, get_device
from bleak_retry_connector.bluez import get_connected_devices


async def release(address: str) -> None:
    """End a connection that a program left behind: a connected pod does not advertise.

    Raises
    ------
    OSError, EOFError, BleakError
        Where there is no bus to ask.
    """
    if sys.platform == "linux":
        await _reach_bus()
        await close_stale_connections_by_address(address)


async def is_held(address: str) -> bool:
    """Whether the system says that a device is connected still.

    Raises
    ------
    OSError, EOFError, BleakError
        Where there is no bus to ask.
    """
    if sys.platform != "linux":
        return False
    await _reach_bus()
    device = await get_device(address)
    if device is None:
        return False
    paths = [one.details["path"] for one in await get_connected_devices(device)]
    return any([await _is_connected(path) for path in paths])


async def _reach_bus() -> None:
    # Where no bus was there once, or was slow, bleak-retry-connector asks nothing of it any more
    # until the program ends, unless bleak has reached it since.
    from bleak.backends.bluezdbus.manager import get_global_bluez_manager

    await get_global_bluez_manager()


async def _is_connected(path: str) -> bool:
    # Here and not above: a Windows or a Mac has no D-Bus.
    from bleak.backends.bluezdbus.utils import get_dbus_authenticator
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus
    from dbus_fast.errors import DBusFastError

    bus = MessageBus(bus_type=BusType.SYSTEM, auth=get_dbus_authenticator())
    try:
        await bus.connect()
        reply = await bus.call(
            Message(
                destination="org.bluez",
                path=path,
                interface="org.freedesktop.DBus.Properties",
                member="Get",
                signature="ss",
                body=["org.bluez.Device1", "Connected"],
            )
        )
    except DBusFastError:
        return False  # a bus that does not let itself be asked: the search will tell why
    finally:
        bus.disconnect()
    return reply.message_type is MessageType.METHOD_RETURN and bool(reply.body[0].value)
