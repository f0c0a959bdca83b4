"""MetaMotion packets: worked examples, both accelerometers, and everything that can be cut."""

from collections.abc import Generator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.errors import BadPacketError, LinkError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.pods.metamotion import (
    NAME_PREFIXES,
    RATES_HZ,
    SERVICE_UUID,
    MetaMotion,
    MetaMotionDecoder,
)
from sensors.pods.metamotion_start import ATTEMPTS, COMMAND_UUID, NOTIFY_UUID
from sensors.pods.pod import Await, Operation, Write
from sensors.samples import Battery, FullScale, ImuBlock, Notification
from sensors.virtual.metamotion import encode

INFO = {"BMI160": "03 80 01 01", "BMI270": "03 80 04 00"}
CONFIG = {"BMI160": "03 83 29 0c", "BMI270": "03 83 a9 03"}
PACKED = {"BMI160": "03 1c", "BMI270": "03 05"}
CHIP_NAMES = sorted(INFO)


def heard(text: str | bytes, uuid: str = NOTIFY_UUID) -> Notification:
    payload = bytes.fromhex(text) if isinstance(text, str) else text
    return Notification(0.0, "pod", uuid, payload)


def ready(chip: str) -> MetaMotionDecoder:
    """Return a decoder that has heard the answers of a chip at ±16 g."""
    decoder = MetaMotionDecoder()
    assert decoder.decode(heard(INFO[chip])) == ()
    assert decoder.decode(heard(CONFIG[chip])) == (FullScale(16.0),)
    return decoder


def block_of(decoder: MetaMotionDecoder, payload: str | bytes) -> ImuBlock:
    (block,) = decoder.decode(heard(payload))
    assert isinstance(block, ImuBlock)
    assert block.tick is None
    assert block.gyro_dps is None
    return block


@pytest.mark.parametrize("chip", CHIP_NAMES)
def test_a_packed_packet_by_hand(chip: str) -> None:
    # 2048 counts are 1 g at ±16 g: 0x0800 is 1 g, 0xf800 -1 g, 0x0400 0.5 g, 0x7fff the end.
    packet = PACKED[chip] + "00 08 00 f8 00 04  00 00 01 00 ff ff  ff 7f 00 80 00 10"
    block = block_of(ready(chip), packet)
    expected = [[1.0, -1.0, 0.5], [0.0, 1 / 2048, -1 / 2048], [32767 / 2048, -16.0, 2.0]]
    np.testing.assert_array_equal(block.acc_g, expected)


def test_a_single_packet_by_hand() -> None:
    block = block_of(ready("BMI160"), "03 04 00 08 00 f8 00 04")
    np.testing.assert_array_equal(block.acc_g, [[1.0, -1.0, 0.5]])


@pytest.mark.parametrize(
    ("chip", "code", "range_g"),
    [
        *[("BMI160", code, g) for code, g in ((3, 2.0), (5, 4.0), (8, 8.0), (12, 16.0))],
        *[("BMI270", code, g) for code, g in ((0, 2.0), (1, 4.0), (2, 8.0), (3, 16.0))],
    ],
)
def test_the_range_is_what_the_pod_says(chip: str, code: int, range_g: float) -> None:
    decoder = ready(chip)
    answer = bytes([3, 0x83, 0x29, code])
    assert decoder.decode(heard(answer)) == (FullScale(range_g),)
    block = block_of(decoder, bytes([3, 4, 0, 0x40, 0, 0, 0, 0]))
    assert block.acc_g[0, 0] == range_g / 2


def test_a_range_of_the_other_chip_is_refused_and_changes_nothing() -> None:
    decoder = ready("BMI270")
    assert refusal(decoder, "03 83 a9 0c") is PacketFault.UNKNOWN
    assert block_of(decoder, "03 04 00 08 00 00 00 00").acc_g[0, 0] == 1.0


def refusal(decoder: MetaMotionDecoder, payload: str | bytes, uuid: str = NOTIFY_UUID) -> str:
    with pytest.raises(BadPacketError) as caught:
        decoder.decode(heard(payload, uuid))
    assert caught.value.sentence.startswith("MetaMotion: ")
    return caught.value.reason


def test_accelerations_of_an_unknown_scale_are_refused() -> None:
    decoder = MetaMotionDecoder()
    assert refusal(decoder, "03 04 00 08 00 f8 00 04") is PacketFault.OUT_OF_ORDER
    assert refusal(decoder, PACKED["BMI270"] + "00" * 18) is PacketFault.UNKNOWN
    assert refusal(decoder, CONFIG["BMI270"]) is PacketFault.UNKNOWN
    decoder.decode(heard("03 80"))  # "no such module"
    assert refusal(decoder, CONFIG["BMI270"]) is PacketFault.UNKNOWN


def test_what_nobody_asked_for_is_refused() -> None:
    decoder = ready("BMI160")
    assert refusal(decoder, "") is PacketFault.EMPTY
    assert refusal(decoder, "03") is PacketFault.TRUNCATED
    assert refusal(decoder, "13 05 00 00") is PacketFault.UNKNOWN
    assert refusal(decoder, PACKED["BMI270"] + "00" * 18) is PacketFault.UNKNOWN
    assert refusal(decoder, "03 04", uuid="another") is PacketFault.UNKNOWN
    assert decoder.decode(heard(b"\x40", BATTERY_LEVEL_UUID)) == (Battery(64),)


@pytest.mark.parametrize("chip", CHIP_NAMES)
def test_a_packet_cut_at_any_byte_or_longer_is_refused(chip: str) -> None:
    decoder = ready(chip)
    packets = [PACKED[chip] + "01 02" * 9, "03 04" + "01 02" * 3, CONFIG[chip]]
    for packet in map(bytes.fromhex, packets):
        for length in range(len(packet)):
            reason = refusal(decoder, packet[:length])
            assert reason in (PacketFault.EMPTY, PacketFault.TRUNCATED)
        assert refusal(decoder, packet + b"\0") is PacketFault.TOO_LONG


@settings(max_examples=50, deadline=None)
@given(
    counts=st.lists(st.integers(-32768, 32767), min_size=9, max_size=9),
    chip=st.sampled_from(CHIP_NAMES),
    packed=st.booleans(),
)
def test_what_the_virtual_sensor_encodes_is_decoded(
    counts: list[int], chip: str, packed: bool
) -> None:
    acc_g = np.array(counts, dtype=np.float64).reshape(3, 3) * (16.0 / 32768.0)
    head = bytes.fromhex(PACKED[chip]) if packed else bytes([3, 4])
    rows = acc_g if packed else acc_g[:1]
    block = block_of(ready(chip), head + encode(rows, 16.0))
    np.testing.assert_array_equal(block.acc_g, rows)


@settings(max_examples=50, deadline=None)
@given(payloads=st.lists(st.binary(max_size=24).map(lambda b: b"\x03" + b), max_size=8))
def test_random_packets_leave_the_decoder_usable(payloads: list[bytes]) -> None:
    decoder = MetaMotionDecoder()
    for payload in payloads:
        try:
            decoder.decode(heard(payload))
        except BadPacketError as error:
            assert error.sentence  # noqa: PT017 - either way is right
    decoder.decode(heard(INFO["BMI160"]))
    decoder.decode(heard(CONFIG["BMI160"]))
    assert block_of(decoder, "03 04 00 08 00 00 00 00").acc_g[0, 0] == 1.0


# The configuration.


def driven(answers: dict[str, str | None], rate_hz: int = 200) -> list[str]:
    """Run the configuration against a table of answers by command; returns what it wrote."""
    steps = MetaMotion(rate_hz).configure()
    written: list[str] = []
    answer: Notification | None = None
    try:
        while True:
            step = steps.send(answer)
            answer = None
            if isinstance(step, Write):
                assert step.uuid == COMMAND_UUID
                assert not step.with_response
                written.append(step.payload.hex(" "))
            elif isinstance(step, Await):
                answer = answered(step, answers.get(written[-1]))
    except StopIteration:
        return written


def answered(step: Await, text: str | None) -> Notification | None:
    if text is None:
        return None
    answer = heard(text)
    return answer if step.accepts(answer) else None


GOOD: dict[str, dict[str, str | None]] = {
    "BMI160": {"03 80": INFO["BMI160"], "03 83": CONFIG["BMI160"], "03 01 01": "03 1c" + "00" * 18},
    "BMI270": {"03 80": INFO["BMI270"], "03 83": CONFIG["BMI270"], "03 01 01": "03 05" + "00" * 18},
}


@pytest.mark.parametrize(
    ("chip", "packed", "config"), [("BMI160", "1c", "29 0c"), ("BMI270", "05", "a9 03")]
)
def test_the_stream_is_stopped_set_read_back_and_started(
    chip: str, packed: str, config: str
) -> None:
    assert driven(GOOD[chip]) == [
        "03 80",
        *("03 01 00", "03 02 00 01", f"03 {packed} 00", "03 04 00"),
        "11 09 06 00 0c 00 00 00 58 02",
        f"03 03 {config}",
        "03 83",
        *(f"03 {packed} 01", "03 02 01 00", "03 01 01"),
    ]


def test_old_firmware_sends_one_sample_a_packet() -> None:
    old = GOOD["BMI160"] | {"03 80": "03 80 01 00", "03 01 01": "03 04" + "00" * 6}
    assert "03 04 01" in driven(old)
    assert "03 1c 01" not in driven(old)


def test_four_hundred_a_second_are_set_too() -> None:
    fast: dict[str, str | None] = GOOD["BMI270"] | {"03 83": "03 83 aa 03"}
    assert "03 03 aa 03" in driven(fast, 400)


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"03 80": None}, "does not answer"),
        ({"03 80": "03 80"}, "no accelerometer"),
        ({"03 80": "03 80 03 01"}, "number 3"),
        ({"03 83": None}, "does not answer"),
        ({"03 83": "03 83 a9 00"}, "says a9 00, not a9 03"),
        ({"03 83": "03 83"}, "firmware"),
        ({"03 01 01": None}, "sends nothing"),
    ],
)
def test_a_pod_that_cannot_is_told_with_its_cure(wrong: dict[str, str | None], part: str) -> None:
    with pytest.raises(LinkError, match=part) as caught:
        driven(GOOD["BMI270"] | wrong)
    assert "\n" not in caught.value.sentence
    assert caught.value.sentence.startswith("The MetaMotion pod ")


def test_a_lost_answer_is_asked_for_again() -> None:
    steps: Generator[Operation, Notification | None, None] = MetaMotion().configure()
    asked = 0
    answer = None
    for _ in range(3 * ATTEMPTS):
        step = steps.send(answer)
        answer = None
        if isinstance(step, Write) and step.payload == bytes([3, 0x80]):
            asked += 1
        elif isinstance(step, Await) and asked == 2:
            answer = heard(INFO["BMI270"])
        elif asked == 2:
            break
    assert asked == 2


def test_a_pod_is_known_by_its_service_or_its_name() -> None:
    pod = MetaMotion()
    assert pod.matches("anything", frozenset({SERVICE_UUID}))
    assert all(pod.matches(name + " 1", frozenset()) for name in NAME_PREFIXES)
    assert not pod.matches("Movesense 1", frozenset())


def test_rates_that_the_pod_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="208"):
        MetaMotion(208)
    assert [MetaMotion(hz).abilities.impact for hz in RATES_HZ] == [False, False, True, True]
