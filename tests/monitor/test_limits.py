"""Limits of a stage: the programme's ratios times the patient's own baselines."""

from dataclasses import fields, replace

import pytest
from made_steps import made_step

from analysis.step import Gait
from monitor.limits import Baselines, StageLimits, count_above, is_above, stage_limits
from monitor.programme.file import load_programme
from monitor.programme.model import Stage
from monitor.programme.rules import Baseline

PROGRAMME = load_programme("hip-bsi")
BOTH = Baselines(w0_g=2.0, r0_g=8.0, w0_cadence_spm=112.0, r0_cadence_spm=160.0)
WIDE_G = 400.0
"""A full scale that caps nothing."""


def with_ratios(stage_id: str, amber: float, red: float) -> Stage:
    stage = PROGRAMME.stage(stage_id)
    assert stage.limits.impact is not None
    impact = replace(stage.limits.impact, amber_ratio=amber, red_ratio=red)
    return replace(stage, limits=replace(stage.limits, impact=impact))


@pytest.mark.parametrize(
    ("stage_id", "amber_g", "red_g"),
    [
        ("W1", 2.5, 3.0),
        ("W5", 2.5, 3.0),
        ("L1", 4.0, 5.0),
        ("L2", 5.0, 6.0),
        ("L3", 5.0, 6.0),
        ("L4", 6.0, 7.0),
        ("WR0", 7.0, 9.0),
        ("WR1", 9.2, 10.4),
        ("WR4", 9.2, 10.4),
        ("WR5", 9.6, 10.8),
        ("WR12", 9.6, 10.8),
        ("T1", 10.0, 11.2),
        ("T5", 10.0, 11.2),
        ("T6", 10.8, 12.0),
        ("T8", 10.8, 12.0),
    ],
)
def test_impact_limits_are_the_ratios_times_the_baseline(
    stage_id: str, amber_g: float, red_g: float
) -> None:
    limits = stage_limits(PROGRAMME.stage(stage_id), BOTH, WIDE_G)
    assert limits.amber_g == pytest.approx(amber_g)
    assert limits.red_g == pytest.approx(red_g)
    walks = stage_id[0] in "LW" and stage_id not in ("WR1", "WR4", "WR5", "WR12")
    assert limits.baseline is (Baseline.W0 if walks else Baseline.R0)
    assert not limits.is_fallback
    assert not limits.is_capped


@pytest.mark.parametrize("stage_id", ["P0", "P1"])
def test_a_stage_without_sessions_has_no_limits(stage_id: str) -> None:
    assert stage_limits(PROGRAMME.stage(stage_id), BOTH, 16.0) == StageLimits()


def test_a_limit_without_its_baseline_is_none_and_never_guessed() -> None:
    only_walk = stage_limits(PROGRAMME.stage("WR1"), replace(BOTH, r0_g=None), WIDE_G)
    assert only_walk.amber_g is only_walk.red_g is only_walk.single_g is None
    assert only_walk.baseline is None
    assert not only_walk.is_fallback
    only_run = stage_limits(PROGRAMME.stage("W1"), replace(BOTH, w0_g=None), WIDE_G)
    assert only_run.amber_g is only_run.red_g is None
    assert only_run.single_g == 16.0


def test_a_stale_baseline_falls_back_to_walking() -> None:
    limits = stage_limits(PROGRAMME.stage("WR6"), replace(BOTH, is_stale=True), WIDE_G)
    assert limits.amber_g == pytest.approx(7.0)
    assert limits.red_g == pytest.approx(9.0)
    assert limits.single_g == pytest.approx(13.5)
    assert limits.baseline is Baseline.W0
    assert limits.is_fallback
    assert limits.cadence_low_spm is limits.cadence_high_spm is None


def test_a_stale_baseline_without_walking_gives_nothing() -> None:
    stale = Baselines(r0_g=8.0, r0_cadence_spm=160.0, is_stale=True)
    assert stage_limits(PROGRAMME.stage("WR6"), stale, 16.0) == StageLimits()


def test_walking_limits_do_not_fall_back() -> None:
    limits = stage_limits(PROGRAMME.stage("W1"), replace(BOTH, is_stale=True), WIDE_G)
    assert limits.amber_g == pytest.approx(2.5)
    assert not limits.is_fallback


def test_single_steps_are_judged_by_running_where_it_is_known() -> None:
    assert stage_limits(PROGRAMME.stage("WR1"), BOTH, WIDE_G).single_g == 16.0
    assert stage_limits(PROGRAMME.stage("WR0"), BOTH, WIDE_G).single_g == 16.0
    without = stage_limits(PROGRAMME.stage("WR0"), Baselines(w0_g=2.0), WIDE_G)
    assert without.single_g == 13.5


def test_the_cadence_band_is_relative_to_running() -> None:
    limits = stage_limits(PROGRAMME.stage("WR1"), BOTH, WIDE_G)
    assert limits.cadence_low_spm == pytest.approx(155.2)
    assert limits.cadence_target_spm == pytest.approx(168.0)
    assert limits.cadence_target_low_spm == pytest.approx(160.0)
    assert limits.cadence_high_spm == pytest.approx(176.0)


@pytest.mark.parametrize("stage_id", ["W1", "L1", "WR0"])
def test_cadence_is_free_where_the_programme_says_nothing(stage_id: str) -> None:
    limits = stage_limits(PROGRAMME.stage(stage_id), BOTH, WIDE_G)
    assert limits.cadence_low_spm is limits.cadence_target_spm is limits.cadence_high_spm is None


def test_a_limit_at_the_top_of_the_scale_is_not_capped() -> None:
    top_g = 0.95 * 16.0
    stage = with_ratios("WR1", 1.5, top_g / 8.0)
    limits = stage_limits(stage, replace(BOTH, r0_g=8.0), 16.0)
    assert limits.red_g == top_g
    assert not limits.red_is_capped


def test_a_limit_above_the_top_of_the_scale_is_capped_and_said() -> None:
    limits = stage_limits(PROGRAMME.stage("WR1"), replace(BOTH, r0_g=12.0), 16.0)
    assert limits.amber_g == pytest.approx(13.8)
    assert limits.red_g == limits.single_g == pytest.approx(15.2)
    assert (limits.amber_is_capped, limits.red_is_capped, limits.single_is_capped) == (
        False,
        True,
        True,
    )
    assert limits.is_capped


@pytest.mark.parametrize(
    ("r0_g", "capped"), [(7.0, (False, False, False)), (7.7, (False, False, True))]
)
def test_one_capped_limit_is_enough_to_be_said(r0_g: float, capped: tuple[bool, ...]) -> None:
    limits = stage_limits(PROGRAMME.stage("WR1"), replace(BOTH, r0_g=r0_g), 16.0)
    marks = (limits.amber_is_capped, limits.red_is_capped, limits.single_is_capped)
    assert marks == capped
    assert limits.is_capped is any(capped)


def test_a_capped_amber_alone_is_said_too() -> None:
    assert StageLimits(amber_is_capped=True).is_capped
    assert StageLimits(red_is_capped=True).is_capped
    assert not StageLimits().is_capped


def test_without_samples_nothing_is_capped() -> None:
    limits = stage_limits(PROGRAMME.stage("WR1"), replace(BOTH, r0_g=12.0))
    assert limits.single_g == 24.0
    assert not limits.is_capped


def test_nothing_is_known_by_default() -> None:
    assert all(getattr(StageLimits(), f.name) in (None, False) for f in fields(StageLimits))
    assert not Baselines().is_stale


def test_above_is_strictly_greater() -> None:
    assert not is_above(made_step(0.0, 9.2), 9.2)
    assert is_above(made_step(0.0, 9.2000001), 9.2)
    assert is_above(made_step(0.0, None, is_clipped=True, at_least_g=1.0), 15.2)
    assert not is_above(made_step(0.0, None), 9.2)


def test_counting_what_is_above() -> None:
    steps = [
        made_step(0.0, 9.0),
        made_step(1.0, 9.3, gait=Gait.WALK),
        made_step(2.0, None, is_clipped=True),
        made_step(3.0, None),
    ]
    assert count_above(steps, 9.2) == 2
