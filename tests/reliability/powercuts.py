"""Power cuts: every prefix of what a recording asked of its disk, torn and reordered (T2)."""

import errno
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from recorded_files import HEADER, T0_UTC_NS, add, some_items
from reliability.row import Row, memory_folder
from reliability.traced import Trace, power_cuts

from sensors.errors import UnreadableFileError, UnwritableFileError
from sensors.recording.layout import RecordedItem
from sensors.recording.reader import read_recording
from sensors.recording.reopened import ReopenedRecording
from sensors.recording.writer import RecordingWriter

PACE = 10.0
"""Items of ``some_items`` come every 0.25 s; here ten times as fast: 40/s, as a pod's."""

FLUSH_S = 0.2
"""s. Rather longer than a running session's way to the disk: the grid's 0.1 s and the flush's."""

LOST_S = 1.0
PAYLOAD = 200


@dataclass(slots=True)
class Cuts:
    """What was found in all the states that power cuts left."""

    states: int = 0
    unreadable: int = 0
    lost_acknowledged: int = 0
    lost_s: float = 0.0
    torn: int = 0


def session(path: Path, trace: Trace, items: list[RecordedItem], *, ill: bool) -> None:
    """Record, as a session does; ``ill``: the disk refuses for a third of it.

    One more program then breaks off, and a last one goes on and closes.
    """
    third = len(items) // 3
    with trace.installed():
        writer = RecordingWriter(path, HEADER, T0_UTC_NS)
        trace.note(begun=1)
        _record(writer, trace, items[:third], 0, ill=False)
        _record(writer, trace, items[third : 2 * third], third, ill=ill)
        writer._file.close()
        writer = ReopenedRecording(path)
        _record(writer, trace, items[2 * third :], 2 * third, ill=False)
        writer.close()
        trace.note(acked=len(items))


def _record(
    writer: RecordingWriter, trace: Trace, items: list[RecordedItem], before: int, *, ill: bool
) -> None:
    flushed_s = 0.0
    for n, item in enumerate(items, before + 1):
        add(writer, item)
        trace.note(given=n)
        t_s = item.t_s / PACE
        if t_s - flushed_s >= FLUSH_S or n == before + len(items):
            flushed_s = t_s
            is_refused = ill and n < before + len(items) - 4
            trace.fails = (_full, _failing)[n % 2] if is_refused else lambda _: None
            try:
                writer.flush()
                trace.note(acked=n, ill=0)
            except UnwritableFileError:
                trace.note(ill=1)
            trace.fails = lambda _: None


def _full(kind: str) -> None:
    if kind == "write":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _failing(kind: str) -> None:
    if kind == "sync":
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def cut(count: int, torn: int, *, ill: bool, seed: int = 1) -> Cuts:
    """Record ``count`` items and cut the power at every operation."""
    found = Cuts()
    items = some_items(count, PAYLOAD)
    trace = Trace()
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        path = Path(name) / "r.mcap"
        session(path, trace, items, ill=ill)
        read = Path(name) / "left.mcap"
        for left in power_cuts(trace, seed, torn):
            found.states += 1
            acked = int(left.known.get("acked", 0))
            data = left.files.get(path.name)
            if not left.known.get("begun"):
                continue
            if data is None:
                found.unreadable += 1
                continue
            read.write_bytes(data)
            try:
                recording = read_recording(read)
            except UnreadableFileError:
                found.unreadable += 1
                continue
            there = len(recording.items)
            found.torn += bool(recording.damage)
            if there < acked or list(recording.items) != items[:there]:
                found.lost_acknowledged += 1
            given = int(left.known.get("given", 0))
            if given > there and not left.known.get("ill"):
                first_lost_s = items[there].t_s / PACE
                found.lost_s = max(found.lost_s, items[given - 1].t_s / PACE - first_lost_s)
    return found


def proof(count: int = 450, torn: int = 90) -> list[Row]:
    """Record ``count`` items and cut, with ``torn`` chances a cut."""
    rows = []
    for what, ill in (("a healthy disk", False), ("a disk that refuses for a third", True)):
        found = cut(count, torn, ill=ill)
        result = (
            f"{found.unreadable} unreadable, {found.lost_acknowledged} lost acknowledged data, "
            f"at most {found.lost_s:.2f} s of what the radio gave; {found.torn:,} had a torn end"
        )
        rows.append(Row("T2", f"power cuts, {what}", f"{found.states:,} states", result))
    return rows
