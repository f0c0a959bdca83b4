"""Two hundred tries to stand in for a patient's pod: not one sample of a clone is accepted."""

from collections import deque

import pytest
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from rig import PlainMovesense, linked, ramp

from sensors import failure
from sensors.binding import PodBinding
from sensors.clock import SessionClock
from sensors.samples import LinkItem, LinkState, Notification, PodReport
from sensors.search import Search
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_radio

NAME, SERIAL, MY_ADDRESS = "Movesense 214630000042", "214630000042", "C0:00:00:00:00:42"
OTHER = "C0:00:00:00:00:43"
BY_ALL = PodBinding("movesense", SERIAL, MY_ADDRESS, NAME)
BY_SERIAL = PodBinding("movesense", SERIAL, "", NAME)

TRIES, HEARD, SWAPS = 22, 106, 6
"""Whole connections of each of four kinds of clone, advertisements of one at another address, and
connections in the place of a pod that streamed: 200 in all."""


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    # A refused link waits before it tries again; a hundred waits would prove nothing more. A
    # stranger is asked again at once, so that each try is a whole connection.
    monkeypatch.setattr(failure, "MAX_BACKOFF_S", 0.0)
    monkeypatch.setattr("sensors.search.PASSED_OVER_S", 0.0)


def accepted(inbox: deque[LinkItem]) -> int:
    """Count what the link took of a pod's stream."""
    return sum(isinstance(item, Notification) and item.uuid == DATA_UUID for item in inbox)


def clone(clock: SessionClock, serial: str, address: str) -> VirtualPod:
    """Return a pod with the same name and the same services."""
    return VirtualPod(Movesense(ramp(30.0)), clock, NAME, serial=serial, address=address)


@pytest.mark.parametrize(
    ("bound", "serial", "address"),
    [
        (BY_SERIAL, "999999999999", OTHER),
        (BY_SERIAL, "", OTHER),
        (BY_ALL, "999999999999", MY_ADDRESS),
        (BY_ALL, "", MY_ADDRESS),
    ],
    ids=["other serial", "no serial", "own address, other serial", "own address, no serial"],
)
async def test_clone_is_asked_who_it_is_and_refused_each_time(
    bound: PodBinding, serial: str, address: str
) -> None:
    clock = SessionClock(20.0)
    pod = clone(clock, serial, address)
    kind = PlainMovesense()
    async with virtual_radio([pod]) as radio, linked(kind, radio, clock, bound=bound) as rig:
        await rig.reach(LinkState.REFUSED, TRIES)
    assert pod.tally.connections >= TRIES
    assert accepted(rig.inbox) == 0
    assert LinkState.STREAMING not in rig.states()
    # Nothing was subscribed and nothing written: the clone was only asked who it is.
    assert (kind.armed, pod.tally.subscriptions, pod.tally.notifications) == (0, [], 0)


async def test_clone_at_another_address_is_not_even_connected(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = SessionClock(100.0)
    judged: list[bool] = []
    is_wanted = Search._is_wanted

    def judging(self: Search, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        judged.append(is_wanted(self, device, advertisement))
        return judged[-1]

    monkeypatch.setattr(Search, "_is_wanted", judging)
    pod = clone(clock, SERIAL, OTHER)
    async with (
        virtual_radio([pod]) as radio,
        linked(PlainMovesense(), radio, clock, bound=BY_ALL) as rig,
    ):
        await rig.until(lambda: len(judged) >= HEARD)
    assert not any(judged)
    assert f"address {OTHER}, not {MY_ADDRESS}" in rig.events(LinkState.REFUSED)[0].detail
    assert (pod.tally.connections, accepted(rig.inbox)) == (0, 0)


async def test_clone_that_takes_the_pods_place_in_a_session_is_refused() -> None:
    clock = SessionClock(20.0)
    mine = clone(clock, SERIAL, MY_ADDRESS)
    async with (
        virtual_radio([mine]) as radio,
        linked(PlainMovesense(), radio, clock, bound=BY_ALL) as rig,
    ):
        await rig.until(lambda: accepted(rig.inbox) > 10)
        # The same pod, but for its serial number: somebody took the address over.
        mine.serial = "999999999999"
        await mine.drop(0.2)
        await rig.reach(LinkState.REFUSED, 3)
        heard = accepted(rig.inbox)
        sent = mine.tally.notifications
        await rig.reach(LinkState.REFUSED, SWAPS)
        assert (accepted(rig.inbox), mine.tally.notifications) == (heard, sent)
        mine.serial = SERIAL
        await rig.reach(LinkState.STREAMING, 2)
        await rig.until(lambda: accepted(rig.inbox) > heard)


async def test_the_own_pod_is_found_beside_a_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensors.search.PASSED_OVER_S", 60.0)
    clock = SessionClock(20.0)
    pods = [clone(clock, "999999999999", OTHER), clone(clock, SERIAL, MY_ADDRESS)]
    async with (
        virtual_radio(pods) as radio,
        linked(PlainMovesense(), radio, clock, bound=BY_SERIAL) as rig,
    ):
        await rig.reach(LinkState.STREAMING)
        await rig.until(lambda: accepted(rig.inbox) > 10)
    assert [item.identity.serial for item in rig.inbox if isinstance(item, PodReport)] == [SERIAL]
    assert pods[0].tally.connections <= 1
    assert pods[0].tally.notifications == 0
