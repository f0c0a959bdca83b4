"""What crosses the link: every byte the pod sent, once and in order."""

import itertools

import pytest
from rig import REFERENCE, PlainMovesense, bench, ramp, sample_numbers

from sensors.clock import SessionClock
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.samples import LinkState
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME = "Movesense 214630000042"

pytestmark = pytest.mark.usefixtures("each_rig")


async def test_every_sample_crosses_in_order() -> None:
    clock = SessionClock(20.0)
    profile = Movesense(ramp(20.0))
    pod = VirtualPod(profile, clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) == pod.tally.notifications)
    payloads = [item.payload for item in rig.notifications(DATA_UUID)]
    assert pod.tally.subscriptions == ["/Meas/IMU6/208"]
    assert payloads[0] == bytes([1, REFERENCE, 200, 0])
    assert list(sample_numbers(payloads)) == list(range(20 * 208))
    assert pod.tally.samples_sent == 20 * 208


async def test_states_are_told_in_order_with_rising_times() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) > 20)
    assert rig.states() == [
        LinkState.SEARCHING,
        LinkState.CONNECTING,
        LinkState.CONFIGURING,
        LinkState.STREAMING,
        LinkState.CLOSED,
    ]
    times = [item.t_s for item in rig.inbox]
    assert all(a <= b for a, b in itertools.pairwise(times))
    assert {item.slot for item in rig.inbox} == {"pod"}


async def test_ten_thousand_notifications_at_forty_times_life(each_rig: str) -> None:
    # A quarter of them where each is two messages over the bus, at half the speed.
    share, speed = (1.0, 40.0) if each_rig == "bumble" else (0.25, 20.0)
    clock = SessionClock(speed)
    sent: list[bytes] = []
    profile = Movesense(ramp(193.0 * share))
    pod = VirtualPod(profile, clock, NAME, on_notify=sent.append)
    async with bench([pod], PlainMovesense(silence_timeout_s=30.0), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) >= len(sent))
    got = [item.payload for item in rig.notifications(DATA_UUID)]
    assert len(got) >= 10_000 * share
    assert got == sent


async def test_battery_is_read_at_connection_and_every_minute() -> None:
    clock = SessionClock(60.0)
    pod = VirtualPod(Movesense(ramp(200.0)), clock, NAME, charge_pct=41)
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.until(lambda: len(rig.notifications(BATTERY_LEVEL_UUID)) == 1)
        pod.charge_pct = 40
        await rig.until(lambda: len(rig.notifications(BATTERY_LEVEL_UUID)) == 3)
    readings = rig.notifications(BATTERY_LEVEL_UUID)
    assert [item.payload[0] for item in readings] == [41, 40, 40]
    assert all(b.t_s - a.t_s >= 60.0 for a, b in itertools.pairwise(readings))


async def test_identity_comes_from_device_information() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
    identity = rig.link.identity
    assert identity is not None
    assert identity.kind == "movesense"
    assert identity.name == NAME
    assert identity.address == pod.address
    assert identity.serial == "214630000042"
    assert identity.manufacturer == "StrideGate"
    assert identity.model == "virtual pod"
    assert identity.firmware == "1.0"


@pytest.mark.parametrize(("mtu", "codes"), [(161, [2, 3]), (247, [2])])
async def test_packet_is_cut_where_the_mtu_is_too_small(mtu: int, codes: list[int]) -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME, mtu=mtu)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) > 20)
    payloads = [item.payload for item in rig.notifications(DATA_UUID)][1:]
    assert [payload[0] for payload in payloads[: len(codes)]] == codes
    assert max(len(payload) for payload in payloads) == (158 if mtu == 161 else 198)
    numbers = list(sample_numbers(payloads[: 6 * len(codes)]))
    assert numbers == list(range(48))


async def test_accelerometer_alone_crosses_too() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0, gyro=False)), clock, NAME)
    async with bench([pod], PlainMovesense("/Meas/Acc/208"), clock) as rig:
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) > 20)
    payloads = [item.payload for item in rig.notifications(DATA_UUID)][1:21]
    assert {len(payload) for payload in payloads} == {2 + 4 + 8 * 12}
    assert list(sample_numbers(payloads, sensors=1)) == list(range(160))
