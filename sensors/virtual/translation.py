"""Between Bumble's words and bleak's: UUIDs, advertisements, services and errors."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bleak.assigned_numbers import gatt_char_props_to_strs
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.scanner import AdvertisementData
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_str
from bumble.att import ATT_Error
from bumble.core import UUID, AdvertisingData, BaseBumbleError
from bumble.device import Advertisement, Peer

T = TypeVar("T")


async def mapped(work: Awaitable[T]) -> T:
    """Await an operation of Bumble's and raise what bleak's callers expect."""
    try:
        return await work
    except ATT_Error as error:
        raise BleakGATTProtocolError(error.error_code) from error
    except (BaseBumbleError, ConnectionResetError) as error:
        raise BleakError(str(error)) from error
    except asyncio.CancelledError:
        # Bumble cancels the pending request when the link is lost; nobody cancelled this task.
        task = asyncio.current_task()
        if task is not None and task.cancelling() == 0:
            raise BleakError("Disconnected while an operation was under way") from None
        raise


def uuid_text(uuid: UUID) -> str:
    """Return a UUID as bleak writes it: 128 bits, lower case."""
    return normalize_uuid_str(uuid.to_hex_str("-").lower())


def advertisement_data(advertisement: Advertisement) -> AdvertisementData:
    """Return an advertisement as bleak gives it: name, services, maker's data."""
    types = AdvertisingData.Type
    data = advertisement.data
    names = [*data.get_all(types.COMPLETE_LOCAL_NAME), *data.get_all(types.SHORTENED_LOCAL_NAME)]
    services = [
        *data.get_all(types.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS),
        *data.get_all(types.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS),
        *data.get_all(types.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS),
        *data.get_all(types.INCOMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS),
    ]
    return AdvertisementData(
        local_name=str(names[0]) if names else None,
        manufacturer_data=dict(data.get_all(types.MANUFACTURER_SPECIFIC_DATA)),
        service_data={},
        service_uuids=[uuid_text(uuid) for listed in services for uuid in listed],
        tx_power=None,
        rssi=advertisement.rssi,
        platform_data=(advertisement,),
    )


def service_collection(peer: Peer, max_write_size: Callable[[], int]) -> BleakGATTServiceCollection:
    """Return the services that a peer was found to have.

    Parameters
    ----------
    peer : Peer
        After the discovery.
    max_write_size : callable
        Bytes that a write without response may carry at present.
    """
    collection = BleakGATTServiceCollection()
    for remote in peer.services:
        service = BleakGATTService(remote, remote.handle, uuid_text(remote.uuid))
        collection.add_service(service)
        for proxy in remote.characteristics:
            characteristic = BleakGATTCharacteristic(
                proxy,
                proxy.handle,
                uuid_text(proxy.uuid),
                sorted(gatt_char_props_to_strs(int(proxy.properties))),
                max_write_size,
                service,
            )
            collection.add_characteristic(characteristic)
            for leaf in proxy.descriptors:
                collection.add_descriptor(
                    BleakGATTDescriptor(leaf, leaf.handle, uuid_text(leaf.type), characteristic)
                )
    return collection
