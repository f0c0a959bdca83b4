"""A patient's record as a FHIR R4B bundle, which R4 readers read: pseudonym alone, no name.

Sessions are Observations, answers QuestionnaireResponses, the stage a CarePlan, a lock a Flag, and
what a clinician signed or overrode a Provenance. What is not known has a reason, never a 0.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from fhir.resources.R4B.bundle import Bundle

from monitor.export import fhircodes as codes
from monitor.gate.decision import Status
from monitor.gate.events import Signoff, Start, Unlock, When
from monitor.gate.times import time_text
from monitor.gate.words import sentences
from monitor.people.answering import QUESTIONS
from monitor.people.sessions import SessionFile
from monitor.report.personal import NOBODY, Personal
from monitor.report.standing import Standing

_NAMESPACE: Final = uuid.UUID("5f0cf0f0-3b7e-4c38-9a0e-8d1c6d2b9b11")
"""Makes the same resource the same identifier at each export."""

_ROLE: Final = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_ABSENT: Final = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


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
    entries = [
        {"fullUrl": url, "resource": {**resource, "id": url.removeprefix("urn:uuid:")}}
        for url, resource in builder.resources()
    ]
    bundle = Bundle.model_validate(
        {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": time_text(standing.now_s),
            "entry": entries,
        }
    )
    return str(bundle.model_dump_json(indent=1))


class _Builder:
    def __init__(self, standing: Standing, personal: Personal) -> None:
        self.standing = standing
        self.personal = personal
        self.patient = standing.case.patient
        self.subject = {"reference": self.url("patient")}

    def url(self, *parts: str) -> str:
        # Of the record's files' name, not of the pseudonym: a hash of a short name can be guessed.
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
        if self.standing.decision.status is Status.LOCKED:
            yield self.url("lock"), self._flag()
        yield from self._signed()

    def _patient(self) -> dict[str, Any]:
        identifier = {"system": codes.PSEUDONYM, "value": self.patient.name}
        resource: dict[str, Any] = {"resourceType": "Patient", "identifier": [identifier]}
        if self.personal.name is not None:
            resource["name"] = [{"text": self.personal.name}]
        if self.personal.born is not None:
            resource["birthDate"] = self.personal.born
        return resource

    def _clinicians(self) -> list[str]:
        acts = (e.by for e in self.patient.events if isinstance(e, Start | Unlock | Signoff))
        edits = (edit.by for edit in self.patient.edits)
        accepted = (baseline.by for baseline in self.patient.baselines.values())
        return sorted({*acts, *edits, *accepted, self.patient.enrolment.by})

    def _session(self, file: SessionFile) -> Iterator[tuple[str, dict[str, Any]]]:
        line = file.line
        assert line is not None
        known = {} if file.measured is None else file.measured.measures
        captured = None if file.measured is None else file.measured.steps
        cadences = sorted(() if captured is None else captured.cadences_spm)
        cadence = cadences[len(cadences) // 2] if cadences else None
        segments = known.get("segments")
        done_s = None if segments is None else sum(s["done_s"] for s in segments)
        minutes = None if done_s is None else round(done_s / 60.0, 3)
        rows: tuple[tuple[dict[str, str], float | None, str, str], ...] = (
            (codes.STEPS, known.get("steps"), "steps of the foot with the pod", "1"),
            (codes.DURATION, minutes, "min", "min"),
            (codes.own("cadence"), cadence, "steps/min", "/min"),
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
        for when, score in file.answers.items():
            pain = self._observation(file, codes.PAIN)
            pain["valueQuantity"] = codes.quantity(score, "of 10", "1")
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

    def _answers(self, file: SessionFile) -> dict[str, Any]:
        assert file.line is not None
        items = [
            {"linkId": when.value, "text": text, "answer": [{"valueInteger": file.answers[when]}]}
            for when, text in QUESTIONS.items()
            if when in file.answers
        ]
        answered = self.standing.answered(file.id)
        if answered is not None and answered.soreness is not None:
            sore = [{"valueInteger": answered.soreness}]
            text = codes.OWN["soreness"]
            items.append({"linkId": "soreness", "text": text, "answer": sore})
        resource = {
            "resourceType": "QuestionnaireResponse",
            "questionnaire": "urn:stridegate:questionnaire",
            "status": "in-progress" if file.open_answers else "completed",
            "subject": self.subject,
            "authored": time_text(file.line.t_s),
        }
        return {**resource, "item": items} if items else resource

    def _plan(self) -> dict[str, Any]:
        case, decision = self.standing.case, self.standing.decision
        state = {Status.LOCKED: "on-hold", Status.DISCHARGED: "completed"}
        plan: dict[str, Any] = {
            "resourceType": "CarePlan",
            "status": state.get(decision.status, "active"),
            "intent": "plan",
            "title": f"{case.programme.title} {case.programme.version}",
            "description": "Draft programme: no clinician has signed it."
            if case.programme.is_draft
            else f"Signed programme, sha256 {case.programme.sha256}",
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

    def _flag(self) -> dict[str, Any]:
        text = " ".join(sentences(self.standing.decision).values())
        return {
            "resourceType": "Flag",
            "status": "active",
            "code": {"coding": [codes.own("lock-out")], "text": text},
            "subject": self.subject,
        }

    def _signed(self) -> Iterator[tuple[str, dict[str, Any]]]:
        number = 0
        for event in self.patient.events:
            if isinstance(event, Signoff):
                what = f"signed the end of phase {event.phase}"
            elif isinstance(event, Unlock):
                what = f"unlocked to stage {event.stage}: {event.reason}"
            elif isinstance(event, Start):
                what = f"put on stage {event.stage}"
                what += f", ahead: {event.reason}" if event.ahead else ""
            else:
                continue
            number += 1
            yield self.url("signed", str(number)), self._provenance(event.t_s, event.by, what)
        for edit in self.patient.edits:
            number += 1
            what = f"changed limits of {', '.join(edit.stages)}: {edit.reason}"
            yield self.url("signed", str(number)), self._provenance(edit.t_s, edit.by, what)
        for which, baseline in self.patient.baselines.items():
            number += 1
            what = f"accepted baseline {which.value}, {baseline.median_g} g"
            yield self.url("signed", str(number)), self._provenance(baseline.t_s, baseline.by, what)

    def _provenance(self, t_s: int, by: str, what: str) -> dict[str, Any]:
        who = {"reference": self.url("clinician", by)}
        return {
            "resourceType": "Provenance",
            "target": [{"reference": self.url("plan")}],
            "recorded": time_text(t_s),
            "activity": {"text": what},
            "agent": [{"type": _coded(_ROLE, "verifier"), "who": who}],
        }


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
