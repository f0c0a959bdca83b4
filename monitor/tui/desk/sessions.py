"""Where a session of the record was recorded, and what the record says of its worth."""

from dataclasses import dataclass
from pathlib import Path

from monitor.commands.desk import Case
from monitor.errors import UsageError
from monitor.running.words import outcome_lines
from sensors import disk


@dataclass(frozen=True, slots=True)
class SessionSource:
    """A recording to look through.

    Attributes
    ----------
    path : Path
        The file.
    title : str
        Whose session of when.
    outcome : tuple of str
        What the gate says of it; empty where it stands in no record.
    """

    path: Path
    title: str
    outcome: tuple[str, ...] = ()


def session_source(case: Case, session_id: str) -> SessionSource:
    """Return where a session was recorded.

    Raises
    ------
    UsageError
        Where nothing was recorded, or the file is gone.
    """
    file = case.file.patient.session(session_id)
    if file is None:
        raise UsageError(f"session {session_id}: not in the record")
    if file.dropped is not None:
        raise UsageError(f"session {session_id}: nothing was run: {file.dropped.reason}")
    if file.is_unfinished:
        raise UsageError(
            f"session {session_id}: it runs now, or it broke off: watch it with stridegate watch, "
            "or let stridegate recover close it"
        )
    measured = None if file.measured is None else file.measured.recording
    name = measured or (None if file.opened is None else file.opened.recording)
    if name is None:
        raise UsageError(f"session {session_id}: it has no recording: nothing can be looked at")
    path = Path(name)
    if not path.exists():
        raise UsageError(
            f"session {session_id}: no recording file: {disk.shown(path)} is gone: put back a "
            "copy; what the record says of the session stands"
        )
    when = "" if file.line is None else f", {case.say_past(file.line.t_s)}"
    title = f"{case.file.patient.name} · {file.stage}{when}"
    return SessionSource(path, title, outcome_lines(case.outlook, session_id))
