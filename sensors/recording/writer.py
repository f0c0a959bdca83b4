"""Writing a recording that is whole at every moment, whatever happens to the program."""

import threading
import zlib
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from mcap.records import DataEnd, Footer, Header, Metadata
from mcap.writer import LIBRARY_IDENTIFIER

from sensors import disk
from sensors.errors import UnwritableFileError
from sensors.recording import layout
from sensors.recording.compaction import compact
from sensors.recording.growing import GrowingChunk, record_bytes
from sensors.recording.records import TORN_BYTES
from sensors.samples import LinkEvent, Notification


class RecordingWriter:
    """A recording being made.

    The header is on disk when the constructor returns. After that nothing reaches the file but
    whole chunks, each by one ``flush``; what was flushed survives a kill and a power cut. Where the
    disk refuses, nothing is lost for ten minutes and more: what waits is kept in memory and goes
    with the next flush; behind ``WAITING_BYTES`` the oldest notifications are ``dropped``.

    Adding never waits for the disk, and ``flush`` and ``close`` may run in another thread.

    Parameters
    ----------
    path : Path
        A file that does not exist; missing folders are made. Nobody else may read either.
    header : Mapping[str, object]
        JSON values: pseudonym, pod, firmware, placement, versions, stage, plan, limits, baselines,
        programme hash and whatever else the decisions depend on.
    t0_utc_ns : int
        UTC of session second 0, in nanoseconds since 1970.

    Raises
    ------
    UnwritableFileError
        The file exists, or cannot be made.
    ValueError
        The header is not JSON.
    """

    def __init__(self, path: Path, header: Mapping[str, object], t0_utc_ns: int) -> None:
        start = layout.MAGIC + record_bytes(
            Header(layout.PROFILE, LIBRARY_IDENTIFIER),
            Metadata(layout.PROFILE, layout.header_entries(header, t0_utc_ns)),
        )
        try:
            file = disk.create(path)
        except FileExistsError as error:
            raise UnwritableFileError(
                f"{disk.shown(path)}: exists already, and a recording is never overwritten;"
                " give another name"
            ) from error
        except OSError as error:
            raise refusal(path, error) from error
        self._begin(path, t0_utc_ns, file, GrowingChunk())
        try:
            self._write(start)
            disk.synchronise_folder(path.parent)
        except (OSError, UnwritableFileError) as error:
            self._file.close()
            path.unlink(missing_ok=True)
            raise refusal(path, error) from error

    def _begin(
        self, path: Path, t0_utc_ns: int, file: FileIO, growing: GrowingChunk, *, end: int = 0,
        crc: int = 0,
    ) -> None:  # fmt: skip
        self.path = path
        self.t0_utc_ns = t0_utc_ns
        self._file = file
        self._growing = growing
        self._growing_lock = threading.Lock()
        self._file_lock = threading.Lock()
        self._is_open = True
        self._end = end
        self._crc = crc

    @property
    def dropped(self) -> int:
        """Notifications that were let go because the disk took nothing for too long."""
        return self._growing.dropped

    def notification(self, notification: Notification) -> None:
        """Add a notification; its bytes are kept untouched."""
        topic = layout.raw_topic(notification.slot, notification.uuid)
        self._add(topic, layout.RAW_ENCODING, None, notification.t_s, notification.payload)

    def link_event(self, event: LinkEvent) -> None:
        """Add a change of a pod's link."""
        data = layout.json_text(layout.link_value(event)).encode()
        topic = layout.link_topic(event.slot)
        self._add(topic, layout.JSON_ENCODING, layout.LINK_SCHEMA, event.t_s, data)

    def message(
        self, topic: str, t_s: float, value: Mapping[str, object], schema_name: str
    ) -> None:
        """Add a JSON object at session second ``t_s``.

        Parameters
        ----------
        topic : str
            The channel, for example ``"marks"`` or ``"decisions"``.
        t_s : float
            Session time in seconds.
        value : Mapping[str, object]
            JSON values only.
        schema_name : str
            The kind of the object; one topic carries one kind.

        Raises
        ------
        ValueError
            The topic is taken by raw or link channels or by another kind, or the value is not JSON.
        """
        data = layout.json_text(dict(value)).encode()
        schema = {"title": schema_name, "type": "object"}
        self._add(layout.message_topic(topic), layout.JSON_ENCODING, schema, t_s, data)

    def _add(
        self,
        topic: str,
        encoding: str,
        schema: Mapping[str, object] | None,
        t_s: float,
        data: bytes,
    ) -> None:
        time_ns = layout.log_time_ns(self.t0_utc_ns, t_s)
        with self._growing_lock:
            if not self._is_open:
                raise ValueError(f"{disk.shown(self.path)}: the recording is closed")
            self._growing.add(topic, encoding, schema, time_ns, data)

    def flush(self) -> None:
        """Bring everything added so far to the disk; free where nothing was added.

        Raises
        ------
        UnwritableFileError
            The disk is full or fails. The file is whole up to the last flush that succeeded, and
            what waits is kept for the next.
        """
        with self._file_lock:
            self._flush()

    def _flush(self) -> None:
        with self._growing_lock:
            self._growing.seal()
        # No write is longer than what a reader takes for a torn end.
        while data := self._take():
            try:
                self._write(data)
            except UnwritableFileError:
                with self._growing_lock:
                    self._growing.refused()
                raise
            with self._growing_lock:
                self._growing.written()

    def _take(self) -> bytes:
        with self._growing_lock:
            return self._growing.take(TORN_BYTES)

    def _write(self, data: bytes) -> None:
        # The place is only moved on after the disk has answered: a failed synchronisation may have
        # dropped the bytes, and then they must be written again.
        try:
            disk.write_at(self._file, self._end, data)
        except OSError as error:
            raise refusal(self.path, error) from error
        self._end += len(data)
        self._crc = zlib.crc32(data, self._crc)

    def close(self) -> bool:
        """Finish the file and compact it; a second call does nothing.

        Returns
        -------
        bool
            True where the file was compacted; it is finished and whole either way.

        Raises
        ------
        UnwritableFileError
            The end cannot be written. The recording stays open, for another attempt.
        """
        with self._file_lock:
            if self._file.closed:
                return False
            self._set_open(False)
            try:
                self._flush()
                self._finish()
            except UnwritableFileError:
                self._set_open(True)
                raise
            self._file.close()
            return compact(self.path)

    def abandon(self) -> None:
        """Let go of the file as it is, for one that is thrown away; a closed one stays closed."""
        with self._file_lock:
            self._set_open(False)
            self._file.close()

    def _finish(self) -> None:
        end, crc = self._end, self._crc
        try:
            self._write(record_bytes(DataEnd(crc), Footer(0, 0, 0)))
            # Last and alone: where the signature stands, so does all before it, whatever happens.
            self._write(layout.MAGIC)
        except UnwritableFileError:
            self._end, self._crc = end, crc
            raise

    def _set_open(self, is_open: bool) -> None:
        with self._growing_lock:
            self._is_open = is_open

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def refusal(path: Path, error: BaseException) -> UnwritableFileError:
    """Return what a disk refused, as one sentence with its cure."""
    if isinstance(error, UnwritableFileError):
        return error
    cause = error.strerror if isinstance(error, OSError) else str(error)
    return UnwritableFileError(
        f"{disk.shown(path)}: cannot be written ({cause});"
        " free space on the disk, or give another folder"
    )
