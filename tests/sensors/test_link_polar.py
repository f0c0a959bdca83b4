"""Polar pods over the whole road: configured, streamed, dropped, armed again, refused."""

import itertools
from collections import Counter

import numpy as np
import pytest
from rig import bench, ramp

from sensors.clock import SessionClock
from sensors.errors import BadPacketError
from sensors.pods.pod import Decoded, Pod
from sensors.pods.polar import MODELS, VERITY_SENSE, Model, Polar
from sensors.pods.polar_control import DATA_UUID
from sensors.samples import Battery, FullScale, ImuBlock, LinkItem, LinkState, Notification
from sensors.virtual import polar, polar_mode
from sensors.virtual.faults import Drop, Faults
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource
from sensors.virtual.polar_mode import Result

WARES = dict(zip(MODELS, (polar_mode.SENSE, polar_mode.H10, polar_mode.OH1), strict=True))


def shaken(seconds: float, fs_hz: float, full_scale_g: float) -> ArraySource:
    """Return a source with values that no two samples share, up to the end of the range."""
    count = round(seconds * fs_hz)
    most_g = 0.999 * full_scale_g
    acc_g = np.random.default_rng(5).uniform(-most_g, most_g, (count, 3))
    return ArraySource(np.arange(count) / fs_hz, acc_g, None, fs_hz)


def virtual(model: Model, profile: polar.Polar, clock: SessionClock, **more: object) -> VirtualPod:
    name = f"{model.name_prefix}12345678"
    kwargs: dict[str, object] = {"mtu": polar.MTU, **more}
    return VirtualPod(profile, clock, name, **kwargs)  # type: ignore[arg-type]  # by name


def decoded(kind: Pod, items: list[LinkItem]) -> list[Decoded]:
    decoder = kind.decoder()
    heard = [item for item in items if isinstance(item, Notification)]
    return list(itertools.chain.from_iterable(decoder.decode(item) for item in heard))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.kind)
async def test_values_arrive_as_they_were_played(model: Model) -> None:
    clock = SessionClock(10.0)
    kind = Polar(model)
    fs_hz = kind.abilities.fs_hz
    assert fs_hz is not None
    source = shaken(8.0, fs_hz, model.full_scale_g)
    profile = polar.Polar(source, WARES[model])
    profile.state.streams = {one: {} for one in WARES[model].measurements}  # left from before
    pod = virtual(model, profile, clock, charge_pct=64)
    async with bench([pod], kind, clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) >= pod.tally.packets_made)
        values = decoded(kind, list(rig.inbox))
    blocks = [value for value in values if isinstance(value, ImuBlock)]
    acc_g = np.concatenate([block.acc_g for block in blocks])
    played_g = np.concatenate([block.acc_g for block in source.blocks()])
    assert np.abs(acc_g - played_g).max() <= 0.0005001
    assert values.count(FullScale(model.full_scale_g)) == 1
    assert Battery(64) in values
    first = blocks[0].tick
    assert first is not None
    starts_s = [((block.tick or 0) - first) / 1e9 for block in blocks]
    counted = np.cumsum([0] + [len(block.acc_g) for block in blocks[:-1]]) / fs_hz
    assert np.abs(np.array(starts_s) - counted).max() < 0.0001
    assert pod.tally.subscriptions == [f"{fs_hz:.0f} Hz"]


@pytest.mark.parametrize("streams_on", [True, False])
async def test_a_pod_is_armed_again_after_a_drop(streams_on: bool) -> None:
    clock = SessionClock(10.0)
    faults = Faults(incidents=(Drop(at_s=2.0, for_s=1.0),))
    profile = polar.Polar(ramp(60.0), streams_on=streams_on)
    pod = virtual(VERITY_SENSE, profile, clock, faults=faults)
    async with bench([pod], Polar(VERITY_SENSE), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 10)
    assert pod.tally.subscriptions[:2] == ["208 Hz"] * 2
    assert profile.state.in_sdk_mode


async def test_a_pod_that_ends_its_stream_is_started_again() -> None:
    clock = SessionClock(10.0)
    profile = polar.Polar(ramp(60.0))
    pod = virtual(VERITY_SENSE, profile, clock)
    kind = Polar(VERITY_SENSE)
    async with bench([pod], kind, clock) as rig:
        await rig.hear(DATA_UUID, 5)
        await profile.end_stream()
        await rig.reach(LinkState.SILENT)
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 5)
    decoder, faults = kind.decoder(), Counter[str]()
    for item in rig.inbox:
        if isinstance(item, Notification):
            try:
                decoder.decode(item)
            except BadPacketError as error:
                faults[error.reason] += 1
    assert not faults


@pytest.mark.parametrize(
    ("trouble", "mtu", "word"),
    [
        (Result.IN_CHARGER, polar.MTU, "charger"),
        (Result.DISK_FULL, polar.MTU, "memory is full"),
        (Result.INVALID_STATE, polar.MTU, "heart rate mode"),
        (None, 161, "packets too short"),
    ],
)
async def test_a_refusal_reaches_the_patient(trouble: Result | None, mtu: int, word: str) -> None:
    clock = SessionClock(10.0)
    pod = virtual(VERITY_SENSE, polar.Polar(ramp(60.0), trouble=trouble), clock, mtu=mtu)
    async with bench([pod], Polar(VERITY_SENSE), clock) as rig:
        await rig.reach(LinkState.LOST)
    assert word in rig.events(LinkState.LOST)[0].detail
    assert rig.states().count(LinkState.STREAMING) == 0
    assert not rig.notifications(DATA_UUID)


async def test_a_pod_taken_out_of_its_charger_streams() -> None:
    clock = SessionClock(10.0)
    profile = polar.Polar(ramp(60.0), polar_mode.H10, trouble=Result.IN_CHARGER)
    model = MODELS[1]
    async with bench([virtual(model, profile, clock)], Polar(model), clock) as rig:
        await rig.reach(LinkState.LOST)
        profile.state.trouble = None
        await rig.hear(DATA_UUID, 3)
