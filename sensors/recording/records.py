"""The records of an MCAP file, each checked before it is passed on.

The library's stream reader trusts declared lengths, accepts short reads and does not check sums by
default. Here every length is held against the file's size, every chunk against its checksum, and
the closed data section against its own; whatever is wrong ends in one ``UnreadableFileError`` that
names the byte. A torn end of a file that was never closed is no error: it is told in ``damage``.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from mcap.opcode import Opcode

from sensors.disk import shown
from sensors.errors import UnreadableFileError
from sensors.recording.chunk import FaultyRecordError, Record, records
from sensors.recording.layout import MAGIC, RECORD_BYTES

TORN_BYTES: Final = 64 * 1024
"""A power cut can tear what was written and not yet synchronised: at most this many bytes from the
end of a file that was never closed, for no single write is longer; damage before it is damage."""

_HEAD: Final = struct.Struct("<BQ")
_FOOTER: Final = struct.Struct("<BQQQI")


_TOP_LEVEL: Final = frozenset(
    {
        Opcode.HEADER,
        Opcode.METADATA,
        Opcode.CHUNK,
        Opcode.MESSAGE_INDEX,
        Opcode.DATA_END,
    }
)


class _CutError(FaultyRecordError):
    """The file ends inside a record that is sound as far as it goes."""


def unreadable(path: Path, offset: int, what: str) -> UnreadableFileError:
    """Return the error for damage at byte ``offset``."""
    return UnreadableFileError(
        f"{shown(path)}: damaged at byte {offset}: {what}; use a copy of this file, if there is one"
    )


class RecordWalk:
    """One pass over the records of a file, in file order.

    Parameters
    ----------
    path : Path
        An MCAP file.

    Attributes
    ----------
    is_finished : bool
        After the walk: the file was closed, nothing can be missing at its end.
    damage : list of str
        After the walk: one sentence for each thing that was left out.
    end, crc : int
        How many bytes the whole records before it take, and their CRC: where a file that was never
        closed goes on.

    Raises
    ------
    UnreadableFileError
        While walking: no MCAP file, or damage other than a torn end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_finished = False
        self.damage: list[str] = []
        self.end = 0
        self.crc = 0
        self._size = 0
        self._has_end = False

    def __iter__(self) -> Iterator[tuple[int, Record]]:
        """Yield each record with the byte where it, or the chunk around it, starts."""
        try:
            if not self.path.is_file():
                raise UnreadableFileError(
                    f"{shown(self.path)}: {self._absence()}; give the file of a recording"
                )
            with self.path.open("rb") as file:
                yield from self._walk(file)
        except OSError as error:
            raise UnreadableFileError(
                f"{shown(self.path)}: cannot be read ({error.strerror}); check the disk and rights"
            ) from error

    def _absence(self) -> str:
        return "not a file" if self.path.exists() else "no such file"

    def _walk(self, file: BinaryIO) -> Iterator[tuple[int, Record]]:
        self._size = os.fstat(file.fileno()).st_size
        self._check_magic(file)
        self.crc = zlib.crc32(MAGIC)
        self.end = len(MAGIC)
        while self.end < self._size:
            try:
                head, body = self._record(file, self.end)
                opcode = head[0]
                inner = records(opcode, body)
            except FaultyRecordError as fault:
                self._stop(self.end, fault)
                return
            if opcode == Opcode.DATA_END:
                self._check_data_end(self.end, body, self.crc)
                self.is_finished = True
                self._check_summary(file, self.end + len(head) + len(body))
                return
            for record in inner:
                yield self.end, record
            self.crc = zlib.crc32(body, zlib.crc32(head, self.crc))
            self.end += len(head) + len(body)

    def _check_magic(self, file: BinaryIO) -> None:
        start = file.read(len(MAGIC))
        if start != MAGIC:
            what = "is empty" if not start else "is not a recording (no MCAP signature)"
            if start and MAGIC.startswith(start):
                what = f"is cut off at byte {self._size}, before its header: nothing can be read"
            raise UnreadableFileError(
                f"{shown(self.path)}: {what}; give an .mcap file that StrideGate recorded"
            )
        if self._size >= 2 * len(MAGIC):
            file.seek(-len(MAGIC), os.SEEK_END)
            self._has_end = file.read() == MAGIC
            file.seek(len(MAGIC))

    def _record(self, file: BinaryIO, offset: int) -> tuple[bytes, bytes]:
        room = self._size - offset - _HEAD.size
        head = file.read(_HEAD.size)
        if room < 0 or len(head) < _HEAD.size:
            raise FaultyRecordError("a record without a length")
        opcode, length = _HEAD.unpack(head)
        if opcode in (Opcode.MESSAGE, Opcode.CHANNEL, Opcode.SCHEMA):
            raise FaultyRecordError("a message outside a chunk, which no checksum protects")
        if opcode not in _TOP_LEVEL:
            raise FaultyRecordError(f"a record of unknown kind {opcode}")
        if opcode == Opcode.HEADER and offset != len(MAGIC):
            # What is read as one is passed over: a chunk that was changed to it must not vanish.
            raise FaultyRecordError("a second beginning")
        if length > RECORD_BYTES:
            raise FaultyRecordError(f"a record of {length} bytes, more than any recording holds")
        if length > room:
            if not self._has_end:
                raise _CutError
            raise FaultyRecordError("a record that runs past the end of the file")
        return head, file.read(length)

    def _stop(self, offset: int, fault: FaultyRecordError) -> None:
        rest = self._size - offset
        if isinstance(fault, _CutError) or (not self._has_end and rest <= TORN_BYTES):
            self.damage.append(
                f"cut off at byte {offset}: the last {rest} bytes are no whole piece"
                " and were left out"
            )
            return
        raise unreadable(self.path, offset, str(fault))

    def _check_data_end(self, offset: int, body: bytes, crc: int) -> None:
        if len(body) != 4:
            raise unreadable(self.path, offset, "an end of data of wrong length")
        declared = int.from_bytes(body, "little")
        if declared not in (0, crc):
            raise unreadable(self.path, offset, "the checksum of the whole file is wrong")

    def _check_summary(self, file: BinaryIO, start: int) -> None:
        """Check the index behind the data, which is never used for reading."""
        length = self._size - start
        if length > RECORD_BYTES:
            self._note_index(start)
            return
        tail = file.read(length)
        footer_at = length - len(MAGIC) - _FOOTER.size
        if footer_at < 0 or not tail.endswith(MAGIC):
            self._note_index(start)
            return
        opcode, size, summary_at, _, declared = _FOOTER.unpack_from(tail, footer_at)
        sums = {zlib.crc32(tail[: footer_at + _FOOTER.size - 4])}
        if summary_at == 0 and footer_at == 0:
            sums.add(0)
        is_placed = summary_at == (start if footer_at else 0)
        is_footer = (opcode, size) == (Opcode.FOOTER, _FOOTER.size - _HEAD.size)
        if not (is_footer and is_placed and declared in sums):
            self._note_index(start)

    def _note_index(self, start: int) -> None:
        self.damage.append(f"the index from byte {start} on is cut off or damaged; no data is lost")
