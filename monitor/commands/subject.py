"""What a report or an export is about: a recording, a session on record, or a patient."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.errors import StoreError, UsageError
from monitor.people.sessions import SESSION_DROPPED, SESSION_OPENED
from monitor.record import RecordedSession, read_session
from monitor.running.closing import SESSION
from monitor.setup import SessionSetup
from monitor.store.chain import Chain, Entry, patient_chain
from monitor.store.head import head_at
from monitor.store.names import shown_name
from monitor.store.places import user_places
from sensors import disk
from sensors.errors import SensorError

if TYPE_CHECKING:
    from monitor.store.store import Store

NOT_THEIRS: Final = (
    "The record on this computer has a patient of this name, but not this session: it is another "
    "patient's, or its entry is gone."
)

_SESSION_KINDS: Final = (SESSION_OPENED, SESSION)


@dataclass(frozen=True, slots=True)
class Subject:
    """What was asked for.

    Attributes
    ----------
    patient : str or None
        The pseudonym, where the record on this computer has the patient.
    session : str or None
        The session's name.
    path : Path or None
        Its recording's file.
    recording : RecordedSession or None
        Its recording, where it can be read.
    notices : tuple of str
        What a person has to know of it.
    """

    patient: str | None = None
    session: str | None = None
    path: Path | None = None
    recording: RecordedSession | None = None
    notices: tuple[str, ...] = ()


def subject_of(text: str) -> Subject:
    """Find what is meant: a file, else a patient, else a session of any patient.

    Raises
    ------
    UsageError
        Where nothing is.
    UnreadableFileError
        Where the file is named and cannot be read.
    """
    path = Path(text)
    if path.suffix == ".mcap" or path.is_file():
        return _of_file(path)
    store = _open_store()
    chains = [chain for chain in store.chains() if chain.patient is not None]
    chain = patient_chain(text)
    if chain in chains:
        return _of_patient(chain, store.entries(chain), None)
    unread: list[str] = []
    for other in chains:
        try:
            entries = store.entries(other)
        except StoreError as error:
            # Another patient's chain is no reason to keep back a session of this one.
            unread.append(str(error))
            continue
        if any(_names(entry, text) for entry in entries):
            return _of_patient(other, entries, text)
    known = ", ".join(shown_name(c.patient or "") for c in chains)
    told = f"patients are {known}" if known else "there is no patient yet"
    could_not = "".join(f"; a record could not be looked through: {why}" for why in unread[:1])
    raise UsageError(
        f"{shown_name(text)}: no file, patient or session of that name: {told}{could_not}"
    )


def _of_file(path: Path) -> Subject:
    recording = read_session(path)
    setup = recording.setup
    alone = Subject(None, setup.session_id, path, recording)
    # Where there is no record, a report does not wait until the database is loaded.
    if not setup.is_graded or not user_places().store.exists():
        return alone
    from monitor.people.casefile import read_casefile

    try:
        entries = read_casefile(_open_store(), setup.patient).entries
    except StoreError as error:
        return replace(alone, notices=(str(error),))
    except UsageError:
        # Nobody of that name is enrolled here.
        return alone
    if _is_of(entries, setup):
        return replace(alone, patient=setup.patient)
    return replace(alone, notices=(NOT_THEIRS,))


def _is_of(entries: Sequence[Entry], setup: SessionSetup) -> bool:
    """Whether a recording belongs to a chain: a pseudonym alone may be another clinic's, too."""
    if setup.session_id and any(_names(entry, setup.session_id) for entry in entries):
        return True
    return any(setup.record_head == head_at(entry).outside for entry in entries)


def _open_store() -> "Store":
    from monitor.store.opening import open_store

    return open_store(user_places())


def _of_patient(chain: Chain, entries: Sequence[Entry], session: str | None) -> Subject:
    """Return one session of a patient, or the last that is one."""
    dropped = {str(e.record["id"]): e.record for e in entries if e.kind == SESSION_DROPPED}
    if session is None:
        ids = dict.fromkeys(str(e.record["id"]) for e in entries if e.kind in _SESSION_KINDS)
        session = next((name for name in reversed(ids) if name not in dropped), None)
    if session is None:
        return Subject(chain.patient)
    notices: tuple[str, ...] = ()
    if session in dropped:
        notices = (f"{dropped[session]['reason']} It is no session to the gate.",)
    paths = [
        str(entry.record["recording"])
        for entry in entries
        if entry.record.get("id") == session and entry.record.get("recording")
    ]
    if not paths:
        return Subject(chain.patient, session, notices=notices)
    path = Path(paths[0])
    try:
        recording = read_session(path, salvage=True)
    except SensorError:
        what = f"The recording of session {session} cannot be read at {disk.shown(path)}."
        return Subject(chain.patient, session, notices=(*notices, what))
    return Subject(chain.patient, session, path, recording, notices)


def _names(entry: Entry, session: str) -> bool:
    return entry.kind in _SESSION_KINDS and entry.record.get("id") == session
