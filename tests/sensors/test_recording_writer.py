"""The writer: it refuses what would spoil a recording, and keeps what the disk refuses."""

import errno
import os
import stat
import threading
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest
from recorded_files import (
    HEADER,
    T0_UTC_NS,
    UUID,
    abandon,
    add,
    some_items,
    write_finished,
    write_unfinished,
)

from sensors import disk
from sensors.errors import UnwritableFileError
from sensors.recording import growing
from sensors.recording.layout import CHUNK_BYTES, RECORD_BYTES
from sensors.recording.reader import read_recording
from sensors.recording.records import TORN_BYTES
from sensors.recording.reopened import ReopenedRecording
from sensors.recording.writer import RecordingWriter
from sensors.samples import Notification


def test_files_and_folders_are_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "r.mcap"
    with RecordingWriter(path, HEADER, T0_UTC_NS):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


def test_a_second_writer_on_one_path_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    with RecordingWriter(path, HEADER, T0_UTC_NS):
        for _ in range(100):
            with pytest.raises(UnwritableFileError, match=r"r\.mcap: exists already.*another name"):
                RecordingWriter(path, HEADER, T0_UTC_NS)
    assert read_recording(path).header == HEADER


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    path.write_text("the only copy")
    with pytest.raises(UnwritableFileError):
        RecordingWriter(path, HEADER, T0_UTC_NS)
    assert path.read_text() == "the only copy"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UnwritableFileError, match=r"r\.mcap: cannot be written"):
        RecordingWriter(tmp_path / "file" / "r.mcap", HEADER, T0_UTC_NS)


@pytest.mark.parametrize(
    "header", [{"crc32": 1}, {"t0_utc_ns": 0}, {"format_version": 2}, {"limit": float("nan")}]
)
def test_a_header_that_cannot_be_kept_is_refused_before_the_file_is_made(
    tmp_path: Path, header: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"reserved|JSON"):
        RecordingWriter(tmp_path / "r.mcap", header, T0_UTC_NS)
    assert not (tmp_path / "r.mcap").exists()


def test_the_header_is_on_disk_before_the_first_flush(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS)
    assert read_recording(tmp_path / "r.mcap").header == HEADER
    abandon(writer)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda w: w.message("raw/pod/x", 0.0, {}, "mark"),
        lambda w: w.message("link/pod", 0.0, {}, "mark"),
        lambda w: w.message("", 0.0, {}, "mark"),
        lambda w: w.message("marks", 0.0, {"value": float("inf")}, "mark"),
        lambda w: w.message("marks", 0.0, {}, "another kind"),
        lambda w: w.message("marks", 0.0, {"text": "x" * RECORD_BYTES}, "mark"),
        lambda w: w.notification(Notification(0.0, "left/right", UUID, b"")),
        lambda w: w.notification(Notification(0.0, "", UUID, b"")),
        lambda w: w.notification(Notification(float("nan"), "pod", UUID, b"")),
    ],
)
def test_what_could_not_be_read_back_is_refused_and_spoils_nothing(
    tmp_path: Path, spoil: Callable[[RecordingWriter], None]
) -> None:
    with RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS) as writer:
        writer.message("marks", 0.0, {"kind": "start"}, "mark")
        with pytest.raises(ValueError, match=r"topic|JSON|slot|t_s"):
            spoil(writer)
        writer.message("marks", 1.0, {"kind": "stop"}, "mark")
    recording = read_recording(tmp_path / "r.mcap")
    assert [item.t_s for item in recording.items] == [0.0, 1.0]
    assert recording.damage == ()


def test_a_flush_in_silence_touches_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS) as writer:
        writer.notification(Notification(0.0, "pod", UUID, b"x"))
        writer.flush()
        with monkeypatch.context() as patch:
            patch.setattr(disk, "write_at", lambda *_: pytest.fail("wrote in silence"))
            writer.flush()


def test_a_long_time_without_a_flush_makes_many_chunks(tmp_path: Path) -> None:
    items = some_items(600, payload_bytes=400)
    writer = RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS)
    for item in items:
        add(writer, item)
    assert max(len(chunk.data) for chunk in writer._growing._sealed) < CHUNK_BYTES + 1000
    assert writer.close()
    assert list(read_recording(tmp_path / "r.mcap").items) == items


def test_a_closed_recording_takes_nothing_more(tmp_path: Path) -> None:
    writer = RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS)
    assert writer.close()
    assert not writer.close()
    with pytest.raises(ValueError, match="closed"):
        writer.notification(Notification(0.0, "pod", UUID, b""))


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    items = some_items(60)
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    for item in items[:20]:
        add(writer, item)
    writer.flush()
    whole = path.stat().st_size
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel takes part of the next write and refuses the rest, as a full disk does.
    resource.setrlimit(resource.RLIMIT_FSIZE, (whole + 100, limits[1]))
    try:
        for item in items[20:40]:
            add(writer, item)
        for _ in range(2):
            with pytest.raises(UnwritableFileError, match=r"r\.mcap: cannot be written .*free"):
                writer.flush()
            assert path.stat().st_size == whole
            assert list(read_recording(path).items) == items[:20]
        with pytest.raises(UnwritableFileError):
            writer.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    for item in items[40:]:
        add(writer, item)
    assert writer.close()
    recording = read_recording(path)
    assert list(recording.items) == items
    assert recording.damage == ()


def test_a_failed_synchronisation_writes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.mcap"
    items = some_items(10)
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    for item in items:
        add(writer, item)

    def fail(_: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "_synchronise", fail)
        with pytest.raises(UnwritableFileError, match="Input/output error"):
            writer.flush()
    writer.flush()
    assert list(read_recording(path).items) == items
    abandon(writer)


def test_a_failed_start_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk, "_synchronise", fail)
    with pytest.raises(UnwritableFileError, match=r"No space left"):
        RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS)
    assert list(tmp_path.iterdir()) == []


def test_no_room_for_compaction_keeps_the_finished_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.mcap"
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    for item in some_items(10):
        add(writer, item)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(disk, "create", refuse)
    assert not writer.close()
    recording = read_recording(path)
    assert recording.is_finished
    assert recording.damage == ()
    assert list(recording.items) == some_items(10)
    assert [file.name for file in tmp_path.iterdir()] == ["r.mcap"]


def test_what_a_killed_compaction_left_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".r.mcap.compact").write_bytes(b"half a file")
    write_finished(tmp_path / "r.mcap", some_items(10))
    assert [file.name for file in tmp_path.iterdir()] == ["r.mcap"]
    assert list(read_recording(tmp_path / "r.mcap").items) == some_items(10)


def test_flushing_in_another_thread_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    is_done = threading.Event()

    def keep_flushing() -> None:
        while not is_done.is_set():
            writer.flush()

    thread = threading.Thread(target=keep_flushing)
    thread.start()
    items = some_items(2000)
    for item in items:
        add(writer, item)
    is_done.set()
    thread.join()
    assert writer.close()
    recording = read_recording(path)
    assert list(recording.items) == items
    assert recording.damage == ()


def test_behind_a_disk_that_refuses_memory_is_bounded_and_what_people_did_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.mcap"
    bound = 20_000
    monkeypatch.setattr(growing, "WAITING_BYTES", bound)
    items = some_items(400, payload_bytes=200)
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(disk, "write_at", refuse)
        for n, item in enumerate(items):
            add(writer, item)
            if n % 5 == 0:
                with pytest.raises(UnwritableFileError):
                    writer.flush()
            raw = sum(chunk.raw for chunk in writer._growing._sealed)
            assert raw * 200 < bound
    assert writer.close()
    recording = read_recording(path)
    lasting = [item for item in items if not isinstance(item, Notification)]
    assert [i for i in recording.items if not isinstance(i, Notification)] == lasting
    there = [i for i in recording.items if isinstance(i, Notification)]
    given = [i for i in items if isinstance(i, Notification)]
    # The newest stay, in order, and the number of the others is known: also to a reader.
    assert 20 < len(there) == len(given) - writer.dropped
    assert there == given[writer.dropped :]
    (gap,) = recording.damage
    assert f"{writer.dropped} messages missing" in gap


def test_no_write_is_longer_than_a_torn_end_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = some_items(1200, payload_bytes=200)
    writer = RecordingWriter(tmp_path / "r.mcap", HEADER, T0_UTC_NS)
    lengths = []
    write_at = disk.write_at

    def write(file: FileIO, offset: int, data: bytes) -> None:
        lengths.append(len(data))
        write_at(file, offset, data)

    monkeypatch.setattr(disk, "write_at", write)
    for item in items:
        add(writer, item)
    assert writer.close()
    assert sum(lengths) > 3 * TORN_BYTES
    assert max(lengths) <= TORN_BYTES
    assert list(read_recording(tmp_path / "r.mcap").items) == items


@pytest.mark.parametrize("torn", [0, 1, 30])
def test_a_recording_that_broke_off_goes_on_as_if_it_had_not(tmp_path: Path, torn: int) -> None:
    path = tmp_path / "r.mcap"
    items = some_items(40)
    write_unfinished(path, [items[:10], items[10:20]])
    path.write_bytes(path.read_bytes()[: -torn or None])
    kept = 10 if torn else 20
    with ReopenedRecording(path) as writer:
        assert writer.t0_utc_ns == T0_UTC_NS
        for item in items[20:]:
            add(writer, item)
    recording = read_recording(path)
    assert recording.header == HEADER
    assert recording.is_finished
    assert recording.damage == ()
    assert list(recording.items) == items[:kept] + items[20:]


def test_a_closed_recording_does_not_go_on(tmp_path: Path) -> None:
    path = tmp_path / "r.mcap"
    write_finished(path, some_items(10))
    before = path.read_bytes()
    with pytest.raises(UnwritableFileError, match=r"was closed.*begin a new one"):
        ReopenedRecording(path)
    assert path.read_bytes() == before
