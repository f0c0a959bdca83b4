"""A virtual pod's life: what it counts, and the faults that befall it on the way to the client."""

import itertools

import pytest
from rig import PlainMovesense, bench, ramp, sample_numbers

from sensors.clock import SessionClock
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.samples import LinkState
from sensors.virtual.advertisement import MAX_NAME_BYTES
from sensors.virtual.faults import BatteryLevel, ClockReset, Drop, Faults, Stall
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.tally import Tally

NAME = "Movesense 214630000042"
SECONDS = 40
MTU_FOR_ONE_PART = 247


async def played(faults: Faults) -> tuple[list[bytes], Tally]:
    """Play a ramp to its end; return the data notifications and the pod's counts."""
    clock = SessionClock(20.0)
    profile = Movesense(ramp(SECONDS))
    pod = VirtualPod(profile, clock, NAME, faults=faults, mtu=MTU_FOR_ONE_PART)
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.until(
            lambda: (
                pod.tally.packets_sent + pod.tally.packets_lost + pod.tally.packets_unheard
                == pod.tally.packets_made
            )
        )
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) == pod.tally.notifications)
    data = [item.payload for item in rig.notifications(DATA_UUID) if item.payload[0] == 2]
    return data, pod.tally


def ticks_ms(payloads: list[bytes]) -> list[int]:
    return [int.from_bytes(payload[2:6], "little") for payload in payloads]


async def test_lost_packets_do_not_arrive_and_are_counted() -> None:
    payloads, tally = await played(Faults(seed=3, loss=0.1))
    assert tally.packets_made == SECONDS * 26
    assert 0 < tally.packets_lost < tally.packets_made / 2
    assert len(payloads) == tally.packets_made - tally.packets_lost == tally.packets_sent
    assert len(list(sample_numbers(payloads))) == tally.samples_sent


async def test_doubled_packets_arrive_twice_in_a_row() -> None:
    payloads, tally = await played(Faults(seed=3, duplicate=0.1))
    repeats = sum(a == b for a, b in itertools.pairwise(payloads))
    assert repeats == tally.packets_doubled > 0
    assert len(set(payloads)) == tally.packets_sent == SECONDS * 26


async def test_late_packets_arrive_after_later_ones_and_none_is_lost() -> None:
    payloads, tally = await played(Faults(seed=3, late=0.1, late_by_s=0.3))
    ticks = ticks_ms(payloads)
    assert any(b < a for a, b in itertools.pairwise(ticks))
    assert sorted(ticks) == [round(8000 * packet / 208) for packet in range(tally.packets_made)]


async def test_jitter_keeps_every_packet_in_order() -> None:
    payloads, tally = await played(Faults(seed=3, jitter_s=0.4))
    assert list(sample_numbers(payloads)) == list(range(SECONDS * 208))
    assert tally.packets_sent == tally.packets_made


async def test_lost_second_part_leaves_the_first_alone() -> None:
    clock = SessionClock(20.0)
    profile = Movesense(ramp(10.0))
    pod = VirtualPod(profile, clock, NAME, faults=Faults(seed=3, part_loss=0.2), mtu=161)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.until(profile.finished.is_set)
        await rig.until(lambda: len(rig.notifications(DATA_UUID)) == pod.tally.notifications)
    codes = [item.payload[0] for item in rig.notifications(DATA_UUID)][1:]
    assert codes.count(2) == 260
    assert 0 < codes.count(3) < 260


async def test_clock_reset_begins_the_counter_at_nought() -> None:
    clock = SessionClock(20.0)
    faults = Faults(incidents=(ClockReset(at_s=4.0, away_s=1.0),))
    pod = VirtualPod(
        Movesense(ramp(60.0), counter_start_ms=1_000_000), clock, NAME, faults=faults, mtu=247
    )
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 10)
    data = [item.payload for item in rig.notifications(DATA_UUID) if item.payload[0] == 2]
    ticks = ticks_ms(data)
    assert ticks[0] == 1_000_000
    falls = [(a, b) for a, b in itertools.pairwise(ticks) if b < a]
    assert len(falls) == 1
    assert falls[0][1] < 10_000


async def test_counter_wraps_at_thirty_two_bits() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0), counter_start_ms=2**32 - 1000), clock, NAME, mtu=247)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.hear(DATA_UUID, 60)
    ticks = ticks_ms([item.payload for item in rig.notifications(DATA_UUID)][1:])
    assert ticks[0] == 2**32 - 1000
    assert min(ticks) < 40


async def test_battery_level_changes_at_its_time() -> None:
    clock = SessionClock(60.0)
    faults = Faults(incidents=(BatteryLevel(at_s=10.0, charge_pct=9),))
    pod = VirtualPod(Movesense(ramp(200.0)), clock, NAME, faults=faults, charge_pct=80)
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.hear(BATTERY_LEVEL_UUID, 2)
    assert [item.payload[0] for item in rig.notifications(BATTERY_LEVEL_UUID)[:2]] == [80, 9]


async def test_stalled_pod_stays_connected_and_goes_on() -> None:
    clock = SessionClock(20.0)
    faults = Faults(incidents=(Stall(at_s=2.0, for_s=3.0),))
    profile = Movesense(ramp(10.0))
    pod = VirtualPod(profile, clock, NAME, faults=faults, mtu=MTU_FOR_ONE_PART)
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.until(profile.finished.is_set)
    assert pod.tally.connections == 1
    assert pod.tally.packets_unheard >= 3.0 * 26 - 1
    assert LinkState.LOST not in rig.states()


async def test_drop_during_a_drop_lengthens_it() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with bench([pod], PlainMovesense(silence_timeout_s=60.0), clock) as rig:
        await rig.hear(DATA_UUID, 5)
        begin_s = clock.now_s()
        await pod.drop(2.0)
        await pod.drop(5.0)
        await rig.reach(LinkState.STREAMING, 2)
    assert rig.events(LinkState.STREAMING)[1].t_s - begin_s >= 5.0
    assert pod.tally.connections == 2


async def test_pod_is_switched_off_cleanly_during_a_drop() -> None:
    clock = SessionClock(20.0)
    faults = Faults(incidents=(Drop(at_s=1.0, for_s=500.0), Stall(at_s=900.0, for_s=1.0)))
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME, faults=faults)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.LOST)
    assert pod.connection is None


async def test_failure_inside_a_pod_is_not_swallowed() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME, mtu=100)
    with pytest.raises(ValueError, match="do not fit"):
        async with bench([pod], PlainMovesense(silence_timeout_s=2.0), clock) as rig:
            await rig.reach(LinkState.SILENT)


def test_name_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="22 bytes"):
        VirtualPod(Movesense(ramp(1.0)), SessionClock(), "x" * (MAX_NAME_BYTES + 1))


def test_address_is_static_random_and_always_the_same_for_a_name() -> None:
    pods = [VirtualPod(Movesense(ramp(1.0)), SessionClock(), name) for name in ("a", "a", "b")]
    assert pods[0].address == pods[1].address != pods[2].address
    assert all(int(pod.address[:2], 16) & 0xC0 == 0xC0 for pod in pods)
