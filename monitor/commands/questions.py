"""The questions that are open between the runs as a flow: the screen asks, the record keeps."""

from monitor.between.home import answerable, asks_daily
from monitor.commands.answers import write_answer, write_daily
from monitor.commands.desk import Case
from monitor.commands.patient import standing_lines
from monitor.gate.events import When
from monitor.people.answering import QUESTIONS, open_questions
from monitor.people.zones import past_text
from monitor.running.asking import Ask, Flow, Tell


def open_flow(case: Case) -> Flow[tuple[str, ...]]:
    """Ask everything that can be answered now; each answer is written at once.

    Parameters
    ----------
    case : Case
        The patient at the desk.

    Returns
    -------
    tuple of str
        How the patient stands afterwards.
    """
    patient, now_s = case.file.patient, max(case.desk.now_s, case.file.patient.last_t_s)
    questions = open_questions(patient, case.outlook, case.zone)
    ended_s = {session.id: session.t_s for session in case.outlook.sessions}
    later = [question for question in questions if question.from_s > now_s]
    for question in answerable(questions, now_s):
        day = past_text(ended_s[question.session], case.zone)
        moment = QUESTIONS[question.when]
        key = f"{question.session}:{question.when.value}"
        level = yield Ask(key, f"Pain at the injury {moment}? (session of {day})")
        if level is None:
            continue
        soreness = None
        if question.when in (When.AFTER, When.NEXT_MORNING):
            soreness = yield Ask(f"{key}:soreness", "How sore were you elsewhere?")
        write_answer(case, question.session, question.when, level, soreness)
    if asks_daily(patient, case.outlook, case.zone, now_s):
        yield from _daily(case)
    elif not questions:
        yield Tell(("No question is open.",))
    lines = [f"{QUESTIONS[q.when]}: from {case.say_time(q.from_s)} on" for q in later]
    after = (*(f"Not yet: {line}" for line in lines), *standing_lines(case.again()))
    yield Tell(after)
    return after


def _daily(case: Case) -> Flow[None]:
    night = yield Ask("night", "Did your injury hurt last night?", ("it hurt",))
    rest = yield Ask("rest", "Did your injury hurt at rest since yesterday?", ("it hurt",))
    # One of both alone is no answer of the day; a yes is written whatever else is left open.
    if night is None or rest is None:
        if not (night or rest):
            yield Tell(("Left open: the day is not answered.",))
            return
        night, rest = night or 0, rest or 0
    write_daily(case, night_pain=night == 1, rest_pain=rest == 1)
