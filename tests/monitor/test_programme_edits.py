"""A clinician's edit of one patient's limits: what may be written, and what it does."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.step import Gait
from monitor.limits import Baselines, stage_limits
from monitor.programme.editchecks import (
    CADENCE_SPAN,
    DOSE_SPAN_PCT,
    RATIO_SPAN,
    edit_faults,
)
from monitor.programme.edits import (
    CADENCE,
    IMPACT,
    QUANTITIES,
    Change,
    LimitEdit,
    changes,
    edits_in_force,
    stage_after,
    values_after,
)
from monitor.programme.file import load_programme
from monitor.programme.model import Part
from monitor.programme.rules import CadenceRule, Evidence, LimitRule

HIP = load_programme("hip-bsi")
BLANK = LimitEdit(1000, "Dr A", "shin is sore", ("WR4",))


def faults(edit: LimitEdit, *earlier: LimitEdit) -> tuple[str, ...]:
    return edit_faults(HIP, earlier, edit)


def test_every_quantity_is_a_field_of_the_record() -> None:
    others = {"t_s", "by", "reason", "stages"}
    assert {f.name for f in fields(LimitEdit)} - others == set(QUANTITIES)


def test_an_edit_changes_its_stage_and_no_other() -> None:
    edit = replace(BLANK, amber_ratio=1.10, red_ratio=1.20)
    assert faults(edit) == ()
    before, after = HIP.stage("WR4"), stage_after(HIP.stage("WR4"), [edit])
    assert before.limits.impact is not None
    assert after.limits.impact == LimitRule(
        before.limits.impact.baseline, 1.10, 1.20, Evidence.DESIGN, "set by Dr A"
    )
    assert replace(after, limits=before.limits) == before
    assert replace(after.limits, impact=before.limits.impact) == before.limits
    for stage in HIP.stages:
        if stage.id != "WR4":
            assert stage_after(stage, [edit]) == stage


def test_an_edited_ratio_becomes_a_limit_of_the_patient() -> None:
    edited = stage_after(HIP.stage("WR4"), [replace(BLANK, red_ratio=1.2)])
    limits = stage_limits(edited, Baselines(r0_g=5.0))
    assert limits.amber_g == pytest.approx(5.75)
    assert limits.red_g == pytest.approx(6.0)


def test_the_limits_of_a_stale_baseline_stay() -> None:
    edited = stage_after(HIP.stage("WR4"), [replace(BLANK, red_ratio=1.2)])
    assert edited.limits.impact_when_stale == HIP.stage("WR4").limits.impact_when_stale


def test_the_cadence_band() -> None:
    edit = replace(
        BLANK,
        cadence_low_ratio=0.95,
        cadence_target_ratio=1.02,
        cadence_target_low_ratio=0.98,
        cadence_target_high_ratio=1.06,
    )
    assert faults(edit) == ()
    assert stage_after(HIP.stage("WR4"), [edit]).limits.cadence == CadenceRule(
        0.95, 1.02, 0.98, 1.06, Evidence.DESIGN, "set by Dr A"
    )


def test_of_two_edits_the_later_holds_and_what_it_leaves_out_stays() -> None:
    one = replace(BLANK, amber_ratio=1.10, red_ratio=1.25)
    two = replace(BLANK, t_s=2000, red_ratio=1.20)
    assert values_after(HIP.stage("WR4"), [one, two]) == values_after(HIP.stage("WR4"), []) | {
        "amber_ratio": 1.10,
        "red_ratio": 1.20,
    }


def test_a_shorter_dose_shortens_the_runs_and_keeps_the_walks() -> None:
    stage = HIP.stage("WR4")
    short = stage_after(stage, [replace(BLANK, dose_pct=80)])
    assert len(short.segments()) == len(stage.segments())
    for ours, whole in zip(short.segments(), stage.segments(), strict=True):
        is_dose = whole.part is Part.MAIN and whole.gait is Gait.RUN
        assert ours.duration_s == pytest.approx(whole.duration_s * (0.8 if is_dose else 1.0))
    assert short.title == "6 × (2.5 min walk, 2 min run)"


def test_a_shorter_dose_of_walks_contacts_and_weeks() -> None:
    edit = replace(BLANK, stages=("W4", "L2", "T1"), dose_pct=50)
    assert faults(edit) == ()
    assert stage_after(HIP.stage("W4"), [edit]).title == "10 min walk"
    assert stage_after(HIP.stage("L2"), [edit]).contacts == 45
    assert stage_after(HIP.stage("T1"), [edit]).title == "10 min run · 12.5 min run · 15 min run"


def test_a_dose_is_a_share_of_the_programmes_and_not_of_the_last_one() -> None:
    halves = [replace(BLANK, dose_pct=50), replace(BLANK, dose_pct=80)]
    assert stage_after(HIP.stage("WR4"), halves) == stage_after(HIP.stage("WR4"), halves[1:])
    whole = [*halves, replace(BLANK, dose_pct=100)]
    assert stage_after(HIP.stage("WR4"), whole) == HIP.stage("WR4")


def test_both_values_are_kept() -> None:
    one = replace(BLANK, stages=("WR4", "WR5"), red_ratio=1.25, dose_pct=90)
    assert changes(HIP.stages, [], one) == (
        Change("WR4", "red_ratio", 1.30, 1.25),
        Change("WR4", "dose_pct", 100, 90),
        Change("WR5", "red_ratio", 1.35, 1.25),
        Change("WR5", "dose_pct", 100, 90),
    )
    two = replace(BLANK, red_ratio=1.28, dose_pct=90)
    assert changes(HIP.stages, [one], two) == (Change("WR4", "red_ratio", 1.25, 1.28),)


def test_an_edit_holds_from_the_next_stage_on() -> None:
    edit = replace(BLANK, red_ratio=1.2)
    assert edits_in_force([edit], entered_s=edit.t_s - 1) == ()
    assert edits_in_force([edit], entered_s=edit.t_s) == (edit,)
    assert edits_in_force([edit, replace(edit, t_s=3000)], entered_s=2000) == (edit,)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (BLANK, "the edit changes nothing: give one of amber_ratio, "),
        (replace(BLANK, red_ratio=1.2, by=" "), "an edit of limits needs who makes it: add it"),
        (replace(BLANK, red_ratio=1.2, reason=""), "an edit of limits needs a reason: add it"),
        (replace(BLANK, red_ratio=1.2, stages=()), "an edit of limits needs a stage: name at"),
        (
            replace(BLANK, red_ratio=1.2, stages=("WR13",)),
            "programme hip-bsi has no stage WR13: choose one of P0, P1, W1,",
        ),
        (
            replace(BLANK, red_ratio=1.2, stages=("P0",)),
            "stage P0 has no red_ratio: leave it out, or leave out the stage",
        ),
        (
            replace(BLANK, cadence_low_ratio=0.9, stages=("WR0",)),
            "stage WR0 has no cadence_low_ratio: leave it out, or leave out the stage",
        ),
        (replace(BLANK, dose_pct=90, stages=("P1",)), "stage P1 has no dose_pct: leave it out"),
        (
            replace(BLANK, amber_ratio=1.3),
            "stage WR4: amber_ratio 1.3 must be below red_ratio 1.3: change one of them",
        ),
        (
            replace(BLANK, red_ratio=1.1),
            "stage WR4: amber_ratio 1.15 must be below red_ratio 1.1: change one of them",
        ),
        (
            replace(BLANK, cadence_low_ratio=1.05),
            "stage WR4: cadence_low_ratio 1.05 must be below cadence_target_ratio 1.05: change",
        ),
        (
            replace(BLANK, cadence_target_low_ratio=1.06),
            "stage WR4: cadence_target_low_ratio 1.06 must be below cadence_target_ratio 1.05:",
        ),
        (
            replace(BLANK, cadence_target_high_ratio=1.05),
            "stage WR4: cadence_target_ratio 1.05 must be below cadence_target_high_ratio 1.05",
        ),
        (
            replace(BLANK, amber_ratio=1.0),
            "amber_ratio 1 is out of bounds: give a number from 1.05 to 5",
        ),
        (
            replace(BLANK, red_ratio=float("nan")),
            "red_ratio nan is out of bounds: give a number from 1.05 to 5",
        ),
        (
            replace(BLANK, cadence_target_high_ratio=1.3),
            "cadence_target_high_ratio 1.3 is out of bounds: give a number from 0.85 to 1.25",
        ),
        (
            replace(BLANK, dose_pct=110),
            "dose_pct 110 is out of bounds: give a number from 50 to 100",
        ),
        (
            replace(BLANK, dose_pct=49.9),
            "dose_pct 49.9 is out of bounds: give a number from 50 to 100",
        ),
    ],
)
def test_what_may_not_be_written(edit: LimitEdit, says: str) -> None:
    (sentence,) = faults(edit)
    assert sentence.startswith(says)


def test_an_edit_is_held_against_the_edits_before_it() -> None:
    earlier = replace(BLANK, amber_ratio=1.25)
    assert faults(earlier) == ()
    assert faults(replace(BLANK, red_ratio=1.2)) == ()
    assert len(faults(replace(BLANK, red_ratio=1.2), earlier)) == 1


def test_all_faults_are_named_at_once() -> None:
    assert len(faults(replace(BLANK, by="", amber_ratio=0.5, dose_pct=500))) == 3


def test_the_spans_hold_every_limit_of_the_programme() -> None:
    spans = dict.fromkeys(IMPACT, RATIO_SPAN) | dict.fromkeys(CADENCE, CADENCE_SPAN)
    spans["dose_pct"] = DOSE_SPAN_PCT
    for stage in HIP.stages:
        for quantity, value in values_after(stage, []).items():
            low, high = spans[quantity]
            assert low <= value <= high, (stage.id, quantity)


RATIOS = st.none() | st.floats(0.5, 6.0)


@given(
    stage=st.sampled_from([stage.id for stage in HIP.stages]),
    amber=RATIOS,
    red=RATIOS,
    low=RATIOS,
    dose=st.none() | st.floats(0, 200),
)
def test_whatever_may_be_written_leaves_limits_in_order(
    stage: str, amber: float | None, red: float | None, low: float | None, dose: float | None
) -> None:
    edit = replace(
        BLANK,
        stages=(stage,),
        amber_ratio=amber,
        red_ratio=red,
        cadence_low_ratio=low,
        dose_pct=dose,
    )
    if faults(edit):
        return
    before, after = HIP.stage(stage), stage_after(HIP.stage(stage), [edit])
    if after.limits.impact is not None:
        assert 1.0 < after.limits.impact.amber_ratio < after.limits.impact.red_ratio
    if after.limits.cadence is not None:
        assert after.limits.cadence.low_ratio < after.limits.cadence.target_ratio
    assert 0.0 <= after.planned_s() <= before.planned_s()
