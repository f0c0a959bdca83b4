"""What comes before the first step: what broke off, open answers, permission, questions."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from monitor.errors import UsageError
from monitor.people.entries import fields_of
from monitor.people.ladderviews import ladder_view
from monitor.people.outlook import Outlook
from monitor.people.sessions import SESSION_OPENED, SessionOpened
from monitor.podchoices import pod_choices
from monitor.record import recordings_folder
from monitor.running.answers import open_asks
from monitor.running.asking import Ask, Flow, Given, Tell
from monitor.running.closing import (
    NOT_BEGUN,
    dropped_record,
    flag_record,
    lost_records,
    pain_record,
)
from monitor.running.options import RunOptions
from monitor.running.patientrecord import PatientRecord
from monitor.running.permission import check_gate, check_room, check_signature
from monitor.running.recovery import recoveries
from monitor.running.refusal import RefusalError
from monitor.running.setups import Wish, graded_setup, session_conditions
from monitor.running.setupwords import setup_lines
from monitor.setup import SessionSetup
from sensors.clock import utc_stamp

BEFORE: Final = "before"
FLAGS: Final = "flags"
"""Keys of the questions, by which answers can be given beforehand."""

STOP_TEXT: Final = "Any pain at the injury means stop: do not run, and call your clinician."


def recover(record: PatientRecord) -> tuple[str, ...]:
    """Close what broke off earlier; return what was saved and what was lost.

    The patient's session lock is held, so that nobody runs one.
    """
    lines: list[str] = []
    for recovery in recoveries(record.standing().case.patient):
        record.append(*recovery.records)
        lines += recovery.lines
    return tuple(lines)


def before_session(
    record: PatientRecord, options: RunOptions
) -> Flow[tuple[SessionSetup, SessionOpened]]:
    """Ask and check everything that comes first; open the session in the record.

    Returns
    -------
    setup : SessionSetup
        For the recording, with the record's head.
    opened : SessionOpened
        What stands in the record.

    Raises
    ------
    RefusalError
        Where no session may begin; what was answered stands in the record.
    UsageError
        Where something has to be mended first.
    """
    lines = recover(record)
    if lines:
        yield Tell(lines)
    yield from _ask_open_answers(record)
    now = record.standing()
    check_signature(now.case)
    check_gate(now.case, now.outlook, now.zone)
    wish = Wish(
        pod_choices(options.pods, options.address),
        options.placement,
        options.is_virtual,
        options.supervised_by,
        options.cadence,
    )
    session_id = f"s-{utc_stamp(record.now_ns())}"
    setup = graded_setup(now.case, now.outlook, wish, session_id)
    folder = recordings_folder().absolute()
    check_room(folder, setup)
    yield Tell(setup_lines(setup))
    yield from _ask_flags(record)
    pain = yield Ask(BEFORE, "Pain at the injury now, before the session?")
    if pain is None:
        raise UsageError("the pain before the session was not answered: give --pain-before")
    opened = SessionOpened(
        t_s=0,
        id=session_id,
        stage=setup.stage,
        sha256=setup.programme_sha256,
        recording=str(folder / f"{session_id}.mcap"),
        plan=_plan(setup, now.outlook),
        conditions=session_conditions(now.case.patient, wish),
        supervised_by=wish.supervised_by,
        pain_before=pain,
        pod_is_virtual=wish.is_virtual,
    )
    if pain:
        raise _refused_for_pain(record, setup, opened, pain)
    record.append((SESSION_OPENED, fields_of(opened)))
    ladder = ladder_view(now.case, now.outlook, now.now_s)
    return replace(setup, record_head=record.head, ladder=ladder), opened


def recording_of(opened: SessionOpened) -> Path:
    """Return where a session that begins is recorded."""
    assert opened.recording is not None, "a session that begins is recorded"
    return Path(opened.recording)


def given_answers(record: PatientRecord, options: RunOptions) -> Given:
    """Return the answers of the command line; raises UsageError for an unknown warning sign."""
    answers = dict(options.answers)
    if options.red_flags:
        ids = [item.id for item in record.standing().case.programme.red_flags]
        for flag in options.red_flags:
            if flag not in ids:
                raise UsageError(f"--red-flag {flag}: not known: use one of {', '.join(ids)}")
            answers[FLAGS] = ids.index(flag) + 1
    elif options.no_red_flags:
        answers[FLAGS] = 0
    return Given(answers)


def _ask_open_answers(record: PatientRecord) -> Flow[None]:
    now = record.standing()
    asks = list(open_asks(now.case.patient, now.outlook, now.zone, now.now_s))
    for session_id, when, ask in asks:
        score = yield ask
        if score is not None:
            record.append(pain_record(session_id, when, score))


def _ask_flags(record: PatientRecord) -> Flow[None]:
    items = record.standing().case.programme.red_flags
    if not items:
        return
    titles = tuple(item.title for item in items)
    chosen = yield Ask(FLAGS, "Any warning sign now, or since your last session?", titles)
    if chosen is None:
        raise UsageError(
            "warning signs were not answered: give --no-red-flags, or --red-flag with one of "
            f"{', '.join(item.id for item in items)}"
        )
    if chosen:
        record.append(flag_record(items[chosen - 1].id))
        raise _refusal(record, f"Warning sign: {items[chosen - 1].title}.")


def _refused_for_pain(
    record: PatientRecord, setup: SessionSetup, opened: SessionOpened, pain: int
) -> RefusalError:
    opened = replace(opened, recording=None)
    begun = (SESSION_OPENED, fields_of(opened))
    if pain >= setup.stop_pain:
        # The gate hears of pain by a session's line alone, and at this level it has to lock.
        record.append(begun, *lost_records(opened, NOT_BEGUN))
    else:
        reason = f"Pain {pain} of 10 before the session: nothing was run."
        record.append(begun, dropped_record(opened.id, reason))
    return _refusal(record, f"Pain {pain} of 10 before the session. {STOP_TEXT}")


def _refusal(record: PatientRecord, first: str) -> RefusalError:
    now = record.standing()
    lines = (first, "The session is not begun.", *now.lines())
    return RefusalError(lines, now.outlook.decision)


def _plan(setup: SessionSetup, outlook: Outlook) -> dict[str, Any]:
    """Return what was prescribed, for a person and the report."""
    limits = setup.limits
    return {
        "title": setup.stage_title,
        "number": outlook.decision.count + 1,
        "segments": [[s.gait.value, s.duration_s, s.part.value] for s in setup.segments],
        "contacts": setup.contacts,
        "amber_g": limits.amber_g,
        "red_g": limits.red_g,
        "limits_from": None if limits.baseline is None else limits.baseline.value,
        "limits_are_fallback": limits.is_fallback,
    }
