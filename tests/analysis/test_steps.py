"""The analyser on a simple made signal with known contacts."""

from itertools import pairwise

import numpy as np
import pytest
from shared_recordings import matches
from simple_gait import RUN, STAND, WALK, Phase, made_gait

from analysis.step import Gait, NoImpact, Placement, Step
from analysis.steps import FloatArray, StepAnalyser
from analysis.summary import summarise


def _analyse(
    t: FloatArray,
    acc: FloatArray,
    fs_hz: float = 208.0,
    placement: Placement = Placement.SHANK,
    full_scale_g: float | None = 16.0,
) -> list[Step]:
    analyser = StepAnalyser(fs_hz=fs_hz, placement=placement, full_scale_g=full_scale_g)
    return analyser.push(t, acc) + analyser.flush()


@pytest.mark.parametrize("fs_hz", [52.0, 104.0, 208.0, 416.0, 833.0])
@pytest.mark.parametrize("placement", list(Placement))
def test_every_step_of_every_bout(fs_hz: float, placement: Placement) -> None:
    t, acc, contacts_s = made_gait([STAND, WALK, RUN, WALK, STAND], fs_hz)
    steps = _analyse(t, acc, fs_hz, placement)
    assert len(matches([s.t_ic_s for s in steps], contacts_s, 0.05)) == len(contacts_s)
    assert len(steps) == len(contacts_s)


@pytest.mark.parametrize("placement", list(Placement))
def test_the_label_follows_a_change_at_once(placement: Placement) -> None:
    t, acc, _ = made_gait([WALK, RUN, WALK, RUN])
    for step in _analyse(t, acc, placement=placement):
        expected = Gait.WALK if int(step.t_ic_s // 10.0) % 2 == 0 else Gait.RUN
        assert step.gait is expected


def test_a_short_run_is_whole() -> None:
    t, acc, contacts_s = made_gait([STAND, Phase(4.0, 0.72, 0.36, 8.0, 1.8), STAND])
    steps = _analyse(t, acc)
    assert len(steps) == len(contacts_s)
    assert all(s.gait is Gait.RUN for s in steps)
    assert steps[-1].stride_s == pytest.approx(0.72, abs=0.02)


def test_stride_and_cadence_reach_back_to_the_contact_before() -> None:
    t, acc, _ = made_gait([RUN, STAND])
    steps = _analyse(t, acc)
    for a, b in pairwise(steps):
        assert b.stride_s == pytest.approx(b.t_ic_s - a.t_ic_s, abs=1e-9)
        assert a.cadence_spm == pytest.approx(120.0 / 0.72, abs=4.0)


def test_a_step_is_known_after_its_contact_and_soon() -> None:
    t, acc, _ = made_gait([RUN] * 6)
    steps = _analyse(t, acc)
    delays_s = np.array([s.t_known_s - s.t_ic_s for s in steps])
    assert delays_s.min() > 0.0
    assert np.percentile(delays_s, 95) <= 1.5


@pytest.mark.parametrize("placement", list(Placement))
def test_a_step_comes_with_the_push_that_makes_it_known(placement: Placement) -> None:
    t, acc, _ = made_gait([WALK, RUN])
    analyser = StepAnalyser(fs_hz=208.0, placement=placement, full_scale_g=16.0)
    emitted = 0
    for k in range(0, len(t), 10):
        for step in analyser.push(t[k : k + 10], acc[k : k + 10]):
            assert t[max(k - 1, 0)] < step.t_known_s <= t[min(k + 9, len(t) - 1)]
            emitted += 1
    assert emitted > 15


@pytest.mark.parametrize("placement", list(Placement))
def test_the_steps_before_a_hole_come_with_the_first_push_after_it(placement: Placement) -> None:
    t, acc, _ = made_gait([WALK, RUN])
    keep = (t < 9.0) | (t > 11.0)
    t, acc = t[keep], acc[keep]
    analyser = StepAnalyser(fs_hz=208.0, placement=placement, full_scale_g=16.0)
    late_s = [
        float(t[min(k + 9, len(t) - 1)]) - step.t_known_s
        for k in range(0, len(t), 10)
        for step in analyser.push(t[k : k + 10], acc[k : k + 10])
        if step.t_ic_s < 9.0
    ]
    assert len(late_s) > 5
    assert max(late_s) < 10 / 208.0


@pytest.mark.parametrize("n", range(11))
def test_a_handful_of_samples(n: int) -> None:
    acc = np.random.default_rng(1).normal(0.0, 3.0, (n, 3))
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.FOOT, full_scale_g=16.0)
    assert analyser.push(np.arange(n) / 208.0, acc) + analyser.flush() == []
    assert analyser.quality.samples == n
    assert analyser.flush() == []


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("value_g", [0.0, 1.0, -16.0])
def test_a_constant_signal(placement: Placement, value_g: float) -> None:
    n = 4000
    assert _analyse(np.arange(n) / 208.0, np.full((n, 3), value_g), placement=placement) == []


@pytest.mark.parametrize("placement", list(Placement))
def test_an_hour_of_standing(placement: Placement) -> None:
    n = 3600 * 52
    rng = np.random.default_rng(2)
    acc = rng.normal(0.0, 0.02, (n, 3)) + np.array([0.0, 0.0, 1.0])
    acc[:, 0] += 0.03 * np.sin(2.0 * np.pi * 0.3 * np.arange(n) / 52.0)
    assert _analyse(np.arange(n) / 52.0, acc, 52.0, placement) == []


def test_nothing_but_bad_samples() -> None:
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.FOOT, full_scale_g=16.0)
    acc = np.full((500, 3), np.nan)
    assert analyser.push(np.arange(500) / 208.0, acc) + analyser.flush() == []
    assert (analyser.quality.samples, analyser.quality.bad_samples) == (0, 500)
    assert analyser.quality.coverage_pct is None
    assert summarise([], analyser.quality).steps is None


@pytest.mark.parametrize("fs_hz", [49.9, 0.0, -1.0, float("nan"), float("inf")])
def test_a_rate_that_cannot_work_is_refused(fs_hz: float) -> None:
    with pytest.raises(ValueError, match="set the pod to 50 Hz or more"):
        StepAnalyser(fs_hz=fs_hz, placement=Placement.FOOT, full_scale_g=None)


def test_shapes_that_do_not_fit_are_refused() -> None:
    analyser = StepAnalyser(fs_hz=100.0, placement=Placement.FOOT, full_scale_g=None)
    with pytest.raises(ValueError, match="do not fit"):
        analyser.push(np.arange(3.0), np.zeros((2, 3)))


def test_no_impact_below_190_hz() -> None:
    t, acc, _ = made_gait([RUN], 180.0)
    steps = _analyse(t, acc, 180.0)
    assert steps
    assert {s.impact_reason for s in steps} == {NoImpact.RATE}
    assert all(s.impact_g is None and not s.is_valid for s in steps)


def test_impact_is_the_peak_resultant() -> None:
    t, acc, _ = made_gait([RUN])
    steps = _analyse(t, acc)
    resultant = np.linalg.norm(acc, axis=1)
    for step in steps:
        near = (t > step.t_ic_s - 0.05) & (t < step.t_ic_s + 0.1)
        assert step.impact_g == pytest.approx(resultant[near].max(), abs=1e-9)


def test_a_clipped_step_has_a_lower_bound_only() -> None:
    t, acc, _ = made_gait([RUN])
    acc = np.clip(acc, -8.0, 8.0)
    steps = _analyse(t, acc, full_scale_g=8.0)
    assert steps
    for step in steps:
        assert step.impact_g is None
        assert step.impact_reason is NoImpact.CLIPPED
        assert step.impact_at_least_g is not None
        assert step.impact_at_least_g >= 8.0
        assert "clipped" in step.flags
        assert step.is_valid


def test_a_short_hole_keeps_the_step_but_not_its_impact() -> None:
    t, acc, contacts_s = made_gait([RUN])
    hit = contacts_s[5]
    keep = ~((t > hit - 0.01) & (t < hit + 0.03))
    steps = _analyse(t[keep], acc[keep])
    near = min(steps, key=lambda s: abs(s.t_ic_s - hit))
    assert near.impact_reason is NoImpact.HOLE
    assert near.impact_g is None
    assert "filled" in near.flags
    far = [s for s in steps if abs(s.t_ic_s - hit) > 1.0]
    assert all(s.impact_g is not None and s.flags == () for s in far)


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("after_s", [-0.12, -0.08, -0.04, 0.0, 0.04, 0.08, 0.12, 0.2, 0.3])
def test_beside_a_long_hole_an_impact_is_whole_or_none(
    placement: Placement, after_s: float
) -> None:
    t, acc, contacts_s = made_gait([RUN])
    hit = contacts_s[5] + after_s
    keep = (t < hit) | (t > hit + 0.15)
    whole = {round(s.t_ic_s, 1): s.impact_g for s in _analyse(t, acc, placement=placement)}
    steps = _analyse(t[keep], acc[keep], placement=placement)
    for step in steps:
        if step.impact_g is not None:
            near = min(whole, key=lambda t_s: abs(t_s - step.t_ic_s))
            assert abs(near - step.t_ic_s) < 0.08, "what rings after a hole is no contact"
            assert step.impact_g == pytest.approx(whole[near], rel=1e-6)
    assert all(b.t_ic_s - a.t_ic_s > 0.4 for a, b in pairwise(steps))


def test_a_long_hole_ends_the_bout() -> None:
    t, acc, contacts_s = made_gait([RUN, RUN])
    keep = ~((t > 9.0) & (t < 11.5))
    steps = _analyse(t[keep], acc[keep])
    times_s = [s.t_ic_s for s in steps]
    assert not [x for x in times_s if 9.05 < x < 11.45]
    sure = [c for c in contacts_s if c < 8.5 or 12.0 < c < 19.0]
    assert len(matches(times_s, sure, 0.05)) == len(sure)
    last = max(s for s in times_s if s < 9.0)
    before = next(s for s in steps if s.t_ic_s == last)
    assert before.stride_s is None or before.stride_s < 1.0
    assert before.t_known_s >= 11.4 or before.t_known_s <= 9.0
