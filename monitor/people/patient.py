"""A patient as the record tells it: derived anew from the entries each time, stored nowhere."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from monitor.errors import StoreError
from monitor.gate.events import KINDS, Event, Pain, Session
from monitor.gate.fields import FaultError
from monitor.gate.log import LogReader
from monitor.limits import Baselines
from monitor.people.baselines import BASELINE, AcceptedBaseline
from monitor.people.conditions import CONDITIONS, Conditions
from monitor.people.diary import (
    DAILY,
    LIMITS,
    NOTE,
    PROTECTED_STEPS,
    DailyAnswer,
    Note,
    ProtectedSteps,
)
from monitor.people.enrolment import ENROL, PROGRAMME, Enrolment, ProgrammeChange
from monitor.people.entries import value_of
from monitor.people.ownpod import POD, BoundPod
from monitor.people.sessions import (
    SESSION_DROPPED,
    SESSION_MEASURED,
    SESSION_OPENED,
    SessionDropped,
    SessionFile,
    SessionMeasured,
    SessionOpened,
    counted_when,
)
from monitor.programme.edits import LimitEdit
from monitor.programme.model import Programme
from monitor.programme.rules import Baseline
from monitor.store.chain import Entry
from sensors.binding import PodBinding


@dataclass(frozen=True, slots=True)
class Patient:
    """Everything that is known of a patient.

    Attributes
    ----------
    enrolment : Enrolment
        The programme in it is the one that is in force now.
    events : tuple of Event
        The gate's: for ``decide`` and ``monitor.people.outlook``.
    baselines : mapping of Baseline to AcceptedBaseline
        The latest accepted ones; stale or not, see ``stale``.
    conditions : Conditions
        What the patient trains with now.
    edits : tuple of LimitEdit
        A clinician's edits of limits, in order: see ``edits_in_force`` and ``stage_after``.
    sessions : tuple of SessionFile
        In the order in which they were opened.
    notes : tuple of Note
        In order.
    daily : tuple of DailyAnswer
        In order.
    protected_steps : tuple of ProtectedSteps
        In order.
    own_pod : PodBinding or None
        The pod that no other may stand in for; None where none is bound yet.
    last_t_s : int
        When the last entry was written: no new entry is stamped earlier.
    """

    enrolment: Enrolment
    events: tuple[Event, ...] = ()
    baselines: Mapping[Baseline, AcceptedBaseline] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=Conditions)
    edits: tuple[LimitEdit, ...] = ()
    sessions: tuple[SessionFile, ...] = ()
    notes: tuple[Note, ...] = ()
    daily: tuple[DailyAnswer, ...] = ()
    protected_steps: tuple[ProtectedSteps, ...] = ()
    last_t_s: int = 0
    own_pod: PodBinding | None = None

    @property
    def name(self) -> str:
        """The pseudonym."""
        return self.enrolment.patient

    @property
    def with_open_answers(self) -> tuple[SessionFile, ...]:
        """The sessions about which a question is still open, in order."""
        return tuple(session for session in self.sessions if session.open_answers)

    @property
    def unclosed(self) -> SessionFile | None:
        """The session that was opened and never closed: it runs now, or it broke off."""
        return next((session for session in self.sessions if session.is_unfinished), None)

    def session(self, session_id: str) -> SessionFile | None:
        """Return a session; None where the record has none of that name."""
        return next((s for s in self.sessions if s.id == session_id), None)

    def stale(self, which: Baseline) -> tuple[str, ...]:
        """Return what changed since a baseline was measured, in words.

        Empty where it is current; empty too where there is none: see ``has_current``.
        """
        baseline = self.baselines.get(which)
        return () if baseline is None else self.conditions.changed_since(baseline.conditions)

    def has_current(self, which: Baseline) -> bool:
        """Return whether a baseline is accepted and nothing changed since."""
        return which in self.baselines and not self.stale(which)

    @property
    def in_force(self) -> Baselines:
        """The baselines as ``monitor.limits.stage_limits`` takes them.

        A stale W0 still bounds: it is all that is left to fall back to. Whether a session may count
        is asked of ``has_current``.
        """
        w0, r0 = self.baselines.get(Baseline.W0), self.baselines.get(Baseline.R0)
        return Baselines(
            w0_g=None if w0 is None else w0.median_g,
            r0_g=None if r0 is None else r0.median_g,
            w0_cadence_spm=None if w0 is None else w0.cadence_spm,
            r0_cadence_spm=None if r0 is None else r0.cadence_spm,
            is_stale=bool(self.stale(Baseline.R0)),
        )


def programme_sha256(entries: Iterable[Entry]) -> str | None:
    """Return the hash of the programme in force; None where nobody is enrolled."""
    found = None
    for entry in entries:
        if entry.kind in (ENROL, PROGRAMME):
            found = str(entry.record["sha256"])
    return found


def patient_of(entries: Iterable[Entry], programme: Programme) -> Patient:
    """Derive a patient from the record.

    Parameters
    ----------
    entries : iterable of Entry
        The patient's chain, verified, in order. Kinds that do not belong here are passed over.
    programme : Programme
        The one in force: the signed text of ``programme_sha256``.

    Raises
    ------
    StoreError
        Where the chain does not begin with an enrolment, or an entry's fields are not what its
        kind needs.
    """
    fold = PatientFold(programme)
    for entry in entries:
        fold.take(entry)
    return fold.patient


class PatientFold:
    """Takes a patient's entries one by one; what it holds is ``patient_of`` of those taken.

    Each entry is looked at once.

    Parameters
    ----------
    programme : Programme
        See ``patient_of``.
    """

    def __init__(self, programme: Programme) -> None:
        self._reader = LogReader(programme)
        self._enrolment: Enrolment | None = None
        self._events: list[Event] = []
        self._baselines: dict[Baseline, AcceptedBaseline] = {}
        self._conditions = Conditions()
        self._sessions: dict[str, SessionFile] = {}
        self._lists: dict[str, list[Any]] = {kind: [] for kind in _LISTS}
        self._last_t_s = 0
        self._own_pod: PodBinding | None = None
        self._takers: dict[str, Callable[[Entry], None]] = {
            ENROL: self._enrol,
            PROGRAMME: self._move,
            CONDITIONS: self._change,
            POD: self._bind,
            BASELINE: self._accept,
            SESSION_OPENED: self._open,
            SESSION_MEASURED: self._measure,
            SESSION_DROPPED: self._drop,
        }

    @property
    def patient(self) -> Patient:
        """The patient so far; raises StoreError before the enrolment."""
        if self._enrolment is None:
            raise StoreError("the patient's record does not begin with an enrolment: enrol first")
        return Patient(
            self._enrolment,
            tuple(self._events),
            dict(self._baselines),
            self._conditions,
            tuple(self._lists[LIMITS]),
            tuple(self._sessions.values()),
            tuple(self._lists[NOTE]),
            tuple(self._lists[DAILY]),
            tuple(self._lists[PROTECTED_STEPS]),
            self._last_t_s,
            self._own_pod,
        )

    def take(self, entry: Entry) -> None:
        """Take the next entry.

        Raises
        ------
        StoreError
            Where it cannot stand there.
        """
        self._last_t_s = entry.t_s
        if entry.kind in KINDS:
            self._event(entry)
        if entry.kind in _LISTS:
            self._lists[entry.kind].append(value_of(_LISTS[entry.kind], entry))
        elif entry.kind in self._takers:
            self._takers[entry.kind](entry)

    def _enrol(self, entry: Entry) -> None:
        self._enrolment = value_of(Enrolment, entry)

    def _change(self, entry: Entry) -> None:
        self._conditions = value_of(Conditions, entry)

    def _bind(self, entry: Entry) -> None:
        self._own_pod = value_of(BoundPod, entry).binding

    def _accept(self, entry: Entry) -> None:
        baseline = value_of(AcceptedBaseline, entry)
        self._baselines[baseline.which] = baseline

    def _open(self, entry: Entry) -> None:
        opened = value_of(SessionOpened, entry)
        self._sessions[opened.id] = SessionFile(opened.id, opened.stage, opened)

    def _measure(self, entry: Entry) -> None:
        measured = value_of(SessionMeasured, entry)
        worn = self._conditions.merged(measured.conditions)
        measured = replace(measured, conditions=worn)
        file = self._sessions.get(measured.id, SessionFile(measured.id, ""))
        self._sessions[measured.id] = replace(file, measured=measured)

    def _drop(self, entry: Entry) -> None:
        dropped = value_of(SessionDropped, entry)
        file = self._sessions.get(dropped.id, SessionFile(dropped.id, ""))
        self._sessions[dropped.id] = replace(file, dropped=dropped)

    def _move(self, entry: Entry) -> None:
        change = value_of(ProgrammeChange, entry)
        if self._enrolment is not None:
            self._enrolment = replace(
                self._enrolment,
                version=change.version,
                sha256=change.sha256,
                programme_file=change.programme_file,
            )

    def _event(self, entry: Entry) -> None:
        try:
            event = self._reader.take(dict(entry.record))
        except FaultError as fault:
            raise StoreError(
                f"{entry.chain.title}: entry {entry.seq}: the gate cannot read it: {fault}"
            ) from None
        self._events.append(event)
        if isinstance(event, Session):
            file = self._sessions.get(event.id, SessionFile(event.id, event.stage))
            self._sessions[event.id] = replace(file, line=event, stage=event.stage)
        elif isinstance(event, Pain):
            file = self._sessions[event.session]
            assert file.line is not None
            when = counted_when(event.when, event.t_s, file.line.t_s)
            highest = max(event.site, file.answers.get(when, 0))
            answers = {**file.answers, when: highest}
            self._sessions[event.session] = replace(file, answers=answers)


_LISTS: Final[Mapping[str, type]] = {
    LIMITS: LimitEdit,
    NOTE: Note,
    DAILY: DailyAnswer,
    PROTECTED_STEPS: ProtectedSteps,
}
