"""The open pod's bytes: as the page says, and every way in which they can be wrong."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.errors import BadPacketError, LinkError, PacketFault
from sensors.pods import openpod_format
from sensors.pods.openpod import ATTEMPTS, OpenPod, OpenPodDecoder
from sensors.pods.openpod_format import (
    ACC_RANGES_G,
    CONFIG_UUID,
    DATA_UUID,
    GYRO_RANGES_DPS,
    INFO_UUID,
    RATES_HZ,
    Config,
    read_config,
    read_info,
)
from sensors.pods.pod import Pause, Read, Write
from sensors.samples import FullScale, ImuBlock, Notification
from sensors.virtual.openpod import encode, packet_samples
from sensors.virtual.player import SourceBlock

PAGE = (Path(__file__).parents[2] / "docs" / "open-pod.md").read_text(encoding="utf-8")


def heard(payload: bytes, uuid: str = DATA_UUID) -> Notification:
    return Notification(0.0, "pod", uuid, payload)


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def examples() -> list[bytes]:
    lines = re.findall(r"^    ((?:[0-9a-f]{2} ?)+)$", section("Examples"), re.MULTILINE)
    return [bytes.fromhex(line) for line in lines]


def packet(
    count: int = 4, counter: int = 0, t_us: int = 0, rate: int = 4, gyro_range: int = 5
) -> bytes:
    rows = np.arange(3.0 * count).reshape(count, 3) / 64.0
    block = SourceBlock(0.0, rows, 64.0 * rows)
    return encode(block, rate=rate, acc_range=4, gyro_range=gyro_range, counter=counter, t_us=t_us)


def block_of(decoder: OpenPodDecoder, payload: bytes) -> ImuBlock:
    *_, block = decoder.decode(heard(payload))
    assert isinstance(block, ImuBlock)
    return block


# -- the page -----------------------------------------------------------------------------------


def test_the_pages_packets_read_as_the_page_says() -> None:
    plain, saturated = examples()[:2]
    scale, block = OpenPodDecoder().decode(heard(plain))
    assert scale == FullScale(16.0)
    assert isinstance(block, ImuBlock)
    assert block.tick == 1_000_000
    assert block.acc_g.tolist() == [[0.0, 0.0, 1.0], [0.5, -0.25, 2.0]]
    assert block.gyro_dps is None
    block = block_of(OpenPodDecoder(), saturated)
    assert block.tick == 2**32 - 1
    assert block.acc_g.tolist() == [[-16.0, 1.0, 8.0]]
    assert block.gyro_dps is not None
    assert block.gyro_dps[0] == pytest.approx([100.0, -200.0, 0.0], abs=2000 / 32768)
    head = openpod_format.read_head(saturated)
    assert (RATES_HZ[head.rate], head.counter, head.is_saturated) == (200, 255, True)


def test_the_pages_values_read_as_the_page_says() -> None:
    info, *configs = examples()[2:]
    has = read_info(info)
    assert sorted(RATES_HZ[code] for code in has.rates) == [52, 104, 208, 416]
    assert sorted(ACC_RANGES_G[code] for code in has.acc_ranges) == [2, 4, 8, 16]
    assert [GYRO_RANGES_DPS[code] for code in has.gyro_ranges] == [2000]
    assert [read_config(config) for config in configs] == [
        Config(True, 4, 4, 5),
        Config(True, 4, 4, 0),
    ]
    assert [read_config(config).to_bytes() for config in configs] == configs


def test_the_pages_codes_and_uuids_are_those_of_the_program() -> None:
    rows = re.findall(r"^\| (\d+) \| (\S+) \| (\S+) \| (.+?) \|$", section("Codes"), re.MULTILINE)
    tables = (RATES_HZ, ACC_RANGES_G, GYRO_RANGES_DPS)
    for column, table in enumerate(tables, start=1):
        stated = {int(row[0]): int(row[column]) for row in rows if row[column].isdigit()}
        assert stated == table
    uuids = re.findall(r"`([0-9a-f-]{36})`", section("The service"))
    names = ("SERVICE_UUID", "DATA_UUID", "CONFIG_UUID", "INFO_UUID")
    assert uuids == [getattr(openpod_format, name) for name in names]


def test_the_pages_packet_sizes_are_those_of_the_reference() -> None:
    rows = re.findall(
        r"^\| (\d+) \| (\d+) \| (\d+) \| (.+?) \|$", section("Data packet (notify)"), re.MULTILINE
    )
    assert len(rows) == 4
    for mtu, size, plain, with_gyro in rows:
        assert int(size) == int(mtu) - 3
        assert packet_samples(int(size), 1e6, with_gyro=False) == int(plain)
        if with_gyro.isdigit():
            assert packet_samples(int(size), 1e6, with_gyro=True) == int(with_gyro)
    assert packet_samples(244, 208.0, with_gyro=True) == 10


# -- packets ------------------------------------------------------------------------------------


@given(
    values=st.lists(st.lists(st.integers(-32768, 32767), min_size=6, max_size=6), min_size=1),
    rate=st.sampled_from(sorted(RATES_HZ)),
    acc_range=st.sampled_from(sorted(ACC_RANGES_G)),
    gyro_range=st.sampled_from([0, *GYRO_RANGES_DPS]),
    counter=st.integers(0, 600),
    t_us=st.integers(0, 2**33),
)
def test_every_layout_comes_back(
    values: list[list[int]], rate: int, acc_range: int, gyro_range: int, counter: int, t_us: int
) -> None:
    steps = np.array(values, dtype=np.float64) / 32768
    acc_g = steps[:, :3] * ACC_RANGES_G[acc_range]
    gyro_dps = steps[:, 3:] * GYRO_RANGES_DPS[gyro_range] if gyro_range else None
    payload = encode(
        SourceBlock(0.0, acc_g, gyro_dps),
        rate=rate,
        acc_range=acc_range,
        gyro_range=gyro_range,
        counter=counter,
        t_us=t_us,
    )
    block = block_of(OpenPodDecoder(), payload)
    assert block.tick == t_us % 2**32
    np.testing.assert_array_equal(block.acc_g, acc_g)
    if gyro_dps is None:
        assert block.gyro_dps is None
    else:
        assert block.gyro_dps is not None
        np.testing.assert_array_equal(block.gyro_dps, gyro_dps)


@pytest.mark.parametrize("gyro_range", [0, 5])
def test_no_part_of_a_packet_is_taken_for_a_whole_one(gyro_range: int) -> None:
    whole = packet(gyro_range=gyro_range)
    for length in range(len(whole)):
        with pytest.raises(BadPacketError) as caught:
            OpenPodDecoder().decode(heard(whole[:length]))
        assert caught.value.reason is (PacketFault.TRUNCATED if length else PacketFault.EMPTY)
    with pytest.raises(BadPacketError) as caught:
        OpenPodDecoder().decode(heard(whole + b"\0"))
    assert caught.value.reason is PacketFault.TOO_LONG


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, 0x42, PacketFault.UNKNOWN),
        (0, 0x40, PacketFault.UNKNOWN),
        (0, 0x01, PacketFault.UNKNOWN),
        (1, 0x00, PacketFault.UNKNOWN),
        (1, 0x09, PacketFault.UNKNOWN),
        (1, 0x74, PacketFault.UNKNOWN),
        (1, 0xD4, PacketFault.UNKNOWN),
        (1, 0x04, PacketFault.TOO_LONG),
        (3, 0, PacketFault.TOO_LONG),
        (3, 5, PacketFault.TRUNCATED),
    ],
)
def test_an_unknown_head_is_refused_and_the_next_packet_is_read(
    place: int, value: int, reason: PacketFault
) -> None:
    wrong = bytearray(packet())
    wrong[place] = value
    decoder = OpenPodDecoder()
    with pytest.raises(BadPacketError) as caught:
        decoder.decode(heard(bytes(wrong)))
    assert caught.value.reason is reason
    assert len(block_of(decoder, packet()).acc_g) == 4


def test_a_new_range_is_told_once() -> None:
    decoder = OpenPodDecoder()
    scales = []
    for acc_range in (3, 3, 4):
        rows = np.zeros((1, 3))
        payload = encode(
            SourceBlock(0.0, rows, None),
            rate=4,
            acc_range=acc_range,
            gyro_range=0,
            counter=0,
            t_us=0,
        )
        scales += [v for v in decoder.decode(heard(payload)) if isinstance(v, FullScale)]
    assert scales == [FullScale(8.0), FullScale(16.0)]
    assert decoder.decode(heard(Config(True, 4, 2, 0).to_bytes(), CONFIG_UUID)) == (FullScale(4.0),)


def test_a_sample_that_the_pod_says_is_cut_counts_as_cut() -> None:
    marked = bytearray(packet(count=2))
    marked[0] |= 0b1000
    acc_g = block_of(OpenPodDecoder(), bytes(marked)).acc_g
    assert acc_g[1, 2] == 16.0
    whole = block_of(OpenPodDecoder(), packet(count=2)).acc_g
    np.testing.assert_array_equal(acc_g.ravel()[:-1], whole.ravel()[:-1])


# -- counter and clock --------------------------------------------------------------------------


def stamped(counter: int, t_us: int) -> bytes:
    return packet(count=4, counter=counter, t_us=t_us % 2**32)


PACKET_US = round(4e6 / 208)


@pytest.mark.parametrize("missing", [1, 3, 40])
@pytest.mark.parametrize("start", [(0, 0), (254, 2**32 - 1000)])
def test_a_loss_that_the_clock_does_not_show_costs_the_packet_after_it(
    missing: int, start: tuple[int, int]
) -> None:
    counter, t_us = start
    decoder = OpenPodDecoder()
    block_of(decoder, stamped(counter, t_us))
    with pytest.raises(BadPacketError) as caught:
        decoder.decode(heard(stamped(counter + 1 + missing, t_us + PACKET_US)))
    assert caught.value.reason is PacketFault.OUT_OF_ORDER
    block_of(decoder, stamped(counter + 2 + missing, t_us + 2 * PACKET_US))


@pytest.mark.parametrize("steps", [1, 2, 50, 127, 128, 200, 256, 1000])
def test_a_loss_that_the_clock_shows_is_left_to_the_time_base(steps: int) -> None:
    decoder = OpenPodDecoder()
    block_of(decoder, stamped(3, 2**32 - 7))
    block_of(decoder, stamped(3 + steps, 2**32 - 7 + steps * PACKET_US))


def test_a_late_packet_a_copy_and_a_restart_are_read() -> None:
    decoder = OpenPodDecoder()
    for place in (5, 7, 6, 6, 7, 8):
        block_of(decoder, stamped(place, 10**9 + place * PACKET_US))
    block_of(decoder, stamped(0, 0))
    block_of(decoder, stamped(1, PACKET_US))


# -- the start ----------------------------------------------------------------------------------


def started(
    pod: OpenPod, info: bytes | None, written: list[bytes] | None = None, *, obeys: bool = True
) -> list[bytes]:
    """Drive the configuration as the link does; return what was written."""
    steps = pod.configure()
    written = [] if written is None else written
    answer: Notification | None = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration:
            return written
        answer = None
        match step:
            case Read(uuid=uuid) if uuid == INFO_UUID:
                answer = None if info is None else heard(info, INFO_UUID)
            case Read(uuid=uuid):
                assert uuid == CONFIG_UUID
                answer = heard(written[-1] if obeys else bytes([1, 0, 4, 4, 5]), CONFIG_UUID)
            case Write(uuid=uuid, payload=payload):
                assert uuid == CONFIG_UUID
                written.append(payload)
            case _:
                assert isinstance(step, Pause)


def info_of(*rates_hz: int, ranges: int = 0b11110, gyro: int = 0b100000) -> bytes:
    codes = {hz: code for code, hz in RATES_HZ.items()}
    rates = sum(1 << codes[hz] for hz in rates_hz)
    return openpod_format.INFO.pack(1, gyro, rates, ranges)


@pytest.mark.parametrize(
    ("has_hz", "asked_hz"),
    [
        ((52, 104, 208, 416), 208),
        ((50, 100, 200, 400, 800), 200),
        ((119, 238, 476, 952), 238),
        ((26, 52, 104), 104),
    ],
)
def test_a_rate_is_asked_for_that_the_pod_has(has_hz: tuple[int, ...], asked_hz: int) -> None:
    (written,) = started(OpenPod(), info_of(*has_hz))
    config = read_config(written)
    assert RATES_HZ[config.rate] == asked_hz
    assert (config.is_streaming, config.acc_range, config.gyro_range) == (True, 4, 5)


def test_a_gyroscope_is_asked_for_where_there_is_one_and_it_is_wanted() -> None:
    (without,) = started(OpenPod(), info_of(208, gyro=0))
    (unwanted,) = started(OpenPod(with_gyro=False), info_of(208))
    assert read_config(without).gyro_range == read_config(unwanted).gyro_range == 0


@pytest.mark.parametrize(
    "info", [None, b"", b"\1\0\x10\0\x10", bytes(6), info_of(), info_of(208, gyro=0x81)]
)
def test_a_pod_that_does_not_say_what_it_can_is_refused(info: bytes | None) -> None:
    with pytest.raises(LinkError, match=r"open-pod\.md"):
        started(OpenPod(), info)


def test_a_pod_that_does_not_start_is_asked_again_and_then_refused() -> None:
    written: list[bytes] = []
    with pytest.raises(LinkError, match=r"208 Hz and ±16 g"):
        started(OpenPod(), info_of(208), written, obeys=False)
    assert len(written) == ATTEMPTS


def test_rates_the_format_does_not_have_are_refused() -> None:
    with pytest.raises(ValueError, match="rate_hz is 210"):
        OpenPod(210)
    assert OpenPod(104).abilities.fs_hz == 104.0
    assert not OpenPod(104).abilities.impact
