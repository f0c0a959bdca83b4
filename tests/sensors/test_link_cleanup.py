"""A Bluetooth service that hangs at a disconnection holds up neither link nor program (R26)."""

import asyncio
import contextlib

import pytest
from bleak import BleakClient
from rig import PlainMovesense, bench, ramp

from sensors.clock import SessionClock
from sensors.connection import DISCONNECT_TIMEOUT_S
from sensors.samples import LinkState
from sensors.virtual.faults import Drop, Faults
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

SPEED = 20.0
BEAT_S = 0.005


async def test_r26_the_program_goes_on_while_a_disconnection_hangs_and_the_link_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closing = BleakClient.disconnect
    beats, hung = 0, list[int]()

    async def hang_once(client: BleakClient) -> None:
        if not hung:
            hung.append(beats)
            try:
                await asyncio.Event().wait()
            finally:
                hung.append(beats)
        await closing(client)

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(BEAT_S)
            beats += 1

    monkeypatch.setattr(BleakClient, "disconnect", hang_once)
    clock = SessionClock(SPEED)
    pod = VirtualPod(
        Movesense(ramp(90.0)),
        clock,
        "Movesense 174430000051",
        faults=Faults(incidents=(Drop(at_s=2.0, for_s=1.0),)),
    )
    heart = asyncio.create_task(beat())
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 10)
    heart.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await heart
    began, ended = hung
    # It was given up after its time-out, and everything else had its turn meanwhile.
    assert ended - began >= 0.2 * DISCONNECT_TIMEOUT_S / SPEED / BEAT_S
    lost, *_ = rig.events(LinkState.LOST)
    again = rig.events(LinkState.STREAMING)[1]
    assert again.t_s - lost.t_s >= 0.5 * DISCONNECT_TIMEOUT_S
