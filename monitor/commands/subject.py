"""What a report or an export is about: a recording, a session on record, or a patient."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.errors import StoreError, UsageError
from monitor.record import RecordedSession, read_session
from monitor.store.chain import Chain, patient_chain
from monitor.store.names import shown_name
from monitor.store.places import user_places
from sensors import disk
from sensors.errors import SensorError

if TYPE_CHECKING:
    from monitor.store.store import Store


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
        return _of_patient(store, chain, None)
    for other in chains:
        if any(_names(entry.record, text) for entry in store.entries(other)):
            return _of_patient(store, other, text)
    known = ", ".join(shown_name(c.patient or "") for c in chains)
    raise UsageError(
        f"{shown_name(text)}: no file, patient or session of that name: "
        f"{f'patients are {known}' if known else 'there is no patient yet'}"
    )


def _of_file(path: Path) -> Subject:
    recording = read_session(path)
    setup = recording.setup
    if not setup.is_graded:
        return Subject(None, setup.session_id, path, recording)
    try:
        # Where there is no record, a report does not wait until the database is loaded.
        has_record = user_places().store.exists()
        is_ours = has_record and patient_chain(setup.patient) in _open_store().chains()
    except StoreError:
        is_ours = False
    return Subject(setup.patient if is_ours else None, setup.session_id, path, recording)


def _open_store() -> "Store":
    from monitor.store.opening import open_store

    return open_store(user_places())


def _of_patient(store: "Store", chain: Chain, session: str | None) -> Subject:
    sessions = [
        entry.record
        for entry in store.entries(chain)
        if entry.kind == "session_opened" and entry.record.get("recording")
    ]
    mine = [record for record in sessions if session in (None, record.get("id"))]
    if not mine:
        return Subject(chain.patient, session)
    last = mine[-1]
    path = Path(str(last["recording"]))
    try:
        recording = read_session(path, salvage=True)
    except SensorError:
        what = f"The recording of session {last['id']} cannot be read at {disk.shown(path)}."
        return Subject(chain.patient, str(last["id"]), None, None, (what,))
    return Subject(chain.patient, str(last["id"]), path, recording)


def _names(record: object, session: str) -> bool:
    return (
        isinstance(record, dict)
        and record.get("kind") in ("session_opened", "session")
        and record.get("id") == session
    )
