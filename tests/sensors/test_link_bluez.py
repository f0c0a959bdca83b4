"""The link over bleak's own BlueZ back end when what is below it fails: it says so and goes on."""

import pytest

pytest.importorskip("dbus_fast", reason="BlueZ is Linux's own")

from bluez.air import emulated_bluez
from bluez.bus import PrivateBus
from bluez.daemon import hang_up
from bluez.gatt import RemoteCharacteristic
from bluez.tree import Reply, UnknownError
from dbus_fast import BusType, Message
from dbus_fast.aio import MessageBus
from rig import PlainMovesense, linked, ramp, until

from sensors import advice
from sensors.clock import SessionClock
from sensors.errors import LinkFault
from sensors.failure import RadioErrors
from sensors.held import is_held, release
from sensors.radio import Radio
from sensors.samples import LinkState
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME, OTHER = "Movesense 214630000042", "Movesense 214630000043"
NO_BLUETOOTH = advice.SENTENCES[LinkFault.NO_BLUETOOTH]
POWERED_OFF = advice.SENTENCES[LinkFault.POWERED_OFF]


def made_pod(clock: SessionClock) -> VirtualPod:
    return VirtualPod(Movesense(ramp(600.0)), clock, NAME)


def kind() -> PlainMovesense:
    return PlainMovesense(silence_timeout_s=3.0)


@pytest.mark.usefixtures("system_bus")
async def test_bluetooth_switched_off_and_on_in_a_session() -> None:
    clock = SessionClock(5.0)
    async with (
        emulated_bluez([made_pod(clock)]) as daemon,
        linked(kind(), Radio(), clock) as rig,
    ):
        await rig.hear(DATA_UUID, 10)
        await daemon.adapter.power(on=False)
        await rig.until(lambda: POWERED_OFF in [e.detail for e in rig.events(LinkState.LOST)])
        assert rig.events(LinkState.LOST)[0].detail == advice.BROKEN_OFF
        await rig.until(lambda: rig.events(LinkState.SEARCHING)[-1].detail == POWERED_OFF)
        await daemon.adapter.power(on=True)
        await rig.hear(DATA_UUID, 10)


@pytest.mark.usefixtures("system_bus")
async def test_bluez_that_refuses_before_it_tells_that_it_is_switched_off() -> None:
    clock = SessionClock(5.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]) as daemon, linked(kind(), Radio(), clock) as rig:
        await rig.hear(DATA_UUID, 10)
        daemon.adapter._is_powered = False
        await pod.drop(0.1)
        await rig.reach(LinkState.LOST, 2)
        daemon.adapter._is_powered = True
        await rig.hear(DATA_UUID, 10)
    assert {event.detail for event in rig.events(LinkState.LOST)[1:]} == {POWERED_OFF}


@pytest.mark.usefixtures("system_bus")
async def test_bluetooth_switched_off_and_on_during_the_search() -> None:
    clock = SessionClock(20.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]) as daemon:
        await pod.drop(3.0)
        async with linked(kind(), Radio(), clock) as rig:
            await until(lambda: daemon.adapter.is_discovering)
            await daemon.adapter.power(on=False)
            await daemon.adapter.power(on=True)
            await rig.hear(DATA_UUID, 10)
    assert {event.detail for event in rig.events(LinkState.LOST)} == {advice.SEARCH_ENDED}


@pytest.mark.usefixtures("system_bus")
async def test_link_that_ends_while_its_search_begins_does_not_block_the_next() -> None:
    clock = SessionClock(5.0)
    async with emulated_bluez([made_pod(clock)]) as daemon:
        radio = Radio()
        for _ in range(3):
            daemon.calls.clear()
            async with linked(kind(), radio, clock):
                await until(lambda: "StartDiscovery /org/bluez/hci0" in daemon.calls)
            assert not daemon.adapter.is_discovering
        async with linked(kind(), radio, clock) as rig:
            await rig.hear(DATA_UUID, 10)
    assert LinkState.LOST not in rig.states()


@pytest.mark.usefixtures("system_bus")
async def test_adapter_pulled_out_and_put_in_again() -> None:
    clock = SessionClock(5.0)
    async with (
        emulated_bluez([made_pod(clock)]) as daemon,
        linked(kind(), Radio(), clock) as rig,
    ):
        await rig.hear(DATA_UUID, 10)
        await daemon.adapter.unplug()
        await rig.until(lambda: NO_BLUETOOTH in [e.detail for e in rig.events(LinkState.LOST)])
        # Nobody tells that the connection is gone: the watch over the data finds out.
        assert rig.events(LinkState.SILENT)[0].detail == advice.SILENT
        assert rig.events(LinkState.LOST)[0].detail == advice.QUIET_LOST
        daemon.adapter.show()
        await rig.hear(DATA_UUID, 10)


@pytest.mark.usefixtures("system_bus")
@pytest.mark.parametrize("away_s", [0.0, 1.0])
async def test_bluetoothd_killed_and_restarted(away_s: float) -> None:
    clock = SessionClock(5.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]) as daemon, linked(kind(), Radio(), clock) as rig:
        await rig.hear(DATA_UUID, 10)
        await daemon.kill()
        if away_s:
            await rig.until(lambda: NO_BLUETOOTH in [e.detail for e in rig.events(LinkState.LOST)])
        await daemon.start()
        await rig.hear(DATA_UUID, 10)
    # bleak goes on saying that the pod is connected, but there is nobody who holds it.
    assert LinkState.BUSY not in rig.states()
    details = [event.detail for event in rig.events(LinkState.LOST)]
    assert details[0] == advice.QUIET_LOST
    assert set(details[1:]) <= {NO_BLUETOOTH}
    assert pod.tally.connections == 2


@pytest.mark.usefixtures("system_bus")
async def test_two_links_search_by_turns() -> None:
    clock = SessionClock(5.0)
    here, absent = made_pod(clock), VirtualPod(Movesense(ramp(600.0)), clock, OTHER)
    radio = Radio()
    async with emulated_bluez([here, absent]):
        await absent.drop(30.0)
        async with (
            linked(kind(), radio, clock, slot="left", name=OTHER) as left,
            linked(kind(), radio, clock, slot="right", name=NAME) as right,
        ):
            await right.hear(DATA_UUID, 10)
            assert not left.notifications()
            await here.drop(0.5)  # the other one searches all the while
            await right.reach(LinkState.LOST)
            await right.hear(DATA_UUID, 10)
            await left.hear(DATA_UUID, 10)
    assert LinkState.LOST not in left.states()
    assert {event.detail for event in right.events(LinkState.LOST)} == {advice.BROKEN_OFF}
    assert not radio.searching.is_wanted.is_set()


@pytest.mark.usefixtures("system_bus")
async def test_bluetoothd_restarted_during_the_search() -> None:
    clock = SessionClock(20.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]) as daemon:
        await pod.drop(3.0)
        async with linked(kind(), Radio(), clock) as rig:
            await until(lambda: daemon.adapter.is_discovering)
            await daemon.kill()
            await daemon.start()
            await rig.hear(DATA_UUID, 10)
    assert {event.detail for event in rig.events(LinkState.LOST)} == {advice.SEARCH_ENDED}


async def test_the_bus_goes_and_comes_back(own_bus: PrivateBus) -> None:
    clock = SessionClock(5.0)
    async with (
        emulated_bluez([made_pod(clock)]) as daemon,
        linked(kind(), Radio(), clock) as rig,
    ):
        await rig.hear(DATA_UUID, 10)
        own_bus.kill()
        await rig.until(lambda: NO_BLUETOOTH in [e.detail for e in rig.events(LinkState.LOST)])
        assert rig.events(LinkState.LOST)[0].detail == advice.BROKEN_OFF
        await daemon.kill()
        own_bus.start()
        await daemon.start()
        await rig.hear(DATA_UUID, 10)


@pytest.mark.usefixtures("system_bus")
async def test_bluez_that_is_stuck_is_told_with_its_cure() -> None:
    clock = SessionClock(5.0)
    pod = made_pod(clock)
    async with (
        emulated_bluez([pod]) as daemon,
        linked(kind(), Radio(), clock) as rig,
    ):
        await rig.hear(DATA_UUID, 10)
        for device in daemon.adapter.devices.values():
            device.is_stuck = True
        await pod.drop(0.5)
        await rig.until(lambda: advice.STUCK in [e.detail for e in rig.events(LinkState.LOST)])
        await daemon.adapter.power(on=False)  # "switch it off and on again"
        await daemon.adapter.power(on=True)
        await rig.hear(DATA_UUID, 10)


@pytest.mark.usefixtures("system_bus")
@pytest.mark.parametrize("is_half_way", [False, True])
async def test_connection_that_a_killed_program_left_is_released_at_the_search(
    is_half_way: bool,
) -> None:
    clock = SessionClock(20.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]) as daemon:
        killed = await MessageBus(bus_type=BusType.SYSTEM).connect()
        await _call(killed, "/org/bluez/hci0", "Adapter1", "StartDiscovery")
        await until(lambda: bool(daemon.adapter.devices))
        (path,) = daemon.adapter.devices
        if is_half_way:
            await pod.drop(2.0)
            left = killed.send(_message(path, "Device1", "Connect"))
            await until(lambda: f"Connect {path}" in daemon.calls)
            left.cancel()
        else:
            await _call(killed, path, "Device1", "Connect")
        await hang_up(killed)
        await until(lambda: pod.connection is not None)
        async with linked(kind(), Radio(), clock, address=pod.address) as rig:
            await rig.hear(DATA_UUID, 10)
    assert f"Disconnect {path}" in daemon.calls
    assert pod.tally.connections == 2
    assert LinkState.LOST not in rig.states()


@pytest.mark.usefixtures("system_bus")
async def test_pod_is_held_as_long_as_bluez_itself_says_so() -> None:
    pod = made_pod(SessionClock())
    async with emulated_bluez([pod]) as daemon:
        other = await MessageBus(bus_type=BusType.SYSTEM).connect()
        await _call(other, "/org/bluez/hci0", "Adapter1", "StartDiscovery")
        await until(lambda: bool(daemon.adapter.devices))
        (path,) = daemon.adapter.devices
        assert not await is_held(pod.address)
        await _call(other, path, "Device1", "Connect")
        assert await is_held(pod.address)
        await daemon.kill()
        assert not await is_held(pod.address)
        await daemon.start()
        assert not await is_held(pod.address)
        await hang_up(other)


async def test_a_bus_that_was_missing_once_is_asked_again(own_bus: PrivateBus) -> None:
    pod = made_pod(SessionClock())
    own_bus.kill()
    with pytest.raises(RadioErrors):
        await is_held(pod.address)
    own_bus.start()
    async with emulated_bluez([pod]) as daemon:
        other = await MessageBus(bus_type=BusType.SYSTEM).connect()
        await _call(other, "/org/bluez/hci0", "Adapter1", "StartDiscovery")
        await until(lambda: bool(daemon.adapter.devices))
        (path,) = daemon.adapter.devices
        await _call(other, path, "Device1", "Connect")
        assert await is_held(pod.address)
        await release(pod.address)
        await until(lambda: pod.connection is None)
        await hang_up(other)


@pytest.mark.usefixtures("system_bus")
async def test_pod_that_is_cut_short_is_not_taken_for_a_stranger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vanishing = False
    read = RemoteCharacteristic._read

    async def read_or_vanish(self: RemoteCharacteristic, message: Message) -> Reply:
        if vanishing:
            raise UnknownError("UnknownObject", "removed, and the disconnection still to be told")
        return await read(self, message)

    monkeypatch.setattr(RemoteCharacteristic, "_read", read_or_vanish)
    clock = SessionClock(5.0)
    pod = made_pod(clock)
    async with emulated_bluez([pod]), linked(kind(), Radio(), clock) as rig:
        await rig.hear(DATA_UUID, 10)
        identity = rig.link.identity
        vanishing = True
        await pod.drop(0.5)
        await rig.reach(LinkState.LOST, 3)
        vanishing = False
        await rig.hear(DATA_UUID, 10)
    assert {event.detail for event in rig.events(LinkState.LOST)} == {advice.BROKEN_OFF}
    assert rig.link.identity == identity


def _message(path: str, interface: str, member: str) -> Message:
    return Message(
        destination="org.bluez", path=path, interface=f"org.bluez.{interface}", member=member
    )


async def _call(bus: MessageBus, path: str, interface: str, member: str) -> None:
    reply = await bus.call(_message(path, interface, member))
    assert reply is not None
    assert reply.error_name is None
