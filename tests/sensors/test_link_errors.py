"""What a patient reads when Bluetooth fails, and that the link never gives up over it."""

from dataclasses import replace
from typing import Any

import pytest
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
)
from rig import PlainMovesense, bench, linked, ramp

from sensors import advice
from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.failure import backoff_s, link_error
from sensors.pods.pod import Configuration
from sensors.radio import Radio
from sensors.samples import LinkState
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME = "Movesense 214630000042"
Reason = BleakBluetoothNotAvailableReason


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (BleakBluetoothNotAvailableError("", Reason.POWERED_OFF), LinkFault.POWERED_OFF),
        (BleakDBusError("org.bluez.Error.NotReady", []), LinkFault.POWERED_OFF),
        (BleakBluetoothNotAvailableError("", Reason.NO_BLUETOOTH), LinkFault.NO_BLUETOOTH),
        (BleakBluetoothNotAvailableError("", Reason.NO_BLE_CENTRAL_ROLE), LinkFault.NO_BLUETOOTH),
        (BleakBluetoothNotAvailableError("", Reason.UNKNOWN), LinkFault.NO_BLUETOOTH),
        (BleakBluetoothNotAvailableError("", Reason.DENIED_BY_USER), LinkFault.NOT_PERMITTED),
        (BleakBluetoothNotAvailableError("", Reason.DENIED_BY_SYSTEM), LinkFault.NOT_PERMITTED),
        (BleakBluetoothNotAvailableError("", Reason.DENIED_BY_UNKNOWN), LinkFault.NOT_PERMITTED),
        (PermissionError(13, "denied"), LinkFault.NOT_PERMITTED),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", []), LinkFault.NOT_PERMITTED),
        (FileNotFoundError(2, "no bus"), LinkFault.NO_BLUETOOTH),
        (ConnectionRefusedError(111, "no bus"), LinkFault.NO_BLUETOOTH),
        (BleakDBusError("org.freedesktop.DBus.Error.ServiceUnknown", []), LinkFault.NO_BLUETOOTH),
        (BleakDBusError("org.freedesktop.DBus.Error.NoReply", []), LinkFault.NO_BLUETOOTH),
        (BleakDBusError("org.bluez.Error.Failed", ["abort"]), LinkFault.CONNECT_FAILED),
        (BleakError("anything"), LinkFault.CONNECT_FAILED),
        (TimeoutError(), LinkFault.CONNECT_FAILED),
        (EOFError(), LinkFault.CONNECT_FAILED),
    ],
)
def test_every_error_has_a_reason_and_its_sentence(error: Exception, fault: LinkFault) -> None:
    found = link_error(error)
    assert found.reason is fault
    assert found.sentence.startswith(advice.SENTENCES[fault])


def test_stuck_bluetooth_has_a_cure_of_its_own() -> None:
    error = link_error(BleakDBusError("org.bluez.Error.InProgress", ["In Progress"]))
    assert error.sentence == advice.STUCK


def wrapped(cause: Exception) -> BleakError:
    error = BleakError("Failed to connect after 1 attempt(s)")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("cause", "sentence"),
    [
        (BleakDBusError("org.bluez.Error.InProgress", ["In Progress"]), advice.STUCK),
        (BleakDBusError("org.freedesktop.DBus.Error.UnknownObject", []), advice.BROKEN_OFF),
        (BleakDBusError("org.bluez.Error.Failed", ["No discovery started"]), advice.SEARCH_ENDED),
        (ConnectionResetError(), advice.BROKEN_OFF),
        (wrapped(ConnectionResetError()), advice.BROKEN_OFF),
    ],
)
def test_what_wraps_an_error_does_not_hide_it(cause: Exception, sentence: str) -> None:
    assert link_error(cause).sentence == sentence
    assert link_error(wrapped(cause)).sentence == sentence


def test_every_reason_has_a_sentence_of_one_line() -> None:
    assert set(advice.SENTENCES) == set(LinkFault)
    for sentence in advice.SENTENCES.values():
        assert sentence.endswith(".")
        assert "\n" not in sentence


class BrokenScanner(BaseBleakScanner):
    """A system's Bluetooth that is switched off."""

    def __init__(
        self, detection_callback: Any, service_uuids: Any, *_args: Any, **_kw: Any
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        raise BleakBluetoothNotAvailableError("off", Reason.POWERED_OFF)

    async def stop(self) -> None:
        pass


SWITCHED_OFF = "Bluetooth is switched off: switch it on."
OFF = Radio(scanner_kwargs={"backend": BrokenScanner})


async def test_bluetooth_that_is_off_is_told_and_tried_again() -> None:
    clock = SessionClock(100.0)
    async with linked(PlainMovesense(), OFF, clock) as rig:
        await rig.reach(LinkState.LOST, 4)
    assert {event.detail for event in rig.events(LinkState.LOST)} == {SWITCHED_OFF}
    assert rig.events(LinkState.SEARCHING)[1].detail == SWITCHED_OFF


@pytest.mark.parametrize(
    ("failures", "longest_s"),
    [(0, 0.0), (1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 10.0), (100_000, 10.0)],
)
def test_pause_between_attempts_grows_to_ten_seconds(failures: int, longest_s: float) -> None:
    assert backoff_s(failures, 0.0) == longest_s
    assert backoff_s(failures, 1.0) == longest_s / 2.0


class Refusing(PlainMovesense):
    """A pod whose configuration gives up."""

    def configure(self) -> Configuration:
        self.armed += 1
        yield from ()
        raise LinkError(LinkFault.CONFIGURE_FAILED, "Set the range to 16 g.")


@pytest.mark.usefixtures("each_rig")
async def test_configuration_that_gives_up_is_told_and_tried_again() -> None:
    clock = SessionClock(20.0)
    kind = Refusing()
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME)
    async with bench([pod], kind, clock) as rig:
        await rig.until(lambda: kind.armed == 3)
        await rig.reach(LinkState.LOST, 3)
    assert {event.detail for event in rig.events(LinkState.LOST)} == {"Set the range to 16 g."}
    assert pod.tally.connections == 3


class Greedy(PlainMovesense):
    """A pod that wants a characteristic which the peripheral does not have."""

    notify_uuids: tuple[str, ...] = (DATA_UUID, "00002a37-0000-1000-8000-00805f9b34fb")


@pytest.mark.usefixtures("each_rig")
async def test_missing_characteristic_asks_for_another_firmware() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(10.0)), clock, NAME)
    async with bench([pod], Greedy(), clock) as rig:
        await rig.reach(LinkState.LOST)
    sentence = advice.SENTENCES[LinkFault.CONFIGURE_FAILED]
    assert rig.events(LinkState.LOST)[0].detail.startswith(sentence)


@pytest.mark.usefixtures("each_rig")
async def test_stranger_with_the_same_name_and_address_is_refused() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
        identity = rig.link.identity
        assert identity is not None
        rig.link.identity = replace(identity, serial="000000000000")
        await pod.drop(0.1)
        await rig.reach(LinkState.REFUSED)
    assert "Another pod answers" in rig.events(LinkState.REFUSED)[0].detail
    assert rig.states().count(LinkState.STREAMING) == 1


# On the rig without BlueZ alone: with it a connection is really left, in test_link_bluez.py.
async def test_stale_connections_are_closed_on_the_systems_bluetooth_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    released: list[str] = []

    async def close(address: str) -> None:
        released.append(address)

    monkeypatch.setattr("sensors.search.release", close)
    clock = SessionClock(20.0)
    pod = VirtualPod(Movesense(ramp(60.0)), clock, NAME)
    async with bench([pod], PlainMovesense(), clock, address=pod.address) as rig:
        await rig.reach(LinkState.STREAMING)
    assert released == []
    async with linked(PlainMovesense(), OFF, clock, address=pod.address) as rig:
        await rig.reach(LinkState.LOST)
    assert set(released) == {pod.address}
