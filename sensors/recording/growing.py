"""The chunk that a running session is filling: records in, bytes of whole chunks out. No file."""

import zlib
from collections.abc import Mapping

from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Chunk, McapRecord, Message, Schema

from sensors.recording.layout import CHUNK_BYTES, RECORD_BYTES, SCHEMA_ENCODING, json_text


def record_bytes(*records: McapRecord) -> bytes:
    """Return the bytes of MCAP records, one after the other."""
    builder = RecordBuilder()
    for record in records:
        record.write(builder)
    return _taken(builder)


def _taken(builder: RecordBuilder) -> bytes:
    data: bytes = builder.end()  # type: ignore[no-untyped-call]  # mcap leaves it unannotated
    return data


class GrowingChunk:
    """Collects messages into MCAP chunks.

    The library's own writer keeps an index entry of every chunk for the summary, which at four
    chunks a second grows without end, and hands its bytes straight to the file, where a full disk
    loses them. Here sealed chunks wait in ``sealed`` until their owner has them on disk.

    Chunks are not packed: at a quarter of a second of data it would save a tenth, and a plain file
    is the easiest to rescue.

    Attributes
    ----------
    sealed : list of bytes
        Whole chunks, oldest first.
    """

    def __init__(self) -> None:
        self.sealed: list[bytes] = []
        self._builder = RecordBuilder()
        self._times: list[int] = []
        self._channels: dict[str, Channel] = {}
        self._sequences: dict[int, int] = {}
        self._schemas: dict[str, Schema] = {}

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
            known.write(self._builder)
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
            known.write(self._builder)
            self._schemas[text] = known
        return known.id

    def seal(self) -> None:
        """Close the chunk, if there is anything in it."""
        if not self._times:
            return
        data = _taken(self._builder)
        chunk = Chunk(
            compression="",
            data=data,
            message_end_time=max(self._times),
            message_start_time=min(self._times),
            uncompressed_crc=zlib.crc32(data),
            uncompressed_size=len(data),
        )
        self.sealed.append(record_bytes(chunk))
        self._times.clear()
