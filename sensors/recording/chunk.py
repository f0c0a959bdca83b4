"""One top-level record of an MCAP file, taken apart: lengths and checksums are checked."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final, TypeAlias

import zstandard
from mcap.data_stream import ReadDataStream
from mcap.exceptions import McapError
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Message, Metadata, Schema

from sensors.recording.layout import RECORD_BYTES

Record: TypeAlias = Metadata | Schema | Channel | Message

_HEAD: Final = struct.Struct("<BQ")
_MESSAGE: Final = struct.Struct("<HIQQ")
_PARSE_ERRORS: Final = (McapError, struct.error, ValueError, OverflowError, zstandard.ZstdError)


class FaultyRecordError(Exception):
    """What is wrong with one record; whoever reads the file knows where it stands."""


def records(opcode: int, body: bytes) -> list[Record]:
    """Return what the body of a top-level record holds; empty for indexes and the like.

    Parameters
    ----------
    opcode : int
        The kind of the record.
    body : bytes
        The record without its nine-byte head, of the length its head declares.

    Raises
    ------
    FaultyRecordError
        The body is malformed, or a checksum in it is wrong.
    """
    try:
        if opcode == Opcode.METADATA:
            return [Metadata.read(ReadDataStream(BytesIO(body)))]
        if opcode == Opcode.CHUNK:
            return list(_chunk_records(_unpacked(Chunk.read(ReadDataStream(BytesIO(body))))))
        if opcode == Opcode.MESSAGE_INDEX:
            # A chunk whose kind was flipped to an index must not vanish without a word.
            (length,) = struct.unpack_from("<I", body, 2)
            if length != len(body) - 6:
                raise FaultyRecordError("an index of wrong length")
    except _PARSE_ERRORS as error:
        raise FaultyRecordError(_one_line(error)) from error
    return []


def _unpacked(chunk: Chunk) -> bytes:
    if chunk.compression not in ("", "zstd"):
        raise FaultyRecordError("a chunk packed in an unknown way")
    data = chunk.data
    if chunk.uncompressed_size > RECORD_BYTES:
        raise FaultyRecordError("a chunk larger than any recording holds")
    if chunk.compression:
        # The packed frame names its own size, and the library reserves it before it looks.
        if zstandard.get_frame_parameters(data).content_size != chunk.uncompressed_size:
            raise FaultyRecordError("a chunk that disagrees about its size")
        data = zstandard.ZstdDecompressor().decompress(data)
    if len(data) != chunk.uncompressed_size or zlib.crc32(data) != chunk.uncompressed_crc:
        raise FaultyRecordError("the checksum of a chunk is wrong")
    return data


def _chunk_records(data: bytes) -> Iterator[Record]:
    start, end = 0, 0
    while end < len(data):
        opcode, length = _HEAD.unpack_from(data, end)
        start = end + _HEAD.size
        end = start + length
        if end > len(data):
            raise FaultyRecordError("a record that runs past the end of its chunk")
        if opcode == Opcode.MESSAGE:
            if length < _MESSAGE.size:
                raise FaultyRecordError("a message that ends within its head")
            channel_id, sequence, log_time, publish_time = _MESSAGE.unpack_from(data, start)
            payload = data[start + _MESSAGE.size : end]
            yield Message(channel_id, log_time, payload, publish_time, sequence)
        elif opcode == Opcode.CHANNEL:
            yield Channel.read(ReadDataStream(BytesIO(data[start:end])))
        elif opcode == Opcode.SCHEMA:
            yield Schema.read(ReadDataStream(BytesIO(data[start:end])))
        else:
            raise FaultyRecordError(f"a record of unknown kind {opcode} in a chunk")


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
