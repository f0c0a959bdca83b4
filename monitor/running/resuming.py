"""Going on with a session that a crash or a power cut broke off, in the same recording.

What was not recorded is missing: the plan's time went on meanwhile, and coverage counts it against
the session (programme, section 3). From the moment of going on the plan is on hold.
"""

from dataclasses import dataclass
from typing import Final

from monitor.core import SessionCore
from monitor.errors import UsageError
from monitor.people.sessions import SessionOpened
from monitor.record import RecordedSession
from monitor.replay import taken_up
from monitor.running.asking import Ask, Flow, Tell
from monitor.running.options import RunOptions
from monitor.running.patientrecord import PatientRecord
from monitor.running.permission import check_gate, check_room
from monitor.running.recovery import recorded_session
from monitor.running.refusal import RefusalError
from monitor.text import clock_text, in_words
from sensors.clock import SessionClock
from sensors.errors import UnreadableFileError

RESUME_S: Final = 600.0
"""s. A session that broke off longer ago is closed as it is: who has sat for ten minutes begins
with a warm-up. Design default."""

RESUME: Final = "resume"
"""Key of the question, by which the answer can be given beforehand."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A session that can go on.

    Attributes
    ----------
    opened : SessionOpened
        Its beginning.
    recorded : RecordedSession
        What is there of it.
    gap_s : float
        For how long nothing was recorded, in seconds.
    """

    opened: SessionOpened
    recorded: RecordedSession
    gap_s: float

    @property
    def begins_s(self) -> float:
        """The session time at which it goes on."""
        return self.recorded.last_s + self.gap_s


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A session that goes on: its clock runs, and its core stands at the clock's time."""

    broken: BrokenOff
    clock: SessionClock
    core: SessionCore


def ask_to_resume(record: PatientRecord, options: RunOptions) -> Flow[TakenUp | None]:
    """Offer to go on with the session that broke off last; None: it is to be closed as it is.

    Raises
    ------
    UsageError
        Where ``--resume`` is given and there is nothing to go on with: the sentence says why.
    """
    taken = None
    broken = _broken_off(record)
    if isinstance(broken, BrokenOff):
        taken = yield from _ask(record, options, broken)
        broken = f"session {broken.opened.id} was over, or the gate lets nobody run any more"
    if taken is None and options.answers.get(RESUME):
        raise UsageError(f"--resume: {broken}: leave it out, and what broke off is closed as it is")
    return taken


def _ask(record: PatientRecord, options: RunOptions, broken: BrokenOff) -> Flow[TakenUp | None]:
    clock = SessionClock(options.speed, broken.begins_s)
    try:
        now = record.standing()
        check_gate(now.case, now.outlook, now.zone)
        core = taken_up(broken.recorded, broken.begins_s)
    except (RefusalError, UnreadableFileError):
        return None
    if core.is_over:
        return None
    check_room(broken.recorded.recording.path.parent, broken.recorded.setup)
    text = (
        f"Session {broken.opened.id} broke off {in_words(broken.gap_s)} ago, at "
        f"{clock_text(broken.recorded.last_s)}. Go on with it? What lies between is missing and "
        "counts against it; 0 closes it as it is."
    )
    answer = yield Ask(RESUME, text, ("go on with it",))
    if not answer:
        return None
    yield Tell((*broken.recorded.recording.damage, "The session goes on; the plan is on hold."))
    return TakenUp(broken, clock, core)


def _broken_off(record: PatientRecord) -> BrokenOff | str:
    """Return the session that can go on, or why there is none."""
    patient = record.standing().case.patient
    unfinished = [s.opened for s in patient.sessions if s.is_unfinished and s.opened is not None]
    if not unfinished:
        return "no session has broken off"
    opened = unfinished[-1]
    try:
        recorded = recorded_session(opened, patient, salvage=False)
    except UnreadableFileError as error:
        return f"its recording cannot be used: {error}"
    if recorded.recording.is_finished or recorded.result is not None:
        return f"session {opened.id} had ended"
    gap_s = (record.now_ns() - recorded.recording.t0_utc_ns) / 1e9 - recorded.last_s
    if recorded.setup.has_virtual_pod:
        # Its session seconds may pass faster than life.
        gap_s = max(gap_s, 0.0)
    if gap_s < 0.0:
        return "this computer's clock was set back: nobody knows for how long it was gone"
    if gap_s > RESUME_S:
        return f"session {opened.id} broke off more than {in_words(RESUME_S)} ago"
    return BrokenOff(opened, recorded, gap_s)
