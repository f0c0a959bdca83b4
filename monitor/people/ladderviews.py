"""A patient's place on the ladder in a value that can be shown: from the record, at one time."""

from collections.abc import Iterator
from typing import Final

from monitor.gate.decision import Status
from monitor.gate.words import SENTENCES
from monitor.ladderview import LadderView
from monitor.people.casefile import Casefile
from monitor.people.outlook import Outlook

DAY_S: Final = 86_400


def ladder_view(case: Casefile, outlook: Outlook, now_s: int) -> LadderView:
    """Return where a patient stands; the gate lets them run.

    Parameters
    ----------
    case : Casefile
        The patient.
    outlook : Outlook
        At ``now_s``.
    now_s : int
        UTC seconds since 1970.
    """
    programme, patient = case.programme, case.patient
    stages = tuple(stage.id for stage in programme.stages)
    decision = outlook.decision
    enrolment = patient.enrolment
    return LadderView(
        site=f"{programme.site(enrolment.site).title}, {enrolment.side.value}",
        ladder=stages,
        phases=tuple(stage.phase for stage in programme.stages),
        at=stages.index(decision.stage) if decision.stage in stages else 0,
        count=decision.count,
        required=outlook.required,
        why=tuple(SENTENCES[reason] for reason in decision.reasons),
        pending=tuple(_pending(outlook)),
        baselines=tuple(
            f"{which.value} {accepted.median_g:.1f} g, {_age(now_s - accepted.t_s)}"
            for which, accepted in patient.baselines.items()
        ),
    )


def _pending(outlook: Outlook) -> Iterator[str]:
    if outlook.decision.status is Status.LOCKED:
        yield "Locked"
    if outlook.decision.status is Status.NEEDS_SIGNOFF:
        yield "Waits for a clinician's signature"
    n = sum(session.needs_answers for session in outlook.sessions)
    if n:
        yield f"{n} session{'s' if n > 1 else ''} without an answer about pain"
    if outlook.lacks_signal:
        yield "The last sessions had no usable signal"


def _age(seconds: int) -> str:
    days = seconds // DAY_S
    return "today" if days < 1 else f"{days} day{'s' if days > 1 else ''} old"
