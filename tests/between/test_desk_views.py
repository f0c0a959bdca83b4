"""The list, the limits and the set-up by values; a programme's text on the disk."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_people import HIP, HIP_TEXT, HOUR_S, SHOE
from made_runs import READY, baseline, home_places, made_patient, on_stage
from made_stores import NOW_S

from monitor.between.limits import LABELS, limits_draft, values_now
from monitor.between.patients import Duty, PatientLine, patient_line, rank, wanted_baseline
from monitor.between.setting_up import (
    TITLES,
    WHYS,
    SetupStep,
    is_ready,
    lacking,
    setup_lines,
)
from monitor.errors import UsageError
from monitor.people.casefile import Casefile, read_casefile
from monitor.people.clinic import Clinic
from monitor.people.conditions import Conditions
from monitor.people.outlook import Outlook, outlook_of
from monitor.people.proposals import Proposed
from monitor.programme.draft import faults_of, kept, open_draft
from monitor.programme.editchecks import edit_faults
from monitor.programme.edits import QUANTITIES, LimitEdit
from monitor.programme.file import parse_programme
from monitor.programme.rules import Baseline
from monitor.store.writing import Record


def case_of(folder: Path, *records: Record) -> tuple[Casefile, Outlook]:
    store = made_patient(home_places(folder), records)
    case = read_casefile(store, "anna")
    return case, outlook_of(case.programme, case.patient.events, NOW_S + HOUR_S)


def line_of(folder: Path, *records: Record) -> PatientLine:
    case, outlook = case_of(folder, *records)
    return patient_line(case.patient, outlook, ())


FLAG: Record = ("red_flag", {"flag": HIP.red_flags[0].id})


@pytest.mark.parametrize(
    ("records", "duty"),
    [
        (READY[:1], Duty.START),
        (READY, Duty.NONE),
        ((*READY, FLAG), Duty.UNLOCK),
        ((("start", {"stage": "P0", "by": "dr-x"}),), Duty.NONE),
    ],
)
def test_a_line_says_what_waits_for_a_clinician(
    tmp_path: Path, records: tuple[Record, ...], duty: Duty
) -> None:
    assert line_of(tmp_path, *records).duty is duty


def test_locks_stand_before_signatures_before_who_waits_before_who_may(tmp_path: Path) -> None:
    cases = {
        "locked": (*READY, FLAG),
        "signature": (("start", {"stage": "P0", "by": "dr-x"}),),
        "ready": READY,
    }
    ranks = {
        name: rank(case.patient, outlook)
        for name, records in cases.items()
        for case, outlook in [case_of(tmp_path / name, *records)]
    }
    assert sorted(ranks, key=ranks.__getitem__) == ["locked", "signature", "ready"]


def test_a_baseline_is_wanted_where_nothing_refuses_it_and_none_holds(tmp_path: Path) -> None:
    offered = cast("Proposed", SimpleNamespace(which=Baseline.R0, refusals=()))
    refused = cast("Proposed", SimpleNamespace(which=Baseline.W0, refusals=("too few steps",)))
    with_w0, _ = case_of(tmp_path / "a", ("conditions", SHOE), baseline("W0", 2.6), on_stage("WR0"))
    assert wanted_baseline(with_w0.patient, [refused, offered]) is Baseline.R0
    with_both, _ = case_of(tmp_path / "b", *READY)
    assert wanted_baseline(with_both.patient, [refused, offered]) is None


# ---- limits


def test_what_is_typed_has_the_faults_of_the_command() -> None:
    typed = {"amber_ratio": "1.4", "red_ratio": ""}
    draft = limits_draft(HIP, (), ("WR1",), typed, "flare")
    edit = LimitEdit(t_s=0, by="clinician", reason="flare", stages=("WR1",), amber_ratio=1.4)
    assert draft.edit == edit
    assert draft.faults == edit_faults(HIP, (), edit)
    assert draft.faults
    assert draft.changes == ()


def test_a_right_edit_says_what_it_changes_and_an_idle_one_that_it_changes_nothing() -> None:
    draft = limits_draft(HIP, (), ("WR1", "WR2"), {"amber_ratio": "1,1"}, "careful")
    assert draft.faults == ()
    assert [(c.stage, c.before, c.after) for c in draft.changes] == [
        ("WR1", 1.15, 1.1),
        ("WR2", 1.15, 1.1),
    ]
    idle = limits_draft(HIP, (), ("WR1",), {"amber_ratio": "1.15"}, "careful")
    assert idle.faults == ("the limits are so already: change a number",)


@given(
    typed=st.dictionaries(st.sampled_from(QUANTITIES), st.text(max_size=6)),
    reason=st.text(max_size=4),
    stages=st.lists(st.sampled_from([s.id for s in HIP.stages]), unique=True, max_size=3),
)
def test_whatever_is_typed_either_has_a_fault_or_changes_something(
    typed: Mapping[str, str], reason: str, stages: list[str]
) -> None:
    draft = limits_draft(HIP, (), stages, typed, reason)
    assert bool(draft.faults) is not bool(draft.changes)


def test_stages_that_differ_show_no_number_and_what_one_lacks_is_left_out() -> None:
    assert values_now(HIP, (), ("WR1", "WR5"))["amber_ratio"] is None
    assert values_now(HIP, (), ("WR1", "WR2"))["amber_ratio"] == 1.15
    assert "cadence_low_ratio" not in values_now(HIP, (), ("L2", "WR1"))
    assert set(LABELS) == set(QUANTITIES)


# ---- set-up


def test_the_set_up_goes_on_step_by_step(tmp_path: Path) -> None:
    empty = setup_lines(Clinic(), None, is_started=False)
    assert [line.step for line in empty if line.is_next] == [SetupStep.CLINICIAN]
    assert not is_ready(empty)
    case, _ = case_of(tmp_path / "a", on_stage("W1"))
    half = setup_lines(case.clinic, case.patient, is_started=True)
    assert [line.step for line in half if line.is_next] == [SetupStep.POD]
    case, _ = case_of(tmp_path / "b", ("conditions", SHOE), on_stage("W1"))
    ready = setup_lines(case.clinic, case.patient, is_started=True)
    assert is_ready(ready)
    assert [line.step for line in ready if not line.is_done] == [SetupStep.BASELINE]
    assert set(TITLES) == set(WHYS) == set(SetupStep)


def test_what_the_patient_trains_with_is_lacking_until_it_is_told() -> None:
    assert lacking(Conditions(shoe="blue")) == ["pod", "placement", "surface"]
    assert lacking(Conditions(**SHOE)) == []


# ---- a programme's text


def test_a_text_is_judged_as_programme_check_judges_it(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HIP_TEXT, encoding="utf-8")
    draft = open_draft(path, None)
    programme, faults = faults_of(draft, draft.text)
    assert programme == parse_programme(HIP_TEXT.encode(), "own.toml")
    assert faults == ()
    wrong = HIP_TEXT.replace("min_days", "min_dais", 1)
    programme, faults = faults_of(draft, wrong)
    assert programme is None
    assert all(fault.startswith("own.toml:") for fault in faults)


def test_a_wrong_text_is_never_kept_and_a_right_one_keeps_its_comments(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HIP_TEXT, encoding="utf-8")
    draft = open_draft(path, None)
    with pytest.raises(UsageError, match="the text has mistakes"):
        kept(draft, HIP_TEXT + "\nnonsense = [")
    assert path.read_text(encoding="utf-8") == HIP_TEXT
    mine = HIP_TEXT + "\n# kept by its physio\n"
    assert kept(draft, mine).text == mine
    assert path.read_bytes() == mine.encode()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["own.toml"]


def test_a_file_that_somebody_else_changed_or_made_stands(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    new = open_draft(path, "hip-bsi")
    path.write_text(HIP_TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match="made this file meanwhile"):
        kept(new, HIP_TEXT)
    draft = open_draft(path, None)
    path.write_text("# other\n", encoding="utf-8")
    with pytest.raises(UsageError, match="changed the file meanwhile"):
        kept(draft, HIP_TEXT)
    assert path.read_text(encoding="utf-8") == "# other\n"


def test_a_disk_that_refuses_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HIP_TEXT, encoding="utf-8")
    draft = open_draft(path, None)

    def refuse(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UsageError, match="the file stands as it was"):
        kept(draft, HIP_TEXT + "\n# more\n")
    assert path.read_text(encoding="utf-8") == HIP_TEXT
    assert [p.name for p in tmp_path.iterdir()] == ["own.toml"]


@pytest.mark.parametrize(("like", "sentence"), [(None, "no such file"), ("hip-bsi", "already")])
def test_what_cannot_be_opened_is_one_sentence(
    tmp_path: Path, like: str | None, sentence: str
) -> None:
    path = tmp_path / "own.toml"
    if like is not None:
        path.write_text(HIP_TEXT, encoding="utf-8")
    with pytest.raises(UsageError, match=sentence):
        open_draft(path, like)
