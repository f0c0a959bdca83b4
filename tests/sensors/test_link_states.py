"""Busy elsewhere and refused: the states in which somebody has to do something."""

import asyncio

import pytest
from bleak.exc import BleakDBusError, BleakError, BleakGATTProtocolError
from rig import PlainMovesense, bench, linked, ramp

from sensors import advice, failure
from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.failure import REFUSALS, link_error
from sensors.pods.pod import Configuration
from sensors.radio import Radio
from sensors.samples import LinkState
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME = "Movesense 214630000042"
ELSEWHERE = "C0:00:00:00:00:01"


async def test_known_pod_is_said_to_be_busy_after_two_rounds_and_is_searched_on() -> None:
    clock = SessionClock(60.0)
    pod = VirtualPod(Movesense(ramp(600.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
        await pod.drop(70.0)
        await rig.reach(LinkState.STREAMING, 2)
    states = rig.states()
    away = states[states.index(LinkState.LOST) : states.index(LinkState.STREAMING, 5)]
    assert away[:4] == [
        LinkState.LOST,
        LinkState.SEARCHING,
        LinkState.SEARCHING,
        LinkState.BUSY,
    ]
    assert away.count(LinkState.BUSY) == 1
    (busy,) = rig.events(LinkState.BUSY)
    (lost,) = rig.events(LinkState.LOST)
    assert busy.detail == advice.BUSY
    assert "perhaps" in busy.detail
    assert busy.t_s - lost.t_s >= 2 * 15.0


async def test_pod_that_was_never_known_is_asleep_and_not_busy() -> None:
    clock = SessionClock(100.0)
    async with bench([], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.SEARCHING, 5)
    assert LinkState.BUSY not in rig.states()


async def test_pod_that_the_system_holds_for_another_program_is_busy_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def nothing(_address: str) -> None:
        pass

    async def held(_address: str) -> bool:
        return True

    async def nobody(*_args: object, **_kwargs: object) -> None:
        await asyncio.sleep(0.01)

    monkeypatch.setattr("sensors.search.release", nothing)
    monkeypatch.setattr("sensors.search.is_held", held)
    monkeypatch.setattr("sensors.search.scan_round", nobody)
    async with linked(PlainMovesense(), Radio(), SessionClock(20.0), address=ELSEWHERE) as rig:
        await rig.reach(LinkState.BUSY)
    assert rig.states()[:2] == [LinkState.SEARCHING, LinkState.BUSY]
    assert rig.events(LinkState.BUSY)[0].detail == advice.HELD_HERE


async def test_namesake_at_another_address_is_told_of_and_left_alone() -> None:
    clock = SessionClock(60.0)
    mine = VirtualPod(Movesense(ramp(600.0)), clock, NAME)
    clone = VirtualPod(Movesense(ramp(600.0)), clock, NAME, address=ELSEWHERE)
    async with bench([mine, clone], PlainMovesense(), clock, address=mine.address) as rig:
        await rig.reach(LinkState.STREAMING)
        await mine.drop(60.0)
        await rig.reach(LinkState.REFUSED)
        await rig.reach(LinkState.STREAMING, 2)
    (refused, *_) = rig.events(LinkState.REFUSED)
    assert f"{ELSEWHERE}, not {mine.address}" in refused.detail
    assert clone.tally.connections == 0


class Locked(PlainMovesense):
    """A pod that asks for a pairing before it can be set up."""

    def configure(self) -> Configuration:
        self.armed += 1
        yield from ()
        raise BleakGATTProtocolError(0x05)


async def test_pod_that_lets_nobody_set_it_up_is_refused_and_tried_again() -> None:
    clock = SessionClock(20.0)
    kind = Locked()
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME)
    async with bench([pod], kind, clock) as rig:
        await rig.until(lambda: kind.armed == 2)
        await rig.reach(LinkState.REFUSED, 2)
    assert LinkState.LOST not in rig.states()
    sentence = advice.SENTENCES[LinkFault.LOCKED]
    assert rig.events(LinkState.REFUSED)[0].detail.startswith(sentence)
    assert rig.link.trouble is not None
    assert rig.link.trouble.reason is LinkFault.LOCKED


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (BleakGATTProtocolError(0x05), LinkFault.LOCKED),
        (BleakGATTProtocolError(0x08), LinkFault.LOCKED),
        (BleakGATTProtocolError(0x0C), LinkFault.LOCKED),
        (BleakGATTProtocolError(0x0F), LinkFault.LOCKED),
        (BleakDBusError("org.bluez.Error.NotAuthorized", []), LinkFault.LOCKED),
        (BleakGATTProtocolError(0x0E), LinkFault.CONNECT_FAILED),
        (BleakError("anything"), LinkFault.CONNECT_FAILED),
    ],
)
def test_what_asks_for_a_pairing_is_a_lock(error: Exception, fault: LinkFault) -> None:
    found = link_error(error)
    assert isinstance(found, LinkError)
    assert found.reason is fault
    assert (fault in REFUSALS) == (fault is LinkFault.LOCKED)


async def test_bluetooth_that_is_forbidden_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failure, "FIRST_BACKOFF_S", 0.1)

    async def forbidden(*_args: object, **_kwargs: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr("sensors.search.scan_round", forbidden)
    async with linked(PlainMovesense(), Radio(), SessionClock(50.0)) as rig:
        await rig.reach(LinkState.REFUSED, 2)
    assert LinkState.LOST not in rig.states()
