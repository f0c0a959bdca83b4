"""Going on with a recording that a crash or a power cut broke off."""

from pathlib import Path

from sensors import disk
from sensors.errors import UnwritableFileError
from sensors.recording.growing import GrowingChunk
from sensors.recording.reader import RecordingStream
from sensors.recording.records import RecordWalk
from sensors.recording.writer import RecordingWriter, refusal


class ReopenedRecording(RecordingWriter):
    """A recording that goes on behind its last whole chunk, in the same file.

    Nobody else may be writing it. A torn end is cut off: no reader takes anything from it.

    Parameters
    ----------
    path : Path
        A recording that was never closed.

    Raises
    ------
    UnreadableFileError
        No recording, or damaged before its end.
    UnwritableFileError
        It was closed, or the disk refuses.
    """

    def __init__(self, path: Path) -> None:
        t0_utc_ns = RecordingStream(path).t0_utc_ns
        walk = RecordWalk(path)
        growing = GrowingChunk(record for _, record in walk)
        if walk.is_finished:
            raise UnwritableFileError(
                f"{disk.shown(path)}: was closed, and nothing is added to a closed recording;"
                " begin a new one"
            )
        try:
            file = disk.reopen(path, walk.end)
        except OSError as error:
            raise refusal(path, error) from error
        self._begin(path, t0_utc_ns, file, growing, end=walk.end, crc=walk.crc)
