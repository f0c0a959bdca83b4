"""Movesense packets in one and two parts, and the conversation that starts the stream."""

import struct
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.errors import BadPacketError, LinkError, LinkFault, PacketFault
from sensors.pods.movesense import STANDARD_GRAVITY_MPS2, Movesense, MovesenseDecoder
from sensors.pods.movesense_start import (
    ACC_REFERENCE,
    ATTEMPTS,
    COMMAND_UUID,
    GET,
    HELLO,
    IMU6_REFERENCE,
    NOTIFY_UUID,
    RANGE_REFERENCE,
    RANGES_G,
    SUBSCRIBE,
    UNSUBSCRIBE,
    result_status,
)
from sensors.pods.pod import Await, Write
from sensors.samples import FloatArray, FullScale, ImuBlock, Notification

Answers = Callable[[bytes], list[bytes]]


def heard(payload: bytes) -> Notification:
    return Notification(0.0, "pod", NOTIFY_UUID, payload)


def body(tick: int, acc_mps2: FloatArray, gyro_dps: FloatArray | None) -> bytes:
    vectors = [acc_mps2] if gyro_dps is None else [acc_mps2, gyro_dps]
    return struct.pack("<I", tick) + b"".join(v.astype("<f4").tobytes() for v in vectors)


def parts(reference: int, whole: bytes, room: int) -> list[bytes]:
    cut = [whole[:room]] if len(whole) <= room else [whole[:room], whole[room:]]
    return [bytes([2 + place, reference]) + part for place, part in enumerate(cut)]


def blocks(decoder: MovesenseDecoder, payloads: list[bytes]) -> list[ImuBlock]:
    found = [value for payload in payloads for value in decoder.decode(heard(payload))]
    assert all(isinstance(value, ImuBlock) for value in found)
    return [value for value in found if isinstance(value, ImuBlock)]


def ramp(n: int) -> tuple[FloatArray, FloatArray]:
    acc = np.arange(3.0 * n).reshape(n, 3)
    return acc, 100.0 + acc


@given(
    n=st.integers(1, 8),
    room=st.integers(100, 510),
    tick=st.integers(0, 2**32 - 1),
    gyro=st.booleans(),
)
def test_packets_come_back_whatever_the_mtu(n: int, room: int, tick: int, gyro: bool) -> None:
    acc, dps = ramp(n)
    reference, group = (IMU6_REFERENCE, 24) if gyro else (ACC_REFERENCE, 12)
    packet = parts(reference, body(tick, acc, dps if gyro else None), room)
    decoder = MovesenseDecoder()
    ambiguous = len(packet) == 2 and (room - 4) % group == 0
    if ambiguous:
        with pytest.raises(BadPacketError):
            blocks(decoder, packet)
    (block,) = blocks(decoder, packet)
    assert block.tick == tick
    np.testing.assert_allclose(block.acc_g * STANDARD_GRAVITY_MPS2, acc, rtol=1e-6)
    if gyro:
        assert block.gyro_dps is not None
        np.testing.assert_array_equal(block.gyro_dps, dps)
    else:
        assert block.gyro_dps is None


def test_the_stock_firmwares_first_part_is_no_whole_packet() -> None:
    first, second = parts(IMU6_REFERENCE, body(7, *ramp(8)), 156)
    decoder = MovesenseDecoder()
    assert decoder.decode(heard(first)) == ()
    assert len(blocks(decoder, [second])[0].acc_g) == 8


def test_one_g_is_one_g() -> None:
    acc = np.array([[0.0, 0.0, 9.80665]])
    (block,) = blocks(MovesenseDecoder(), parts(IMU6_REFERENCE, body(0, acc, acc), 156))
    np.testing.assert_allclose(block.acc_g, [[0.0, 0.0, 1.0]], rtol=1e-6)


FIRST, SECOND = parts(IMU6_REFERENCE, body(7, *ramp(8)), 156)
WHOLE = parts(IMU6_REFERENCE, body(7, *ramp(2)), 156)[0]


@pytest.mark.parametrize(
    ("payloads", "reason"),
    [
        ([b""], PacketFault.EMPTY),
        ([b"\x02"], PacketFault.TRUNCATED),
        ([b"\x07\x63"], PacketFault.UNKNOWN),
        ([b"\x02\x05" + WHOLE[2:]], PacketFault.UNKNOWN),
        ([SECOND], PacketFault.OUT_OF_ORDER),
        ([WHOLE, SECOND], PacketFault.OUT_OF_ORDER),
        ([FIRST, SECOND, SECOND], PacketFault.OUT_OF_ORDER),
        ([FIRST, FIRST], PacketFault.OUT_OF_ORDER),
        ([FIRST, bytes([3, ACC_REFERENCE]) + SECOND[2:]], PacketFault.OUT_OF_ORDER),
        ([FIRST, SECOND[:-1]], PacketFault.TRUNCATED),
        ([FIRST[:5], SECOND], PacketFault.TRUNCATED),
    ],
)
def test_wrong_packets_are_refused_and_the_next_is_read(
    payloads: list[bytes], reason: PacketFault
) -> None:
    decoder = MovesenseDecoder()
    for payload in payloads[:-1]:
        decoder.decode(heard(payload))
    with pytest.raises(BadPacketError) as caught:
        decoder.decode(heard(payloads[-1]))
    assert caught.value.reason is reason
    assert len(blocks(decoder, [SECOND] if payloads == [FIRST, FIRST] else [FIRST, SECOND])) == 1


def test_an_abandoned_first_part_does_not_cost_the_whole_packet_after_it() -> None:
    assert len(blocks(MovesenseDecoder(), [FIRST, WHOLE])) == 1


def test_a_length_wrongly_learnt_as_a_parts_is_forgotten() -> None:
    decoder = MovesenseDecoder()
    blocks(decoder, [WHOLE])
    with pytest.raises(BadPacketError):
        decoder.decode(heard(SECOND))  # from now on WHOLE's length counts as a first part's
    assert blocks(decoder, [WHOLE]) == []
    assert len(blocks(decoder, [WHOLE, WHOLE])) == 2


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("place", [0, 1])
def test_a_value_that_is_no_number_is_refused(wrong: float, place: int) -> None:
    vectors = list(ramp(2))
    vectors[place][1, 1] = wrong
    with pytest.raises(BadPacketError) as caught:
        blocks(MovesenseDecoder(), parts(IMU6_REFERENCE, body(0, *vectors), 156))
    assert caught.value.reason is PacketFault.NOT_FINITE


def test_milli_g_are_not_taken_for_metres_per_second_squared() -> None:
    rest = np.array([[0.0, 0.0, 1000.0]])
    with pytest.raises(BadPacketError) as caught:
        blocks(MovesenseDecoder(), parts(IMU6_REFERENCE, body(0, rest, rest), 156))
    assert "unit" in caught.value.sentence


def test_results_of_commands_carry_no_data() -> None:
    assert MovesenseDecoder().decode(heard(b"\x01\x63\xc8\x00")) == ()
    assert MovesenseDecoder().decode(heard(b"\x01\x61Hello")) == ()


@pytest.mark.parametrize(
    ("payload", "status"),
    [("0163c800", 200), ("0163fb01", 507), ("016301fb", 507), ("0163", None), ("0263c800", None)],
)
def test_statuses_are_read_in_both_byte_orders(payload: str, status: int | None) -> None:
    assert result_status(bytes.fromhex(payload)) == status


# -- the start ----------------------------------------------------------------------------------


def converse(pod: Movesense, answers: Answers) -> list[bytes]:
    """Drive the configuration as the link does; return the commands that were written."""
    steps = pod.configure()
    waiting: list[bytes] = []
    commands: list[bytes] = []
    answer: Notification | None = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return commands
        answer = None
        match step:
            case Write(uuid=uuid, payload=payload):
                assert uuid == COMMAND_UUID
                commands.append(payload)
                waiting += answers(payload)
            case Await(accepts=accepts):
                answer = next((heard(p) for p in waiting if accepts(heard(p))), None)
                if answer is not None:
                    waiting.remove(answer.payload)


def status(command: bytes, value: int) -> bytes:
    return bytes([1, command[1]]) + struct.pack("<H", value)


def stock(command: bytes) -> list[bytes]:
    """Answer as the stock firmware: nothing was subscribed before, and the range is 16 g."""
    match command[0]:
        case code if code == HELLO:
            return [bytes([1, command[1]]) + b"\x01serial\0"]
        case code if code == GET:
            return [status(command, 200) + b"\x10"]
        case code if code == UNSUBSCRIBE:
            return [status(command, 404)]
    return [status(command, 200)]


def test_the_stream_is_started_with_the_rate_in_its_path() -> None:
    commands = converse(Movesense(104), stock)
    assert commands[-1] == bytes([SUBSCRIBE, IMU6_REFERENCE]) + b"/Meas/IMU6/104"
    assert [command[0] for command in commands] == [HELLO, GET, UNSUBSCRIBE, SUBSCRIBE]
    acc_only = converse(Movesense(833, with_gyro=False), stock)
    assert acc_only[-1] == bytes([SUBSCRIBE, ACC_REFERENCE]) + b"/Meas/Acc/833"


def test_first_data_are_as_good_as_a_result() -> None:
    def silent_but_streaming(command: bytes) -> list[bytes]:
        return [FIRST, SECOND] if command[0] == SUBSCRIBE else []

    assert [c[0] for c in converse(Movesense(), silent_but_streaming)].count(SUBSCRIBE) == 1


def test_a_lost_answer_is_asked_for_again() -> None:
    subscriptions = 0

    def deaf_once(command: bytes) -> list[bytes]:
        nonlocal subscriptions
        subscriptions += command[0] == SUBSCRIBE
        return [] if command[0] == SUBSCRIBE and subscriptions == 1 else stock(command)

    converse(Movesense(), deaf_once)
    assert subscriptions == 2


def test_a_late_answer_to_the_clearing_is_no_refusal() -> None:
    late: list[bytes] = []

    def slow_to_clear(command: bytes) -> list[bytes]:
        if command[0] == UNSUBSCRIBE:
            late.append(status(command, 404))
            return []
        if command[0] == SUBSCRIBE and late:
            return [late.pop(), status(command, 200)]
        return stock(command)

    converse(Movesense(), slow_to_clear)


@pytest.mark.parametrize(("code", "word"), [(404, "firmware"), (507, "room"), (418, "418")])
def test_a_refusal_tells_the_patient_what_to_do(code: int, word: str) -> None:
    def refusing(command: bytes) -> list[bytes]:
        return [status(command, code)] if command[0] == SUBSCRIBE else stock(command)

    with pytest.raises(LinkError, match=word) as caught:
        converse(Movesense(), refusing)
    assert caught.value.reason is LinkFault.CONFIGURE_FAILED


def test_a_pod_without_a_gyroscope_streams_its_accelerometer() -> None:
    def without_gyroscope(command: bytes) -> list[bytes]:
        if command[0] == SUBSCRIBE and b"IMU6" in command:
            return [status(command, 404)]
        return stock(command)

    commands = converse(Movesense(), without_gyroscope)
    paths = [command[2:] for command in commands if command[0] == SUBSCRIBE]
    assert paths == [b"/Meas/IMU6/208", b"/Meas/Acc/208"]


def test_a_pod_that_never_answers_is_given_up() -> None:
    written = []

    def deaf(command: bytes) -> list[bytes]:
        written.append(command[0])
        return []

    with pytest.raises(LinkError, match="answer"):
        converse(Movesense(), deaf)
    assert written.count(SUBSCRIBE) == ATTEMPTS


@pytest.mark.parametrize("range_g", RANGES_G)
def test_the_range_is_read_and_told(range_g: int) -> None:
    def ranged(command: bytes) -> list[bytes]:
        answer = [status(command, 200) + bytes([range_g])]
        return answer if command[0] == GET else stock(command)

    assert [command[0] for command in converse(Movesense(), ranged)][-1] == SUBSCRIBE
    answer = bytes([1, RANGE_REFERENCE, 200, 0, range_g])
    assert MovesenseDecoder().decode(heard(answer)) == (FullScale(float(range_g)),)


@pytest.mark.parametrize(
    "payload", ["0162c800", "016294011000", "0162c80007", "0163c80010", "01620000", "0162f501"]
)
def test_what_is_no_range_tells_none(payload: str) -> None:
    assert MovesenseDecoder().decode(heard(bytes.fromhex(payload))) == ()


def test_rates_the_pod_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="rate_hz is 100"):
        Movesense(100)
    assert Movesense(208).abilities.impact
    assert not Movesense(104).abilities.impact
