"""What holds for every pod in the registry; a new kind is covered by being registered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.errors import BadPacketError
from sensors.pods import metamotion, witmotion
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.movesense import RATES_HZ
from sensors.pods.movesense_start import NOTIFY_UUID
from sensors.pods.openpod_format import SERVICE_UUID as OPEN_POD_UUID
from sensors.pods.pod import Decoded, Decoder, Pod, Read, Write
from sensors.pods.polar import MODELS
from sensors.pods.registry import KINDS, pod_for_advertisement, pod_of_kind
from sensors.pods.rsc import SERVICE_UUID
from sensors.samples import Battery, FullScale, ImuBlock, Notification, StepReport

HEART_RATE = frozenset({"0000180d-0000-1000-8000-00805f9b34fb"})

ADVERTISEMENTS = {
    "movesense": ("Movesense 214530001234", frozenset({"0000fdf3-0000-1000-8000-00805f9b34fb"})),
    "polar-sense": ("Polar Sense 0A1B2C3D", HEART_RATE),
    "polar-h10": ("Polar H10 0A1B2C3D", HEART_RATE),
    "polar-oh1": ("Polar OH1 0A1B2C3D", HEART_RATE),
    "openpod": ("XIAO", frozenset({OPEN_POD_UUID})),
    "metamotion": ("MetaWear", frozenset({metamotion.SERVICE_UUID})),
    "witmotion": ("WT901BLE67", frozenset({witmotion.SERVICE_UUID})),
    "rsc": ("Stryd", frozenset({SERVICE_UUID})),
}
"""What a pod of each kind says when it is in range."""


@pytest.fixture(params=sorted(KINDS))
def pod(request: pytest.FixtureRequest) -> Pod:
    return pod_of_kind(str(request.param))


def test_every_kind_is_told_by_its_own_advertisement_only() -> None:
    assert set(ADVERTISEMENTS) == set(KINDS)
    for kind, (name, services) in ADVERTISEMENTS.items():
        found = pod_for_advertisement(name, services)
        assert found is not None
        assert found.kind == kind
        matching = [other for other in KINDS if pod_of_kind(other).matches(name, services)]
        assert matching == [kind]
    assert pod_for_advertisement("Heart strap", frozenset()) is None
    assert pod_for_advertisement("", frozenset()) is None


def test_a_pod_says_what_it_is_and_can(pod: Pod) -> None:
    assert pod_of_kind(pod.kind).kind == pod.kind
    assert pod.title
    assert pod.notify_uuids
    assert all(len(uuid) == 36 and uuid == uuid.lower() for uuid in pod.notify_uuids)
    abilities = pod.abilities
    assert 0.5 <= abilities.silence_timeout_s <= 10.0
    if abilities.fs_hz is None:
        assert abilities.clock is None
        assert abilities.full_scale_g is None
        assert not abilities.impact
    else:
        assert 10.0 <= abilities.fs_hz <= 2000.0
        assert abilities.full_scale_g is None or 2.0 <= abilities.full_scale_g <= 200.0
    if abilities.clock is not None:
        assert 0.0 < abilities.clock.tick_s <= 0.1
        assert 8 <= abilities.clock.bits <= 64


def test_the_configuration_begins_with_a_write_or_a_read_if_there_is_any(pod: Pod) -> None:
    first = next(pod.configure(), None)
    assert first is None or isinstance(first, Read) or (isinstance(first, Write) and first.payload)


@given(data=st.data())
def test_random_bytes_give_values_or_a_bad_packet(data: st.DataObject) -> None:
    for kind in sorted(KINDS):
        pod = pod_of_kind(kind)
        decoder = pod.decoder()
        uuids = st.sampled_from([*pod.notify_uuids, BATTERY_LEVEL_UUID, "not-a-characteristic"])
        for payload in data.draw(st.lists(st.binary(max_size=40), max_size=6)):
            decoded_or_refused(decoder, data.draw(uuids), payload)


@given(
    bodies=st.lists(
        st.tuples(
            st.sampled_from([1, 2, 3, 4]),
            st.sampled_from([0, 0x63, 0x64, 0xFF]),
            st.binary(min_size=0, max_size=60),
        ),
        max_size=12,
    )
)
def test_random_movesense_packets_leave_the_decoder_usable(
    bodies: list[tuple[int, int, bytes]],
) -> None:
    decoder = pod_of_kind("movesense").decoder()
    for code, reference, body in bodies:
        decoded_or_refused(decoder, NOTIFY_UUID, bytes([code, reference]) + body)
    still = bytes([2, 0x63]) + bytes(4 + 24 * 3)
    assert any(decoded_or_refused(decoder, NOTIFY_UUID, still) for _ in range(3))


def decoded_or_refused(decoder: Decoder, uuid: str, payload: bytes) -> tuple[Decoded, ...]:
    """Decode; a refusal counts as nothing, any other error fails the test."""
    try:
        values = decoder.decode(Notification(0.0, "pod", uuid, payload))
    except BadPacketError:
        return ()
    assert all(isinstance(value, ImuBlock | StepReport | Battery | FullScale) for value in values)
    return values


@pytest.mark.parametrize(
    ("kind", "rates_hz"),
    [("movesense", RATES_HZ), *((model.kind, model.rates_hz) for model in MODELS)],
)
def test_a_recording_names_the_rate_it_was_made_with(kind: str, rates_hz: tuple[int, ...]) -> None:
    for rate_hz in rates_hz:
        assert pod_of_kind(kind, rate_hz).abilities.fs_hz == float(rate_hz)
    with pytest.raises(ValueError, match="rate_hz is 7"):
        pod_of_kind(kind, 7)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match=r"'watch' is unknown; choose one of movesense, .*rsc"):
        pod_of_kind("watch")
