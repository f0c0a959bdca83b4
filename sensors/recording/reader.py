"""Reading a recording: its header, then its items one after the other."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mcap.records import Channel, Message, Metadata

from sensors.disk import shown
from sensors.errors import UnreadableFileError
from sensors.recording.layout import (
    PROFILE,
    ItemReader,
    RecordedItem,
    item_reader,
    parse_header,
    session_s,
)
from sensors.recording.records import RecordWalk, unreadable


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording in memory.

    Attributes
    ----------
    path : Path
        The file.
    header : Mapping[str, object]
        What the session wrote at its start: pseudonym, pod, stage, plan, limits and the like.
    t0_utc_ns : int
        UTC of session second 0, in nanoseconds since 1970.
    items : tuple of RecordedItem
        Notifications, link events and messages in file order.
    is_finished : bool
        The file was closed. Otherwise up to one flush interval may be missing at its end.
    damage : tuple of str
        One sentence for each thing missing: a torn end, a gap in a channel's sequence.
    """

    path: Path
    header: Mapping[str, object]
    t0_utc_ns: int
    items: tuple[RecordedItem, ...]
    is_finished: bool
    damage: tuple[str, ...]


class RecordingStream:
    """A recording read piece by piece, for files of any length.

    Opening reads the header alone. Iterating yields the items in file order and reads the file from
    its start each time; ``is_finished`` and ``damage`` are known after the last item.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    UnreadableFileError
        On opening: missing, not a recording, or cut off within its header. While iterating:
        damaged at byte N.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_finished = False
        self.damage: tuple[str, ...] = ()
        self.header, self.t0_utc_ns = self._read_header()

    def _read_header(self) -> tuple[Mapping[str, object], int]:
        walk = RecordWalk(self.path)
        for offset, record in walk:
            if not isinstance(record, Metadata) or record.name != PROFILE:
                break
            try:
                return parse_header(record.metadata)
            except ValueError as error:
                raise unreadable(self.path, offset, str(error)) from error
        cause = walk.damage[0] if walk.damage else "an MCAP file, but without StrideGate's header"
        raise UnreadableFileError(
            f"{shown(self.path)}: {cause}; give an .mcap file that StrideGate recorded"
        )

    def __iter__(self) -> Iterator[RecordedItem]:
        """Yield the items in file order."""
        walk = RecordWalk(self.path)
        channels: dict[int, Channel] = {}
        readers: dict[int, ItemReader] = {}
        awaited: dict[int, int] = {}
        gaps: list[str] = []
        t0_utc_ns = self.t0_utc_ns
        for offset, record in walk:
            if isinstance(record, Message):
                number = record.channel_id
                channel = channels.get(number)
                if channel is None:
                    raise unreadable(self.path, offset, "a message of an unknown channel")
                expected = awaited.get(number, 0)
                awaited[number] = record.sequence + 1
                if record.sequence != expected:
                    gaps.append(_gap(channel.topic, expected, record.sequence, offset))
                try:
                    if number not in readers:
                        readers[number] = item_reader(channel.topic)
                    found = readers[number](session_s(t0_utc_ns, record.log_time), record.data)
                except ValueError as error:
                    what = f"a message on {channel.topic!r} is not readable ({error})"
                    raise unreadable(self.path, offset, what) from error
                yield found
            elif isinstance(record, Channel) and channels.setdefault(record.id, record) != record:
                raise unreadable(self.path, offset, f"channel {record.id} changes its meaning")
        self.is_finished = walk.is_finished
        self.damage = (*gaps, *walk.damage)


def _gap(topic: str, expected: int, found: int, offset: int) -> str:
    if found < expected:
        return f"channel {topic!r}: messages repeated before byte {offset}"
    return f"channel {topic!r}: {found - expected} messages missing before byte {offset}"


def read_recording(path: Path, *, salvage: bool = False) -> Recording:
    """Read a whole recording.

    Parameters
    ----------
    path : Path
        The file.
    salvage : bool, optional
        Keep what stands before damage in the middle of a file, and tell of it in ``damage``,
        instead of refusing the file.

    Returns
    -------
    Recording
        An unfinished or cut file gives everything up to its last whole piece.

    Raises
    ------
    UnreadableFileError
        Missing, not a recording, or damaged at byte N.
    """
    stream = RecordingStream(path)
    items: list[RecordedItem] = []
    refusal: tuple[str, ...] = ()
    try:
        items.extend(stream)
    except UnreadableFileError as error:
        if not salvage:
            raise
        refusal = (error.sentence,)
    return Recording(
        path=path,
        header=stream.header,
        t0_utc_ns=stream.t0_utc_ns,
        items=tuple(items),
        is_finished=stream.is_finished,
        damage=(*stream.damage, *refusal),
    )
