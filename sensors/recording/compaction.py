"""A closed recording written again: large packed chunks and an index, for keeping and sharing."""

from pathlib import Path
from typing import Final

from mcap.records import Channel, Message, Metadata, Schema
from mcap.writer import CompressionType, IndexType, Writer

from sensors import disk
from sensors.errors import UnreadableFileError
from sensors.recording.layout import PROFILE
from sensors.recording.records import RecordWalk

PACKED_CHUNK_BYTES: Final = 256 * 1024
"""Unpacked size of a chunk of a closed recording: a reader loses at most this where a copy of the
file was cut short, about 45 s of a pod at 5 kB/s (design default)."""

DRAFT: Final = ".compact"
"""How the compact form is called while it is written."""

# An index entry per message would add 16 bytes to each, 8 % of a notification; chunks are small.
_INDEXES: Final = IndexType.CHUNK | IndexType.METADATA


def draft_of(path: Path) -> Path:
    """Return where the compact form of a recording is written; a kill may leave it there."""
    return path.with_name(f".{path.name}{DRAFT}")


def compact(path: Path) -> bool:
    """Replace a finished recording by its compact form, which holds the same records in order.

    The new file is written beside it, synchronised, and renamed over it, so that at any moment the
    name leads to one whole file.

    Parameters
    ----------
    path : Path
        A finished recording.

    Returns
    -------
    bool
        False where the disk is full or the recording does not read back whole; the file then stays
        as it is, which is whole too, only larger.
    """
    temporary = draft_of(path)
    try:
        temporary.unlink(missing_ok=True)
        try:
            is_whole = _rewrite(path, temporary)
            if is_whole:
                temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        disk.synchronise_folder(path.parent)
    except (OSError, UnreadableFileError):
        return False
    return is_whole


def _rewrite(source: Path, target: Path) -> bool:
    walk = RecordWalk(source)
    with disk.create(target) as file:
        writer = Writer(
            file,
            chunk_size=PACKED_CHUNK_BYTES,
            compression=CompressionType.ZSTD,
            index_types=_INDEXES,
            enable_data_crcs=True,
        )
        writer.start(PROFILE)
        schemas: dict[int, int] = {0: 0}
        channels: dict[int, int] = {}
        for _, record in walk:
            match record:
                case Metadata():
                    writer.add_metadata(record.name, record.metadata)
                case Schema():
                    schemas[record.id] = writer.register_schema(
                        record.name, record.encoding, record.data
                    )
                case Channel():
                    channels[record.id] = writer.register_channel(
                        record.topic,
                        record.message_encoding,
                        schemas[record.schema_id],
                        record.metadata,
                    )
                case Message():
                    writer.add_message(
                        channels[record.channel_id],
                        record.log_time,
                        record.data,
                        record.publish_time,
                        record.sequence,
                    )
        writer.finish()  # type: ignore[no-untyped-call]  # mcap leaves it unannotated
        # The library puts a buffer of its own on a raw file and leaves flushing it to us.
        writer.flush()  # type: ignore[no-untyped-call]  # mcap leaves it unannotated
        disk.synchronise(file)
    return walk.is_finished and not walk.damage
