"""Small recordings for tests: what is in them is known, finished or left as by a crash."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from sensors.recording.layout import RecordedItem, RecordedMessage
from sensors.recording.writer import RecordingWriter
from sensors.samples import LinkEvent, LinkState, Notification

T0_UTC_NS = 1_790_000_000_123_456_789
UUID = "0000fff1-0000-1000-8000-00805f9b34fb"
HEADER: dict[str, object] = {
    "pseudonym": "P-007",
    "pod": {"kind": "movesense", "firmware": "2.1"},
    "limits": {"peak_g": 12.5, "share_pct": 10},
    "stage": None,
}


def add(writer: RecordingWriter, item: RecordedItem) -> None:
    """Add one item by the method that fits it."""
    match item:
        case Notification():
            writer.notification(item)
        case LinkEvent():
            writer.link_event(item)
        case RecordedMessage():
            writer.message(item.topic, item.t_s, item.value, item.topic)


def abandon(writer: RecordingWriter) -> None:
    """Drop the writer as a crash would: nothing more reaches the file."""
    writer._file.close()
    writer._is_open = False


def some_items(count: int, payload_bytes: int = 20) -> list[RecordedItem]:
    """Return ``count`` items of all kinds, a quarter of a second apart."""
    items: list[RecordedItem] = []
    for n in range(count):
        t_s = n * 0.25
        if n % 8 == 0:
            items.append(LinkEvent(t_s, "pod", LinkState.STREAMING, f"for the {n}th time"))
        elif n % 8 == 4:
            items.append(RecordedMessage(t_s, "marks", {"kind": "pain", "value": n}))
        else:
            payload = bytes((n * 37 + k * k) % 256 for k in range(payload_bytes))
            items.append(Notification(t_s, "pod", UUID, payload))
    return items


def write_finished(path: Path, items: Iterable[RecordedItem]) -> None:
    """Write a closed, compacted recording."""
    with RecordingWriter(path, HEADER, T0_UTC_NS) as writer:
        for item in items:
            add(writer, item)


def write_unfinished(path: Path, flushes: Sequence[Sequence[RecordedItem]]) -> list[int]:
    """Write a recording as a crash leaves it; return the file's length after each flush."""
    writer = RecordingWriter(path, HEADER, T0_UTC_NS)
    lengths = []
    for items in flushes:
        for item in items:
            add(writer, item)
        writer.flush()
        lengths.append(path.stat().st_size)
    abandon(writer)
    return lengths
