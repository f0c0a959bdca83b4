"""The bytes of Polar frames: by hand from the layouts, there and back, cut off anywhere."""

from contextlib import suppress
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polar_streams import BASE_NS, STARTED, said, started

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.polar_control import CONTROL_UUID
from sensors.pods.polar_frames import accelerations_g, differences, parse_frame, plain
from sensors.samples import ImuBlock
from sensors.virtual.player import SourceBlock
from sensors.virtual.polar_wire import Layout, Sample, block, frame, whole

ONE_SECOND = "00ca9a3b00000000"
"""10⁹ ns."""

PLAIN_8 = f"02{ONE_SECOND}00" + "7f8001"
PLAIN_16 = f"02{ONE_SECOND}01" + "e80318fc0000" + "0080ff7f0100"
PLAIN_24 = f"02{ONE_SECOND}02" + "e8030018fcff803e00"
SAMPLE_AND_TWO_STEPS = "02000400feff" + "0302" + "f90801"
"""2, 4, -2; then two steps of 3 bits an axis: 1, -1, 3 and -4, 0, 2."""


@pytest.mark.parametrize(
    ("payload", "factor", "acc_g"),
    [
        (PLAIN_8, None, [[0.127, -0.128, 0.001]]),
        (PLAIN_16, None, [[1.0, -1.0, 0.0], [-32.768, 32.767, 0.001]]),
        (PLAIN_24, None, [[1.0, -1.0, 16.0]]),
        (f"02{ONE_SECOND}81" + SAMPLE_AND_TWO_STEPS, 0.5,
         [[0.001, 0.002, -0.001], [0.0015, 0.0015, 0.0005], [-0.0005, 0.0015, 0.0015]]),
        (f"02{ONE_SECOND}80" + SAMPLE_AND_TWO_STEPS, 0.25,
         [[0.5, 1.0, -0.5], [0.75, 0.75, 0.25], [-0.25, 0.75, 0.75]]),
        (f"02{ONE_SECOND}81" + "02000400feff", 1.0, [[0.002, 0.004, -0.002]]),
        (f"c2{ONE_SECOND}01" + "e80318fc0000", None, [[1.0, -1.0, 0.0]]),
    ],
)  # fmt: skip
def test_layouts_by_hand(payload: str, factor: float | None, acc_g: list[list[float]]) -> None:
    found = parse_frame(bytes.fromhex(payload))
    assert (found.measurement, found.last_ns) == (2, 10**9)
    np.testing.assert_allclose(accelerations_g(found, factor), acc_g, atol=1e-12)


def samples_of(channels: int, bits: int) -> st.SearchStrategy[list[Sample]]:
    values = st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    return st.lists(st.tuples(*[values] * channels), min_size=1, max_size=12)


@given(data=st.data(), value_bytes=st.integers(1, 3), channels=st.integers(1, 5))
def test_plain_values_come_back(data: st.DataObject, value_bytes: int, channels: int) -> None:
    sent = data.draw(samples_of(channels, 8 * value_bytes))
    assert plain(whole(sent, value_bytes), channels, value_bytes).tolist() == [*map(list, sent)]


@given(data=st.data(), channels=st.integers(1, 5), bits=st.sampled_from([5, 8, 14, 16, 22, 24]))
def test_compressed_values_come_back(data: st.DataObject, channels: int, bits: int) -> None:
    sent = data.draw(samples_of(channels, bits))
    body, place = whole(sent[:1], (bits + 7) // 8), 1
    while place < len(sent):
        count = data.draw(st.integers(1, len(sent) - place))
        body += block(sent[place : place + count], sent[place - 1])
        place += count
    assert differences(body, channels, bits).tolist() == [*map(list, sent)]


@pytest.mark.parametrize("width", range(1, 33))
def test_every_width_has_its_sign(width: int) -> None:
    least = -(2 ** (width - 1))
    steps = block([(least, least, least)], (0, 0, 0))
    assert steps[0] == width
    assert differences(bytes(6) + steps, 3, 16)[1].tolist() == [least] * 3


@given(
    acc_g=st.lists(st.tuples(*[st.floats(-16.0, 16.0)] * 3), min_size=1, max_size=6),
    layout=st.one_of(
        st.just(Layout(1)),
        st.just(Layout(2)),
        st.builds(
            Layout,
            st.just(1),
            st.just(True),
            st.floats(0.5, 4.0, width=32),  # 16 g in 16 bits
        ),
        st.builds(Layout, st.just(0), st.just(True), st.sampled_from([2.0**-10, 2.0**-9, 2.0**-8])),
    ),
)
def test_accelerations_come_back_to_one_unit(
    acc_g: list[tuple[float, float, float]], layout: Layout
) -> None:
    values = layout.values(SourceBlock(0.0, np.array(acc_g), None), 16)
    body = whole(values, layout.value_bytes)
    if layout.is_compressed:
        body = whole(values[:1], 2) + b"".join(
            block([after], before) for before, after in pairwise(values)
        )
    found = accelerations_g(parse_frame(frame(1, layout, body)), layout.factor)
    unit_g = layout.factor * (1.0 if layout.is_compressed and layout.number == 0 else 0.001)
    np.testing.assert_allclose(found, acc_g, atol=0.501 * unit_g)


STEADY = [(100, -200, 990), (101, -203, 991), (108, -190, 960), (300, -20, 900), (299, 4, 901)]
WHOLE_FRAMES = {
    "compressed": (
        frame(BASE_NS, Layout(1, is_compressed=True), whole(STEADY[:1], 2)
              + block(STEADY[1:3], STEADY[0]) + block(STEADY[3:], STEADY[2])),
        (1, 3, 5),
    ),
    "plain": (frame(BASE_NS, Layout(1), whole(STEADY, 2)), (1, 2, 3, 4, 5)),
}  # fmt: skip


@pytest.mark.parametrize("kind", WHOLE_FRAMES)
def test_a_frame_cut_off_anywhere_gives_no_wrong_value(kind: str) -> None:
    payload, lengths = WHOLE_FRAMES[kind]
    found = []
    for size in range(len(payload) + 1):
        with suppress(BadPacketError):
            acc_g = accelerations_g(parse_frame(payload[:size]), 1.0)
            found.append(len(acc_g))
            np.testing.assert_array_equal(np.rint(1000.0 * acc_g), STEADY[: len(acc_g)])
    assert tuple(found) == lengths


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (f"02{ONE_SECOND}03" + "00" * 12, PacketFault.UNKNOWN),
        (f"02{ONE_SECOND}82" + "00" * 12, PacketFault.UNKNOWN),
        (f"02{ONE_SECOND}81" + "00" * 6 + "0001", PacketFault.UNKNOWN),
        (f"02{ONE_SECOND}81" + "00" * 6 + "2101" + "00" * 13, PacketFault.UNKNOWN),
        (f"05{ONE_SECOND}01" + "00" * 6, PacketFault.UNKNOWN),
        ("02" + "00" * 8 + "01" + "00" * 6, PacketFault.UNKNOWN),
        (f"02{ONE_SECOND}01" + "ff7fff7fff7f", PacketFault.UNKNOWN),
    ],
)
def test_what_no_pod_sends_is_refused_and_the_next_frame_is_read(
    payload: str, reason: PacketFault
) -> None:
    decoder = started()
    with pytest.raises(BadPacketError) as caught:
        decoder.decode(said(bytes.fromhex(payload)))
    assert caught.value.reason is reason
    assert read_two(decoder)


def read_two(decoder: object) -> bool:
    body = whole(STEADY, 2)
    first = frame(BASE_NS, Layout(1), body)
    second = frame(BASE_NS + 5 * 10**9 // 208, Layout(1), body)
    values = [decoder.decode(said(payload)) for payload in (first, second)]  # type: ignore[attr-defined]
    return [isinstance(value, ImuBlock) for value in values[1]] == [True, True]


@given(head=st.sampled_from([0, 1, 2, 0x80, 0x81]), content=st.binary(max_size=60))
def test_random_content_gives_values_in_range_or_a_bad_packet(head: int, content: bytes) -> None:
    decoder = started()
    payload = bytes([2]) + BASE_NS.to_bytes(8, "little") + bytes([head]) + content
    for _ in range(2):
        try:
            blocks = decoder.decode(said(payload))
        except BadPacketError:
            continue
        assert all(isinstance(b, ImuBlock) and np.isfinite(b.acc_g).all() for b in blocks)
    assert read_two(started())


def test_frames_are_refused_until_a_start_and_after_an_end() -> None:
    payload = frame(BASE_NS, Layout(1), whole(STEADY, 2))
    decoder = started(bytes.fromhex("f003020000"))  # an old stream was stopped
    for answer in (None, "f002020a", "f0020900", "0102", "f003020000", "f00202000001"):
        if answer is not None:
            decoder.decode(said(bytes.fromhex(answer), CONTROL_UUID))
        if answer == "f00202000001":
            break
        with pytest.raises(BadPacketError) as caught:
            decoder.decode(said(payload))
        assert caught.value.reason is PacketFault.OUT_OF_ORDER
        if answer == "f0020900":
            decoder.decode(said(STARTED, CONTROL_UUID))
            assert decoder.decode(said(payload)) == ()  # waits for the second one
    assert decoder.decode(said(payload)) == ()
    compressed, _ = WHOLE_FRAMES["compressed"]
    with pytest.raises(BadPacketError, match="without a factor"):
        decoder.decode(said(compressed))
