"""``stridegate patient list`` and ``show``: who waits for whom, and what would let a patient on.

Exit status of the list: 1 where a patient's record cannot be believed; the others are listed.
"""

import sys
from datetime import date
from typing import Any, Final

from monitor.between.patients import rank
from monitor.commands.bounds import bounds_lines, edited, limits_now, one_line
from monitor.commands.desk import Case, Desk, open_desk, show
from monitor.errors import ProgrammeError, UsageError
from monitor.gate.decision import Status
from monitor.gate.times import time_text
from monitor.gate.words import sentences
from monitor.people.answering import Question, open_questions
from monitor.people.diary import DailyAnswer
from monitor.people.unclosed import closing_way, decision_dict, headline_of, is_undecided, may_run
from monitor.people.ways import ways_on
from monitor.people.zones import local_day
from monitor.store.names import shown_name
from monitor.text import known

_LAST_SESSIONS: Final = 5
_LAST_DAYS: Final = 7
"""Days of rest and night pain that a signature of P0 asks for."""


def run_list(*, as_json: bool) -> int:
    """List the patients, locks and pending signatures first; returns the exit status."""
    cases, faults = read_cases(open_desk())
    rows = [{**_row(case)} for case in cases]
    errors = [{"patient": name, "error": text} for name, text in faults]
    lines = [_line(case) for case in cases] or ["no patient yet"]
    show(lines, {"patients": [*rows, *errors]}, as_json=as_json)
    for _, text in faults:
        print(f"stridegate: {text}", file=sys.stderr)
    return 1 if faults else 0


def read_cases(desk: Desk) -> tuple[list[Case], list[tuple[str, str]]]:
    """Return every patient, locks and pending signatures first, and whose record is at fault."""
    cases: list[Case] = []
    faults: list[tuple[str, str]] = []
    clinic = desk.accounts.clinic
    for chain in desk.store.chains():
        if chain.patient is None:
            continue
        try:
            cases.append(desk.case(chain.patient, clinic))
        except (ProgrammeError, UsageError) as error:
            faults.append((shown_name(chain.patient), str(error)))
    cases.sort(key=lambda case: rank(case.file.patient, case.outlook))
    return cases, faults


def run_show(name: str, *, as_json: bool) -> int:
    """Show how a patient stands; returns the exit status."""
    case = open_desk().case(name)
    show(_lines(case), _object(case), as_json=as_json)
    return 0


def standing_lines(case: Case) -> list[str]:
    """Return the gate's decision and what would let the patient on, as lines for a person."""
    decision = case.outlook.decision
    stage = "no stage yet" if decision.stage is None else f"stage {decision.stage}"
    way = closing_way(case.file.patient)
    headline = headline_of(case.file.patient, decision)
    lines = [f"{case.file.patient.name}: {headline} ({stage})"]
    lines += [] if way is None else [f"> {way}"]
    lines += [f"- {text}" for text in sentences(decision).values()]
    if decision.status is Status.NEEDS_SIGNOFF and decision.may_run:
        lines.append("- You may repeat the last stage meanwhile.")
    if decision.earliest_s is not None:
        lines.append(f"- Earliest: {case.say_time(decision.earliest_s)}")
    return lines + [f"> {way}" for way in _ways(case)]


def _questions(case: Case) -> tuple[Question, ...]:
    return open_questions(case.file.patient, case.outlook, case.zone)


def _ways(case: Case) -> tuple[str, ...]:
    file = case.file
    return ways_on(file.patient, case.outlook, file.programme, _questions(case), case.say_time)


def _row(case: Case) -> dict[str, object]:
    decision = case.outlook.decision
    return {"patient": case.file.patient.name, **decision_dict(case.file.patient, decision)}


def _line(case: Case) -> str:
    decision = case.outlook.decision
    is_unclosed = case.file.patient.unclosed is not None
    reasons = ", ".join((*decision.reasons, *(["session not closed"] if is_unclosed else [])))
    stage = "–" if decision.stage is None else decision.stage
    # Nobody is ready by a decision that does not know of the last session.
    is_open = is_undecided(case.file.patient, decision)
    status = "not-closed" if is_open else decision.status
    row = f"{case.file.patient.name}  {status}  {stage}"
    return f"{row}  {reasons}" if reasons else row


def _lines(case: Case) -> list[str]:
    patient, programme = case.file.patient, case.file.programme
    enrolment = patient.enrolment
    site = programme.site(enrolment.site)
    lines = [
        *standing_lines(case),
        f"{site.title}, {enrolment.side}; diagnosed {enrolment.diagnosed}; {enrolment.time_zone}",
        f"programme {programme.id} {programme.version}, {programme.status}",
        f"may run: {'yes' if may_run(patient, case.outlook.decision) else 'no'}",
    ]
    if case.outlook.lacks_signal:
        lines.append("the last three sessions had no usable signal: look at pod, strap and place")
    lines += [f"soft block {name}: {one_line(why)}" for name, why in enrolment.soft_blocks.items()]
    lines += bounds_lines(case)
    lines += [_daily_line(patient.daily, case)] if patient.daily else []
    lines += [
        f"{count.date}: {known(count.steps)} steps on the protected foot (a count, no load)"
        for count in patient.protected_steps[-_LAST_DAYS:]
    ]
    for session in case.outlook.sessions[-_LAST_SESSIONS:]:
        why = f" ({', '.join(session.reasons)})" if session.reasons else ""
        when = case.say_past(session.t_s)
        lines.append(f"session {session.id}, {session.stage}, {when}: {session.outcome}{why}")
    lines += [f"note by {note.by}: {one_line(note.text)}" for note in patient.notes[-3:]]
    return lines


def _object(case: Case) -> dict[str, Any]:
    patient, outlook = case.file.patient, case.outlook
    enrolment = patient.enrolment
    return {
        "patient": patient.name,
        **outlook.decision.as_dict(),
        "sentences": sentences(outlook.decision),
        "ways_on": list(_ways(case)),
        "phase": outlook.phase,
        "required": outlook.required,
        "site": enrolment.site,
        "side": enrolment.side.value,
        "diagnosed": enrolment.diagnosed,
        "time_zone": enrolment.time_zone,
        "programme": enrolment.programme,
        "version": enrolment.version,
        "sha256": enrolment.sha256,
        "min_days": dict(enrolment.min_days),
        "soft_blocks": dict(enrolment.soft_blocks),
        "baselines": {
            which.value: {
                "median_g": baseline.median_g,
                "cadence_spm": baseline.cadence_spm,
                "capped_at_g": baseline.capped_at_g,
                "by": baseline.by,
                "stale": list(patient.stale(which)),
            }
            for which, baseline in patient.baselines.items()
        },
        "limits_now": limits_now(case),
        "limits_edited": edited(case),
        "lacks_signal": outlook.lacks_signal,
        "open_questions": [
            {"session": q.session, "when": q.when.value, "from": time_text(q.from_s)}
            for q in _questions(case)
        ],
        "sessions": [
            {
                "id": session.id,
                "stage": session.stage,
                "t": time_text(session.t_s),
                "outcome": session.outcome.value,
                "reasons": [reason.value for reason in session.reasons],
            }
            for session in outlook.sessions[-_LAST_SESSIONS:]
        ],
    }


def _daily_line(daily: tuple[DailyAnswer, ...], case: Case) -> str:
    today = local_day(case.desk.now_s, case.zone).toordinal()
    days: dict[str, bool] = {}
    for answer in daily:
        if today - _LAST_DAYS < date.fromisoformat(answer.date).toordinal() <= today:
            # A yes stays one, whatever is answered later on that day.
            has_pain = answer.night_pain or answer.rest_pain
            days[answer.date] = has_pain or days.get(answer.date, False)
    return (
        f"rest and night pain: {len(days)} of the last {_LAST_DAYS} days answered, "
        f"{sum(days.values())} with pain"
    )
