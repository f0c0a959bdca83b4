"""MetaMotion and WitMotion over the whole road: set up, streamed, dropped and armed again."""

import itertools

import numpy as np
import pytest
from rig import Bench, bench

from sensors.clock import SessionClock
from sensors.errors import BadPacketError
from sensors.pods.metamotion import MetaMotion
from sensors.pods.pod import Decoded, Pod
from sensors.pods.witmotion import WitMotion
from sensors.samples import Battery, FloatArray, FullScale, ImuBlock, LinkState, Notification
from sensors.virtual import metamotion as virtual_metamotion
from sensors.virtual import witmotion as virtual_witmotion
from sensors.virtual.faults import Faults
from sensors.virtual.metamotion import BMI160, BMI160_OLD, BMI270, Board
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource

METAWEAR, WT = "MetaWear 000042", "WT901BLE67"
SPEED = 10.0
BATTERY_PCT = 75
"""What 3.91 V are."""


def shaken(seconds: float, fs_hz: float = 200.0) -> ArraySource:
    """Return a source with values that no two samples share, within ±16 g."""
    random = np.random.default_rng(5)
    count = round(seconds * fs_hz)
    acc_g = random.uniform(-15.0, 15.0, (count, 3))
    return ArraySource(
        np.arange(count) / fs_hz, acc_g, random.uniform(-900.0, 900.0, (count, 3)), fs_hz
    )


def played_g(source: ArraySource) -> FloatArray:
    return np.concatenate([block.acc_g for block in source.blocks()])


def decoded(rig: Bench, kind: Pod) -> list[Decoded]:
    """Decode what a link without a drop delivered."""
    decoder = kind.decoder()
    heard = (item for item in rig.inbox if isinstance(item, Notification))
    return list(itertools.chain.from_iterable(decoder.decode(item) for item in heard))


def acc_of(values: list[Decoded]) -> FloatArray:
    return np.concatenate([value.acc_g for value in values if isinstance(value, ImuBlock)])


@pytest.mark.parametrize("board", [BMI160, BMI160_OLD, BMI270])
async def test_metamotion_values_arrive_as_they_were_played(board: Board) -> None:
    clock, source, kind = SessionClock(SPEED), shaken(5.0), MetaMotion()
    profile = virtual_metamotion.MetaMotion(source, board)
    pod = VirtualPod(profile, clock, METAWEAR, charge_pct=64)
    async with bench([pod], kind, clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.reach(LinkState.SILENT)
    values = decoded(rig, kind)
    expected = played_g(source)[: 3 * (1000 // 3)]
    np.testing.assert_allclose(acc_of(values), expected, atol=0.5 * 16 / 32768 + 1e-9)
    assert FullScale(16.0) in values
    assert Battery(64) in values
    sizes = {len(value.acc_g) for value in values if isinstance(value, ImuBlock)}
    assert sizes == ({1} if board is BMI160_OLD else {3})


async def away_twice(pod: VirtualPod, rig: Bench) -> None:
    """Let the link drop, and then the pod start anew."""
    await rig.reach(LinkState.STREAMING)
    await rig.hear(rig.link._pod.notify_uuids[0], 50)
    await pod.drop(1.0)
    await rig.reach(LinkState.STREAMING, 2)
    await rig.hear(rig.link._pod.notify_uuids[0], 50)
    await pod.reset_clock(1.0)
    await rig.reach(LinkState.STREAMING, 3)


async def test_metamotion_is_armed_again_after_a_drop_and_a_change_of_battery() -> None:
    clock = SessionClock(SPEED)
    profile = virtual_metamotion.MetaMotion(shaken(600.0))
    pod = VirtualPod(profile, clock, METAWEAR)
    async with bench([pod], MetaMotion(), clock) as rig:
        await away_twice(pod, rig)
        await rig.hear(MetaMotion.notify_uuids[0], 20)
    assert profile.commands.count(bytes([3, 3, 0xA9, 3])) == 3
    assert profile.commands.count(bytes([3, 1, 1])) == 3


async def test_metamotion_that_keeps_its_own_range_is_refused() -> None:
    clock = SessionClock(SPEED)
    profile = virtual_metamotion.MetaMotion(shaken(60.0), keeps_config=True)
    async with bench([VirtualPod(profile, clock, METAWEAR)], MetaMotion(), clock) as rig:
        await rig.reach(LinkState.LOST)
    assert "a8 02, not a9 03" in rig.events(LinkState.LOST)[0].detail
    assert rig.states().count(LinkState.STREAMING) == 0


@pytest.mark.parametrize(("frames", "cut", "mtu"), [(1, 0, 23), (1, 7, 161), (4, 13, 161)])
async def test_witmotion_values_arrive_as_they_were_played(frames: int, cut: int, mtu: int) -> None:
    clock, source, kind = SessionClock(SPEED), shaken(8.0), WitMotion()
    profile = virtual_witmotion.WitMotion(source, frames=frames, cut=cut)
    pod = VirtualPod(profile, clock, WT, mtu=mtu)
    async with bench([pod], kind, clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.reach(LinkState.SILENT)
    values = decoded(rig, kind)
    acc_g, expected = acc_of(values), played_g(source)
    # What came before the pod was set up is dropped; from there on every sample is there.
    first = int(np.argmin(np.abs(expected - acc_g[0]).sum(axis=1)))
    last = first + len(acc_g)
    np.testing.assert_allclose(acc_g, expected[first:last], atol=0.5 * 16 / 32768 + 1e-9)
    assert len(expected) - last == (1 if cut else 0)
    assert 60 <= first <= 600
    assert [value for value in values if isinstance(value, FullScale)] == [FullScale(16.0)]
    assert Battery(BATTERY_PCT) in values


async def test_witmotion_is_set_up_again_after_a_drop_and_after_switching_it_off() -> None:
    clock = SessionClock(SPEED)
    profile = virtual_witmotion.WitMotion(shaken(600.0))
    pod = VirtualPod(profile, clock, WT)
    async with bench([pod], WitMotion(), clock) as rig:
        await away_twice(pod, rig)
        await rig.hear(WitMotion.notify_uuids[0], 50)
    assert profile.registers[3] == 0x0B
    assert profile.commands.count(bytes.fromhex("ff aa 69 88 b5")) == 3
    assert profile.commands.count(bytes.fromhex("ff aa 00 00 00")) == 0
    assert acc_of(decoded_per_connection(rig)).shape[0] >= 150


def decoded_per_connection(rig: Bench) -> list[Decoded]:
    """Decode with a fresh decoder for each connection, as a session does."""
    values: list[Decoded] = []
    decoder = WitMotion().decoder()
    for item in rig.inbox:
        if getattr(item, "state", None) is LinkState.CONNECTING:
            decoder = WitMotion().decoder()
        if isinstance(item, Notification):
            try:
                values += decoder.decode(item)
            except BadPacketError:
                pytest.fail("nothing was damaged")
    return values


async def test_witmotion_that_stays_slow_is_refused() -> None:
    clock = SessionClock(2 * SPEED)
    profile = virtual_witmotion.WitMotion(shaken(60.0), stays_slow=True)
    async with bench([VirtualPod(profile, clock, WT)], WitMotion(), clock) as rig:
        await rig.reach(LinkState.LOST)
    assert "200 samples a second" in rig.events(LinkState.LOST)[0].detail
    assert rig.states().count(LinkState.STREAMING) == 0


async def test_lost_answers_are_asked_for_again() -> None:
    clock = SessionClock(2 * SPEED)
    faults = Faults(seed=6, loss=1.0, until_s=6.0)
    profile = virtual_witmotion.WitMotion(shaken(60.0))
    pod = VirtualPod(profile, clock, WT, faults=faults)
    async with bench([pod], WitMotion(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
    assert len(profile.commands) > 6
