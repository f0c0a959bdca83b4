"""A graded session from its questions to its closing: the one place where record and session meet.

Whoever drives it holds the patient's session lock (``held``), takes ``before`` to its end, runs the
runner and takes ``after`` to its end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from monitor.core import SessionCore
from monitor.errors import UsageError
from monitor.live.opening import open_remote
from monitor.live.publisher import Publisher
from monitor.marks import MarkKind
from monitor.people.casefile import read_casefile
from monitor.people.sessions import SessionOpened
from monitor.record import RecordingSink
from monitor.running.asking import Flow
from monitor.running.beginning import before_session, recording_of
from monitor.running.closing import dropped_record, flag_record
from monitor.running.ending import Closed, after_session
from monitor.running.options import RunOptions
from monitor.running.patientrecord import PatientRecord
from monitor.running.pods import open_source
from monitor.running.resuming import TakenUp, ask_to_resume
from monitor.running.runner import GradedRunner
from monitor.session import SessionRunner, Source
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from monitor.store.lock import session_lock
from monitor.store.store import Store
from sensors.clock import SessionClock, utc_now
from sensors.errors import UnwritableFileError

OpenSource = Callable[[SessionSetup, SessionClock], Source]


@contextmanager
def held(store: Store, patient: str) -> Iterator[PatientRecord]:
    """Hold a patient's session lock for as long as the session is anybody's.

    Raises
    ------
    StoreError
        Where another process has it.
    """
    record = PatientRecord(store, read_casefile(store, patient).patient.name)
    with session_lock(store.places, record.chain):
        yield record


class GradedSession:
    """One session of one patient.

    Parameters
    ----------
    record : PatientRecord
        The patient's; their session lock is held.
    options : RunOptions
        What was asked for.
    is_attended : bool
        Whether somebody can start, stop and answer; the plan starts by itself otherwise.
    on_step : callable, optional
        Called with the Snapshot after every grid step.
    source : callable, optional
        Gives another source than the radio.

    Attributes
    ----------
    runner : GradedRunner or None
        The live session, once ``before`` has come to its end.
    closed : Closed or None
        What it came to, once ``after`` has come to its end.
    """

    def __init__(
        self,
        record: PatientRecord,
        options: RunOptions,
        *,
        is_attended: bool = True,
        on_step: Callable[[Snapshot], None] | None = None,
        source: OpenSource | None = None,
    ) -> None:
        if options.speed != 1.0 and not options.is_virtual:
            raise UsageError(f"--speed {options.speed:g}: only a virtual pod is faster than life")
        self.runner: GradedRunner | None = None
        self.closed: Closed | None = None
        self._record = record
        self._options = options
        self._is_attended = is_attended
        self._on_step = on_step
        self._source = source
        self._opened: SessionOpened | None = None
        # Before anything is asked: what cannot be used is said at once.
        self._remote = open_remote(options.watch, utc_now())

    def before(self) -> Flow[GradedRunner]:
        """Do and ask everything that comes before the first step.

        A session that broke off is gone on with where that is wanted, see ``ask_to_resume``; else a
        new one begins, see ``before_session``.
        """
        taken = yield from ask_to_resume(self._record, self._options)
        if taken is not None:
            return self._go_on(taken)
        setup, opened = yield from before_session(self._record, self._options)
        self._opened = opened
        clock = SessionClock(self._options.speed)
        try:
            sink = RecordingSink(recording_of(opened), setup, self._record.now_ns())
        except UnwritableFileError as error:
            reason = f"Session {opened.id} could not be recorded: nothing was run."
            self._record.append(dropped_record(opened.id, reason))
            raise UsageError(f"{error}: the session was not begun") from error
        return self._ready(SessionRunner(setup, self._open(setup, clock), sink, clock, self._step))

    def _go_on(self, taken: TakenUp) -> GradedRunner:
        setup, core, clock = taken.core.setup, taken.core, taken.clock
        self._opened = taken.broken.opened
        try:
            sink = RecordingSink(taken.broken.recorded.recording.path, None)
        except UnwritableFileError as error:
            raise UsageError(f"{error}: the session does not go on") from error
        core.journal.hand_on(sink.entry, len(taken.broken.recorded.decisions))
        live = SessionRunner(setup, self._open(setup, clock, core), sink, clock, self._step, core)
        live.go_on(taken.broken.gap_s)
        return self._ready(live)

    def _ready(self, live: SessionRunner) -> GradedRunner:
        opened = self._opened
        assert opened is not None, "the session was opened"
        live.publisher = Publisher(live, opened.id, live.setup.patient, self._remote)
        self.runner = GradedRunner(
            live,
            self._record.standing().case.programme.red_flags,
            opened.supervised_by,
            lambda flag: self._record.append(flag_record(flag)),
        )
        return self.runner

    def after(self) -> Flow[Closed]:
        """Ask what comes after the last step, and close; see ``after_session``."""
        assert self.runner is not None, "the session was opened"
        assert self._opened is not None, "the session was opened"
        self.closed = yield from after_session(self._record, self.runner, self._opened)
        return self.closed

    def _open(
        self, setup: SessionSetup, clock: SessionClock, core: SessionCore | None = None
    ) -> Source:
        if self._source is not None:
            return self._source(setup, clock)
        is_unattended = not self._is_attended
        if core is None:
            return open_source(self._options, setup, clock, starts_itself=is_unattended)
        began = core.plan.is_started
        return open_source(
            # The pod is the session's, whatever was asked for now.
            replace(self._options, is_virtual=setup.has_virtual_pod),
            setup,
            clock,
            starts_itself=is_unattended,
            start=MarkKind.RESUME if began else MarkKind.START,
            done_s=core.plan.plan_s(core.t_s),
        )

    def _step(self, snapshot: Snapshot) -> None:
        if self._on_step is not None:
            self._on_step(snapshot)
        done, asked = snapshot.contacts_done, snapshot.contacts
        if self._is_attended or done is None or asked is None or self.runner is None:
            return
        if done >= asked and not snapshot.is_over:
            # Nobody is there who would stop it, and contacts have no end of their own.
            self.runner.stop_once()
