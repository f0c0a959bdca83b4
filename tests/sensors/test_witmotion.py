"""WitMotion's stream: frames by hand, cut anywhere, with rubbish between; and its set-up."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.errors import BadPacketError, LinkError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.pod import Await, Pause, Write
from sensors.pods.witmotion import (
    CHARGES_PCT,
    RATES_HZ,
    SERVICE_UUID,
    WitMotion,
    WitMotionDecoder,
    charge_pct,
)
from sensors.pods.witmotion_frames import FRAME_BYTES, RIVAL_FRAMES, FrameStream
from sensors.pods.witmotion_start import ATTEMPTS, NOTIFY_UUID, PAUSE_S, WRITE_UUID
from sensors.samples import Battery, FullScale, ImuBlock, Notification
from sensors.virtual.witmotion import registers_frame, values_frame

BANDWIDTH_ANSWER = bytes.fromhex("55 71 1f 00") + bytes(16)
RATE_ANSWER = bytes.fromhex("55 71 03 00 0b 00") + bytes(14)


def heard(payload: bytes, uuid: str = NOTIFY_UUID) -> Notification:
    return Notification(0.0, "pod", uuid, payload)


def ready() -> WitMotionDecoder:
    decoder = WitMotionDecoder(200)
    assert decoder.decode(heard(BANDWIDTH_ANSWER)) == ()
    assert decoder.decode(heard(RATE_ANSWER)) == (FullScale(16.0),)
    return decoder


def frame(number: int) -> bytes:
    """Return a frame that is like no other, with no head inside."""
    values = np.array([number % 100, number // 100, 3.0]) / 2048.0
    return values_frame(values, np.array([1.0, 2.0, 3.0]))


def test_a_frame_by_hand() -> None:
    # 0x0800 is 2048 of 32768: 1 g of 16, and 125 degrees per second of 2000.
    payload = bytes.fromhex("55 61 00 08 00 f8 ff 7f 00 08 00 f8 00 80 11 11 22 22 33 33")
    (block,) = ready().decode(heard(payload))
    assert isinstance(block, ImuBlock)
    assert block.tick is None
    np.testing.assert_array_equal(block.acc_g, [[1.0, -1.0, 16.0 * 32767 / 32768]])
    np.testing.assert_array_equal(block.gyro_dps, [[125.0, -125.0, -2000.0]])


def test_registers_by_hand_give_the_battery_and_stand_among_the_values() -> None:
    battery = bytes.fromhex("55 71 64 00 87 01") + bytes(14)  # 391: 3.91 V
    values = ready().decode(heard(frame(1) + frame(2) + battery + frame(3)))
    assert [type(value) for value in values] == [ImuBlock, Battery, ImuBlock]
    assert values[1] == Battery(75)
    assert ready().decode(heard(registers_frame({100: 0}, 100))) == ()


def test_nothing_counts_before_rate_and_bandwidth_are_as_asked_for() -> None:
    slow = bytes.fromhex("55 71 03 00 06 00") + bytes(14)
    narrow = bytes.fromhex("55 71 1f 00 04 00") + bytes(14)
    decoder = WitMotionDecoder(200)
    for answer in (slow, narrow, RATE_ANSWER, slow, BANDWIDTH_ANSWER):
        assert decoder.decode(heard(answer + frame(1))) == ()
    values = decoder.decode(heard(frame(1) + RATE_ANSWER + frame(2)))
    assert values[0] == FullScale(16.0)
    assert [type(value) for value in values] == [FullScale, ImuBlock]
    assert decoder.decode(heard(RATE_ANSWER)) == ()
    assert decoder.decode(heard(narrow + frame(3))) == ()


def test_what_is_no_frame_is_refused() -> None:
    decoder = ready()
    for payload, uuid, reason in (
        (b"", NOTIFY_UUID, PacketFault.EMPTY),
        (bytes(20), NOTIFY_UUID, PacketFault.UNKNOWN),
        (frame(1), "another", PacketFault.UNKNOWN),
    ):
        with pytest.raises(BadPacketError) as caught:
            decoder.decode(heard(payload, uuid))
        assert caught.value.reason is reason
    assert decoder.decode(heard(b"\x32", BATTERY_LEVEL_UUID)) == (Battery(50),)


@pytest.mark.parametrize("voltage", [least for least, _ in CHARGES_PCT])
def test_the_charge_is_read_off_the_voltage(voltage: int) -> None:
    pct = dict(CHARGES_PCT)[voltage]
    assert charge_pct(voltage) == pct
    assert charge_pct(voltage - 1) < pct
    assert charge_pct(339) == 0


# The stream.

bodies = st.binary(min_size=18, max_size=18)
frames = st.lists(
    st.tuples(st.sampled_from([b"\x55\x61", b"\x55\x71"]), bodies).map(lambda x: x[0] + x[1]),
    min_size=1,
    max_size=12,
)


def pieces(stream: bytes, cuts: list[int]) -> list[bytes]:
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    return [stream[a:b] for a, b in pairwise(edges) if b > a]


def pushed(payloads: list[bytes]) -> list[bytes]:
    stream = FrameStream()
    return [frame for payload in payloads for frame in stream.push(payload)]


@settings(max_examples=50, deadline=None)
@given(sent=frames, cuts=st.lists(st.integers(0, 10_000), max_size=30))
def test_however_the_stream_is_cut_the_frames_are_the_same(
    sent: list[bytes], cuts: list[int]
) -> None:
    assert pushed(pieces(b"".join(sent), cuts)) == sent


def test_a_stream_cut_at_every_byte_gives_its_whole_frames() -> None:
    stream = b"".join(frame(k) for k in range(4))
    for length in range(len(stream)):
        assert len(pushed([stream[:length]])) == length // FRAME_BYTES
        assert pushed([stream[:length], stream[length:]]) == [frame(k) for k in range(4)]


rubbish = st.binary(min_size=1, max_size=45).filter(lambda b: 0x55 not in b)


@settings(max_examples=50, deadline=None)
@given(
    before=st.integers(0, 6), after=st.integers(2, 6), junk=rubbish,
    cuts=st.lists(st.integers(0, 10_000), max_size=20),
)  # fmt: skip
def test_rubbish_costs_the_frame_before_it_at_most_and_makes_none(
    before: int, after: int, junk: bytes, cuts: list[int]
) -> None:
    sent = [frame(k) for k in range(before + after)]
    stream = b"".join(sent[:before]) + junk + b"".join(sent[before:])
    got = pushed(pieces(stream, cuts))
    assert [f for f in sent if f in got] == got
    assert set(sent) - set(got) <= ({sent[before - 1]} if before else set())


@settings(max_examples=50, deadline=None)
@given(lost=st.integers(1, 19), at=st.integers(20, 79))
def test_bytes_lost_within_a_notification_make_no_frame(lost: int, at: int) -> None:
    sent = [frame(k) for k in range(10)]
    stream = b"".join(sent)
    got = pushed([stream[:at] + stream[at + lost :]])
    assert [f for f in sent if f in got] == got
    assert len(got) >= len(sent) - 3


@settings(max_examples=50, deadline=None)
@given(lost=st.integers(1, 11), sizes=st.lists(st.integers(1, 50), min_size=30, max_size=30))
def test_a_lost_notification_of_cut_frames_makes_one_frame_at_most(
    lost: int, sizes: list[int]
) -> None:
    sent = [frame(k) for k in range(40)]
    stream, payloads = b"".join(sent), []
    for size in sizes:
        payloads.append(stream[:size])
        stream = stream[size:]
    payloads = [*payloads[:lost], *payloads[lost + 1 :], stream]
    assert len(set(pushed(payloads)) - set(sent)) <= 1


def test_a_lost_notification_of_whole_frames_makes_none() -> None:
    sent = [frame(k) for k in range(12)]
    payloads = [b"".join(sent[k : k + 3]) for k in (0, 3, 9)]
    assert pushed(payloads) == sent[:6] + sent[9:]


def test_a_head_inside_a_frame_is_not_looked_at_while_in_step() -> None:
    tricky = [b"\x55\x61" + bytes([k]) * 7 + b"\x55\x61" + bytes([k]) * 9 for k in range(6)]
    assert pushed([bytes([byte]) for byte in b"".join(tricky)]) == tricky


@pytest.mark.parametrize("size", [1, 7, 20, 1000])
def test_two_places_that_repeat_wait_until_one_of_them_breaks(size: int) -> None:
    # A pod that lay still: the same 55 61 inside every frame; the stream begins in the middle.
    still = [b"\x55\x61" + bytes([k]) * 7 + b"\x55\x61" + bytes([k]) * 9 for k in range(4)]
    moving = [frame(k) for k in range(3)]
    stream = b"".join(still)[5:] + b"".join(moving)
    got = pushed([stream[k : k + size] for k in range(0, len(stream), size)])
    assert got[-3:] == moving
    assert set(got) <= {*still, *moving}


def test_a_pod_that_lies_still_for_long_gives_nothing_rather_than_rubbish() -> None:
    still = b"\x55\x61" + bytes(7) + b"\x55\x61" + bytes(9)
    stream = FrameStream()
    assert stream.push(still[5:]) == []
    assert [stream.push(still) for _ in range(4 * RIVAL_FRAMES)] == [[]] * 4 * RIVAL_FRAMES
    assert stream.skipped_bytes > 3 * RIVAL_FRAMES * FRAME_BYTES


@settings(max_examples=50, deadline=None)
@given(payloads=st.lists(st.binary(max_size=60), max_size=12))
def test_random_bytes_leave_the_stream_usable(payloads: list[bytes]) -> None:
    stream = FrameStream()
    for payload in payloads:
        stream.push(payload)
    got = stream.push(b"".join(frame(k) for k in range(60)))
    assert got[-40:] == [frame(k) for k in range(20, 60)]


@settings(max_examples=50, deadline=None)
@given(
    counts=st.lists(st.integers(-32768, 32767), min_size=6, max_size=6),
    copies=st.integers(1, 4),
)
def test_what_the_virtual_pod_encodes_is_decoded(counts: list[int], copies: int) -> None:
    rows = np.array(counts, dtype=np.float64) / 32768.0
    acc_g, gyro_dps = 16.0 * rows[:3], 2000.0 * rows[3:]
    (block,) = ready().decode(heard(values_frame(acc_g, gyro_dps) * copies))
    assert isinstance(block, ImuBlock)
    np.testing.assert_array_equal(block.acc_g, [acc_g] * copies)
    assert block.gyro_dps == pytest.approx(np.array([gyro_dps] * copies), abs=1e-9)


# The set-up.


def driven(registers: dict[int, int | None], rate_hz: int = 200) -> list[str]:
    """Run the set-up against a pod with fixed registers; returns the writes, "-" for a pause."""
    steps = WitMotion(rate_hz).configure()
    done: list[str] = []
    answer: Notification | None = None
    try:
        while True:
            step = steps.send(answer)
            answer = None
            match step:
                case Write():
                    assert step.uuid == WRITE_UUID
                    assert not step.with_response
                    done.append(step.payload.hex(" "))
                case Pause():
                    assert step.duration_s == PAUSE_S
                    done.append("-")
                case Await():
                    value = registers.get(int(done[-1].split()[3], 16))
                    asked = bytes.fromhex(done[-1])[3]
                    if value is not None:
                        answer = pieced(step, frame(1) + registers_frame({asked: value}, asked))
    except StopIteration:
        return done


def pieced(step: Await, stream: bytes) -> Notification | None:
    """Let the answer come in two pieces, and ask about the first one twice."""
    first, second = heard(stream[:27]), heard(stream[27:])
    assert not step.accepts(first)
    assert not step.accepts(first)
    assert step.accepts(second)
    return second


def test_the_pod_is_unlocked_set_and_read_back_with_pauses() -> None:
    assert driven({0x64: 391, 0x1F: 0, 0x03: 0x0B}) == [
        *("ff aa 27 64 00", "-"),
        *("ff aa 69 88 b5", "-", "ff aa 1f 00 00", "-", "ff aa 03 0b 00", "-"),
        *("ff aa 27 1f 00", "-", "ff aa 27 03 00", "-"),
    ]


def test_nothing_is_saved_and_a_battery_that_is_not_told_holds_nothing_up() -> None:
    done = driven({0x1F: 0, 0x03: 9}, 100)
    assert "ff aa 03 09 00" in done
    assert "ff aa 00 00 00" not in done


@pytest.mark.parametrize(
    ("registers", "part"),
    [
        ({}, "does not answer"),
        ({0x1F: 0}, "does not answer"),
        ({0x1F: 0, 0x03: 6}, "200 samples a second"),
        ({0x1F: 4, 0x03: 0x0B}, "bandwidth"),
    ],
)
def test_a_pod_that_stays_as_it_was_is_refused(registers: dict[int, int | None], part: str) -> None:
    with pytest.raises(LinkError, match=part) as caught:
        driven(registers)
    assert "\n" not in caught.value.sentence


def test_the_settings_are_tried_again() -> None:
    steps = WitMotion().configure()
    unlocked = 0
    try:
        for step in steps:
            unlocked += isinstance(step, Write) and step.payload[2] == 0x69
    except LinkError:
        assert unlocked == ATTEMPTS
    else:
        pytest.fail("a pod that never answers was taken")


def test_a_pod_is_known_by_its_service_or_its_name() -> None:
    pod = WitMotion()
    assert pod.matches("", frozenset({SERVICE_UUID}))
    assert pod.matches("WT901BLE67", frozenset())
    assert pod.matches("WT9011DCL-BT50", frozenset())
    assert not pod.matches("WT battery", frozenset({SERVICE_UUID.replace("9a34fb", "9b34fb")}))


def test_rates_that_the_pod_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="208"):
        WitMotion(208)
    assert [WitMotion(hz).abilities.impact for hz in RATES_HZ] == [False, False, True]
