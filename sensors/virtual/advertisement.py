"""How a virtual pod shows itself: its name, its address, its advertisement, its maker."""

import hashlib
from collections.abc import Callable

from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, DeviceConfiguration
from bumble.gatt import (
    GATT_SERIAL_NUMBER_STRING_CHARACTERISTIC,
    Characteristic,
    CharacteristicValue,
    Service,
)
from bumble.hci import Address
from bumble.profiles.device_information_service import DeviceInformationService

from sensors.samples import VIRTUAL_MODEL

ADVERTISING_INTERVAL_S = 0.1
"""Seconds of pod time between two advertisements of a pod that is awake; design default."""

SHORTEST_INTERVAL_MS = 20.0
"""Milliseconds, of real time: the shortest advertising interval that the standard allows."""

MAX_NAME_BYTES = 22
"""Bytes. Flags, one 16-bit service and this name fill the 31 bytes of an advertisement."""

NAME_BYTES_BESIDE_128_BITS = 8
"""Bytes. What flags and a 128-bit service leave of the 31: a longer name is shown shortened."""


def checked_name(name: str) -> str:
    """Return the name where it fits into an advertisement.

    Raises
    ------
    ValueError
        Where it is over ``MAX_NAME_BYTES``.
    """
    if len(name.encode()) > MAX_NAME_BYTES:
        raise ValueError(
            f"virtual pod: the name {name!r} is over {MAX_NAME_BYTES} bytes; shorten it"
        )
    return name


def address_of(name: str) -> str:
    """Return a static random address, always the same for the same name."""
    digest = hashlib.sha256(name.encode()).digest()[:6]
    octets = [digest[0] | 0xC0, *digest[1:]]  # the two top bits say "static random"
    return ":".join(f"{octet:02X}" for octet in octets)


def configuration(
    name: str, address: str, service: int | str | None, speed: float
) -> DeviceConfiguration:
    """Return a peripheral's configuration.

    Parameters
    ----------
    name, address : str
        Who it is.
    service : int, str or None
        The service that it advertises: 16 bits, or the text of a 128-bit UUID.
    speed : float
        Session seconds per real second; a faster pod advertises more often.
    """
    interval_ms = max(SHORTEST_INTERVAL_MS, 1000.0 * ADVERTISING_INTERVAL_S / speed)
    return DeviceConfiguration(
        name=name,
        address=Address(address),
        advertising_interval_min=interval_ms,
        advertising_interval_max=interval_ms,
        advertising_data=_advertisement(name, service),
    )


def device_information(serial: Callable[[], str]) -> Service:
    """Return the Device Information service.

    Parameters
    ----------
    serial : callable
        The serial number that is said at each read; an empty one is as good as none.
    """

    def number(_connection: Connection) -> bytes:
        return serial().encode()

    service = DeviceInformationService(
        manufacturer_name="StrideGate", model_number=VIRTUAL_MODEL, firmware_revision="1.0"
    )
    said: Characteristic[bytes] = Characteristic(
        GATT_SERIAL_NUMBER_STRING_CHARACTERISTIC,
        Characteristic.Properties.READ,
        Characteristic.READABLE,
        CharacteristicValue(read=number),
    )
    return Service(service.uuid, [*service.characteristics, said])


def _advertisement(name: str, service: int | str | None) -> bytes:
    # Bumble's virtual controller sends no scan responses: all that a client needs to find the pod
    # has to stand in the advertisement itself.
    types = AdvertisingData.Type
    fields = [(types.FLAGS, bytes([0x06]))]
    shown, called = name.encode(), types.COMPLETE_LOCAL_NAME
    if isinstance(service, int):
        listed = types.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS
        fields.append((listed, service.to_bytes(2, "little")))
    elif service is not None:
        listed = types.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS
        fields.append((listed, bytes(UUID(service))))
        if len(shown) > NAME_BYTES_BESIDE_128_BITS:
            shown, called = shown[:NAME_BYTES_BESIDE_128_BITS], types.SHORTENED_LOCAL_NAME
    fields.append((called, shown))
    return bytes(AdvertisingData(fields))
