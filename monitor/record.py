"""The recording of a session: what goes on which topic, and how it is read back."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from monitor.analysed import Analysed, analysed_from
from monitor.core import Input
from monitor.folders import data_folder
from monitor.journal import Entry
from monitor.marks import Mark, MarkKind
from monitor.result import SessionResult
from monitor.setup import MAX_PAIN, MAX_SESSION_S, SessionSetup
from sensors import disk
from sensors.errors import UnreadableFileError
from sensors.recording.layout import RecordedItem, RecordedMessage
from sensors.recording.reader import Recording, read_recording
from sensors.recording.reopened import ReopenedRecording
from sensors.recording.writer import RecordingWriter
from sensors.samples import LinkEvent, Notification, PodIdentity, PodReport

PODS, MARKS, DECISIONS, RESULT = "pods", "marks", "decisions", "result"
"""Topics beside the raw channels and the link: who the pods are and what people did, which are
inputs; what was decided; what came out."""

ANALYSED: Final = "analysed"
"""Topic of what the analysis found, for whoever need not find it anew."""


class RecordingSink:
    """Keeps a session in a recording.

    Parameters
    ----------
    path : Path
        The new file.
    setup : SessionSetup or None
        Goes into the header; None goes on with a recording that broke off.
    t0_utc_ns : int
        UTC of session second 0; that of the recording which goes on is kept.

    Raises
    ------
    UnwritableFileError
        The file cannot be made, or does not take more.
    """

    def __init__(self, path: Path, setup: SessionSetup | None, t0_utc_ns: int = 0) -> None:
        self.path = path
        self._writer = (
            ReopenedRecording(path)
            if setup is None
            else RecordingWriter(path, setup.to_header(), t0_utc_ns)
        )

    @property
    def dropped(self) -> int:
        """Notifications that were let go because the disk took nothing for too long."""
        return self._writer.dropped

    def item(self, item: Input) -> None:
        """Keep one input."""
        match item:
            case Notification():
                self._writer.notification(item)
            case LinkEvent():
                self._writer.link_event(item)
            case PodReport():
                value = {"slot": item.slot, **asdict(item.identity)}
                self._writer.message(PODS, item.t_s, value, "pod")
            case Mark():
                value = {"kind": item.kind.value, "value": item.value, "text": item.text}
                self._writer.message(MARKS, item.t_s, value, "mark")

    def entry(self, entry: Entry) -> None:
        """Keep one decision; its time as decided stands in the value, to the last bit."""
        self._writer.message(DECISIONS, max(0.0, entry.t_s), entry.to_json(), "decision")

    def result(self, result: SessionResult, found: Analysed | None) -> None:
        """Keep the result, and what the analysis found where it is worth keeping."""
        if found is not None:
            for value in found.messages():
                self._writer.message(ANALYSED, result.ended_s, value, "analysed")
        self._writer.message(RESULT, result.ended_s, result.to_json(), "result")

    def flush(self) -> None:
        """Bring what was kept so far to the disk."""
        self._writer.flush()

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()

    def abandon(self) -> None:
        """Let go of the file as it is, for one that is thrown away."""
        self._writer.abandon()


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """A recording as a session.

    Attributes
    ----------
    recording : Recording
        The file.
    setup : SessionSetup
        Its header.
    decisions : tuple of dict
        The decision log as it was recorded.
    result : dict or None
        The stored result; None where the session never ended.
    kept : tuple of mapping
        What the analysis found, as it was kept; empty where it was not: see ``analysed``.
    """

    recording: Recording
    setup: SessionSetup
    decisions: tuple[dict[str, Any], ...]
    result: dict[str, Any] | None
    kept: tuple[Mapping[str, Any], ...] = ()

    def inputs(self) -> Iterator[Input]:
        """Yield what was fed to the session, in order."""
        for item in self.recording.items:
            known = self.as_input(item)
            if known is not None:
                yield known

    def as_input(self, item: RecordedItem) -> Input | None:
        """Return a recorded item as an input; None where it is a decision or a result."""
        if not isinstance(item, RecordedMessage):
            return item
        if item.topic == PODS:
            return self._pod(item)
        return self._mark(item) if item.topic == MARKS else None

    def analysed(self) -> Analysed | None:
        """Return what the analysis found; None where it has to be found anew."""
        if self.result is None:
            return None
        return analysed_from(self.kept, self.result.get("steps_sha256"))

    @property
    def ended_s(self) -> float | None:
        """The session's last grid time; None where it never ended."""
        return None if self.result is None else float(self.result["ended_s"])

    @property
    def last_s(self) -> float:
        """Session time of the last that is recorded; 0 where nothing is."""
        return max((item.t_s for item in self.recording.items), default=0.0)

    def _pod(self, message: RecordedMessage) -> PodReport:
        fields = {name: str(text) for name, text in message.value.items()}
        slot = fields.pop("slot", "")
        try:
            return PodReport(message.t_s, slot, PodIdentity(**fields))
        except TypeError as error:
            raise self._unknown(message, "a pod's report") from error

    def _mark(self, message: RecordedMessage) -> Mark:
        value, text = message.value.get("value"), message.value.get("text", "")
        try:
            kind = MarkKind(str(message.value.get("kind")))
            is_score = type(value) is int and 0 <= value <= MAX_PAIN
            if not (value is None or is_score) or not isinstance(text, str):
                raise ValueError
            assert value is None or isinstance(value, int), "checked above"
        except ValueError as error:
            raise self._unknown(message, "a mark") from error
        return Mark(message.t_s, kind, value, text)

    def _unknown(self, message: RecordedMessage, what: str) -> UnreadableFileError:
        return UnreadableFileError(
            f"{self.recording.path}: {what} at {message.t_s:.1f} s is none that this version "
            "knows: replay it with the version that recorded it"
        )


def read_session(path: Path, *, salvage: bool = False) -> RecordedSession:
    """Read a recording with its setup, decisions and result.

    Parameters
    ----------
    path : Path
        The file.
    salvage : bool
        Whether to take what stands before a damaged place, see ``read_recording``.

    Raises
    ------
    UnreadableFileError
        One sentence: file, place, cure.
    """
    recording = read_recording(path, salvage=salvage)
    shown = disk.shown(path)
    setup = SessionSetup.from_header(recording.header, shown)
    _check_times(recording)
    messages = [item for item in recording.items if isinstance(item, RecordedMessage)]
    results = [dict(m.value) for m in messages if m.topic == RESULT]
    if results and not _is_time(results[-1].get("ended_s")):
        raise UnreadableFileError(
            f"{shown}: the stored result does not say when the session ended: it was changed after "
            "it was written; use an untouched copy"
        )
    decisions = tuple(dict(m.value) for m in messages if m.topic == DECISIONS)
    if not all(_is_time(d.get("t_s")) and isinstance(d.get("text"), str) for d in decisions):
        raise UnreadableFileError(
            f"{shown}: a stored decision has no time or text: it was changed after it was written; "
            "use an untouched copy"
        )
    result = results[-1] if results else None
    kept = tuple(m.value for m in messages if m.topic == ANALYSED)
    return RecordedSession(recording, setup, decisions, result, kept)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and 0.0 <= value <= MAX_SESSION_S


def _check_times(recording: Recording) -> None:
    for item in recording.items:
        if not 0.0 <= item.t_s <= MAX_SESSION_S:
            raise UnreadableFileError(
                f"{recording.path}: an entry at {item.t_s:.0f} s of the session, which lasts a day "
                "at most: its clock or its header was changed; use an untouched copy"
            )


def recordings_folder() -> Path:
    """Return where recordings go: ``$STRIDEGATE_HOME/recordings``, or the system's data folder."""
    return data_folder() / "recordings"
