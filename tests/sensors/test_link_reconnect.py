"""What the link does when pod or radio fail: it comes back, and it leaves nothing open."""

import asyncio
import contextlib
import gc
import itertools
from pathlib import Path

import pytest
import rig as rigs
from bleak import BleakClient
from rig import PlainMovesense, bench, linked, ramp, sample_numbers, until

from sensors import advice
from sensors.clock import SessionClock
from sensors.samples import LinkState
from sensors.virtual.faults import Drop, Faults, Stall
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME = "Movesense 214630000042"

pytestmark = pytest.mark.usefixtures("each_rig")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def clients() -> int:
    gc.collect()
    return sum(isinstance(thing, BleakClient) for thing in gc.get_objects())


async def test_twenty_drops_are_all_mended_and_leave_nothing_open() -> None:
    clock = SessionClock(8.0)
    kind = PlainMovesense(silence_timeout_s=10.0)
    pod = VirtualPod(Movesense(ramp(600.0)), clock, NAME)
    files, alive = [], []
    async with bench([pod], kind, clock) as rig:
        for drop in range(20):
            await rig.reach(LinkState.STREAMING, drop + 1)
            await rig.hear(DATA_UUID, 10)
            files.append(open_files())
            if drop % 5 == 0:  # it takes a while to look through all that is in memory
                alive.append(clients())
            await pod.drop(0.5)
        await rig.reach(LinkState.STREAMING, 21)
    assert pod.tally.connections == 21
    assert kind.armed == 21
    assert pod.tally.subscriptions == ["/Meas/IMU6/208"] * 21
    assert files == [files[0]] * 20
    assert alive == [1] * 4
    assert clients() == 0
    payloads = [item.payload for item in rig.notifications(DATA_UUID)]
    numbers = whole_samples(payloads)
    assert all(a < b for a, b in itertools.pairwise(numbers))
    lost = rig.events(LinkState.LOST)
    assert [event.detail for event in lost] == [advice.BROKEN_OFF] * 20


def whole_samples(payloads: list[bytes]) -> list[int]:
    """Return the sample numbers of the packets of which both parts came."""
    whole = [pair for pair in itertools.pairwise(payloads) if pair[0][0] == 2 and pair[1][0] == 3]
    return list(sample_numbers(list(itertools.chain.from_iterable(whole))))


async def test_pod_goes_on_in_its_own_time_while_the_link_is_down() -> None:
    clock = SessionClock(20.0)
    faults = Faults(incidents=(Drop(at_s=3.0, for_s=6.0),))
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME, faults=faults)
    async with bench([pod], PlainMovesense(silence_timeout_s=10.0), clock) as rig:
        await rig.reach(LinkState.STREAMING, 2)
        await rig.hear(DATA_UUID, 10)
    numbers = whole_samples([item.payload for item in rig.notifications(DATA_UUID)])
    widest = max(b - a for a, b in itertools.pairwise(numbers))
    assert widest >= 6.0 * 208
    assert pod.tally.packets_unheard >= 6.0 * 208 / 8 - 1


async def test_pod_that_stays_connected_but_silent_is_connected_anew() -> None:
    clock = SessionClock(10.0)
    faults = Faults(incidents=(Stall(at_s=2.0, for_s=4.0),))
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME, faults=faults)
    async with bench([pod], PlainMovesense(silence_timeout_s=1.5), clock) as rig:
        await rig.reach(LinkState.LOST)
        await rig.hear(DATA_UUID, 10)
    (silent, *_), (lost, *_) = rig.events(LinkState.SILENT), rig.events(LinkState.LOST)
    last = max(item.t_s for item in rig.notifications(DATA_UUID) if item.t_s < silent.t_s)
    assert silent.t_s - last >= 1.5
    assert lost.t_s >= silent.t_s
    assert lost.detail == advice.QUIET_LOST
    assert pod.tally.connections >= 2


async def test_pod_that_is_asleep_is_waited_for_without_an_end() -> None:
    clock = SessionClock(100.0)
    async with bench([], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.SEARCHING, 5)
    assert [event.detail for event in rig.events(LinkState.SEARCHING)[:5]] == [
        "",
        advice.ASLEEP,
        advice.HELD,
        advice.ASLEEP,
        advice.HELD,
    ]
    assert rig.states()[-1] is LinkState.CLOSED


async def test_other_pods_are_left_alone() -> None:
    clock = SessionClock(20.0)
    other = VirtualPod(Movesense(ramp(60.0)), clock, "Movesense 000000000001")
    wanted = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with bench([other, wanted], PlainMovesense(), clock, name=NAME) as rig:
        await rig.reach(LinkState.STREAMING)
    assert (other.tally.connections, wanted.tally.connections) == (0, 1)


async def test_session_never_changes_over_to_another_pod() -> None:
    clock = SessionClock(40.0)
    pods = [VirtualPod(Movesense(ramp(60.0)), clock, f"Movesense 00000000000{n}") for n in (1, 2)]
    async with bench(pods, PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
        mine, other = sorted(pods, key=lambda pod: -pod.tally.connections)
        await mine.drop(60.0)
        await rig.reach(LinkState.SEARCHING, 3)
        assert other.tally.connections == 0
        await rig.reach(LinkState.STREAMING, 2)
    assert (mine.tally.connections, other.tally.connections) == (2, 0)


async def test_two_links_take_two_pods() -> None:
    clock = SessionClock(20.0)
    pods = [VirtualPod(Movesense(ramp(60.0)), clock, f"Movesense 00000000000{n}") for n in (1, 2)]
    async with (
        rigs.air(pods) as radio,
        linked(PlainMovesense(), radio, clock, slot="left") as left,
        linked(PlainMovesense(), radio, clock, slot="right") as right,
    ):
        await left.reach(LinkState.STREAMING)
        await right.reach(LinkState.STREAMING)
    assert [pod.tally.connections for pod in pods] == [1, 1]
    identities = [left.link.identity, right.link.identity]
    assert {identity.address for identity in identities if identity} == {
        pod.address for pod in pods
    }
    assert radio.taken == set()


@pytest.mark.parametrize(
    "state", [LinkState.SEARCHING, LinkState.CONNECTING, LinkState.CONFIGURING, LinkState.STREAMING]
)
async def test_cancelled_link_leaves_nothing_open(state: LinkState) -> None:
    before = open_files()
    clock = SessionClock(10.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(state)
        rig.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await rig.task
        assert rig.task.cancelled()
        assert rig.states()[-1] is LinkState.CLOSED
        await until(lambda: pod.connection is None)
    assert clients() == 0
    assert open_files() == before


async def test_link_that_was_cancelled_at_any_moment_can_be_run_again() -> None:
    clock = SessionClock(10.0)
    pod = VirtualPod(Movesense(ramp(120.0)), clock, NAME)
    async with rigs.air([pod]) as radio:
        for milliseconds in range(0, 120, 6):
            async with linked(PlainMovesense(), radio, clock) as rig:
                await asyncio.sleep(milliseconds / 1000.0)
            assert rig.states()[-1:] in ([], [LinkState.CLOSED])
        async with linked(PlainMovesense(), radio, clock) as rig:
            await rig.reach(LinkState.STREAMING)
    assert clients() == 0


async def test_drops_at_every_moment_of_a_connection_are_mended() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(600.0)), clock, NAME)
    async with bench([pod], PlainMovesense(silence_timeout_s=10.0), clock) as rig:
        await rig.hear(DATA_UUID, 5)
        for milliseconds in range(0, 80, 4):
            await pod.drop(0.2)
            await asyncio.sleep(milliseconds / 1000.0)
            await pod.drop(0.2)
            await rig.hear(DATA_UUID, 5)
    numbers = whole_samples([item.payload for item in rig.notifications(DATA_UUID)])
    assert all(a < b for a, b in itertools.pairwise(numbers))
    assert clients() == 0
