"""The reference open pod on the air, as a client finds it, and over the whole road."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from dataclasses import replace

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from rig import bench

from analysis.step import Placement
from monitor.pipeline import PodPipeline
from monitor.running.setups import RATES_HZ
from monitor.setup import PodSetup
from sensors.clock import SessionClock
from sensors.pods.openpod import OpenPod
from sensors.pods.openpod_format import (
    CONFIG_UUID,
    DATA_UUID,
    INFO_UUID,
    SERVICE_UUID,
    Config,
    read_config,
    read_head,
    read_info,
)
from sensors.pods.registry import pod_of_kind
from sensors.samples import FloatArray, FullScale, ImuBlock, LinkState, Notification
from sensors.timebase import Timebase
from sensors.virtual.faults import ClockReset, Drop, Faults
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run
from sensors.virtual.openpod import OpenPod as VirtualOpenPod
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource
from sensors.virtual.radio import virtual_radio
from sensors.virtual.shelf import PLAYERS

NAME = "OpenPod1"


def shaken(seconds: float, *, gyro: bool = True, fs_hz: float = 208.0) -> ArraySource:
    random = np.random.default_rng(7)
    count = round(seconds * fs_hz)
    steps = random.integers(-32000, 32000, (count, 6)) / 32768.0
    gyro_dps = steps[:, 3:] * 2000.0 if gyro else None
    return ArraySource(np.arange(count) / fs_hz, steps[:, :3] * 16.0, gyro_dps, fs_hz)


def values_of(heard: list[Notification]) -> list[object]:
    decoder = OpenPod().decoder()
    return list(itertools.chain.from_iterable(decoder.decode(item) for item in heard))


def acc_of(values: list[object]) -> FloatArray:
    return np.concatenate([value.acc_g for value in values if isinstance(value, ImuBlock)])


@contextlib.asynccontextmanager
async def connected(profile: VirtualOpenPod) -> AsyncIterator[BleakClient]:
    pod = VirtualPod(profile, SessionClock(10.0), "A pod with a long name")
    async with virtual_radio([pod]) as radio:
        device = await BleakScanner.find_device_by_filter(
            lambda _device, seen: OpenPod().matches("", frozenset(seen.service_uuids)),
            timeout=10.0,
            **radio.scanner_kwargs,
        )
        assert device is not None
        async with BleakClient(device, **radio.client_kwargs) as client:
            yield client


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"\1\1\4\4",
        Config(True, 4, 4, 5).to_bytes() + b"\0",
        b"\2\1\4\4\5",
        b"\1\2\4\4\5",
        Config(True, 9, 4, 5).to_bytes(),
        Config(True, 4, 5, 5).to_bytes(),
        Config(True, 4, 4, 4).to_bytes(),
    ],
)
async def test_what_it_cannot_do_changes_nothing(wrong: bytes) -> None:
    async with connected(VirtualOpenPod(shaken(1.0))) as client:
        assert read_info(bytes(await client.read_gatt_char(INFO_UUID))).gyro_ranges == {5}
        before = bytes(await client.read_gatt_char(CONFIG_UUID))
        assert not read_config(before).is_streaming
        await client.write_gatt_char(CONFIG_UUID, wrong, response=True)
        assert bytes(await client.read_gatt_char(CONFIG_UUID)) == before
        right = Config(True, 4, 4, 5).to_bytes()
        await client.write_gatt_char(CONFIG_UUID, right, response=True)
        assert bytes(await client.read_gatt_char(CONFIG_UUID)) == right


@pytest.mark.parametrize(("mtu", "has_gyro", "size"), [(161, True, 10), (23, False, 2)])
async def test_values_arrive_as_they_were_played_whatever_the_mtu(
    mtu: int, has_gyro: bool, size: int
) -> None:
    clock = SessionClock(4.0)
    source = shaken(3.0)
    profile = VirtualOpenPod(source)
    async with bench([VirtualPod(profile, clock, NAME, mtu=mtu)], OpenPod(), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.reach(LinkState.SILENT)
    values = values_of(rig.notifications())
    blocks = [value for value in values if isinstance(value, ImuBlock)]
    assert all((block.gyro_dps is not None) is has_gyro for block in blocks)
    assert {len(block.acc_g) for block in blocks[:-1]} == {size}
    played = list(source.blocks())
    assert acc_of(values) == pytest.approx(np.concatenate([b.acc_g for b in played]))
    assert values[0] == FullScale(16.0)
    assert sum(isinstance(value, FullScale) for value in values) == 1


async def test_every_lost_sample_is_seen_also_while_clock_and_counter_wrap() -> None:
    clock = SessionClock(10.0)
    profile = VirtualOpenPod(shaken(20.0), counter_start_us=2**32 - 6_000_000)
    pod = VirtualPod(profile, clock, NAME, faults=Faults(seed=3, loss=0.1, duplicate=0.05))
    base = Timebase(OpenPod().abilities.clock, 208.0)
    got = 0
    async with bench([pod], OpenPod(), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.reach(LinkState.SILENT)
        decoder = OpenPod().decoder()
        for item in rig.notifications(DATA_UUID):
            for value in decoder.decode(item):
                if isinstance(value, ImuBlock):
                    got += sum(len(s.t_s) for s in base.push(value, item.t_s))
        got += sum(len(s.t_s) for s in base.flush())
    tally = pod.tally
    assert tally.packets_lost > 20
    assert got == tally.samples_sent
    # What is lost before the first packet, or after the last one, stands between no two samples.
    assert base.lost_samples == pytest.approx(tally.samples_made - tally.samples_sent, abs=20)
    assert base.counts.duplicates == tally.packets_doubled


async def test_it_is_started_again_after_a_drop_and_a_change_of_battery() -> None:
    clock = SessionClock(10.0)
    faults = Faults(incidents=(Drop(at_s=2.0, for_s=1.0), ClockReset(at_s=6.0)))
    pod = VirtualPod(VirtualOpenPod(shaken(60.0)), clock, NAME, faults=faults)
    async with bench([pod], OpenPod(), clock) as rig:
        await rig.reach(LinkState.STREAMING, 3)
        await rig.hear(DATA_UUID, 20)
    assert pod.tally.subscriptions[:3] == ["208"] * 3


def test_every_pod_that_is_played_is_taken_for_its_kind() -> None:
    assert set(RATES_HZ) == set(PLAYERS)
    for kind, player in PLAYERS.items():
        services = frozenset({SERVICE_UUID} if kind == OpenPod.kind else ())
        assert pod_of_kind(kind).matches(player.name, services)


async def test_a_pod_with_other_rates_and_a_small_range_gives_its_own() -> None:
    clock = SessionClock(10.0)
    script = GaitScript((run(12.0, impact_g=9.0),))
    profile = VirtualOpenPod(
        GaitSource(script, 238.0, 1), rates=(12, 13, 14, 15), acc_ranges=(1, 2)
    )
    pipeline = PodPipeline(PodSetup("pod", "openpod", 208, Placement.SHANK))
    async with bench([VirtualPod(profile, clock, NAME)], OpenPod(208), clock) as rig:
        await rig.until(profile.finished.is_set)
        heard = rig.notifications()
    # Ten times as fast as life, a tenth of a second that this computer is busy is a second of
    # delay: the arrivals are those of a quiet one, by the pod's own microseconds.
    begun_us = min(read_head(item.payload).t_us for item in heard if item.uuid == DATA_UUID)
    for item in heard:
        t_us = read_head(item.payload).t_us - begun_us if item.uuid == DATA_UUID else 0
        pipeline.feed(replace(item, t_s=1.0 + t_us / 1e6))
    pipeline.flush()
    assert pipeline.full_scale_g == 4.0
    assert pipeline.fs_hz == pytest.approx(238.0, rel=0.01)
    assert len(pipeline.steps) > 10
    assert all(step.is_clipped for step in pipeline.steps[2:-2])
