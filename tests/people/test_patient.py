"""A patient derived from the record, entry by entry."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_people import CLEAN, DAY_S, ENROL, HIP, HOUR_S, SHOE, chain_of, enrolled_store
from made_stores import NOW_S

from monitor.errors import StoreError, UsageError
from monitor.gate.decision import Status, decide
from monitor.gate.events import When
from monitor.gate.outcome import Outcome
from monitor.people.casefile import read_casefile
from monitor.people.entries import fields_of
from monitor.people.outlook import outlook_of
from monitor.people.patient import PatientFold, patient_of, programme_sha256
from monitor.programme.rules import Baseline

STEPS = {"impacts_g": [2.0, 2.5, 3.0], "clipped_steps": 1, "cadences_spm": [110.0]}
BASELINE: Mapping[str, Any] = {
    "which": "W0",
    "median_g": 2.5,
    "iqr_g": 0.5,
    "steps": 400,
    "clipped_steps": 0,
    "cadence_spm": 112.0,
    "sessions": ["s1", "s2"],
    "conditions": SHOE,
    "limits": {"W5": {"amber_g": 3.1, "red_g": 3.75, "single_g": 5.6, "is_capped": False}},
    "capped_at_g": None,
    "by": "dr-x",
}
STORY: list[tuple[int, str, Mapping[str, Any]]] = [
    (0, "enrol", ENROL),
    (1, "start", {"stage": "W1", "by": "dr-x", "ahead": True, "reason": "walks already"}),
    (2, "conditions", SHOE),
    (3, "note", {"by": "dr-x", "text": "walks without a limp"}),
    (10, "session_opened", {"id": "s1", "stage": "W1", "sha256": HIP.sha256, "conditions": SHOE}),
    (900, "session", {"id": "s1", "stage": "W1", **CLEAN}),
    (900, "session_measured", {"id": "s1", "captures": "W0", "steps": STEPS, "conditions": SHOE}),
    (901, "pain", {"session": "s1", "when": "during", "site": 0}),
    (902, "pain", {"session": "s1", "when": "after", "site": 1}),
    (903, "pain", {"session": "s1", "when": "after", "site": 0}),
    (1000, "baseline", BASELINE),
    (1001, "limits", {"by": "dr-x", "reason": "big", "stages": ["W2"], "amber_ratio": 1.2}),
    (1002, "daily", {"date": "2026-09-21", "night_pain": False, "rest_pain": False}),
    (1003, "protected_steps", {"date": "2026-09-21", "source": "a.mcap", "steps": None}),
    (1004, "kind_of_a_later_version", {"x": 1}),
    (4 * HOUR_S, "pain", {"session": "s1", "when": "next_morning", "site": 0}),
    (DAY_S, "pain", {"session": "s1", "when": "next_morning", "site": 0}),
    (2 * DAY_S, "conditions", {**SHOE, "shoe": "red", "firmware": "2.2"}),
]


def test_a_patient_is_what_the_record_says() -> None:
    patient = patient_of(chain_of(STORY), HIP)
    assert patient.name == "anna"
    assert patient.enrolment.side == "left"
    assert patient.enrolment.sha256 == programme_sha256(chain_of(STORY)) == HIP.sha256
    assert [event.t_s - NOW_S for event in patient.events][:3] == [0, 1, 900]
    assert len(patient.events) == 8
    (session,) = patient.sessions
    assert session.opened is not None
    assert session.opened.conditions.shoe == "blue"
    assert session.measured is not None
    assert session.measured.steps is not None
    assert session.measured.steps.valid_steps == 4
    assert session.answers[When.AFTER] == 1
    assert session.open_answers == (When.BEFORE,)
    assert patient.edits[0].given() == {"amber_ratio": 1.2}
    assert patient.edits[0].t_s == NOW_S + 1001
    assert patient.notes[0].text == "walks without a limp"
    assert patient.daily[0].date == "2026-09-21"
    assert patient.protected_steps[0].steps is None
    assert patient.last_t_s == NOW_S + 2 * DAY_S


def test_a_morning_that_comes_too_early_stays_open() -> None:
    session = patient_of(chain_of(STORY[:16]), HIP).sessions[0]
    assert session.answers[When.EVENING] == 0
    assert When.NEXT_MORNING in session.open_answers


def test_a_baseline_is_stale_once_shoe_or_firmware_change() -> None:
    before = patient_of(chain_of(STORY[:-1]), HIP)
    assert before.has_current(Baseline.W0)
    assert not before.has_current(Baseline.R0)
    after = patient_of(chain_of(STORY), HIP)
    assert after.stale(Baseline.W0) == ("shoe", "firmware")
    assert not after.has_current(Baseline.W0)
    # A stale W0 is all that is left to fall back to.
    assert after.in_force.w0_g == 2.5
    assert after.in_force.w0_cadence_spm == 112.0


@pytest.mark.parametrize("name", ["shoe", "pod", "serial", "firmware", "placement", "surface"])
@pytest.mark.parametrize("to", ["another", None])
def test_each_condition_makes_a_baseline_stale(name: str, to: str | None) -> None:
    story = [*STORY[:-1], (2 * DAY_S, "conditions", {**SHOE, name: to})]
    assert len(patient_of(chain_of(story), HIP).stale(Baseline.W0)) == 1


def test_a_stale_r0_is_told_to_the_limits() -> None:
    story = [*STORY[:-1], (2 * DAY_S, "baseline", {**BASELINE, "which": "R0", "median_g": 6.0})]
    patient = patient_of(chain_of(story), HIP)
    assert patient.in_force.r0_g == 6.0
    assert not patient.in_force.is_stale
    story.append((3 * DAY_S, "conditions", {**SHOE, "surface": "road"}))
    assert patient_of(chain_of(story), HIP).in_force.is_stale


@given(st.integers(1, len(STORY)))
def test_the_fold_of_a_prefix_is_a_prefix_of_the_fold(length: int) -> None:
    entries = chain_of(STORY)
    fold = PatientFold(HIP)
    for entry in entries[:length]:
        fold.take(entry)
    assert fold.patient == patient_of(entries[:length], HIP)
    for entry in entries[length:]:
        fold.take(entry)
    assert fold.patient == patient_of(entries, HIP)


def test_a_value_gives_the_fields_that_it_came_from() -> None:
    patient = patient_of(chain_of(STORY), HIP)
    assert fields_of(patient.baselines[Baseline.W0]) == {
        **BASELINE,
        "limits": {"W5": {**BASELINE["limits"]["W5"]}},
        "sides": None,
    }
    assert fields_of(patient.enrolment) == ENROL


def test_an_entry_that_lacks_a_field_is_named() -> None:
    story = [STORY[0], (5, "note", {"by": "dr-x"})]
    with pytest.raises(StoreError, match=r"patient anna: entry 2 \(note\): text: "):
        patient_of(chain_of(story), HIP)


def test_an_event_that_the_gate_cannot_read_is_named() -> None:
    story = [STORY[0], (5, "start", {"stage": "W99", "by": "dr-x"})]
    with pytest.raises(StoreError, match="patient anna: entry 2: the gate cannot read it"):
        patient_of(chain_of(story), HIP)


def test_the_outlook_is_the_gates_decision() -> None:
    patient = patient_of(chain_of(STORY), HIP)
    now_s = NOW_S + 3 * DAY_S
    outlook = outlook_of(HIP, patient.events, now_s)
    assert outlook.decision == decide(HIP, patient.events, now_s)
    assert outlook.decision.status is Status.READY
    assert (outlook.phase, outlook.required, outlook.entered_s) == ("P2", 3, NOW_S + 1)
    assert [s.outcome for s in outlook.sessions] == [Outcome.HOLD]
    assert not outlook.lacks_signal


def test_three_sessions_without_a_signal_are_told() -> None:
    story = list(STORY[:3])
    for day in range(3):
        bad = {"id": f"s{day}", "stage": "W1", **CLEAN, "valid_pct": 40}
        story.append((DAY_S * (day + 1), "session", bad))
        patient = patient_of(chain_of(story), HIP)
        assert outlook_of(HIP, patient.events, patient.last_t_s).lacks_signal is (day == 2)


def test_a_clock_before_the_record_decides_at_the_records_end() -> None:
    patient = patient_of(chain_of(STORY), HIP)
    assert outlook_of(HIP, patient.events, 0) == outlook_of(HIP, patient.events, NOW_S + DAY_S)


def test_a_case_is_read_with_the_signed_programme(tmp_path: Path) -> None:
    store = enrolled_store(tmp_path)
    case = read_casefile(store, "anna")
    assert case.patient.name == "anna"
    assert case.programme.sha256 == HIP.sha256
    assert not case.programme.is_draft
    with pytest.raises(UsageError, match="patient ben: not in the record: use one of anna"):
        read_casefile(store, "ben")
