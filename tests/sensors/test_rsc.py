"""RSC measurements: every layout of the flags, and every way in which the bytes can be wrong."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.pod import Read
from sensors.pods.rsc import (
    FEATURE_UUID,
    LOCATION_UUID,
    MEASUREMENT_UUID,
    SERVICE_UUID,
    Rsc,
    decode_measurement,
)
from sensors.samples import Battery, Notification, SensorLocation, StepFeatures, StepReport

RUNNING_2_75_MPS = bytes.fromhex("07c00254620000000000")


def test_the_known_vector_reads_as_its_source_says() -> None:
    report = decode_measurement(RUNNING_2_75_MPS)
    assert report == StepReport(2.75, 84, True, 0.98, 0.0)


@given(
    speed=st.integers(0, 0xFFFE),
    cadence=st.integers(0, 255),
    stride=st.none() | st.integers(0, 0xFFFE),
    distance=st.none() | st.integers(0, 0xFFFFFFFF),
    running=st.booleans(),
)
def test_every_value_comes_back_unsigned(
    speed: int, cadence: int, stride: int | None, distance: int | None, running: bool
) -> None:
    flags = (stride is not None) | (distance is not None) << 1 | running << 2
    payload = struct.pack("<BHB", flags, speed, cadence)
    payload += b"" if stride is None else struct.pack("<H", stride)
    payload += b"" if distance is None else struct.pack("<I", distance)
    report = decode_measurement(payload)
    assert report.speed_mps == speed / 256
    assert report.cadence_per_min == cadence
    assert report.is_running is running
    assert report.stride_length_m == (None if stride is None else pytest.approx(stride / 100))
    assert report.total_distance_m == (None if distance is None else pytest.approx(distance / 10))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", PacketFault.EMPTY),
        ("00", PacketFault.TRUNCATED),
        ("00c002", PacketFault.TRUNCATED),
        ("01c00254", PacketFault.TRUNCATED),
        ("02c002546200", PacketFault.TRUNCATED),
        ("00c0025400", PacketFault.TOO_LONG),
        ("07c00254620000000000ff", PacketFault.TOO_LONG),
        ("08c00254", PacketFault.UNKNOWN),
        ("84c00254", PacketFault.UNKNOWN),
        ("00ffff54", PacketFault.UNKNOWN),
        ("01c00254ffff", PacketFault.UNKNOWN),
    ],
)
def test_a_wrong_packet_is_refused_with_its_reason(payload: str, reason: PacketFault) -> None:
    with pytest.raises(BadPacketError) as caught:
        decode_measurement(bytes.fromhex(payload))
    assert caught.value.reason is reason
    assert "2A53" in caught.value.sentence


@given(st.binary(max_size=20))
def test_no_accepted_packet_has_another_length_than_its_flags_say(payload: bytes) -> None:
    try:
        decode_measurement(payload)
    except BadPacketError:
        return
    assert len(payload) == 4 + 2 * (payload[0] & 1) + 4 * (payload[0] >> 1 & 1)


def test_the_decoder_tells_the_characteristics_apart() -> None:
    decoder = Rsc().decoder()
    assert decoder.decode(Notification(0.0, "pod", BATTERY_LEVEL_UUID, b"\x55")) == (Battery(85),)
    heard = decoder.decode(Notification(0.0, "pod", MEASUREMENT_UUID, RUNNING_2_75_MPS))
    assert heard == (decode_measurement(RUNNING_2_75_MPS),)
    with pytest.raises(BadPacketError):
        decoder.decode(Notification(0.0, "pod", SERVICE_UUID, RUNNING_2_75_MPS))


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", PacketFault.EMPTY),
        (b"\x65", PacketFault.UNKNOWN),
        (b"\xff", PacketFault.UNKNOWN),
        (b"\x32\x00", PacketFault.TOO_LONG),
    ],
)
def test_a_wrong_battery_level_is_refused(payload: bytes, reason: PacketFault) -> None:
    with pytest.raises(BadPacketError) as caught:
        Rsc().decoder().decode(Notification(0.0, "pod", BATTERY_LEVEL_UUID, payload))
    assert caught.value.reason is reason


def test_it_is_known_by_its_service_and_is_only_asked_what_it_is() -> None:
    pod = Rsc()
    assert pod.matches("any name", frozenset({SERVICE_UUID.upper()}))
    assert not pod.matches("any name", frozenset())
    assert list(pod.configure()) == [Read(FEATURE_UUID), Read(LOCATION_UUID)]
    assert not pod.abilities.impact


@pytest.mark.parametrize(
    ("uuid", "value", "says"),
    [
        (FEATURE_UUID, "1700", StepFeatures(True, True, True)),
        (FEATURE_UUID, "0000", StepFeatures(False, False, False)),
        (FEATURE_UUID, "0480", StepFeatures(False, False, True)),
        (LOCATION_UUID, "01", SensorLocation("top of shoe")),
        (LOCATION_UUID, "0e", SensorLocation("chest")),
        (LOCATION_UUID, "10", SensorLocation("chain ring")),
    ],
)
def test_what_a_pod_says_of_itself_is_read(uuid: str, value: str, says: object) -> None:
    heard = Notification(0.0, "pod", uuid, bytes.fromhex(value))
    assert Rsc().decoder().decode(heard) == (says,)


@pytest.mark.parametrize(
    ("uuid", "value", "reason"),
    [
        (FEATURE_UUID, "", PacketFault.EMPTY),
        (FEATURE_UUID, "17", PacketFault.TRUNCATED),
        (FEATURE_UUID, "170000", PacketFault.TOO_LONG),
        (LOCATION_UUID, "", PacketFault.EMPTY),
        (LOCATION_UUID, "11", PacketFault.UNKNOWN),
        (LOCATION_UUID, "0100", PacketFault.TOO_LONG),
    ],
)
def test_a_wrong_word_of_itself_is_refused(uuid: str, value: str, reason: PacketFault) -> None:
    with pytest.raises(BadPacketError) as caught:
        Rsc().decoder().decode(Notification(0.0, "pod", uuid, bytes.fromhex(value)))
    assert caught.value.reason is reason
