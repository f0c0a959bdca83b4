"""The report as a page: what stands where, in the order said, measured, judged, next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from monitor.gate.decision import Status
from monitor.gate.outcome import Outcome, Shortfall
from monitor.gate.words import SESSION_SENTENCES
from monitor.people.unclosed import decision_dict
from monitor.report.measured import (
    dose_rows,
    measured_rows,
    record_rows,
    session_about,
    validity_rows,
)
from monitor.report.personal import NOBODY, Personal
from monitor.report.session import SessionFacts
from monitor.report.standing import Day, Standing
from monitor.setup import Purpose, SessionSetup
from monitor.text import NOT_KNOWN, clock_text, known

_WORDS: Final[Mapping[Status, tuple[str, str]]] = {
    Status.READY: ("MAY RUN", "go"),
    Status.WAIT: ("WAIT", "wait"),
    Status.NEEDS_SIGNOFF: ("NEEDS A SIGNATURE", "wait"),
    Status.LOCKED: ("LOCKED: DO NOT RUN", "stop"),
    Status.DISCHARGED: ("DISCHARGED", "go"),
}
"""The decision as it is read at arm's length, and its colour, which never stands alone."""

_DANGER: Final = "The pain given around it, or a warning sign."
"""The gate lists no other reasons for the two worst outcomes."""

_VIRTUAL: Final = "A virtual pod: nobody ran this session."

_UNPLANNED: Final = "Imported: nothing was planned, so nothing is judged against a plan."

_YES: Final = {True: "yes", False: "no"}

_WORST_FIRST: Final = tuple(outcome.value for outcome in Outcome)

_SIGNS: Final = {
    "success": "✓",
    "pending": "…",
    "invalid": "∅",
    "hold": "=",
    "regress": "↓",
    "lockout": "✕",
}


@dataclass(slots=True)
class Page:
    """The texts of a page; every one of them is escaped, the pictures alone are markup."""

    title: str
    who: str
    made: str
    about: str = ""
    name: str | None = None
    born: str | None = None
    word: str = "NO DECISION"
    tone: str = "none"
    line: str = ""
    warnings: list[str] = field(default_factory=list)
    said: list[tuple[str, str]] = field(default_factory=list)
    has_session: bool = False
    session_about: str = "No session yet."
    session_svg: str = ""
    dose_svg: str = ""
    measured: list[tuple[str, str]] = field(default_factory=list)
    validity: list[tuple[str, str]] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    judged: list[tuple[str, list[str]]] = field(default_factory=list)
    ladder_svg: str = ""
    ladder_text: str = ""
    days: list[dict[str, str]] = field(default_factory=list)
    next: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    record: list[tuple[str, str]] = field(default_factory=list)


def rendered(page: Page) -> str:
    """Return the page as HTML: every text escaped, nothing fetched from anywhere."""
    environment = Environment(autoescape=True, undefined=StrictUndefined)
    text = files("monitor.report").joinpath("page.html").read_text(encoding="utf-8")
    return environment.from_string(text).render(page=page)


def report_page(
    facts: SessionFacts | None,
    standing: Standing | None,
    made: str,
    record: Sequence[tuple[str, str]],
    personal: Personal = NOBODY,
    *,
    session_id: str | None = None,
    notices: Sequence[str] = (),
) -> Page:
    """Put a page together.

    Parameters
    ----------
    facts : SessionFacts or None
        The session; None where its recording is not there.
    standing : Standing or None
        The patient as the record has them; None where the record is not on this computer.
    made : str
        When, for a person.
    record : sequence of tuple
        Name and text of what ties the page to the record: head, programme, versions.
    personal : Personal
        What was asked for to be named.
    session_id : str or None
        Which session, where it may have no recording; None for that of ``facts``.
    notices : sequence of str
        What a person has to know of what was asked for.
    """
    if session_id is None and facts is not None:
        session_id = facts.setup.session_id
    who = standing.case.patient.name if standing else facts.setup.patient if facts else NOT_KNOWN
    page = Page(title=who, who=who, made=made, name=personal.name, born=personal.born)
    page.record = list(record)
    if facts is not None:
        _add_session(page, facts)
    elif session_id is not None:
        measures = {} if standing is None else standing.measures(session_id)
        _add_unrecorded(page, session_id, measures)
    if standing is not None:
        _add_standing(page, standing, session_id)
    elif facts is not None:
        _add_lonely(page, facts, is_explained=bool(notices))
    page.warnings += notices
    return page


def _add_session(page: Page, facts: SessionFacts) -> None:
    from monitor.report.figures import dose_svg, session_svg

    setup = facts.setup
    page.has_session = True
    page.session_about = session_about(facts)
    page.session_svg = Markup(session_svg(facts))
    page.dose_svg = Markup(dose_svg(dose_rows(facts)))
    page.measured, page.validity = measured_rows(facts), validity_rows(facts)
    page.alarms = [f"{clock_text(t_s)} {text}" for t_s, _, text in facts.alarms]
    page.said += [("Pain given while running", _taps(facts))]
    page.said += [("Warning sign", f"{clock_text(t_s)} {text}") for t_s, text in facts.flags]
    if setup.is_draft:
        page.warnings.append(
            "The programme of this session is a draft: no clinician has signed it."
        )
    page.warnings += _limit_warnings(setup)
    if facts.has_virtual_pod:
        page.warnings.append(_VIRTUAL)


def _add_unrecorded(page: Page, session_id: str, measures: Mapping[str, Any]) -> None:
    page.session_about = f"No recording of session {session_id}."
    page.measured, page.validity = record_rows(measures)
    if page.measured:
        page.has_session = True
        page.session_about += " What was measured stands in the patient's record."
    if measures.get("pod_is_virtual"):
        page.warnings.append(_VIRTUAL)


def _limit_warnings(setup: SessionSetup) -> Iterator[str]:
    limits = setup.limits
    if limits.amber_g is None:
        yield "No impact limit was in force: no baseline gives one for this stage."
    if limits.is_fallback:
        yield f"The running baseline (R0) was stale: the limits rest on {limits.baseline} instead."
    if limits.baseline is not None and not setup.baselines.is_current(limits.baseline):
        yield "The limits rest on a baseline that is stale or was not accepted."
    if limits.is_capped:
        yield "A limit is capped at the top of the pod's scale."


def _taps(facts: SessionFacts) -> str:
    taps = [f"{score} of 10 at {clock_text(t_s)}" for t_s, score in facts.pain]
    return ", ".join(taps) or NOT_KNOWN


def _add_lonely(page: Page, facts: SessionFacts, *, is_explained: bool) -> None:
    """Add what a recording without its patient's record is worth by itself: no decision."""
    setup, result = facts.setup, facts.result
    page.about = f"{setup.programme_title} {setup.programme_version}, stage {setup.stage}"
    is_demo = setup.purpose is Purpose.DEMO
    alone = "The record of this patient is not on this computer: only the session is shown."
    if is_explained:
        alone = "Only the session is shown, without the patient's record."
    page.word = "DEMO: COUNTS NOWHERE" if is_demo else "NO DECISION"
    page.line = "A demonstration. It is in nobody's record." if is_demo else alone
    reasons = [SESSION_SENTENCES[Shortfall(name)] for name in result.get("shortfalls", ())]
    fine = _UNPLANNED if setup.is_imported else "Valid, as far as it was measured."
    page.judged = [("By what was measured alone", reasons or [fine])]
    page.next = [NOT_KNOWN]


def _add_standing(page: Page, standing: Standing, session_id: str | None) -> None:
    from monitor.report.figures import ladder_svg

    case, decision = standing.case, standing.decision
    programme, enrolment = case.programme, case.patient.enrolment
    is_open = standing.is_undecided
    page.word, page.tone = ("NOT CLOSED", "stop") if is_open else _WORDS[decision.status]
    stage = None if decision.stage is None else programme.stage(decision.stage)
    named = "No stage yet." if stage is None else f"Stage {stage.id}: {stage.title}."
    why = standing.reasons[0] if standing.reasons and not is_open else standing.headline
    page.line = f"{why} {named}"
    page.about = (
        f"{programme.site(enrolment.site).title}, {enrolment.side.value}; diagnosed "
        f"{enrolment.diagnosed}; {programme.title} {programme.version}"
    )
    if programme.is_draft:
        page.warnings.append("The programme is a draft: no clinician has signed it.")
    if enrolment.is_demo:
        page.warnings.append("A made-up patient, to learn and to show.")
    if session_id is not None:
        page.said = [*_answers(standing, session_id), *page.said]
    page.said += _daily(standing)
    page.judged = _judgement(standing, session_id)
    page.ladder_svg = Markup(ladder_svg(standing.rungs))
    page.ladder_text = (
        f"{programme.title}: {len(programme.stages)} stages; each waits for the one before."
    )
    page.days = [_day(day) for day in standing.days()]
    page.next = _next(standing)
    page.notes = [f"{standing.say(n.t_s)}, {n.by}: {n.text}" for n in case.patient.notes[-3:]]


def _answers(standing: Standing, session_id: str) -> list[tuple[str, str]]:
    answered = standing.answered(session_id)
    if answered is None:
        return []
    rows = [(f"Pain {when}", _of_ten(score)) for when, score in answered.pain]
    return [*rows, ("Soreness after it", _of_ten(answered.soreness))]


def _of_ten(score: int | None) -> str:
    return NOT_KNOWN if score is None else f"{score} of 10"


def _daily(standing: Standing) -> list[tuple[str, str]]:
    answers = standing.case.patient.daily[-7:]
    return [
        (
            f"Night and rest pain, {answer.date}",
            f"night {_YES[answer.night_pain]}, rest {_YES[answer.rest_pain]}",
        )
        for answer in answers
    ]


def _judgement(standing: Standing, session_id: str | None) -> list[tuple[str, list[str]]]:
    decision = standing.decision
    count = f"{decision.count} of {standing.outlook.required} clean sessions on this stage."
    counts = [count] if standing.outlook.required else []
    said = () if standing.is_undecided else standing.reasons
    parts = [("The decision", [*(said or (standing.headline,)), *counts])]
    judged = None if session_id is None else standing.judged(session_id)
    if judged is not None and session_id is not None:
        words = judged.outcome.value.upper()
        reasons = list(standing.session_reasons(session_id))
        if not reasons:
            is_danger = judged.outcome in (Outcome.LOCKOUT, Outcome.REGRESS)
            reasons = [_DANGER if is_danger else "Nothing kept it from counting."]
        parts.append((f"This session: {words}", reasons))
    return parts


def _day(day: Day) -> dict[str, str]:
    worst = min(day.outcomes, key=_WORST_FIRST.index, default="")
    on = date.fromisoformat(day.date)
    return {
        "on": f"{on:%a} {on.day}.",
        "stage": day.stage or NOT_KNOWN,
        "pain": f"pain {NOT_KNOWN if day.pain is None else day.pain}",
        "sign": "⚑" if day.red_flags else _SIGNS.get(worst, NOT_KNOWN),
        "outcome": "warning" if day.red_flags else worst or "none",
        "tone": "flag" if day.red_flags else worst,
    }


def _next(standing: Standing) -> list[str]:
    decision, programme = standing.decision, standing.case.programme
    lines = list(standing.ways)
    if decision.earliest_s is not None:
        lines.append(f"Earliest: {standing.say_from(decision.earliest_s)} ({standing.zone.key})")
    if decision.stage is not None:
        stage = programme.stage(decision.stage)
        lines.append(f"The session of {stage.id}: {stage.title}")
        if decision.status is Status.NEEDS_SIGNOFF:
            site = standing.case.patient.enrolment.site
            items = programme.phase(stage.phase).exit_items(site)
            lines += [f"To be confirmed with the signature: {item.title}" for item in items]
    return lines or [NOT_KNOWN]


def as_json(
    facts: SessionFacts | None, standing: Standing | None, session_id: str | None
) -> dict[str, Any]:
    """Return what the page shows, for a machine: numbers as they are, null where not known."""
    session: dict[str, Any] | None = None
    if facts is not None:
        session = {
            "id": facts.setup.session_id,
            "stage": facts.setup.stage,
            "is_draft": facts.setup.is_draft,
            "result": dict(facts.result),
            "pain_taps": [{"t_s": t_s, "score": score} for t_s, score in facts.pain],
            "amber_g": facts.setup.limits.amber_g,
            "red_g": facts.setup.limits.red_g,
            "damage": list(facts.damage),
        }
    if standing is None:
        return {"patient": None, "session": session, "decision": None}
    answers = None if session_id is None else standing.answered(session_id)
    judged = None if session_id is None else standing.judged(session_id)
    return {
        "patient": standing.case.patient.name,
        "session_id": session_id,
        "outcome": None if judged is None else judged.outcome.value,
        "session": session,
        "answers": None
        if answers is None
        else {**dict(answers.pain), "soreness": answers.soreness},
        "decision": decision_dict(standing.case.patient, standing.decision),
        "sentences": list(standing.reasons),
        "next": _next(standing),
        "days": [
            {
                "date": day.date,
                "stage": day.stage,
                "pain": day.pain,
                "outcomes": list(day.outcomes),
                "red_flags": list(day.red_flags),
            }
            for day in standing.days()
        ],
    }


def limit_lines(limits_now: Mapping[str, Any] | None, edited: Mapping[str, str]) -> list[str]:
    """Return the limits of the patient's stage, and what a clinician changed."""
    lines = []
    if limits_now is not None:
        text = f"amber {known(limits_now['amber_g'], 2)} g, red {known(limits_now['red_g'], 2)} g"
        text += ", capped at the pod's scale" if limits_now["is_capped"] else ""
        lines.append(text + (", as the baseline is stale" if limits_now["is_fallback"] else ""))
    return [*lines, *(f"{stage}, edited by a clinician: {what}" for stage, what in edited.items())]
