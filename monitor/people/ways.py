"""What would let a patient on, in words: for every reason of the gate, who does what, and when."""

from collections.abc import Iterator
from shlex import quote

from monitor.gate.decision import Status
from monitor.gate.events import When
from monitor.gate.reasons import Reason
from monitor.people.acts import SayTime
from monitor.people.answering import Question
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.programme.model import Programme

_MOMENTS = {When.DURING: "how it was during", When.AFTER: "how it was after"}

_WAITING = (Reason.GAP_HOURS, Reason.WEEK_FULL)


def ways_on(
    patient: Patient,
    outlook: Outlook,
    programme: Programme,
    questions: tuple[Question, ...],
    say_time: SayTime,
) -> tuple[str, ...]:
    """Return what would let the patient on, a sentence each, in the order of the reasons.

    Parameters
    ----------
    patient, outlook, programme
        Of one patient.
    questions : tuple of Question
        The open ones.
    say_time : SayTime
        Writes UTC seconds as the patient reads them.
    """
    decision = outlook.decision
    ways = list(_locked(patient, outlook, programme))
    ways += [_answer(question, say_time) for question in questions if question.is_required]
    if any(reason in decision.reasons for reason in _WAITING) and decision.earliest_s is not None:
        ways.append(f"wait until {say_time(decision.earliest_s)}")
    if Reason.PHASE_MIN_DAYS in decision.reasons and outlook.phase_ends_s is not None:
        ways.append(f"the days of {outlook.phase} are over on {say_time(outlook.phase_ends_s)}")
    if Reason.REPEAT_SESSION in decision.reasons:
        ways.append(f"repeat stage {decision.stage} once, then the clinician signs")
    if Reason.PHASE_COMPLETE in decision.reasons:
        ways.append(f"clinician: stridegate signoff {quote(patient.name)}")
    return (*ways, *_progress(outlook, programme, say_time))


def _locked(patient: Patient, outlook: Outlook, programme: Programme) -> Iterator[str]:
    decision, name = outlook.decision, patient.name
    if decision.status is not Status.LOCKED:
        return
    if Reason.NOT_STARTED in decision.reasons:
        yield f"clinician: stridegate start {quote(name)} --stage {programme.stages[0].id}"
        return
    stage = decision.stage or programme.stages[0].id
    yield (
        f"clinician, after a look at the patient: stridegate unlock {quote(name)} --stage {stage} "
        "--reason WHY (or an earlier stage)"
    )


def _answer(question: Question, say_time: SayTime) -> str:
    if question.when is When.NEXT_MORNING:
        return (
            f"answer the morning question of session {question.session} "
            f"from {say_time(question.from_s)} on"
        )
    return f"answer {_MOMENTS[question.when]} session {question.session}"


def _progress(outlook: Outlook, programme: Programme, say_time: SayTime) -> Iterator[str]:
    decision = outlook.decision
    is_on_its_way = decision.status in (Status.READY, Status.WAIT)
    if not is_on_its_way or decision.stage is None or outlook.entered_s is None:
        return
    stage = programme.stage(decision.stage)
    from_s = outlook.entered_s + stage.min_days * 86_400
    yield (
        f"{decision.count} of {outlook.required} clean sessions on {stage.id}; "
        f"the stage lasts until {say_time(from_s)} at least"
    )
