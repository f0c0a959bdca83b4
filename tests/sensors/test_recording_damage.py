"""Damaged recordings: cut, flipped, swapped and forged. All is found, and nothing else is lost."""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.opcode import Opcode
from mcap.writer import CompressionType, Writer
from recorded_files import HEADER, T0_UTC_NS, some_items, write_finished, write_unfinished

from sensors.errors import UnreadableFileError
from sensors.recording import records
from sensors.recording.layout import MAGIC, PROFILE, RecordedItem, header_entries
from sensors.recording.reader import Recording, RecordingStream, read_recording

FLUSHES = [some_items(12)[start : start + 3] for start in range(0, 12, 3)]
DATA_END = struct.pack("<BQ", 15, 4)
CHUNK_HEAD_BYTES = 9 + 8 + 8 + 8 + 4 + 4 + 8
shared_folder = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def finished(tmp_path: Path) -> bytes:
    write_finished(tmp_path / "finished.mcap", some_items(12))
    return (tmp_path / "finished.mcap").read_bytes()


@pytest.fixture
def unfinished(tmp_path: Path) -> bytes:
    write_unfinished(tmp_path / "unfinished.mcap", FLUSHES)
    return (tmp_path / "unfinished.mcap").read_bytes()


def read_bytes(folder: Path, data: bytes) -> Recording:
    path = folder / "r.mcap"
    path.write_bytes(data)
    return read_recording(path)


def refusal(folder: Path, data: bytes) -> str:
    with pytest.raises(UnreadableFileError) as caught:
        read_bytes(folder, data)
    sentence = caught.value.sentence
    assert sentence.startswith(str(folder / "r.mcap") + ": ")
    assert "; " in sentence
    assert "\n" not in sentence
    return sentence


def test_a_cut_at_any_byte_keeps_every_whole_flush(tmp_path: Path) -> None:
    lengths = write_unfinished(tmp_path / "unfinished.mcap", FLUSHES)
    data = (tmp_path / "unfinished.mcap").read_bytes()
    header_length = data.index(b"\x06", data.index(b"crc32"))
    for cut in range(len(data)):
        if cut < header_length:
            refusal(tmp_path, data[:cut])
            continue
        recording = read_bytes(tmp_path, data[:cut])
        whole = sum(length <= cut for length in lengths)
        assert list(recording.items) == [item for flush in FLUSHES[:whole] for item in flush]
        torn = cut - max([header_length, *lengths[:whole]])
        if torn:
            where = f"cut off at byte {cut - torn}: the last {torn} bytes are no whole piece"
            assert recording.damage == (f"{where} and were left out",)
        else:
            assert recording.damage == ()
        assert not recording.is_finished


def test_a_finished_file_cut_at_any_byte_is_told_from_a_whole_one(
    tmp_path: Path, finished: bytes
) -> None:
    read = 0
    for cut in range(len(finished)):
        try:
            recording = read_bytes(tmp_path, finished[:cut])
        except UnreadableFileError:
            continue
        assert list(recording.items) in ([], some_items(12))
        assert recording.is_finished <= (len(recording.items) == 12)
        assert recording.damage or not recording.is_finished
        read += 1
    assert read > len(finished) // 2


@pytest.mark.parametrize("kind", ["finished", "unfinished"])
def test_every_flipped_bit_is_found_or_harmless(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    original = request.getfixturevalue(kind)
    truth = read_bytes(tmp_path, original)
    found = harmless = 0
    path = tmp_path / "r.mcap"
    with path.open("r+b", buffering=0) as file:
        for place in range(len(original)):
            for bit in range(8):
                file.seek(place)
                file.write(bytes([original[place] ^ 1 << bit]))
                if is_found(path, truth):
                    found += 1
                else:
                    harmless += 1
            file.seek(place)
            file.write(original[place : place + 1])
    assert found + harmless == 8 * len(original)
    # Not protected, and not used: times in chunk heads, the profile and the name of the library.
    assert harmless < (0 if kind == "finished" else 0.25) * found + 1


def is_found(path: Path, truth: Recording) -> bool:
    try:
        recording = read_recording(path)
    except UnreadableFileError:
        return True
    assert recording.header == truth.header
    assert recording.t0_utc_ns == truth.t0_utc_ns
    if recording.damage or recording.is_finished != truth.is_finished:
        assert recording.items == truth.items[: len(recording.items)]
        return True
    assert recording.items == truth.items
    return False


@pytest.mark.parametrize("kind", ["finished", "unfinished"])
def test_no_chunk_vanishes_by_another_kind_of_record(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.mcap"
    if kind == "finished":
        write_finished(path, some_items(12))
    else:
        write_unfinished(path, FLUSHES)
    truth, content = read_recording(path), path.read_bytes()
    places, place = [], len(MAGIC)
    while place < len(content) - len(MAGIC):
        places += [place] if content[place] == Opcode.CHUNK else []
        place += 9 + int.from_bytes(content[place + 1 : place + 9], "little")
    assert places
    for place in places:
        for opcode in set(range(256)) - {Opcode.CHUNK}:
            path.write_bytes(content[:place] + bytes((opcode,)) + content[place + 1 :])
            assert is_found(path, truth)


@shared_folder
@given(data=st.binary(max_size=200), place=st.integers(0, 10_000), keeps=st.booleans())
def test_overwritten_stretches_never_give_another_error_or_wrong_items(
    tmp_path: Path, data: bytes, place: int, keeps: bool
) -> None:
    original = tmp_path / "original.mcap"
    if not original.exists():
        write_unfinished(original, FLUSHES)
    before = original.read_bytes()
    place %= len(before) + 1
    spoilt = before[:place] + data + (before[place + len(data) :] if keeps else b"")
    try:
        recording = read_bytes(tmp_path, spoilt)
    except UnreadableFileError:
        return
    assert recording.items == tuple(some_items(12))[: len(recording.items)]


@shared_folder
@given(data=st.binary(max_size=300), has_magic=st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes, has_magic: bool) -> None:
    refusal(tmp_path, MAGIC + data if has_magic else data)


@shared_folder
@given(data=st.binary(max_size=60), place=st.integers(0, 10_000), keeps=st.booleans())
def test_a_forged_chunk_with_a_right_checksum_is_read_or_refused(
    tmp_path: Path, data: bytes, place: int, keeps: bool
) -> None:
    original = tmp_path / "original.mcap"
    if not original.exists():
        write_unfinished(original, [some_items(12)])
    before = original.read_bytes()
    chunk_at = before.index(b"\x06", before.index(b"crc32"))
    inner = before[chunk_at + CHUNK_HEAD_BYTES :]
    place %= len(inner) + 1
    forged = inner[:place] + data + (inner[place + len(data) :] if keeps else b"")
    path = tmp_path / "r.mcap"
    path.write_bytes(before[:chunk_at] + chunk(forged, len(forged), b"", zlib.crc32(forged)))
    try:
        recording = read_recording(path)
    except UnreadableFileError:
        recording = read_recording(path, salvage=True)
        assert recording.damage
    assert recording.header == HEADER
    if forged == inner:
        assert list(recording.items) == some_items(12)


@shared_folder
@given(sectors=st.sets(st.integers(0, 20)), fill=st.sampled_from([b"\0", b"\xff"]))
def test_a_power_cut_in_the_last_flush_loses_that_flush_alone(
    tmp_path: Path, sectors: set[int], fill: bytes
) -> None:
    # The disk had taken any of the 512-byte sectors of the last flush, and not the others.
    original = tmp_path / "original.mcap"
    flushes: list[list[RecordedItem]] = [some_items(4), some_items(24, payload_bytes=300)]
    if not original.exists():
        write_unfinished(original, flushes)
    data = bytearray(original.read_bytes())
    (tmp_path / "first.mcap").unlink(missing_ok=True)
    synced = write_unfinished(tmp_path / "first.mcap", flushes[:1])[0]
    is_torn = False
    for sector in sectors:
        start = max(sector * 512, synced)
        stop = min((sector + 1) * 512, len(data))
        if start < stop:
            is_torn |= data[start:stop] != fill * (stop - start)
            data[start:stop] = fill * (stop - start)
    recording = read_bytes(tmp_path, bytes(data))
    assert list(recording.items) == (flushes[0] if is_torn else flushes[0] + flushes[1])
    assert bool(recording.damage) == is_torn


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b"t_s,ax_g,ay_g,az_g\n", "is not a recording"),
        (MAGIC[:5], "cut off at byte 5"),
        (MAGIC, "without StrideGate's header"),
        (MAGIC + b"\x01\x10", "cut off at byte 8"),
    ],
)
def test_what_is_no_recording_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    sentence = refusal(tmp_path, data)
    assert what in sentence
    assert "give an .mcap file that StrideGate recorded" in sentence


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"gone\.mcap: no such file; give"):
        read_recording(tmp_path / "gone.mcap")
    with pytest.raises(UnreadableFileError, match="not a file; give"):
        read_recording(tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="every file is readable here")
def test_a_file_without_rights_is_named(tmp_path: Path) -> None:
    (tmp_path / "r.mcap").touch(mode=0)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        read_recording(tmp_path / "r.mcap")


def test_a_name_with_a_line_break_stays_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        read_recording(tmp_path / "a\nb\u202e.mcap")
    assert "a?b?.mcap" in caught.value.sentence


def test_the_mcap_of_another_program_is_refused(tmp_path: Path) -> None:
    data = forge(no_message, metadata={})
    assert "without StrideGate's header" in refusal(tmp_path, data)


def test_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    entries = {"format_version": "2", "t0_utc_ns": "0"}
    text = '{"format_version":"2","t0_utc_ns":"0"}'
    entries["crc32"] = str(zlib.crc32(text.encode()))
    assert "newer than this program: update it" in refusal(
        tmp_path, forge(no_message, metadata=entries)
    )


def test_damage_in_the_middle_names_the_byte_and_keeps_what_is_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "TORN_BYTES", 100)
    lengths = write_unfinished(tmp_path / "r.mcap", FLUSHES)
    data = bytearray((tmp_path / "r.mcap").read_bytes())
    data[lengths[1] + 80] ^= 1
    sentence = refusal(tmp_path, bytes(data))
    assert f"damaged at byte {lengths[1]}: the checksum of a chunk is wrong; use" in sentence
    before = [item for flush in FLUSHES[:2] for item in flush]
    stream = RecordingStream(tmp_path / "r.mcap")
    given_out: list[RecordedItem] = []
    with pytest.raises(UnreadableFileError):
        given_out.extend(stream)
    assert given_out == before
    recording = read_recording(tmp_path / "r.mcap", salvage=True)
    assert list(recording.items) == before
    assert recording.damage == (sentence,)
    assert not recording.is_finished


def test_a_lost_chunk_is_a_gap_in_its_channels(tmp_path: Path) -> None:
    lengths = write_unfinished(tmp_path / "r.mcap", FLUSHES)
    data = (tmp_path / "r.mcap").read_bytes()
    recording = read_bytes(tmp_path, data[: lengths[0]] + data[lengths[1] :])
    assert list(recording.items) == FLUSHES[0] + FLUSHES[2] + FLUSHES[3]
    (gap,) = recording.damage
    assert gap.startswith("channel 'raw/pod/0000fff1")
    assert "2 messages missing before byte" in gap


def test_a_repeated_chunk_is_told(tmp_path: Path) -> None:
    lengths = write_unfinished(tmp_path / "r.mcap", FLUSHES)
    data = (tmp_path / "r.mcap").read_bytes()
    recording = read_bytes(tmp_path, data[: lengths[1]] + data[lengths[0] :])
    assert any("repeated before byte" in sentence for sentence in recording.damage)


def forge(
    fill: Callable[[Writer], None],
    *,
    metadata: dict[str, str] | None = None,
    compression: CompressionType = CompressionType.ZSTD,
    is_chunked: bool = True,
) -> bytes:
    """Return an MCAP file that any program might write, with our header."""
    out = io.BytesIO()
    writer = Writer(out, compression=compression, use_chunking=is_chunked)
    writer.start()
    entries = header_entries(HEADER, T0_UTC_NS) if metadata is None else metadata
    if entries:
        writer.add_metadata(PROFILE, entries)
    fill(writer)
    writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves it unannotated
    return out.getvalue()


def no_message(_: Writer) -> None:
    return


def one_message(topic: str, data: bytes) -> Callable[[Writer], None]:
    def fill(writer: Writer) -> None:
        channel = writer.register_channel(topic, "json", 0)
        writer.add_message(channel, T0_UTC_NS, data, T0_UTC_NS)

    return fill


def test_a_message_outside_a_chunk_is_refused(tmp_path: Path) -> None:
    data = forge(one_message("marks", b"{}"), is_chunked=False)
    assert "outside a chunk" in refusal(tmp_path, data)


def test_a_message_of_an_unknown_channel_is_refused(tmp_path: Path) -> None:
    data = forge(lambda writer: writer.add_message(7, T0_UTC_NS, b"{}", T0_UTC_NS))
    assert "unknown channel" in refusal(tmp_path, data)


def test_another_packing_is_refused(tmp_path: Path) -> None:
    data = forge(one_message("marks", b"{}"), compression=CompressionType.LZ4)
    assert "packed in an unknown way" in refusal(tmp_path, data)


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("marks", b"\xff"),
        ("marks", b"{"),
        ("marks", b"[]"),
        ("marks", b'{"value": NaN}'),
        ("marks", b'{"a":' * 100_000),
        ("link/pod", b'{"state": "no such state", "detail": ""}'),
        ("link/pod", b'{"state": "lost"}'),
        ("link/", b'{"state": "lost", "detail": ""}'),
        ("raw/pod", b""),
        ("raw//uuid", b""),
    ],
)
def test_a_message_of_another_form_is_refused(tmp_path: Path, topic: str, data: bytes) -> None:
    sentence = refusal(tmp_path, forge(one_message(topic, data)))
    assert f"a message on '{topic}' is not readable" in sentence


def record(opcode: int, body: bytes) -> bytes:
    return struct.pack("<BQ", opcode, len(body)) + body


def chunk(data: bytes, size: int, compression: bytes = b"zstd", crc: int = 0) -> bytes:
    head = struct.pack("<QQQI", 0, 0, size, crc) + struct.pack("<I", len(compression)) + compression
    return record(6, head + struct.pack("<Q", len(data)) + data)


def test_a_packed_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zstandard.compress(bytes(64 * 1024 * 1024))
    monkeypatch.setattr(
        zstandard, "ZstdDecompressor", lambda: pytest.fail("unpacked what it should refuse")
    )
    start = forge(no_message)
    start = start[: start.index(DATA_END)]
    monkeypatch.setattr(records, "TORN_BYTES", 0)
    assert "larger than any" in refusal(tmp_path, start + chunk(bomb, 64 * 1024 * 1024))
    assert "disagrees about its size" in refusal(tmp_path, start + chunk(bomb, 1000))


@pytest.mark.parametrize("length", [2**24 + 1, 2**40, 2**63, 2**64 - 1])
def test_a_huge_declared_length_is_not_reserved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    monkeypatch.setattr(records, "TORN_BYTES", 0)
    start = forge(no_message)
    start = start[: start.index(DATA_END)]
    for opcode in (6, 12, 7, 15):
        data = start + struct.pack("<BQ", opcode, length) + bytes(64)
        assert f"a record of {length} bytes" in refusal(tmp_path, data)


def test_what_stands_behind_the_end_is_told(tmp_path: Path, finished: bytes) -> None:
    recording = read_bytes(tmp_path, finished + b"more")
    assert list(recording.items) == some_items(12)
    assert recording.is_finished
    assert len(recording.damage) == 1
    assert "no data is lost" in recording.damage[0]
