"""Full scale from the data; a summary in which nothing unknown is 0."""

import numpy as np
import pytest
from simple_gait import RUN, STAND, WALK, Phase, made_gait

from analysis.quality import infer_full_scale_g
from analysis.step import Gait, Placement
from analysis.steps import StepAnalyser
from analysis.summary import Summary, summarise


@pytest.mark.parametrize(
    ("largest_g", "scale_g"),
    [
        (15.9995, 16.0),
        (15.93, 16.0),
        (15.91, None),
        (16.015, 16.0),
        (16.1, None),
        (-8.0, 8.0),
        (2.0, 2.0),
        (5.3, None),
    ],
)
def test_full_scale_from_the_largest_value(largest_g: float, scale_g: float | None) -> None:
    acc = np.zeros((50, 3))
    acc[20, 1] = largest_g
    assert infer_full_scale_g(acc) == scale_g


@pytest.mark.parametrize("level_g", [7.92, 8.16, 15.5])
def test_a_calibrated_pod_clips_beside_a_standard_scale(level_g: float) -> None:
    acc = np.random.default_rng(1).normal(0.0, 1.0, (500, 3))
    acc[[100, 101, 300], 2] = -level_g
    assert infer_full_scale_g(acc) == level_g
    acc[[101, 300], 2] = -0.9 * level_g
    assert infer_full_scale_g(acc) is None, "one sample at the top is a peak"


def test_a_pod_at_rest_is_not_clipped() -> None:
    assert infer_full_scale_g(np.tile([0.0, 0.0, 1.0], (500, 1))) is None


def test_full_scale_of_nothing() -> None:
    assert infer_full_scale_g(np.empty((0, 3))) is None
    assert infer_full_scale_g(np.full((3, 3), np.nan)) is None


def _summary(full_scale_g: float | None, phases: list[Phase]) -> tuple[Summary, int]:
    t, acc, contacts_s = made_gait(phases)
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.SHANK, full_scale_g=full_scale_g)
    steps = analyser.push(t, acc) + analyser.flush()
    return summarise(steps, analyser.quality), len(contacts_s)


def test_a_walk_run_session() -> None:
    summary, contacts = _summary(16.0, [STAND, WALK, RUN, STAND])
    assert summary.steps == contacts
    assert summary.run_steps == 13
    assert summary.walk_steps == contacts - 13
    assert summary.run_cadence_spm == pytest.approx(120.0 / 0.72, abs=2.0)
    assert summary.walk_cadence_spm == pytest.approx(120.0 / 1.1, abs=2.0)
    assert summary.coverage_pct == 100.0
    assert summary.duration_s == pytest.approx(30.0, abs=0.01)
    assert summary.clipped_pct == 0.0
    assert summary.run_impact_g is not None
    assert list(summary.as_dict())[:3] == ["duration_s", "fs_hz", "cadence_spm"]


def test_standing_has_no_cadence_and_no_impact() -> None:
    summary, _ = _summary(16.0, [STAND])
    assert summary.steps == 0
    assert summary.cadence_spm is None
    assert summary.impact_g is None
    assert summary.contact_ms is None
    assert summary.clipped_pct is None


def test_an_unknown_scale_gives_no_clipping_figure() -> None:
    summary, _ = _summary(None, [RUN])
    assert summary.clipped_pct is None
    assert summary.clipped_samples is None
    assert summary.impact_g is not None


def test_no_samples() -> None:
    quality = StepAnalyser(fs_hz=100.0, placement=Placement.FOOT, full_scale_g=4.0).quality
    values = summarise([], quality).as_dict()
    known = {"fs_hz", "samples", "missing_samples", "filled_samples", "holes", "clipped_samples"}
    assert all(v is None for k, v in values.items() if k not in known | {"full_scale_g"})


def test_missing_samples_lower_the_coverage() -> None:
    t, acc, _ = made_gait([WALK])
    keep = np.ones(len(t), bool)
    keep[500:708] = False
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.SHANK, full_scale_g=16.0)
    steps = analyser.push(t[keep], acc[keep]) + analyser.flush()
    summary = summarise(steps, analyser.quality)
    assert summary.missing_samples == 208
    assert summary.filled_samples == 0
    assert summary.coverage_pct == pytest.approx(90.0, abs=0.1)
    assert all(s.gait is Gait.WALK for s in steps)
