"""Whether BlueZ itself holds a pod connected.

Asked of BlueZ and not of bleak alone: of a BlueZ that was killed, bleak says for ever what it was.
"""

from bleak_retry_connector import get_device
from bleak_retry_connector.bluez import get_connected_devices


async def is_held(address: str) -> bool:
    """Whether the system says that a device is connected still.

    Raises
    ------
    OSError, EOFError
        Where there is no bus to ask.
    """
    device = await get_device(address)
    if device is None:
        return False
    paths = [one.details["path"] for one in await get_connected_devices(device)]
    return any([await _is_connected(path) for path in paths])


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
