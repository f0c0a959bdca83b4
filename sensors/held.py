"""Whether BlueZ itself holds a pod connected.

Asked of BlueZ and not of bleak alone: of a BlueZ that was killed, bleak says for ever what it was.
"""

from bleak_retry_connector import get_device
from bleak_retry_connector.bluez import get_connected_devices


async def is_held(address: str) -> bool:
    """Whether the system says that a device is connected still."""
    device = await get_device(address)
    if device is None:
        return False
    return any(
        [await _is_connected(one.details["path"]) for one in await get_connected_devices(device)]
    )


async def _is_connected(path: str) -> bool:
    # Here and not above: what a Windows or a Mac has not.
    from bleak.backends.bluezdbus.utils import get_dbus_authenticator
    from dbus_fast import BusType, Message, MessageType
    from dbus_fast.aio import MessageBus

    bus = await MessageBus(bus_type=BusType.SYSTEM, auth=get_dbus_authenticator()).connect()
    try:
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
    finally:
        bus.disconnect()
    if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
        return False
    return bool(reply.body[0].value)
