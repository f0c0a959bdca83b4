"""A short visit to a pod that was heard: who it is and how full its battery is, and away again."""

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass

from bleak.exc import BleakError

from sensors.clock import SessionClock
from sensors.connection import connected
from sensors.delivery import Delivery
from sensors.errors import BadPacketError
from sensors.failure import RadioErrors, link_error
from sensors.gatt import PodGatt
from sensors.identity import identify
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.radio import Radio
from sensors.samples import LinkItem, PodIdentity
from sensors.scan import Sighting
from sensors.tasks import while_connected


@dataclass(frozen=True, slots=True)
class Met:
    """What a pod said on a visit; ``charge_pct`` is None where it has no such characteristic."""

    identity: PodIdentity
    charge_pct: int | None


async def meet(sighting: Sighting, radio: Radio, clock: SessionClock) -> Met:
    """Connect, read, and disconnect; nothing is subscribed and nothing is written.

    Raises
    ------
    LinkError
        Where the pod cannot be connected.
    """
    gone = asyncio.Event()
    nobody: deque[LinkItem] = deque()
    try:
        async with connected(sighting.device, radio, clock, gone) as client:
            delivery = Delivery(clock, "", nobody)
            gatt = PodGatt(client, clock, delivery, radio.notify_kwargs)
            return await while_connected(gone, _asked(gatt, sighting.pod.kind))
    except RadioErrors as error:
        raise link_error(error) from error


async def _asked(gatt: PodGatt, kind: str) -> Met:
    async def read(uuid: str) -> bytes | None:
        with contextlib.suppress(BleakError):
            return await gatt.peek(uuid)
        return None

    identity = await identify(kind, gatt.name, gatt.address, read)
    level = await read(BATTERY_LEVEL_UUID) if gatt.has(BATTERY_LEVEL_UUID) else None
    charge_pct = None
    if level is not None:
        with contextlib.suppress(BadPacketError):
            charge_pct = decode_battery(level).charge_pct
    return Met(identity, charge_pct)
