"""The bundled programmes, number by number, as the programme's specification has them."""

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest

import monitor
from analysis.step import Gait
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Part, Programme, Stage, StageKind, scaled
from monitor.programme.rules import Baseline, CadenceRule, Evidence, Judged, LimitRule
from monitor.programme.sites import Risk, Site

HIP = load_programme("hip-bsi")
DEMO = load_programme("demo")
WALKING = load_programme("walking")
WALK_RUN = load_programme("walk-run-30")
SHORT = (WALKING, WALK_RUN)

PREPARING = ("P0", "P1", "P2", "P3")
SITES = {
    "fn_compression": ("high", 42, 14, 28, 21),
    "fn_fixed_postop": ("high", None, None, 28, 28),
    "sacrum": ("other", 7, 7, 21, 21),
    "pubic_ramus": ("other", 0, 14, 21, 21),
    "femoral_shaft": ("other", 14, 14, 21, 21),
    "tibia_posteromedial": ("other", 0, 7, 14, 21),
    "metatarsal_2_4": ("other", 0, 7, 14, 21),
}
"""Risk, and days in the phases before running."""

WALKS = {"W1": 5, "W2": 10, "W3": 15, "W4": 20, "W5": 30}
CONTACTS = {"L1": 60, "L2": 90, "L3": 180, "L4": 240}
LADDER = {
    "WR0": (4, 0.5, 3, 7),
    "WR1": (6, 1, 3, 7),
    "WR2": (9, 1.5, 3, 7),
    "WR3": (12, 2, 2, 5),
    "WR4": (15, 2.5, 2, 5),
    "WR5": (18, 3, 2, 5),
    "WR6": (21, 3.5, 2, 5),
    "WR7": (24, 4, 2, 5),
    "WR8": (26, 6.5, 2, 5),
    "WR9": (27, 9, 2, 5),
    "WR10": (28, 14, 2, 5),
    "WR11": (29, 20, 2, 5),
    "WR12": (30, 30, 3, 7),
}
"""Run minutes, longest bout in minutes, sessions needed, days."""
WEEKS = {
    "T1": (20, 25, 30),
    "T2": (25, 25, 30),
    "T3": (25, 30, 33),
    "T4": (30, 30, 35),
    "T5": (30, 33, 35),
    "T6": (30, 35, 38),
    "T7": (33, 35, 40),
    "T8": (35, 35, 42),
}


def main_minutes(stage: Stage, gait: Gait, session: int = 0) -> list[float]:
    return [
        s.duration_s / 60 for s in stage.segments(session) if s.gait is gait and s.part is Part.MAIN
    ]


def test_the_stages_are_all_there_in_order() -> None:
    expected = ["P0", "P1", *WALKS, *CONTACTS, *LADDER, *WEEKS]
    assert [stage.id for stage in HIP.stages] == expected
    phases = ["P0", "P1", "P2", "P3", "P4", "P5"]
    assert [phase.id for phase in HIP.phases] == phases
    assert [s.phase for s in HIP.stages] == (
        ["P0", "P1"] + ["P2"] * 5 + ["P3"] * 4 + ["P4"] * 13 + ["P5"] * 8
    )


def test_the_phases_last_as_specified() -> None:
    days = {p.id: (p.min_days, *p.min_days_range) for p in HIP.phases}
    assert days == {
        "P0": (42, 28, 56),
        "P1": (14, 7, 28),
        "P2": (28, 14, 42),
        "P3": (21, 14, 42),
        "P4": (73, 73, 73),
        "P5": (56, 56, 56),
    }
    first_run_day = sum(HIP.phase(p).min_days for p in ("P0", "P1", "P2", "P3"))
    assert first_run_day == 105
    assert first_run_day + HIP.phase("P4").min_days == 178


def test_the_days_of_running_phases_are_those_of_their_stages() -> None:
    assert sum(s.min_days for s in HIP.stages if s.phase == "P4") == HIP.phase("P4").min_days
    assert sum(s.min_days for s in HIP.stages if s.phase == "P5") == HIP.phase("P5").min_days


def test_the_presets() -> None:
    assert {p.id: (p.min_days, p.surgeon_sets) for p in HIP.presets} == {
        "edema_only_low_grade": ({"P0": 28, "P1": 7, "P2": 21, "P3": 14}, ()),
        "fracture_line_lt_50": ({"P0": 42, "P1": 14, "P2": 28, "P3": 21}, ()),
        "post_fixation": ({"P2": 28, "P3": 28}, ("P0", "P1")),
    }


@pytest.mark.parametrize("stage_id", ["P0", "P1"])
def test_p0_and_p1_have_no_sessions(stage_id: str) -> None:
    stage = HIP.stage(stage_id)
    assert stage.kind is StageKind.NONE
    assert not stage.has_sessions
    assert stage.segments() == ()
    assert (stage.limit_rule, stage.contacts, stage.judged, stage.min_gap_h) == (None,) * 4
    assert stage.title


@pytest.mark.parametrize(("stage_id", "minutes"), WALKS.items())
def test_walking_stages(stage_id: str, minutes: int) -> None:
    stage = HIP.stage(stage_id)
    assert stage.kind is StageKind.WALK
    assert stage.judged is Judged.WALK
    assert stage.planned_s() == 60 * minutes
    assert stage.title == f"{minutes} min walk"
    assert (stage.sessions_required, stage.min_days) == (3, 5)
    assert (stage.min_gap_h, stage.max_per_week) == (18, 5)
    assert stage.limit_rule == LimitRule(Baseline.W0, 1.25, 1.5, Evidence.DESIGN)
    assert stage.limits.cadence is None
    assert stage.captures is Baseline.W0


@pytest.mark.parametrize(
    ("stage_id", "ratios", "sessions"),
    [("L1", (2.0, 2.5), 3), ("L2", (2.5, 3.0), 2), ("L3", (2.5, 3.0), 2), ("L4", (3.0, 3.5), 2)],
)
def test_preparation_stages(stage_id: str, ratios: tuple[float, float], sessions: int) -> None:
    stage = HIP.stage(stage_id)
    assert stage.kind is StageKind.CONTACTS
    assert stage.contacts == CONTACTS[stage_id]
    assert stage.title.startswith(f"{CONTACTS[stage_id]} contacts: ")
    assert (stage.sessions_required, stage.min_days) == (sessions, 5)
    assert (stage.min_gap_h, stage.max_per_week) == (42, 3)
    assert stage.limit_rule == LimitRule(Baseline.W0, *ratios, Evidence.DESIGN)
    assert stage.judged is Judged.CONTACTS
    assert stage.segments() == ()


@pytest.mark.parametrize(("stage_id", "row"), LADDER.items())
def test_the_ladder(stage_id: str, row: tuple[float, float, int, int]) -> None:
    run_min, longest_min, sessions, days = row
    stage = HIP.stage(stage_id)
    runs = main_minutes(stage, Gait.RUN)
    assert sum(runs) == run_min
    assert max(runs) == longest_min
    assert (stage.sessions_required, stage.min_days) == (sessions, days)
    assert (stage.min_gap_h, stage.max_per_week) == (42, 3)
    first, last = stage.segments()[0], stage.segments()[-1]
    assert (first.gait, first.duration_s, first.part) == (Gait.WALK, 300, Part.WARM_UP)
    assert (last.gait, last.duration_s, last.part) == (Gait.WALK, 300, Part.COOL_DOWN)
    assert stage.kind is StageKind.RUN
    assert stage.judged is Judged.RUN


@pytest.mark.parametrize(
    ("stage_id", "title"),
    [
        ("WR0", "8 × (2 min walk, 30 s run)"),
        ("WR1", "6 × (4 min walk, 1 min run)"),
        ("WR2", "6 × (3.5 min walk, 1.5 min run)"),
        ("WR3", "6 × (3 min walk, 2 min run)"),
        ("WR4", "6 × (2.5 min walk, 2.5 min run)"),
        ("WR5", "6 × (2 min walk, 3 min run)"),
        ("WR6", "6 × (1.5 min walk, 3.5 min run)"),
        ("WR7", "6 × (1 min walk, 4 min run)"),
        ("WR8", "4 × (1 min walk, 6.5 min run)"),
        ("WR9", "3 × (1 min walk, 9 min run)"),
        ("WR10", "2 × (1 min walk, 14 min run)"),
        ("WR11", "20 min run, 1 min walk, 9 min run"),
        ("WR12", "30 min run"),
    ],
)
def test_the_ladder_in_words(stage_id: str, title: str) -> None:
    assert HIP.stage(stage_id).title == title


def test_only_wr0_is_supervised_and_sets_r0() -> None:
    assert [s.id for s in HIP.stages if s.is_supervised] == ["WR0"]
    assert [s.id for s in HIP.stages if s.captures is Baseline.R0] == ["WR0"]


@pytest.mark.parametrize(("stage_id", "minutes"), WEEKS.items())
def test_training_weeks_are_three_different_sessions(
    stage_id: str, minutes: tuple[int, int, int]
) -> None:
    stage = HIP.stage(stage_id)
    assert [sum(main_minutes(stage, Gait.RUN, i)) for i in range(3)] == list(minutes)
    assert stage.segments(3) == stage.segments(0)
    assert stage.planned_s(1) == 60 * (minutes[1] + 10)
    assert (stage.sessions_required, stage.min_days) == (3, 7)
    assert (stage.min_gap_h, stage.max_per_week) == (18, 4)
    assert stage.limits.longest_run is not None
    assert (stage.limits.longest_run.max_pct, stage.limits.longest_run.days) == (110, 30)
    assert stage.limits.dose is None


def test_training_weeks_grow_from_75_to_112_minutes() -> None:
    weeks = [sum(minutes) for minutes in WEEKS.values()]
    assert (weeks[0], weeks[-1]) == (75, 112)
    assert all(a < b for a, b in pairwise(weeks))


def test_no_run_of_the_programme_breaks_its_own_longest_run_rule() -> None:
    runs = [main_minutes(HIP.stage(i), Gait.RUN, k)[0] for i in WEEKS for k in range(3)]
    longest_min = LADDER["WR12"][1]
    for run_min in runs:
        assert run_min <= 1.10 * longest_min + 1e-9
        longest_min = max(longest_min, run_min)


@pytest.mark.parametrize(
    ("stage_ids", "baseline", "amber", "red"),
    [
        (["WR0"], Baseline.W0, 3.5, 4.5),
        (["WR1", "WR2", "WR3", "WR4"], Baseline.R0, 1.15, 1.30),
        ([f"WR{i}" for i in range(5, 13)], Baseline.R0, 1.20, 1.35),
        (["T1", "T2", "T3", "T4", "T5"], Baseline.R0, 1.25, 1.40),
        (["T6", "T7", "T8"], Baseline.R0, 1.35, 1.50),
    ],
)
def test_run_limits(stage_ids: list[str], baseline: Baseline, amber: float, red: float) -> None:
    for stage_id in stage_ids:
        limits = HIP.stage(stage_id).limits
        assert limits.impact == LimitRule(baseline, amber, red, Evidence.DESIGN)
        if baseline is Baseline.R0:
            assert limits.impact_when_stale == LimitRule(Baseline.W0, 3.5, 4.5, Evidence.DESIGN)
            assert limits.cadence == CadenceRule(0.97, 1.05, 1.0, 1.1, Evidence.DESIGN)
        else:
            assert limits.cadence is None


def test_load_and_dose() -> None:
    for stage in HIP.stages:
        load, dose = stage.limits.load, stage.limits.dose
        assert (load is not None) is stage.has_sessions
        if load is not None:
            assert (load.amber_pct, load.red_pct) == (110, 125)
        assert (dose is not None) is (stage.phase == "P4")
        if dose is not None:
            assert (dose.low_pct, dose.high_pct) == (90, 110)


def test_the_sites_with_their_risk_and_days() -> None:
    found = {s.id: (s.risk.value, *(s.min_days.get(p) for p in PREPARING)) for s in HIP.sites}
    assert found == SITES
    assert {s.id: s.surgeon_sets for s in HIP.sites if s.surgeon_sets} == {
        "fn_fixed_postop": ("P0", "P1")
    }


def test_the_phases_own_days_are_those_of_the_femoral_neck() -> None:
    # They stand in the file twice: as the phases' default and as this site's own.
    assert HIP.site("fn_compression").min_days == {p: HIP.phase(p).min_days for p in PREPARING}
    assert HIP.site("fn_compression").min_days == dict(HIP.presets[1].min_days)


def test_a_site_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(KeyError, match=r"is not for skull: it is for tibia_.*, metatarsal_2_4"):
        WALK_RUN.site("skull")
    with pytest.raises(KeyError, match="programme demo is not for sacrum: it is for none"):
        DEMO.site("sacrum")


def test_blocks_and_red_flags() -> None:
    assert [block.id for block in HIP.hard_blocks] == [
        "tension_side",
        "displaced",
        "compression_50",
        "effusion",
        "complete_line",
        "nonunion",
        "avn",
        "undiagnosed",
        "no_clearance",
        "rest_pain",
        "limp",
    ]
    assert [block.id for block in HIP.soft_blocks] == [
        "red_s",
        "second_bsi",
        "steroid_bisphosphonate",
        "under_18",
        "bmi",
        "vitamin_d",
    ]
    assert [flag.id for flag in HIP.red_flags] == [
        "night_or_rest_pain",
        "weight_bearing_pain",
        "limp",
        "sharp_pain",
        "rising_pain",
        "numbness",
    ]


def test_what_a_clinician_confirms_at_the_end_of_each_phase() -> None:
    assert {phase.id: [item.id for item in phase.exit] for phase in HIP.phases} == {
        "P0": ["imaging", "rest_pain"],
        "P1": ["full_weight_walk", "no_limp"],
        "P2": ["brisk_walk", "pain_free", "w0", "exam", "strength"],
        "P3": ["l4", "battery", "imaging", "no_hop"],
        "P4": ["wr12", "review"],
        "P5": ["t8", "discharge"],
    }


@pytest.mark.parametrize("site", HIP.sites, ids=lambda site: site.id)
def test_imaging_before_running_and_no_hop_are_for_sites_of_high_risk(site: Site) -> None:
    ids = [item.id for item in HIP.phase("P3").exit_items(site.id)]
    assert ids == ["l4", "battery", *(["imaging", "no_hop"] if site.risk is Risk.HIGH else [])]


@pytest.mark.parametrize("programme", SHORT, ids=lambda programme: programme.id)
def test_a_short_programme_is_a_selection_of_the_long_ones_ladder(programme: Programme) -> None:
    for stage in programme.stages:
        assert stage == HIP.stage(stage.id)
    for phase in programme.phases:
        assert phase.title == HIP.phase(phase.id).title
    for site in programme.sites:
        whole = HIP.site(site.id)
        days = {p: d for p, d in whole.min_days.items() if p in {x.id for x in programme.phases}}
        assert (site.title, site.risk, site.min_days) == (whole.title, whole.risk, days)
    assert programme.soft_blocks == HIP.soft_blocks
    assert programme.red_flags == HIP.red_flags


def test_the_stages_and_sites_of_the_short_programmes() -> None:
    assert [stage.id for stage in WALKING.stages] == list(WALKS)
    assert [stage.id for stage in WALK_RUN.stages] == ["W5", *LADDER]
    assert [site.id for site in WALKING.sites] == [
        site.id for site in HIP.sites if site.risk is Risk.OTHER
    ]
    assert [site.id for site in WALK_RUN.sites] == ["tibia_posteromedial", "metatarsal_2_4"]


@pytest.mark.parametrize("programme", [HIP, *SHORT], ids=lambda programme: programme.id)
def test_a_baseline_is_captured_before_a_limit_needs_it(programme: Programme) -> None:
    captured: set[Baseline] = set()
    for stage in programme.stages:
        rule = stage.limits.impact
        if stage.captures:
            captured.add(stage.captures)
        if rule is not None:
            assert rule.baseline in captured, stage.id


@pytest.mark.parametrize("name", bundled_programmes())
def test_every_bundled_programme_is_a_draft_with_its_hash(name: str) -> None:
    programme = load_programme(name)
    file = Path(monitor.__path__[0]) / "programmes" / f"{name}.toml"
    assert programme.is_draft
    assert programme.author
    assert programme.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert (programme.run_cadence_spm, programme.walk_cadence_spm) == (165, 110)
    assert load_programme(file) == programme


def test_the_bundled_programmes() -> None:
    assert bundled_programmes() == ("demo", "hip-bsi", "walk-run-30", "walking")


def test_the_demo_takes_two_minutes() -> None:
    (stage,) = DEMO.stages
    assert [(s.gait.value, s.duration_s, s.part.value) for s in stage.segments()] == [
        ("walk", 15.0, "warm-up"),
        ("run", 60.0, "main"),
        ("walk", 15.0, "main"),
        ("run", 20.0, "main"),
        ("walk", 10.0, "cool-down"),
    ]
    assert stage.planned_s() == 120.0
    assert stage.limit_rule == LimitRule(Baseline.R0, 1.15, 1.30, Evidence.DESIGN)


@pytest.mark.parametrize("total_s", [12.0, 30.0, 47.3, 119.999, 240.0])
def test_a_scaled_stage_takes_what_was_asked_and_keeps_its_proportions(total_s: float) -> None:
    stage = DEMO.stages[0]
    short = scaled(stage, total_s)
    assert short.planned_s() == pytest.approx(total_s, abs=1e-9)
    for ours, theirs in zip(short.segments(), stage.segments(), strict=True):
        assert (ours.gait, ours.part) == (theirs.gait, theirs.part)
        assert ours.duration_s == pytest.approx(theirs.duration_s * total_s / 120, abs=0.002)


def test_a_scaled_stage_says_what_it_is() -> None:
    assert scaled(DEMO.stages[0], 60.0).title == "30 s run, 7.5 s walk, 10 s run"


@pytest.mark.parametrize("total_s", [0.0, -1.0, float("nan")])
def test_a_session_of_no_length_is_refused(total_s: float) -> None:
    with pytest.raises(ValueError, match="above 0 s"):
        scaled(DEMO.stages[0], total_s)


def test_a_stage_or_phase_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(KeyError, match=r"no stage WR13: choose one of P0, .*T8"):
        HIP.stage("WR13")
    with pytest.raises(KeyError, match=r"no phase P9: choose one of P0, .*P5"):
        HIP.phase("P9")
