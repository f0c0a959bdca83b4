"""Whatever arrives: no exception, the same steps however it is cut, and steps that make sense."""

from itertools import pairwise

import numpy as np
import pytest

from analysis.quality import Quality
from analysis.step import Placement, Step
from analysis.steps import FloatArray, StepAnalyser
from analysis.summary import summarise

RATES_HZ = (50.0, 52.0, 100.0, 143.0, 208.0, 400.0, 833.0)


def _nonsense(seed: int) -> tuple[float, FloatArray, FloatArray, FloatArray | None]:
    """A rate, times and samples with every kind of damage, some with a gyroscope."""
    rng = np.random.default_rng(seed)
    fs_hz = float(rng.choice(RATES_HZ))
    n = int(rng.integers(0, 4000))
    acc = rng.normal(0.0, 10.0 ** rng.uniform(-3.0, 2.0), (n, 3))
    if rng.random() < 0.5:
        acc = 0.05 * np.cumsum(acc, axis=0)
    if rng.random() < 0.3:
        acc[rng.random(n) < 0.05] = np.nan
    if rng.random() < 0.2 and n:
        acc[rng.integers(0, n)] = 1e300
    if rng.random() < 0.2:
        acc[: n // 2] = 0.0
    period = np.ones(n) / fs_hz
    if rng.random() < 0.5:
        period[rng.random(n) < 0.01] *= rng.uniform(1.0, 40.0)
    if rng.random() < 0.2:
        period *= rng.uniform(0.5, 1.6, n)
    t = np.cumsum(period)
    gyro = 100.0 * rng.normal(0.0, 10.0 ** rng.uniform(-2.0, 1.0), (n, 3))
    if rng.random() < 0.3:
        gyro[rng.random(n) < 0.02] = np.nan
    times = t[rng.permutation(n)] if rng.random() < 0.2 else t
    return fs_hz, times, acc, gyro if rng.random() < 0.5 else None


def _analyse(
    fs_hz: float,
    placement: Placement,
    t: FloatArray,
    acc: FloatArray,
    gyro: FloatArray | None,
    cuts: list[int],
) -> tuple[list[Step], Quality]:
    analyser = StepAnalyser(fs_hz=fs_hz, placement=placement, full_scale_g=16.0)
    steps: list[Step] = []
    for a, b in pairwise([0, *cuts, len(t)]):
        steps += analyser.push(t[a:b], acc[a:b], None if gyro is None else gyro[a:b])
    return steps + analyser.flush(), analyser.quality


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("seed", range(40))
def test_nonsense(seed: int, placement: Placement) -> None:
    fs_hz, t, acc, gyro = _nonsense(seed)
    steps, quality = _analyse(fs_hz, placement, t, acc, gyro, [])
    cuts = np.sort(np.random.default_rng(seed).integers(0, len(t) + 1, 15)).tolist()
    assert _analyse(fs_hz, placement, t, acc, gyro, cuts) == (steps, quality)
    times_s = [s.t_ic_s for s in steps]
    assert times_s == sorted(times_s)
    for step in steps:
        assert step.t_tc_s is None or step.t_tc_s > step.t_ic_s
        assert step.stride_s is None or step.stride_s > 0.0
        assert (step.impact_g is None) is (step.impact_reason is not None)
        assert step.t_known_s > step.t_ic_s
    dropped = quality.bad_samples + quality.disordered_samples
    assert quality.samples + dropped == len(t)
    assert summarise(steps, quality).coverage_pct is None or quality.samples > 0
