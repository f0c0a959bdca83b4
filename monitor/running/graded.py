"""A graded session from its questions to its closing: the one place where record and session meet.

Whoever drives it holds the patient's session lock, takes ``before`` to its end, runs ``runner`` and
takes ``after`` to its end.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.errors import StoreError, UsageError
from monitor.gate.events import When
from monitor.gate.words import sentences
from monitor.people.casefile import Casefile, read_casefile
from monitor.people.entries import fields_of
from monitor.people.outlook import Outlook, outlook_of
from monitor.people.sessions import SESSION_OPENED, SessionOpened
from monitor.people.zones import zone_of
from monitor.programme.phases import Item
from monitor.record import RecordingSink, recordings_folder
from monitor.running.answers import open_asks
from monitor.running.asking import Ask, Flow, Given, Tell
from monitor.running.closing import (
    NOT_BEGUN,
    Said,
    closing_records,
    dropped_record,
    flag_record,
    is_nothing_run,
    lost_records,
    pain_record,
    taps,
)
from monitor.running.options import RunOptions
from monitor.running.permission import check_gate, check_room, check_signature
from monitor.running.pods import open_source
from monitor.running.recovery import recoveries
from monitor.running.refusal import RefusalError
from monitor.running.runner import GradedRunner
from monitor.running.setups import Wish, graded_setup, session_conditions
from monitor.running.setupwords import setup_lines, virtual_lines
from monitor.running.words import decision_lines, outcome_lines
from monitor.session import SessionRunner, Source
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.lock import session_lock
from monitor.store.store import Store
from monitor.store.writing import Record
from sensors.clock import SessionClock, utc_now_ns, utc_stamp
from sensors.errors import UnwritableFileError

BEFORE, DURING, AFTER, SORENESS = "before", "during", "after", "soreness"
FLAGS_BEFORE, FLAGS_AFTER = "flags-before", "flags-after"
"""Keys of the questions, by which answers can be given beforehand."""

STOP_TEXT: Final = "Any pain at the injury means stop: do not run, and call your clinician."

OpenSource = Callable[[SessionSetup, SessionClock], Source]


@dataclass(frozen=True, slots=True)
class Closed:
    """What the closing of a session came to.

    Attributes
    ----------
    lines : tuple of str
        For a person: first what the session is worth, then the decision, then the measures.
    json : dict
        For a machine.
    is_written : bool
        Whether the record has it; otherwise it is recovered at the next start.
    """

    lines: tuple[str, ...]
    json: dict[str, Any]
    is_written: bool


class GradedSession:
    """One session of one patient.

    Parameters
    ----------
    store : Store
        The record; the patient's session lock is held.
    options : RunOptions
        What was asked for.
    is_attended : bool
        Whether somebody can start, stop and answer; the plan starts by itself otherwise.
    on_step : callable, optional
        Called with the Snapshot after every grid step.
    now_ns : callable
        The clock: UTC in nanoseconds since 1970.
    source : callable, optional
        Gives another source than the radio.

    Attributes
    ----------
    runner : GradedRunner or None
        The live session, once ``before`` has come to its end.
    """

    def __init__(
        self,
        store: Store,
        options: RunOptions,
        *,
        is_attended: bool = True,
        on_step: Callable[[Snapshot], None] | None = None,
        now_ns: Callable[[], int] = utc_now_ns,
        source: OpenSource | None = None,
    ) -> None:
        self.runner: GradedRunner | None = None
        self._store = store
        self._options = options
        self._is_attended = is_attended
        self._on_step = on_step
        self._now_ns = now_ns
        self._source = source
        self._chain = patient_chain(options.patient)
        self._opened: SessionOpened | None = None

    # ---- before

    def recover(self) -> tuple[str, ...]:
        """Close what broke off earlier; return what was saved and what was lost."""
        case = self._case()
        lines: list[str] = []
        for recovery in recoveries(case.patient):
            self._append(case, *recovery.records)
            lines += recovery.lines
        return tuple(lines)

    def before(self) -> Flow[GradedRunner]:
        """Do and ask everything that comes before the first step; open the session.

        Raises
        ------
        RefusalError
            Where no session may begin; what was answered stands in the record.
        UsageError
            Where something has to be mended first.
        """
        lines = self.recover()
        if lines:
            yield Tell(lines)
        yield from self._ask_open_answers()
        case = self._case()
        check_signature(case)
        outlook = self._outlook(case)
        check_gate(case, outlook, self._zone(case))
        wish = self._wish()
        now_ns = self._now_ns()
        session_id = f"s-{utc_stamp(now_ns)}"
        setup = graded_setup(case, outlook, wish, session_id)
        check_room(recordings_folder())
        yield Tell(setup_lines(setup))
        yield from self._ask_flags(FLAGS_BEFORE, "Any warning sign since your last session?")
        pain = yield Ask(BEFORE, "Pain at the injury now, before the session?")
        if pain is None:
            raise UsageError("the pain before the session was not answered: give --pain-before")
        opened = SessionOpened(
            t_s=0,
            id=session_id,
            stage=setup.stage,
            sha256=setup.programme_sha256,
            recording=str(recordings_folder().absolute() / f"{session_id}.mcap"),
            plan=_plan(setup, outlook),
            conditions=session_conditions(case.patient, wish),
            supervised_by=wish.supervised_by,
            pain_before=pain,
            pod_is_virtual=wish.is_virtual,
        )
        if pain:
            raise self._refused_for_pain(case, setup, opened, pain)
        return self._open(case, setup, opened, now_ns)

    def _ask_open_answers(self) -> Flow[None]:
        case = self._case()
        outlook, zone = self._outlook(case), self._zone(case)
        for session_id, when, ask in list(open_asks(case.patient, outlook, zone, self._now_s())):
            score = yield ask
            if score is not None:
                self._append(case, pain_record(session_id, when, score))

    def _ask_flags(self, key: str, text: str) -> Flow[None]:
        items = self._flag_items(self._case())
        chosen = yield Ask(key, text, tuple(item.title for item in items))
        if chosen is None and key == FLAGS_BEFORE:
            raise UsageError(
                "warning signs were not answered: give --no-red-flags, or --red-flag with one of "
                f"{', '.join(item.id for item in items)}"
            )
        if chosen:
            case = self._case()
            self._append(case, flag_record(items[chosen - 1].id))
            if key == FLAGS_BEFORE:
                raise self._refusal(f"Warning sign: {items[chosen - 1].title}.")

    def _refused_for_pain(
        self, case: Casefile, setup: SessionSetup, opened: SessionOpened, pain: int
    ) -> RefusalError:
        if pain >= setup.stop_pain:
            # The gate hears of pain by a session's line alone, and at this level it has to lock.
            begun = (SESSION_OPENED, fields_of(replace(opened, recording=None)))
            self._append(case, begun, *lost_records(opened, NOT_BEGUN))
        else:
            begun = (SESSION_OPENED, fields_of(replace(opened, recording=None)))
            reason = f"Pain {pain} of 10 before the session: nothing was run."
            self._append(case, begun, dropped_record(opened.id, reason))
        return self._refusal(f"Pain {pain} of 10 before the session. {STOP_TEXT}")

    def _refusal(self, first: str) -> RefusalError:
        case = self._case()
        outlook = self._outlook(case)
        lines = decision_lines(case.programme, case.patient, outlook, self._zone(case))
        return RefusalError((first, "The session is not begun.", *lines), outlook.decision)

    def _open(
        self, case: Casefile, setup: SessionSetup, opened: SessionOpened, now_ns: int
    ) -> GradedRunner:
        assert opened.recording is not None, "named above"
        self._append(case, (SESSION_OPENED, fields_of(opened)))
        setup = replace(setup, record_head=self._store.head(self._chain).outside)
        clock = SessionClock(self._options.speed)
        try:
            sink = RecordingSink(
                recordings_folder().absolute() / f"{opened.id}.mcap", setup, now_ns
            )
        except UnwritableFileError as error:
            reason = f"Session {opened.id} could not be recorded: nothing was run."
            self._append(case, dropped_record(opened.id, reason))
            raise UsageError(f"{error}: the session was not begun") from error
        if self._source is not None:
            source = self._source(setup, clock)
        else:
            source = open_source(self._options, setup, clock, starts_itself=not self._is_attended)
        live = SessionRunner(setup, source, sink, clock, self._step)
        self._opened = opened
        self.runner = GradedRunner(
            live,
            self._flag_items(case),
            opened.supervised_by,
            lambda flag: self._append(case, flag_record(flag)),
        )
        return self.runner

    def _step(self, snapshot: Snapshot) -> None:
        if self._on_step is not None:
            self._on_step(snapshot)
        done, asked = snapshot.contacts_done, snapshot.contacts
        if self._is_attended or done is None or asked is None or snapshot.is_over:
            return
        if done >= asked and self.runner is not None:
            # Nobody is there who would stop it, and contacts have no end of their own.
            self.runner.stop_once()

    # ---- after

    def after(self) -> Flow[Closed]:
        """Ask what comes after the last step, and close: everything is written, or nothing."""
        runner, opened = self.runner, self._opened
        assert runner is not None, "the session was opened"
        assert opened is not None, "the session was opened"
        case, core = self._case(), runner.core
        if is_nothing_run(core):
            reason = f"Session {opened.id} ended before its main set: nothing was run."
            written = self._try(case, dropped_record(opened.id, reason))
            lines = (f"{reason} It is no session to the gate.",)
        else:
            said = yield from self._ask_after(max(taps(core), default=None))
            flags = [flag_record(flag) for flag in runner.unwritten_flags]
            if core.end_reason != "red-flag":
                yield from self._ask_flags(FLAGS_AFTER, "Any warning sign during the session?")
            records = closing_records(core, opened, said, case.patient.conditions)
            written = self._try(case, *flags, *records)
            lines = ()
        closed = self._closed(opened, lines, written)
        runner.closing_lines = closed.lines
        return closed

    def _ask_after(self, highest: int | None) -> Flow[Said]:
        tapped = "" if highest is None else f" The highest you tapped was {highest}."
        text = f"Pain at the injury during the session, at its worst?{tapped}"
        during = yield Ask(DURING, text, proposed=highest)
        after = yield Ask(AFTER, "Pain at the injury now, after the session?")
        soreness = yield Ask(SORENESS, "Soreness elsewhere now?")
        given = {When.DURING: during, When.AFTER: after}
        return Said({when: n for when, n in given.items() if n is not None}, soreness)

    def _closed(self, opened: SessionOpened, first: tuple[str, ...], trouble: str) -> Closed:
        runner = self.runner
        assert runner is not None, "the session was opened"
        result = runner.live.result
        assert result is not None, "a session that has run has its result"
        case = self._case()
        outlook = self._outlook(case)
        setup = runner.core.setup
        judged = next((s for s in outlook.sessions if s.id == opened.id), None)
        lines = [*virtual_lines(setup), *first]
        if trouble:
            lines += [
                f"NOT CLOSED: {trouble}",
                "The recording is kept: stridegate recover closes the session from it.",
            ]
        lines += [
            *result.worth_lines(),
            *outcome_lines(outlook, opened.id),
            *decision_lines(case.programme, case.patient, outlook, self._zone(case)),
            *result.detail_lines(),
            f"Recording: {runner.recording}",
        ]
        if runner.live.trouble:
            lines.append(f"Not finished: {runner.live.trouble}")
        json = {
            **result.to_json(),
            "recording": str(runner.recording),
            "pod_is_virtual": setup.has_virtual_pod,
            "is_closed": not trouble,
            "outcome": None if judged is None else judged.outcome.value,
            "reasons": [] if judged is None else [reason.value for reason in judged.reasons],
            "decision": outlook.decision.as_dict(),
            "sentences": sentences(outlook.decision),
        }
        return Closed(tuple(lines), json, not trouble)

    # ---- the record

    def _case(self) -> Casefile:
        return read_casefile(self._store, self._options.patient)

    def _now_s(self) -> int:
        return self._now_ns() // 10**9

    def _outlook(self, case: Casefile) -> Outlook:
        return outlook_of(case.programme, case.patient.events, self._now_s())

    def _append(self, case: Casefile, *records: Record) -> None:
        check = GateCheck(case.programme)
        self._store.append_all(self._chain, records, self._now_s(), check)

    def _try(self, case: Casefile, *records: Record) -> str:
        try:
            self._append(case, *records)
        except StoreError as error:
            return str(error)
        return ""

    def _wish(self) -> Wish:
        o = self._options
        return Wish(o.pod, o.placement, o.is_virtual, o.supervised_by)

    @staticmethod
    def _zone(case: Casefile) -> ZoneInfo:
        return zone_of(case.patient.enrolment.time_zone)

    @staticmethod
    def _flag_items(case: Casefile) -> tuple[Item, ...]:
        return case.programme.red_flags


@contextmanager
def session_of(
    store: Store, options: RunOptions, make: Callable[[Store, RunOptions], GradedSession]
) -> Iterator[GradedSession]:
    """Hold a patient's session lock for as long as the session is anybody's.

    Raises
    ------
    StoreError
        Where another process has it.
    """
    chain = read_casefile(store, options.patient).chain
    with session_lock(store.places, chain):
        yield make(store, options)


def given_answers(options: RunOptions, items: tuple[Item, ...]) -> Given:
    """Return the answers of the command line; raises UsageError for an unknown warning sign."""
    answers = dict(options.answers)
    ids = [item.id for item in items]
    for flag in options.red_flags:
        if flag not in ids:
            raise UsageError(f"--red-flag {flag}: not known: use one of {', '.join(ids)}")
        answers[FLAGS_BEFORE] = ids.index(flag) + 1
    if options.no_red_flags:
        answers |= {FLAGS_BEFORE: 0, FLAGS_AFTER: 0}
    return Given(answers)
