"""What the FHIR export says of a patient: measures, times, the gate's word, and who signed what."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_people import CLEAN, HOUR_S
from made_runs import READY, Wall, baseline, driven, home_places, made_patient
from made_stores import NOW_S

from monitor.export.fhir import fhir_bundle
from monitor.gate.times import time_text
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.report.standing import standing_of
from monitor.store.chain import patient_chain
from monitor.store.store import Store

ANNA = patient_chain("anna")
DURATION, PAIN = "55411-3", "72514-3"
HTEST = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}

Resource = dict[str, Any]


def bundle_of(store: Store, now_s: int = 0) -> Resource:
    """Return anna's bundle; without a time, as of the record's end."""
    case = read_casefile(store, "anna")
    bundle: Resource = json.loads(fhir_bundle(standing_of(case, now_s)))
    return bundle


def resources(bundle: Resource, kind: str) -> list[Resource]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [resource for resource in found if resource["resourceType"] == kind]


def observed(bundle: Resource, code: str) -> list[Resource]:
    return [
        resource
        for resource in resources(bundle, "Observation")
        if resource["code"]["coding"][0]["code"] == code
    ]


def signed(bundle: Resource) -> dict[str, str]:
    """Return what was signed, by the identifiers of the resources."""
    return {r["id"]: r["activity"]["text"] for r in resources(bundle, "Provenance")}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return made_patient(home_places(tmp_path / "home"), READY)


def test_a_run_that_was_walked_after_a_cut_is_time_exercised_and_a_hold_is_none(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))
    cut = Mark(12.0, MarkKind.CUT_SHORT)
    done = driven(
        store, Wall(), marks=(cut, Mark(13.0, MarkKind.HOLD), Mark(15.0, MarkKind.RESUME))
    )
    assert done.closed.is_written
    (file,) = read_casefile(store, "anna").patient.sessions
    assert file.measured is not None
    segments = file.measured.measures["segments"]
    as_prescribed_s = sum(segment["done_s"] for segment in segments)
    assert as_prescribed_s == pytest.approx(13.0, abs=0.01)
    (duration,) = observed(bundle_of(store), DURATION)
    planned_s = sum(segment["planned_s"] for segment in segments)
    assert duration["valueQuantity"]["value"] == pytest.approx(planned_s / 60.0, abs=1e-3)


def test_what_an_older_record_does_not_hold_is_not_known_and_never_0(store: Store) -> None:
    measures = {"segments": [{"planned_s": 60.0, "done_s": 30.0}], "steps": 40}
    steps = {"impacts_g": [5.0], "clipped_steps": 0, "cadences_spm": [165.0]}
    measured = {"id": "s1", "captures": "R0", "steps": steps, "measures": measures}
    records = [("session", {"id": "s1", "stage": "WR1", **CLEAN}), ("session_measured", measured)]
    store.append_all(ANNA, records, NOW_S)
    bundle = bundle_of(store)
    for code in (DURATION, "cadence"):
        (resource,) = observed(bundle, code)
        assert "valueQuantity" not in resource
        assert resource["dataAbsentReason"]["coding"][0]["code"] == "unknown"


def test_each_answer_has_the_time_at_which_it_was_given(store: Store) -> None:
    ended_s = NOW_S + HOUR_S
    opened = {"id": "s1", "stage": "WR1", "sha256": "-", "pain_before": 1}
    store.append(ANNA, "session_opened", opened, NOW_S + 60)
    line = ("session", {"id": "s1", "stage": "WR1", **CLEAN})
    store.append_all(
        ANNA, [line, ("pain", {"session": "s1", "when": "before", "site": 1})], ended_s
    )
    assert resources(bundle_of(store), "QuestionnaireResponse")[0]["authored"] == time_text(
        NOW_S + 60
    )
    said = (
        (2, {"when": "during", "site": 3}),
        (3, {"when": "during", "site": 2}),
        (4, {"when": "after", "site": 0, "soreness": 4}),
        (20, {"when": "next_morning", "site": 2, "soreness": 1}),
    )
    for hours, fields in said:
        store.append(ANNA, "pain", {"session": "s1", **fields}, ended_s + hours * HOUR_S)
    bundle = bundle_of(store, ended_s + 30 * HOUR_S)
    given = {
        r["note"][0]["text"]: (r["valueQuantity"]["value"], r["effectiveDateTime"])
        for r in observed(bundle, PAIN)
    }
    at = {hours: time_text(ended_s + hours * HOUR_S) for hours in (2, 4, 20)}
    assert given == {
        "before the session": (1, time_text(NOW_S + 60)),
        "during the session, at its worst": (3, at[2]),
        "in the hour after the session": (0, at[4]),
        "on the next morning": (2, at[20]),
    }
    (response,) = resources(bundle, "QuestionnaireResponse")
    assert response["authored"] == at[20]
    items = {item["linkId"]: item["answer"][0] for item in response["item"]}
    times = {name: answer["extension"][0]["valueDateTime"] for name, answer in items.items()}
    assert times["during"] == at[2]
    assert (items["soreness"]["valueInteger"], times["soreness"]) == (4, at[4])


def test_a_response_without_an_answer_has_no_time(store: Store) -> None:
    store.append(ANNA, "session", {"id": "s1", "stage": "WR1", **CLEAN}, NOW_S)
    (response,) = resources(bundle_of(store), "QuestionnaireResponse")
    assert response["status"] == "in-progress"
    assert "authored" not in response
    assert "item" not in response


def test_who_was_not_started_is_planned_and_not_locked_out(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path / "home"), [])
    bundle = bundle_of(store)
    assert resources(bundle, "Flag") == []
    assert [plan["status"] for plan in resources(bundle, "CarePlan")] == ["draft"]
    store.append(ANNA, "red_flag", {"flag": "night_or_rest_pain"}, NOW_S + 1)
    (flag,) = resources(bundle_of(store), "Flag")
    assert flag["status"] == "active"
    assert [plan["status"] for plan in resources(bundle_of(store), "CarePlan")] == ["on-hold"]


def test_all_of_a_made_up_patient_is_marked_as_test_data(tmp_path: Path, store: Store) -> None:
    made_up = made_patient(home_places(tmp_path / "demo"), READY, enrol={"is_demo": True})
    bundle = bundle_of(made_up)
    for marked in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        assert marked["meta"]["security"] == [HTEST]
    (patient,), (plan,) = resources(bundle, "Patient"), resources(bundle, "CarePlan")
    assert "made-up patient" in patient["text"]["div"]
    assert "made-up patient" in plan["description"]
    real = json.dumps(bundle_of(store))
    assert "HTEST" not in real
    assert "made-up" not in real


def test_what_was_signed_keeps_its_identifier_and_no_baseline_is_forgotten(store: Store) -> None:
    before = signed(bundle_of(store))
    store.append(ANNA, *baseline("R0", 6.0, by="dr-y"), NOW_S + 1)
    store.append(ANNA, *baseline("R0", 5.5), NOW_S + 2)
    store.append(ANNA, "start", {"stage": "WR1", "by": "dr-x"}, NOW_S + 3)
    bundle = bundle_of(store)
    after = signed(bundle)
    assert before.items() <= after.items()
    for text in ("R0, 5.0 g", "R0, 6.0 g", "R0, 5.5 g", "W0, 2.6 g"):
        assert f"accepted baseline {text}" in after.values()
    assert len(after) == len(before) + 3
    known = {f"urn:uuid:{r['id']}" for r in resources(bundle, "Practitioner")}
    named = {r["agent"][0]["who"]["reference"] for r in resources(bundle, "Provenance")}
    assert len(known) == 2
    assert named == known
