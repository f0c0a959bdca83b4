"""A patient's record as a FHIR R4B bundle, which R4 readers read: pseudonym alone, no name.

Sessions are Observations, answers QuestionnaireResponses, the stage a CarePlan, a lock a Flag, and
what a clinician signed or overrode a Provenance. What is not known has a reason, never a 0. All of
a made-up patient is marked as test data.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from fhir.resources.R4B.bundle import Bundle

from monitor.export import fhircodes as codes
from monitor.gate.decision import Status
from monitor.gate.events import Pain, Signoff, Start, Unlock, When
from monitor.gate.reasons import Reason
from monitor.gate.times import time_text
from monitor.gate.words import sentences
from monitor.people.answering import QUESTIONS
from monitor.people.baselines import BASELINE, AcceptedBaseline
from monitor.people.diary import LIMITS
from monitor.people.entries import value_of
from monitor.people.sessions import SessionFile, counted_when
from monitor.programme.edits import LimitEdit
from monitor.report.personal import NOBODY, Personal
from monitor.report.standing import Standing
from monitor.store.chain import Entry

_NAMESPACE: Final = uuid.UUID("5f0cf0f0-3b7e-4c38-9a0e-8d1c6d2b9b11")
"""Makes the same resource the same identifier at each export: what an identifier is made of never
changes in the record."""

_ROLE: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"

_TEST_DATA: Final = {
    "security": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "code": "HTEST",
            "display": "test health data",
        }
    ]
}
"""Marks every resource of a made-up patient, as FHIR has it for data that nobody is treated by."""

_MADE_UP: Final = "A made-up patient, to learn and to show: test health data."

_GIVEN_AT: Final = "urn:stridegate:answer-given-at"
"""Extension of an answer: FHIR has a time for a whole response alone."""


def fhir_bundle(standing: Standing, personal: Personal = NOBODY) -> str:
    """Return a patient's record as the JSON of a bundle that was validated.

    Parameters
    ----------
    standing : Standing
        The patient at the time of the export.
    personal : Personal
        Name and day of birth, only where they were asked for: the record holds neither.
    """
    builder = _Builder(standing, personal)
    marked = {"meta": _TEST_DATA} if builder.is_made_up else {}
    entries = [
        {"fullUrl": url, "resource": {**resource, **marked, "id": url.removeprefix("urn:uuid:")}}
        for url, resource in builder.resources()
    ]
    bundle = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": time_text(standing.now_s),
            "entry": entries,
            **marked,
        }
    )
    return str(bundle.model_dump_json(indent=1))


class _Builder:
    def __init__(self, standing: Standing, personal: Personal) -> None:
        self.standing = standing
        self.personal = personal
        self.patient = standing.case.patient
        self.subject = {"reference": self.url("patient")}
        found = (_signed(entry) for entry in standing.case.entries)
        self.signed = tuple(signed for signed in found if signed is not None)

    @property
    def is_made_up(self) -> bool:
        return self.patient.enrolment.is_demo

    @property
    def is_started(self) -> bool:
        return self.standing.decision.reasons != (Reason.NOT_STARTED,)

    def url(self, *parts: str) -> str:
        # Of the hash of the record's first entry, which nobody makes without the record's key, and
        # not of the pseudonym: a short name can be guessed from its hash.
        first = self.standing.case.entries[0].hash
        return f"urn:uuid:{uuid.uuid5(_NAMESPACE, '|'.join((first, *parts)))}"

    def resources(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield self.url("codes"), codes.code_system()
        yield self.url("patient"), self._patient()
        yield self.url("questionnaire"), _questionnaire()
        for clinician in self._clinicians():
            identifier = {"system": codes.CLINICIAN, "value": clinician}
            resource = {"resourceType": "Practitioner", "identifier": [identifier]}
            yield self.url("clinician", clinician), resource
        for file in self.patient.sessions:
            if file.line is not None:
                yield from self._session(file)
        yield self.url("plan"), self._plan()
        if self.standing.decision.status is Status.LOCKED and self.is_started:
            yield self.url("lock"), self._flag()
        for signed in self.signed:
            yield self.url("signed", signed.hash), self._provenance(signed)

    def _patient(self) -> dict[str, Any]:
        identifier = {"system": codes.PSEUDONYM, "value": self.patient.name}
        resource: dict[str, Any] = {"resourceType": "Patient", "identifier": [identifier]}
        if self.personal.name is not None:
            resource["name"] = [{"text": self.personal.name}]
        if self.personal.born is not None:
            resource["birthDate"] = self.personal.born
        if self.is_made_up:
            div = f'<div xmlns="http://www.w3.org/1999/xhtml">{_MADE_UP}</div>'
            resource["text"] = {"status": "generated", "div": div}
        return resource

    def _clinicians(self) -> list[str]:
        return sorted({*(signed.by for signed in self.signed), self.patient.enrolment.by})

    def _session(self, file: SessionFile) -> Iterator[tuple[str, dict[str, Any]]]:
        line = file.line
        assert line is not None
        known = {} if file.measured is None else file.measured.measures
        exercised_s = known.get("exercised_s")
        minutes = None if exercised_s is None else round(exercised_s / 60.0, 3)
        rows: tuple[tuple[dict[str, str], float | None, str, str], ...] = (
            (codes.STEPS, known.get("steps"), "steps of the foot with the pod", "1"),
            (codes.DURATION, minutes, "min", "min"),
            (codes.own("cadence"), known.get("median_cadence_spm"), "steps/min", "/min"),
            (codes.own("impact"), known.get("median_impact_g"), "g", "[g]"),
            (codes.own("coverage"), known.get("coverage_pct"), "%", "%"),
            (codes.own("run-time"), known.get("run_pct"), "%", "%"),
            (codes.own("load"), known.get("load_pct"), "%", "%"),
            (codes.own("above-amber"), known.get("amber_pct"), "%", "%"),
        )
        for coding, value, unit, ucum in rows:
            resource = self._observation(file, coding)
            if value is None:
                resource["dataAbsentReason"] = _coded(_ABSENT, "unknown")
            else:
                resource["valueQuantity"] = codes.quantity(value, unit, ucum)
            yield self.url(file.id, coding["code"]), resource
        activity = self._observation(file, codes.ACTIVITY)
        activity["valueCodeableConcept"] = {"text": self._stage_title(file.stage)}
        yield self.url(file.id, "activity"), activity
        judged = self.standing.judged(file.id)
        if judged is not None:
            outcome = self._observation(file, codes.own("outcome"))
            outcome["valueString"] = judged.outcome.value
            outcome["note"] = [{"text": text} for text in self.standing.session_reasons(file.id)]
            yield self.url(file.id, "outcome"), {k: v for k, v in outcome.items() if v}
        for when, given in self._given(file).items():
            pain = self._observation(file, codes.PAIN)
            pain["effectiveDateTime"] = time_text(given.t_s)
            pain["valueQuantity"] = codes.quantity(given.site, "of 10", "1")
            pain["note"] = [{"text": QUESTIONS[when]}]
            yield self.url(file.id, "pain", when.value), pain
        yield self.url(file.id, "answers"), self._answers(file)

    def _stage_title(self, stage_id: str) -> str:
        return f"{stage_id}: {self.standing.case.programme.stage(stage_id).title}"

    def _observation(self, file: SessionFile, coding: dict[str, str]) -> dict[str, Any]:
        assert file.line is not None
        resource: dict[str, Any] = {
            "resourceType": "Observation",
            "status": "final",
            "code": {"coding": [coding], "text": coding["display"]},
            "subject": self.subject,
            "effectiveDateTime": time_text(file.line.t_s),
        }
        known = {} if file.measured is None else file.measured.measures
        if known.get("pod_is_virtual"):
            resource["method"] = {"text": "a virtual pod: nobody ran this session"}
        return resource

    def _given(self, file: SessionFile) -> dict[When, Pain]:
        """Return the answer that counts for each moment: the highest, and of those the first."""
        assert file.line is not None
        given: dict[When, Pain] = {}
        for event in self._pains(file):
            when = counted_when(event.when, event.t_s, file.line.t_s)
            if when not in given or event.site > given[when].site:
                given[when] = replace(event, t_s=_given_s(file, event))
        return given

    def _sorest(self, file: SessionFile) -> Pain | None:
        sore = (event for event in self._pains(file) if event.soreness is not None)
        return max(sore, key=lambda event: event.soreness or 0, default=None)

    def _pains(self, file: SessionFile) -> Iterator[Pain]:
        events = self.patient.events
        return (e for e in events if isinstance(e, Pain) and e.session == file.id)

    def _answers(self, file: SessionFile) -> dict[str, Any]:
        given, sorest = self._given(file), self._sorest(file)
        items = [
            _item(when.value, text, given[when].site, given[when].t_s)
            for when, text in QUESTIONS.items()
            if when in given
        ]
        times_s = [event.t_s for event in given.values()]
        if sorest is not None and sorest.soreness is not None:
            items.append(_item("soreness", codes.OWN["soreness"], sorest.soreness, sorest.t_s))
            times_s.append(sorest.t_s)
        resource = {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": "urn:stridegate:questionnaire",
            "status": "in-progress" if file.open_answers else "completed",
            "subject": self.subject,
        }
        if not items:
            return resource
        return {**resource, "authored": time_text(max(times_s)), "item": items}

    def _plan(self) -> dict[str, Any]:
        case, decision = self.standing.case, self.standing.decision
        plan: dict[str, Any] = {
            "resourceType": "CarePlan",
            "status": self._plan_status(),
            "intent": "plan",
            "title": f"{case.programme.title} {case.programme.version}",
            "description": self._plan_description(),
            "subject": self.subject,
            "created": _iso(case.patient.enrolment.t_s),
        }
        if decision.stage is not None:
            detail = {"status": "in-progress", "description": self._stage_title(decision.stage)}
            plan["activity"] = [{"detail": detail}]
        texts = [*sentences(decision).values()]
        if texts:
            plan["note"] = [{"text": text} for text in texts]
        return plan

    def _plan_status(self) -> str:
        if not self.is_started:
            return "draft"
        state = {Status.LOCKED: "on-hold", Status.DISCHARGED: "completed"}
        return state.get(self.standing.decision.status, "active")

    def _plan_description(self) -> str:
        programme = self.standing.case.programme
        signed = (
            "Draft programme: no clinician has signed it."
            if programme.is_draft
            else f"Signed programme, sha256 {programme.sha256}"
        )
        return f"{_MADE_UP} {signed}" if self.is_made_up else signed

    def _flag(self) -> dict[str, Any]:
        text = " ".join(sentences(self.standing.decision).values())
        return {
            "resourceType": "Flag",
            "status": "active",
            "code": {"coding": [codes.own("lock-out")], "text": text},
            "subject": self.subject,
        }

    def _provenance(self, signed: "_Signed") -> dict[str, Any]:
        who = {"reference": self.url("clinician", signed.by)}
        return {
            "resourceType": "Provenance",
            "target": [{"reference": self.url("plan")}],
            "recorded": time_text(signed.t_s),
            "activity": {"text": signed.what},
            "agent": [{"type": _coded(_ROLE, "verifier"), "who": who}],
        }


@dataclass(frozen=True, slots=True)
class _Signed:
    """What a clinician signed or overrode, with the hash of its entry."""

    hash: str
    t_s: int
    by: str
    what: str


_SIGNED: Final[Mapping[str, type[Signoff | Unlock | Start | LimitEdit | AcceptedBaseline]]] = {
    "signoff": Signoff,
    "unlock": Unlock,
    "start": Start,
    LIMITS: LimitEdit,
    BASELINE: AcceptedBaseline,
}
"""The kinds of the record that are a clinician's word; all that ever was accepted, in order."""


def _signed(entry: Entry) -> _Signed | None:
    if entry.kind not in _SIGNED:
        return None
    act = value_of(_SIGNED[entry.kind], entry)
    return _Signed(entry.hash, entry.t_s, act.by, _what(act))


def _what(act: Signoff | Unlock | Start | LimitEdit | AcceptedBaseline) -> str:
    match act:
        case Signoff():
            return f"signed the end of phase {act.phase}"
        case Unlock():
            return f"unlocked to stage {act.stage}: {act.reason}"
        case Start():
            ahead = f", ahead: {act.reason}" if act.ahead else ""
            return f"put on stage {act.stage}{ahead}"
        case LimitEdit():
            return f"changed limits of {', '.join(act.stages)}: {act.reason}"
        case AcceptedBaseline():
            return f"accepted baseline {act.which.value}, {act.median_g} g"


def _given_s(file: SessionFile, event: Pain) -> int:
    """Return when an answer was given: that before a session is written only with the session."""
    opened, line = file.opened, file.line
    if event.when is not When.BEFORE or opened is None or line is None:
        return event.t_s
    is_of_opening = event.t_s == line.t_s and event.site == opened.pain_before
    return opened.t_s if is_of_opening else event.t_s


def _item(name: str, text: str, score: int, t_s: int) -> dict[str, Any]:
    given_at = {"url": _GIVEN_AT, "valueDateTime": time_text(t_s)}
    answer = {"valueInteger": score, "extension": [given_at]}
    return {"linkId": name, "text": text, "answer": [answer]}


def _questionnaire() -> dict[str, Any]:
    texts = {when.value: QUESTIONS[when] for when in When} | {"soreness": codes.OWN["soreness"]}
    items = [
        {
            "linkId": name,
            "text": text,
            "type": "integer",
            **({} if name == "soreness" else {"code": [codes.PAIN]}),
        }
        for name, text in texts.items()
    ]
    return {
        "resourceType": "Questionnaire",
        "url": "urn:stridegate:questionnaire",
        "status": "active",
        "title": "How much did your injury hurt, 0 to 10?",
        "copyright": codes.LOINC_NOTICE,
        "item": items,
    }


def _coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def _iso(t_s: int) -> str:
    return datetime.fromtimestamp(t_s, UTC).isoformat()
