"""The virtual Polar pod answers as the protocol wants, right requests and wrong ones."""

import itertools

import numpy as np
import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import BleakGATTProtocolError
from rig import ramp

from sensors.clock import SessionClock
from sensors.pods.polar import H10 as H10_KIND
from sensors.pods.polar import OH1 as OH1_KIND
from sensors.pods.polar import VERITY_SENSE
from sensors.pods.registry import KINDS, pod_of_kind
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource
from sensors.virtual.polar import BOOT_S, SET_S, Polar
from sensors.virtual.polar_mode import H10, OH1, SENSE, ControlPoint, Result, Ware
from sensors.virtual.polar_wire import CONTROL_UUID, FRAME_SAMPLES, Layout, contents, frame
from sensors.virtual.radio import virtual_radio
from sensors.virtual.shelf import PLAYERS, playing_pod

WIDE = 232
START_208 = "0202" + "0001d000" + "01011000" + "02011000" + "040103"
START_52 = "0202" + "00013400" + "01011000" + "02010800" + "040103"
START_H10 = "0202" + "0001c800" + "01011000" + "02010800"


def results(state: ControlPoint, *requests: str, mtu: int = WIDE) -> list[int]:
    return [state.answer(bytes.fromhex(request), mtu)[3] for request in requests]


@pytest.mark.parametrize(
    ("ware", "requests", "last"),
    [
        (SENSE, [START_52], Result.SUCCESS),
        (SENSE, [START_208], Result.INVALID_RATE),
        (SENSE, ["0209", START_208], Result.SUCCESS),
        (SENSE, ["0209", START_208, START_208], Result.ALREADY_IN_STATE),
        (SENSE, ["0209", START_208, "0302", START_208], Result.SUCCESS),
        (SENSE, ["0209", "0209"], Result.ALREADY_IN_STATE),
        (SENSE, ["0209", START_208, "0309"], Result.INVALID_STATE),
        (SENSE, [START_52, "0209"], Result.INVALID_STATE),
        (SENSE, ["0201", "0209"], Result.INVALID_STATE),
        (SENSE, ["0209", "0309", START_208], Result.INVALID_RATE),
        (SENSE, ["0302"], Result.INVALID_STATE),
        (SENSE, ["0702"], Result.INVALID_OPERATION),
        (SENSE, ["01"], Result.INVALID_LENGTH),
        (SENSE, ["0100"], Result.INVALID_TYPE),
        (SENSE, ["0105"], Result.NOT_SUPPORTED),
        (SENSE, [START_52[:-6]], Result.INVALID_PARAMETER),
        (SENSE, [START_52[:-2]], Result.INVALID_PARAMETER),
        (SENSE, [START_52.replace("01011000", "01010800")], Result.INVALID_RESOLUTION),
        (SENSE, [START_52.replace("02010800", "02011000")], Result.INVALID_RANGE),
        (SENSE, [START_52.replace("040103", "040102")], Result.INVALID_CHANNELS),
        (H10, [START_H10], Result.SUCCESS),
        (H10, ["0402"], Result.INVALID_OPERATION),
        (H10, ["0209"], Result.INVALID_TYPE),
        (OH1, [START_H10], Result.INVALID_RATE),
    ],
)
def test_every_request_has_its_result(ware: Ware, requests: list[str], last: Result) -> None:
    assert results(ControlPoint(ware), *requests)[-1] == last


def test_a_small_mtu_and_a_trouble_are_told() -> None:
    assert results(ControlPoint(H10), START_H10, mtu=161) == [Result.INVALID_MTU]
    for trouble in (Result.IN_CHARGER, Result.DISK_FULL):
        assert results(ControlPoint(H10, trouble), START_H10) == [trouble]


def test_answers_by_hand() -> None:
    state = ControlPoint(SENSE)
    assert state.features().hex() == "0f6e02"
    assert ControlPoint(H10).features().hex() == "0f0500"
    offer = "00013400" + "01011000" + "02010800" + "040103"
    assert state.answer(b"\x01\x02", WIDE).hex() == "f001020000" + offer
    state.answer(b"\x02\x09", WIDE)
    started = state.answer(bytes.fromhex(START_208), WIDE).hex()
    assert started == "f002020000" + "05010000fa3e"  # 0.48828125 mg
    assert ControlPoint(H10).answer(bytes.fromhex(START_H10), WIDE).hex() == "f00202000000"


def test_a_frame_by_hand() -> None:
    source = ArraySource(np.array([0.0, 0.5]), np.array([[1, -1, 0], [16, 2, -2]]), None, 2.0)
    (one,) = contents(source, Layout(1), 8)
    assert (one.first_s, one.last_s, one.samples) == (0.0, 0.5, 2)
    assert one.body.hex() == "e80318fc0000" + "401fd00730f8"  # cut at 8 g
    assert frame(1, Layout(0, is_compressed=True), one.body)[:10].hex() == "02010000000000000080"


@pytest.mark.parametrize("layout", [Layout(1), Layout(1, is_compressed=True)])
def test_frames_hold_every_sample_once_and_end_before_a_gap(layout: Layout) -> None:
    t_s = np.concatenate([np.arange(500) / 200.0, 10.0 + np.arange(300) / 200.0])
    source = ArraySource(t_s, np.zeros((800, 3)), None, 200.0)
    found = list(contents(source, layout, 8))
    assert sum(one.samples for one in found) == 800
    assert max(one.samples for one in found) <= FRAME_SAMPLES
    assert all(10 + len(one.body) <= 229 for one in found)
    ends = [one.last_s for one, after in itertools.pairwise(found) if after.first_s > 5.0][:1]
    assert ends == [pytest.approx(499 / 200.0)]


def test_a_reset_pod_has_another_clock_and_no_mode() -> None:
    profile = Polar(ramp(1.0))
    profile.state.in_sdk_mode = True
    profile.state.streams[2] = {}
    profile.clock_reset()
    assert not profile.state.in_sdk_mode
    assert not profile.state.streams
    assert BOOT_S < SET_S


async def test_a_request_without_indications_is_an_error() -> None:
    pod = VirtualPod(Polar(ramp(1.0)), SessionClock(10.0), "Polar Sense 12345678", mtu=WIDE)
    async with virtual_radio([pod]) as radio:
        device = await BleakScanner.find_device_by_name(
            pod.name, timeout=10.0, **radio.scanner_kwargs
        )
        assert device is not None
        async with BleakClient(device, **radio.client_kwargs) as client:
            assert (await client.read_gatt_char(CONTROL_UUID)).hex() == "0f6e02"
            with pytest.raises(BleakGATTProtocolError):
                await client.write_gatt_char(CONTROL_UUID, b"\x03\x02", response=True)


def test_every_kind_with_samples_can_be_played() -> None:
    with_samples = {kind for kind in KINDS if pod_of_kind(kind).abilities.fs_hz is not None}
    assert {VERITY_SENSE.kind, H10_KIND.kind, OH1_KIND.kind} <= with_samples & set(PLAYERS)
    for kind in PLAYERS:
        pod = playing_pod(kind, ramp(1.0), SessionClock())
        advertised = pod._profile.advertised
        services = frozenset({advertised} if isinstance(advertised, str) else ())
        assert pod_of_kind(kind).matches(pod.name, services)
