"""The Battery service's level, 0x2A19: one byte, alike in every pod that has the service.

Source: Bluetooth SIG, GATT Specification Supplement, "Battery Level".
"""

from typing import Final

from sensors.errors import BadPacketError, PacketFault
from sensors.samples import Battery

BATTERY_LEVEL_UUID: Final = "00002a19-0000-1000-8000-00805f9b34fb"

BATTERY_SERVICE_UUID: Final = "0000180f-0000-1000-8000-00805f9b34fb"
"""Some pods put the level into their advertisement under the service's own number."""

FULL_PCT: Final = 100
"""Per cent. Values above are reserved by the specification."""


def decode_battery(payload: bytes) -> Battery:
    """Return the state of charge.

    Parameters
    ----------
    payload : bytes
        The characteristic's value.

    Returns
    -------
    Battery
        0 to 100 per cent.

    Raises
    ------
    BadPacketError
        Where it is not one byte from 0 to 100.
    """
    if not payload:
        raise BadPacketError(PacketFault.EMPTY, "battery level 2A19: no bytes, 1 expected")
    if len(payload) > 1:
        raise BadPacketError(
            PacketFault.TOO_LONG, f"battery level 2A19: {len(payload)} bytes, 1 expected"
        )
    if payload[0] > FULL_PCT:
        raise BadPacketError(
            PacketFault.UNKNOWN, f"battery level 2A19: {payload[0]} %, 0 to 100 expected"
        )
    return Battery(payload[0])
