"""The chunk that a running session is filling: records in, bytes of whole chunks out. No file."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Chunk, McapRecord, Message, Schema

from sensors.recording.chunk import Record
from sensors.recording.layout import (
    CHUNK_BYTES,
    RAW_ENCODING,
    RECORD_BYTES,
    SCHEMA_ENCODING,
    json_text,
    json_value,
)

WAITING_BYTES: Final = 16 * 1024 * 1024
"""What may wait in memory for a disk that refuses: ten minutes of two pods at 13 kB/s each (design
default); a pod at 208 Hz with a gyroscope takes half of that."""


def record_bytes(*records: McapRecord) -> bytes:
    """Return the bytes of MCAP records, one after the other."""
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    return _taken(builder)


def _taken(builder: RecordBuilder) -> bytes:
    data: bytes = builder.end()  # type: ignore[no-untyped-call]  # mcap leaves it unannotated
    return data


@dataclass(frozen=True, slots=True)
class SealedChunk:
    """A whole chunk.

    Attributes
    ----------
    data : bytes
        The chunk.
    lasting : bytes
        The chunk without its notifications; empty where nothing else is in it.
    raw : int
        Its notifications.
    """

    data: bytes
    lasting: bytes
    raw: int

    @property
    def spared(self) -> "SealedChunk":
        """The chunk after its notifications were let go."""
        return SealedChunk(self.lasting, self.lasting, 0)


class GrowingChunk:
    """Collects messages into MCAP chunks.

    The library's own writer keeps an index entry of every chunk for the summary, which at ten
    chunks a second grows without end, and hands its bytes straight to the file, where a full disk
    loses them. Here sealed chunks wait until their owner has them on disk: ``take`` the oldest,
    then say that they are ``written`` or ``refused``. Where too many wait, the oldest notifications
    are let go; what people did, decisions and the link's events stay.

    Chunks are not packed: at a tenth of a second of data it would save a tenth, and a plain file
    is the easiest to rescue.

    Parameters
    ----------
    before : iterable of Record
        The records of a recording that goes on.

    Attributes
    ----------
    dropped : int
        Notifications that were let go.
    """

    def __init__(self, before: Iterable[Record] = ()) -> None:
        self.dropped = 0
        self._sealed: list[SealedChunk] = []
        self._in_flight = 0
        self._spared = 0
        self._waiting_bytes = 0
        self._builder = RecordBuilder()
        self._lasting = RecordBuilder()
        self._times: list[int] = []
        self._raw = 0
        self._channels: dict[str, Channel] = {}
        self._sequences: dict[int, int] = {}
        self._schemas: dict[str, Schema] = {}
        for record in before:
            match record:
                case Schema():
                    self._schemas[json_text(json_value(record.data.decode()))] = record
                case Channel():
                    self._channels[record.topic] = record
                case Message():
                    self._sequences[record.channel_id] = record.sequence + 1

    def add(
        self,
        topic: str,
        encoding: str,
        schema: Mapping[str, object] | None,
        time_ns: int,
        data: bytes,
    ) -> None:
        """Add a message; its channel and schema are written before their first message.

        Raises
        ------
        ValueError
            The message is too long, or its topic has carried another kind of message before.
        """
        if len(data) > RECORD_BYTES // 2:
            raise ValueError(f"topic {topic!r}: {len(data)} bytes are too many for one message")
        channel = self._channel(topic, encoding, schema)
        sequence = self._sequences.get(channel.id, 0)
        self._sequences[channel.id] = sequence + 1
        message = Message(
            channel_id=channel.id,
            log_time=time_ns,
            data=data,
            publish_time=time_ns,
            sequence=sequence,
        )
        message.write(self._builder)
        if encoding == RAW_ENCODING:
            self._raw += 1
        else:
            message.write(self._lasting)
        self._times.append(time_ns)
        if self._builder.count > CHUNK_BYTES:
            self.seal()

    def _channel(self, topic: str, encoding: str, schema: Mapping[str, object] | None) -> Channel:
        known = self._channels.get(topic)
        schema_id = self._schema_id(schema)
        if known is None:
            known = Channel(
                id=len(self._channels) + 1,
                topic=topic,
                message_encoding=encoding,
                metadata={},
                schema_id=schema_id,
            )
            self._define(known)
            self._channels[topic] = known
        elif (known.message_encoding, known.schema_id) != (encoding, schema_id):
            raise ValueError(f"topic {topic!r}: it carries messages of another kind already")
        return known

    def _schema_id(self, schema: Mapping[str, object] | None) -> int:
        if schema is None:
            return 0
        text = json_text(schema)
        known = self._schemas.get(text)
        if known is None:
            known = Schema(
                id=len(self._schemas) + 1,
                data=text.encode(),
                encoding=SCHEMA_ENCODING,
                name=str(schema.get("title", "")),
            )
            self._define(known)
            self._schemas[text] = known
        return known.id

    def _define(self, record: Schema | Channel) -> None:
        record.write(self._builder)
        record.write(self._lasting)

    def seal(self) -> None:
        """Close the chunk, if there is anything in it."""
        if not self._times:
            return
        data, lasting = _taken(self._builder), _taken(self._lasting)
        span = min(self._times), max(self._times)
        sealed = SealedChunk(
            _chunk_bytes(data, span), _chunk_bytes(lasting, span) if lasting else b"", self._raw
        )
        self._sealed.append(sealed)
        self._waiting_bytes += len(sealed.data)
        self._times.clear()
        self._raw = 0
        self._let_go()

    def _let_go(self) -> None:
        while self._waiting_bytes > WAITING_BYTES:
            place = max(self._spared, self._in_flight)
            if place >= len(self._sealed):
                return
            chunk = self._sealed[place]
            if chunk.lasting:
                self._sealed[place] = chunk.spared
                self._spared = place + 1
            else:
                del self._sealed[place]
            self._waiting_bytes -= len(chunk.data) - len(chunk.lasting)
            self.dropped += chunk.raw

    def take(self, most_bytes: int) -> bytes:
        """Return the oldest chunks: one at least, at most ``most_bytes``; empty where none wait."""
        self._in_flight = length = 0
        for chunk in self._sealed:
            length += len(chunk.data)
            if self._in_flight and length > most_bytes:
                break
            self._in_flight += 1
        return b"".join(chunk.data for chunk in self._sealed[: self._in_flight])

    def written(self) -> None:
        """Forget what was taken: it is on the disk."""
        taken = self._sealed[: self._in_flight]
        self._waiting_bytes -= sum(len(chunk.data) for chunk in taken)
        del self._sealed[: self._in_flight]
        self._spared = max(0, self._spared - self._in_flight)
        self._in_flight = 0

    def refused(self) -> None:
        """Take back what was taken: it waits on."""
        self._in_flight = 0


def _chunk_bytes(data: bytes, span: tuple[int, int]) -> bytes:
    chunk = Chunk(
        compression="",
        data=data,
        message_end_time=span[1],
        message_start_time=span[0],
        uncompressed_crc=zlib.crc32(data),
        uncompressed_size=len(data),
    )
    return record_bytes(chunk)
