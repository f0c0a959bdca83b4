"""A session that broke off: its recording is decided anew, and the record gets its closing.

What was never recorded is missing data. The entries get the time of their writing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from monitor.core import SessionCore
from monitor.gate.events import RedFlag
from monitor.marks import Mark, MarkKind
from monitor.people.patient import Patient
from monitor.people.sessions import SessionOpened
from monitor.record import RecordedSession, read_session
from monitor.replay import decide
from monitor.running.closing import (
    LOST,
    Said,
    closing_records,
    dropped_record,
    flag_record,
    is_nothing_run,
    lost_records,
    taps,
)
from monitor.store.writing import Record
from monitor.text import clock_text
from sensors.errors import UnreadableFileError

LOST_AT_MOST: Final = "at most 0.25 s (after a power cut 1 s)"
"""What a break costs beside its own time: see ``monitor.flushing``."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What closes a session that broke off.

    Attributes
    ----------
    session : str
        Its name.
    records : tuple of Record
        To be written together.
    lines : tuple of str
        What was saved and what was lost.
    """

    session: str
    records: tuple[Record, ...]
    lines: tuple[str, ...]


def recoveries(patient: Patient) -> Iterator[Recovery]:
    """Yield what closes each session of a patient that was opened and not closed.

    Nobody may be running one: the patient's session lock is held.
    """
    for session in patient.sessions:
        if session.is_unfinished and session.opened is not None:
            yield _recovery(session.opened, patient)


def _recovery(opened: SessionOpened, patient: Patient) -> Recovery:
    try:
        recorded = recorded_session(opened, patient)
    except UnreadableFileError as error:
        return Recovery(
            opened.id,
            lost_records(opened, LOST),
            (
                f"Session {opened.id} broke off and its recording cannot be used: {error}",
                "It is closed as not valid, with nothing measured. Its questions are open.",
            ),
        )
    core = decide(recorded.setup, recorded.inputs(), recorded.ended_s)
    flags = _missing_flags(recorded, opened, patient)
    # Of a damaged recording nobody knows what was run.
    if is_nothing_run(core) and not recorded.recording.damage:
        reason = f"Session {opened.id} broke off before its main set: nothing was run."
        record = dropped_record(opened.id, reason)
        return Recovery(opened.id, (*flags, record), (f"{reason} It is no session to the gate.",))
    records = closing_records(core, opened, Said(), patient.conditions)
    return Recovery(opened.id, (*flags, *records), tuple(_lines(recorded, core)))


def recorded_session(
    opened: SessionOpened, patient: Patient, *, salvage: bool = True
) -> RecordedSession:
    """Read the recording of a session; raises UnreadableFileError where there is none of it."""
    if opened.recording is None:
        raise UnreadableFileError("it has none")
    path = Path(opened.recording)
    recorded = read_session(path, salvage=salvage)
    setup = recorded.setup
    if (setup.session_id, setup.patient) != (opened.id, patient.name):
        raise UnreadableFileError(
            f"{path}: is the recording of {setup.session_id or 'another session'}: put back its own"
        )
    return recorded


def _missing_flags(
    recorded: RecordedSession, opened: SessionOpened, patient: Patient
) -> Sequence[Record]:
    written = {
        event.flag
        for event in patient.events
        if isinstance(event, RedFlag) and event.t_s >= opened.t_s
    }
    marks = [item for item in recorded.inputs() if isinstance(item, Mark)]
    flags = dict.fromkeys(mark.text for mark in marks if mark.kind is MarkKind.RED_FLAG)
    return [flag_record(flag) for flag in flags if flag not in written]


def _lines(recorded: RecordedSession, core: SessionCore) -> Iterator[str]:
    session_id = recorded.setup.session_id
    if recorded.result is None:
        yield (
            f"Session {session_id} broke off at {clock_text(core.t_s)}: {LOST_AT_MOST} of what the "
            "pod had sent by then is lost; what came after that was not recorded and counts as "
            "missing."
        )
    else:
        yield f"Session {session_id} had ended and was not closed: nothing recorded was lost."
    yield from recorded.recording.damage
    tapped = taps(core)
    if tapped:
        scores = ", ".join(map(str, tapped))
        yield f"Pain tapped during it: {scores} of 10; what is above 0 is in the record now."
    else:
        yield "No pain was tapped during it; that is no answer, and the question is open."
