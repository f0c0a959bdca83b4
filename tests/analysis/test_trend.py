"""The loading trend: right on known changes, an honest interval, and silence where none is due."""

import dataclasses

import numpy as np
import pytest
from made_steps import made_step

from analysis.step import Gait, NoImpact, Step
from analysis.trend import MIN_STEPS, NOTE, NoTrend, loading_trend

FS_HZ = 208.0


def _runs(
    count: int, mean_g: float, rng: np.random.Generator, *, spread: float = 0.1, memory: float = 0.0
) -> list[Step]:
    """Steps whose log impact is a first-order autoregression of the given spread and memory."""
    steps = []
    value = rng.normal()
    for k in range(count):
        value = memory * value + np.sqrt(1.0 - memory**2) * rng.normal()
        steps.append(made_step(0.7 * k, float(mean_g * np.exp(spread * value))))
    return steps


def test_a_worked_example() -> None:
    """Equal steps of 6 g and then of 7.5 g: 1.25, with nothing to be unsure about."""
    before = [made_step(float(k), 6.0) for k in range(30)]
    now = [made_step(float(k), 7.5) for k in range(30)]
    trend = loading_trend(now, before, FS_HZ)
    assert trend.index == pytest.approx(1.25)
    assert trend.low == pytest.approx(1.25)
    assert trend.high == pytest.approx(1.25)
    assert trend.is_changed
    assert trend.note == NOTE
    assert "not a force" in trend.note


def test_the_interval_is_welch_s_for_independent_steps() -> None:
    """Values that alternate have no positive memory: the plain interval, worked out by hand."""
    now = [made_step(float(k), 6.0 * np.exp(0.1 * (-1) ** k)) for k in range(30)]
    trend = loading_trend(now, now, FS_HZ)
    half = 2.0017 * np.sqrt(2.0 * 0.01 * 30.0 / 29.0 / 30.0)
    assert trend.high == pytest.approx(np.exp(half), abs=1e-4)
    assert trend.low == pytest.approx(np.exp(-half), abs=1e-4)
    assert trend.is_changed is False


@pytest.mark.parametrize("memory", [0.0, 0.5])
def test_the_interval_holds_the_truth_as_often_as_it_says(memory: float) -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        before = _runs(120, 6.0, rng, memory=memory)
        trend = loading_trend(_runs(60, 6.6, rng, memory=memory), before, FS_HZ)
        assert trend.low is not None
        assert trend.high is not None
        held += trend.low <= 1.1 <= trend.high
    assert 0.91 <= held / 400 <= 0.985


def test_a_rise_of_a_tenth_is_seen_in_sixty_steps() -> None:
    rng = np.random.default_rng(6)
    seen = [
        loading_trend(_runs(60, 6.6, rng), _runs(120, 6.0, rng), FS_HZ).is_changed
        for _ in range(50)
    ]
    assert sum(bool(x) for x in seen) >= 48


def test_thirty_steps_are_needed_on_both_sides() -> None:
    rng = np.random.default_rng(7)
    enough, few = _runs(MIN_STEPS, 6.0, rng), _runs(MIN_STEPS - 1, 6.0, rng)
    assert MIN_STEPS == 30
    assert loading_trend(enough, enough, FS_HZ).reason is None
    for pair in ((few, enough), (enough, few), ([], enough), ([], [])):
        trend = loading_trend(*pair, FS_HZ)
        assert trend.reason is NoTrend.TOO_FEW
        assert trend.index is None
        assert trend.low is None
        assert trend.is_changed is None


@pytest.mark.parametrize(("fs_hz", "is_told"), [(190.0, True), (189.9, False), (104.0, False)])
def test_no_trend_below_190_hz(fs_hz: float, is_told: bool) -> None:
    steps = _runs(60, 6.0, np.random.default_rng(8))
    trend = loading_trend(steps, steps, fs_hz)
    assert (trend.index is not None) is is_told
    assert trend.reason is (None if is_told else NoTrend.RATE)


def test_no_trend_from_a_rate_that_is_no_number() -> None:
    steps = _runs(60, 6.0, np.random.default_rng(8))
    assert loading_trend(steps, steps, float("nan")).reason is NoTrend.RATE


@pytest.mark.parametrize("side", ["window", "reference"])
def test_one_clipped_step_silences_it(side: str) -> None:
    whole = _runs(60, 6.0, np.random.default_rng(9))
    clipped = [*whole, made_step(99.0, None, is_clipped=True, at_least_g=16.0)]
    pair = (clipped, whole) if side == "window" else (whole, clipped)
    trend = loading_trend(*pair, FS_HZ)
    assert trend.index is None
    assert trend.reason is NoTrend.CLIPPED


@pytest.mark.parametrize(("holes", "reason"), [(60, None), (61, NoTrend.UNMEASURED)])
def test_with_most_steps_in_holes_there_is_none(holes: int, reason: NoTrend | None) -> None:
    whole = _runs(60, 6.0, np.random.default_rng(10))
    lost = [made_step(100.0 + k, None) for k in range(holes)]
    assert {s.impact_reason for s in lost} == {NoImpact.HOLE}
    trend = loading_trend(whole + lost, whole, FS_HZ)
    assert trend.reason is reason
    assert trend.steps == 60


def test_walk_steps_do_not_enter() -> None:
    whole = _runs(60, 6.0, np.random.default_rng(11))
    walks = [dataclasses.replace(s, gait=Gait.WALK, impact_g=2.0) for s in whole]
    assert loading_trend(whole + walks, whole, FS_HZ) == loading_trend(whole, whole, FS_HZ)


def test_memory_widens_the_interval() -> None:
    """The same values, sorted into slow drift, tell less than shuffled ones."""
    rng = np.random.default_rng(12)
    shuffled = _runs(90, 6.0, rng)
    drifting = sorted(shuffled, key=lambda s: s.impact_g or 0.0)
    one = loading_trend(shuffled, shuffled, FS_HZ)
    other = loading_trend(drifting, shuffled, FS_HZ)
    assert one.high is not None
    assert other.high is not None
    assert np.log(other.high) > 2.0 * np.log(one.high)
