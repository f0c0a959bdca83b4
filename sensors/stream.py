"""A pod that streams: watched for silence, asked for its battery, until it is lost."""

import asyncio
import contextlib

from sensors import advice
from sensors.clock import SessionClock
from sensors.delivery import Delivery
from sensors.failure import RadioErrors
from sensors.gatt import PodGatt
from sensors.identity import IDENTITY_UUIDS
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.pod import Abilities
from sensors.samples import LinkState
from sensors.tasks import heed_cancellation, put_out
from sensors.watchdog import watch

BATTERY_EVERY_S = 60.0
"""Seconds between two looks at the state of charge (design default)."""


async def stream(
    gatt: PodGatt,
    abilities: Abilities,
    delivery: Delivery,
    clock: SessionClock,
    gone: asyncio.Event,
) -> bool:
    """Let a pod that was started stream until it is lost; ``delivery.heard_s`` is its beginning.

    Returns
    -------
    bool
        True where the connection is gone, False where the pod was given up as silent.
    """
    delivery.enter(LinkState.STREAMING, gatt.name)
    battery = asyncio.create_task(_report_battery(gatt, delivery, clock))

    async def is_well() -> bool:
        """Say SILENT once; a pod that counts steps is well if it answers a read.

        Such a pod is quiet while its wearer stands. One with samples is never quiet.
        """
        has_samples = abilities.fs_hz is not None
        if delivery.state is not LinkState.SILENT:
            delivery.enter(LinkState.SILENT, advice.SILENT if has_samples else advice.STILL)
        return not has_samples and await _answers(gatt)

    try:
        return await watch(
            clock, gone, abilities.silence_timeout_s, lambda: delivery.heard_s, is_well
        )
    finally:
        await put_out([battery])


async def _answers(gatt: PodGatt) -> bool:
    readable = [uuid for uuid in (BATTERY_LEVEL_UUID, *IDENTITY_UUIDS.values()) if gatt.has(uuid)]
    try:
        await gatt.peek(readable[0])
    except (*RadioErrors, IndexError):
        return False
    return True


async def _report_battery(gatt: PodGatt, delivery: Delivery, clock: SessionClock) -> None:
    while gatt.has(BATTERY_LEVEL_UUID):
        heed_cancellation()
        with contextlib.suppress(*RadioErrors):
            delivery.mention(BATTERY_LEVEL_UUID, await gatt.peek(BATTERY_LEVEL_UUID))
        await clock.sleep(BATTERY_EVERY_S)
