"""The program's own pods over the whole road: configured, streamed, decoded."""

import itertools

import numpy as np
import pytest
from rig import bench, ramp

from sensors.clock import SessionClock
from sensors.pods.movesense import Movesense
from sensors.pods.rsc import Rsc
from sensors.samples import Battery, FullScale, ImuBlock, LinkState, Notification, StepReport
from sensors.virtual import movesense as virtual_movesense
from sensors.virtual.faults import Drop, Faults, Stall
from sensors.virtual.gsp import Firmware
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource
from sensors.virtual.rsc import RunningSpeed

NAME = "Movesense 214630000042"

pytestmark = pytest.mark.usefixtures("each_rig")


def shaken(seconds: float, fs_hz: float = 208.0, *, gyro: bool = True) -> ArraySource:
    """Return a source with values that no two samples share, within what a pod can measure."""
    random = np.random.default_rng(5)
    count = round(seconds * fs_hz)
    acc_g = random.uniform(-9.0, 9.0, (count, 3))
    gyro_dps = random.uniform(-900.0, 900.0, (count, 3)) if gyro else None
    return ArraySource(np.arange(count) / fs_hz, acc_g, gyro_dps, fs_hz)


@pytest.mark.parametrize("with_gyro", [True, False])
async def test_movesense_values_arrive_as_they_were_played(with_gyro: bool) -> None:
    clock = SessionClock(10.0)
    source = shaken(10.0, gyro=with_gyro)
    profile = virtual_movesense.Movesense(source)
    pod = VirtualPod(profile, clock, NAME, charge_pct=64)
    kind = Movesense(208, with_gyro=with_gyro)
    async with bench([pod], kind, clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.reach(LinkState.SILENT)
    decoder = kind.decoder()
    values = list(
        itertools.chain.from_iterable(
            decoder.decode(item) for item in rig.inbox if isinstance(item, Notification)
        )
    )
    blocks = [value for value in values if isinstance(value, ImuBlock)]
    acc_g = np.concatenate([block.acc_g for block in blocks])
    played_g = np.concatenate([block.acc_g for block in source.blocks()])
    assert acc_g == pytest.approx(played_g, rel=1e-6)
    assert all((block.gyro_dps is not None) == with_gyro for block in blocks)
    assert [block.tick for block in blocks] == [
        round(8000 * packet / 208) for packet in range(len(blocks))
    ]
    assert Battery(64) in values


async def test_movesense_is_armed_again_after_a_drop() -> None:
    clock = SessionClock(10.0)
    faults = Faults(incidents=(Drop(at_s=2.0, for_s=1.0),))
    pod = VirtualPod(virtual_movesense.Movesense(ramp(60.0)), clock, NAME, faults=faults)
    async with bench([pod], Movesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(Movesense.notify_uuids[0], 20)
    assert pod.tally.subscriptions[:2] == ["/Meas/IMU6/208"] * 2


async def test_movesense_with_a_small_range_streams_and_tells_it() -> None:
    clock = SessionClock(10.0)
    pod = VirtualPod(virtual_movesense.Movesense(ramp(60.0), full_scale_g=8), clock, NAME)
    async with bench([pod], Movesense(), clock) as rig:
        await rig.hear(Movesense.notify_uuids[0], 5)
    decoder = Movesense().decoder()
    values = [v for item in rig.notifications() for v in decoder.decode(item)]
    assert values[0] == FullScale(8.0)
    assert any(isinstance(value, ImuBlock) for value in values)


async def test_old_firmware_streams_without_a_word_and_again_after_a_silence() -> None:
    clock = SessionClock(10.0)
    profile = virtual_movesense.Movesense(shaken(60.0), firmware=Firmware.OLD)
    faults = Faults(incidents=(Stall(at_s=2.0, for_s=4.0),))
    pod = VirtualPod(profile, clock, NAME, faults=faults)
    async with bench([pod], Movesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(Movesense.notify_uuids[0], 20)
    heard = [item.payload for item in rig.notifications(Movesense.notify_uuids[0])]
    assert heard[0] == b"\x01\x61Hello"
    assert not any(payload[:4] == b"\x01\x63\xc8\x00" for payload in heard)
    assert {payload[0] for payload in heard} == {1, 2, 3}
    decoder = Movesense().decoder()
    values = [v for item in rig.notifications() for v in decoder.decode(item)]
    assert not any(isinstance(value, FullScale) for value in values)
    assert pod.tally.subscriptions[:2] == ["/Meas/IMU6/208"] * 2


async def test_rsc_reports_arrive_as_they_were_played() -> None:
    clock = SessionClock(20.0)
    reports = [
        (float(second), StepReport(2.5, 80 + second, second > 2, 1.5, 2.5 * second))
        for second in range(6)
    ]
    pod = VirtualPod(RunningSpeed(reports), clock, "Foot pod 12345")
    kind = Rsc()
    async with bench([pod], kind, clock) as rig:
        await rig.hear(Rsc.notify_uuids[0], 6)
    decoder = kind.decoder()
    heard = [decoder.decode(item) for item in rig.notifications(Rsc.notify_uuids[0])]
    assert heard == [(report,) for _t_s, report in reports]
