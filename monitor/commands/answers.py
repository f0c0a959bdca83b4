"""``stridegate pain``, ``answer``, ``flag``, ``daily``: what the patient tells; no PIN is asked."""

from collections.abc import Mapping

from monitor.commands.desk import Case, open_desk, show
from monitor.commands.patient import standing_lines
from monitor.errors import UsageError
from monitor.gate.events import When
from monitor.gate.times import time_text
from monitor.people.answering import QUESTIONS, AnswerCheck, Question, open_questions
from monitor.people.diary import DAILY
from monitor.people.enrolling import red_flag_of
from monitor.people.zones import local_day
from monitor.store.gatelog import GateCheck
from monitor.store.names import shown_name
from monitor.store.writing import Record

_REST_PAIN = "night_or_rest_pain"
"""The bundled programmes' warning sign for a yes; another programme's record says which it was."""


def run_pain(
    name: str,
    session: str | None,
    when: str,
    site: int,
    soreness: int | None,
    *,
    as_json: bool,
) -> int:
    """Write one answer about pain; returns the exit status."""
    case = open_desk().case(name)
    moment = _moment(when)
    about = _session(case, session)
    write_answer(case, about, moment, site, soreness)
    return _after(case, {"session": about, "when": moment.value, "site": site}, as_json=as_json)


def run_answer(name: str, *, as_json: bool) -> int:
    """Ask every open question, or list them as JSON; returns the exit status."""
    case = open_desk().case(name)
    questions = open_questions(case.file.patient, case.outlook, case.zone)
    if as_json:
        show(
            [],
            {"patient": case.file.patient.name, "open": [_as_dict(q) for q in questions]},
            as_json=True,
        )
        return 0
    now_s = max(case.desk.now_s, case.file.patient.last_t_s)
    for question in questions:
        if question.from_s > now_s:
            print(f"{_words(question)}: from {case.say_time(question.from_s)} on")
            continue
        level = case.desk.asker.level(f"How much did your injury hurt {_words(question)}?")
        if level is None:
            continue
        soreness = None
        if question.when in (When.AFTER, When.NEXT_MORNING):
            soreness = case.desk.asker.level("How sore were you elsewhere?")
        write_answer(case, question.session, question.when, level, soreness)
    if not questions:
        print("no question is open")
    print("\n".join(standing_lines(case.again())))
    return 0


def run_flag(name: str, flag: str, session: str | None, *, as_json: bool) -> int:
    """Write a warning sign, which locks at once; returns the exit status."""
    case = open_desk().case(name)
    item = red_flag_of(case.file.programme, case.file.patient.enrolment.site, flag)
    fields: dict[str, object] = {"flag": item.id}
    if session is not None:
        fields["session"] = _session(case, session)
    case.write([("red_flag", fields)], GateCheck(case.file.programme))
    return _after(case, fields, as_json=as_json)


def run_daily(name: str, night_pain: bool | None, rest_pain: bool | None, *, as_json: bool) -> int:
    """Ask about rest and night pain in P0 and P1; a yes is a warning sign. Returns the status."""
    case = open_desk().case(name)
    _refuse_where_sessions_ask(case)
    asker = case.desk.asker
    if (night_pain is None or rest_pain is None) and not asker.has_person:
        raise UsageError(
            "silence is no no: give --night-pain or --no-night-pain, and --rest-pain or "
            "--no-rest-pain"
        )
    if night_pain is None:
        night_pain = asker.yes("Did your injury hurt last night?")
    if rest_pain is None:
        rest_pain = asker.yes("Did your injury hurt at rest since yesterday?")
    fields = write_daily(case, night_pain=night_pain, rest_pain=rest_pain)
    return _after(case, fields, as_json=as_json)


def write_daily(case: Case, *, night_pain: bool, rest_pain: bool) -> dict[str, object]:
    """Write today's answer about night and rest pain; returns its fields."""
    date = local_day(max(case.desk.now_s, case.file.patient.last_t_s), case.zone).isoformat()
    fields: dict[str, object] = {"date": date, "night_pain": night_pain, "rest_pain": rest_pain}
    records: list[Record] = [(DAILY, fields)]
    records += [("red_flag", {"flag": flag}) for flag in _flags(case, night_pain, rest_pain)]
    case.write(records, GateCheck(case.file.programme))
    return fields


def _refuse_where_sessions_ask(case: Case) -> None:
    stage = case.outlook.decision.stage
    if stage is not None and case.file.programme.stage(stage).has_sessions:
        raise UsageError(
            f"stage {stage} asks about pain with its sessions: use stridegate answer; a warning "
            "sign is told with stridegate flag"
        )


def _flags(case: Case, night_pain: bool, rest_pain: bool) -> list[str]:
    said = [
        word
        for word, is_there in (("night_pain", night_pain), ("rest_pain", rest_pain))
        if is_there
    ]
    known = {item.id for item in case.file.programme.red_flags}
    return [_REST_PAIN] if said and _REST_PAIN in known else said


def _moment(text: str) -> When:
    try:
        return When(text)
    except ValueError:
        raise UsageError(f"--when {shown_name(text)}: use one of {', '.join(When)}") from None


def _session(case: Case, name: str | None) -> str:
    """Return the session that is meant: the last one where none is named."""
    closed = [session.id for session in case.file.patient.sessions if session.line is not None]
    if not closed:
        raise UsageError(
            "there is no session to answer about yet: a warning sign is told with stridegate flag"
        )
    if name is None:
        return closed[-1]
    if name not in closed:
        raise UsageError(f"--session {shown_name(name)}: use one of {', '.join(closed[-5:])}")
    return name


def write_answer(case: Case, session: str, when: When, site: int, soreness: int | None) -> None:
    """Write one answer about pain at the injury; a morning that has not come is refused."""
    fields: dict[str, object] = {"session": session, "when": when.value, "site": site}
    if soreness is not None:
        fields["soreness"] = soreness
    case.write([("pain", fields)], AnswerCheck(case.file.programme, case.zone, case.say_time))


def _after(case: Case, fields: Mapping[str, object], *, as_json: bool) -> int:
    after = case.again()
    result = {"patient": after.file.patient.name, **fields, **after.outlook.decision.as_dict()}
    show(["written", *standing_lines(after)], result, as_json=as_json)
    return 0


def _words(question: Question) -> str:
    return f"{QUESTIONS[question.when]} (session {question.session})"


def _as_dict(question: Question) -> dict[str, object]:
    return {
        "session": question.session,
        "when": question.when.value,
        "from": time_text(question.from_s),
        "required": question.is_required,
    }
