"""What is written comes back: bytes, times, order and header."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader
from recorded_files import (
    HEADER,
    T0_UTC_NS,
    UUID,
    add,
    some_items,
    write_finished,
    write_unfinished,
)

from sensors.recording.layout import RecordedItem, RecordedMessage, log_time_ns, session_s
from sensors.recording.reader import RecordingStream, read_recording
from sensors.recording.writer import RecordingWriter
from sensors.samples import LinkEvent, LinkState, Notification

clock_times = st.integers(0, 30 * 86400 * 10**9).map(lambda ns: ns / 1e9)
words = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=8)
json_leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
json_values = st.recursive(
    json_leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(st.text(), json_values, max_size=4)
header_keys = st.text(string.printable, max_size=8).filter(
    lambda key: key not in {"format_version", "t0_utc_ns", "crc32"}
)
items = st.lists(
    st.builds(Notification, clock_times, words, words, st.binary(max_size=64))
    | st.builds(LinkEvent, clock_times, words, st.sampled_from(LinkState), st.text(max_size=20))
    | st.builds(
        RecordedMessage, clock_times, st.sampled_from(["marks", "decisions", "a/b"]), json_objects
    ),
    max_size=20,
)


@settings(max_examples=100, deadline=None)
@given(
    header=st.dictionaries(header_keys, json_values, max_size=4),
    t0_utc_ns=st.integers(0, 2**63),
    recorded=items,
    flush_every=st.integers(1, 7),
    closes=st.booleans(),
)
def test_every_item_comes_back_bit_for_bit(
    header: dict[str, object],
    t0_utc_ns: int,
    recorded: list[RecordedItem],
    flush_every: int,
    closes: bool,
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "r.mcap"
        writer = RecordingWriter(path, header, t0_utc_ns)
        for number, item in enumerate(recorded):
            add(writer, item)
            if number % flush_every == 0:
                writer.flush()
        writer.flush()
        if closes:
            assert writer.close()
        recording = read_recording(path)
        writer.close()
    assert recording.header == header
    assert recording.t0_utc_ns == t0_utc_ns
    assert list(recording.items) == recorded
    assert recording.is_finished == closes
    assert recording.damage == ()


@given(clock_times, st.integers(0, 2**62))
def test_a_time_of_the_session_clock_round_trips(t_s: float, t0_utc_ns: int) -> None:
    assert session_s(t0_utc_ns, log_time_ns(t0_utc_ns, t_s)) == t_s


def test_any_other_time_is_rounded_to_the_nanosecond() -> None:
    assert session_s(T0_UTC_NS, log_time_ns(T0_UTC_NS, 1 / 3)) == 0.333333333


@pytest.mark.parametrize("t_s", [float("nan"), float("inf"), -1e12, 1e12])
def test_a_time_that_no_recording_can_hold_is_refused(t_s: float) -> None:
    with pytest.raises(ValueError, match="t_s"):
        log_time_ns(T0_UTC_NS, t_s)


def test_a_stream_gives_the_same_as_reading_at_once(tmp_path: Path) -> None:
    write_finished(tmp_path / "r.mcap", some_items(40))
    stream = RecordingStream(tmp_path / "r.mcap")
    assert stream.header == HEADER
    states = [stream.is_finished]
    assert list(stream) == some_items(40)
    assert [*states, stream.is_finished] == [False, True]
    assert list(stream) == some_items(40)


def test_an_unfinished_recording_reads_and_says_so(tmp_path: Path) -> None:
    write_unfinished(tmp_path / "r.mcap", [some_items(10)])
    recording = read_recording(tmp_path / "r.mcap")
    assert list(recording.items) == some_items(10)
    assert not recording.is_finished
    assert recording.damage == ()


def test_any_mcap_tool_reads_a_finished_recording(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    write_finished(path, some_items(40))
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        assert summary.statistics.message_count == 40
        topics = {channel.topic for channel in summary.channels.values()}
        assert topics == {f"raw/pod/{UUID}", "link/pod", "marks"}
        schemas = {schema.name: schema.encoding for schema in summary.schemas.values()}
        assert schemas == {"link-event": "jsonschema", "marks": "jsonschema"}
        raw = [m.data for _, c, m in reader.iter_messages() if c.topic.startswith("raw/")]
    assert raw == [item.payload for item in some_items(40) if isinstance(item, Notification)]


def test_the_growing_file_stays_small_and_the_closed_one_smaller(tmp_path: Path) -> None:
    # Bytes that cannot be packed, at the rate and the flushes of a session: the worst case.
    path = tmp_path / "r.mcap"
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    payload_bytes = 0
    state = 1
    for quarter in range(240):
        for n in range(6 + quarter % 2):
            payload = bytearray()
            while len(payload) < 200:
                state = state * 6364136223846793005 % 2**64
                payload += (state >> 32).to_bytes(4, "little")
            writer.notification(
                Notification(quarter * 0.25 + n * 0.038, "pod", UUID, bytes(payload))
            )
            payload_bytes += len(payload)
        writer.flush()
    assert path.stat().st_size <= 1.35 * payload_bytes
    writer.close()
    assert path.stat().st_size <= 1.1 * payload_bytes
