"""The known-truth gait: its signal has the steps that its truth names, and no others."""

import numpy as np
import pytest

from sensors.samples import FloatArray
from sensors.virtual.gait import GaitSource, Mounting
from sensors.virtual.gait_schedule import TrueStep
from sensors.virtual.gait_script import GaitScript, Motion, Stretch, run, stand, walk

ENDLESS = Mounting(full_scale_g=None)
SESSION = GaitScript((stand(4.0), walk(30.0), run(40.0), walk(15.0), stand(6.0), run(20.0)))


def samples(source: GaitSource) -> tuple[FloatArray, FloatArray, FloatArray]:
    blocks = list(source.blocks())
    acc_g = np.concatenate([block.acc_g for block in blocks])
    gyro_dps = np.concatenate([b.gyro_dps for b in blocks if b.gyro_dps is not None])
    return np.arange(len(acc_g)) / source.fs_hz, acc_g, gyro_dps


def resultant(acc_g: FloatArray) -> FloatArray:
    length: FloatArray = np.linalg.norm(acc_g, axis=1)
    return length


def of_gait(source: GaitSource, gait: str) -> list[TrueStep]:
    return [step for step in source.truth if step.gait == gait]


@pytest.fixture(scope="module")
def dense() -> tuple[GaitSource, FloatArray]:
    source = GaitSource(SESSION, 4000.0, seed=3, mounting=ENDLESS, block_size=1000)
    return source, resultant(samples(source)[1])


def test_each_steps_impact_is_the_peak_of_the_dense_signal(
    dense: tuple[GaitSource, FloatArray],
) -> None:
    source, norm_g = dense
    for step in source.truth:
        window = slice(round((step.t_ic_s - 0.05) * 4000), round((step.t_ic_s + 0.1) * 4000))
        # The noise of 0.015 g an axis may lift the highest of 600 values by four times as much.
        assert norm_g[window].max() == pytest.approx(step.impact_g, abs=0.07)


def test_a_steps_peak_comes_shortly_after_its_contact(
    dense: tuple[GaitSource, FloatArray],
) -> None:
    source, norm_g = dense
    for step in source.truth:
        start = round((step.t_ic_s - 0.05) * 4000)
        peak_s = norm_g[start : start + 600].argmax() / 4000 - 0.05
        assert 0.020 < peak_s < 0.050


def test_sampled_at_208_hz_little_of_the_impact_is_lost() -> None:
    source = GaitSource(SESSION, 208.0, seed=3, mounting=ENDLESS)
    norm_g = resultant(samples(source)[1])
    shares = [
        norm_g[int((step.t_ic_s - 0.05) * 208) : int((step.t_ic_s + 0.1) * 208) + 2].max()
        / step.impact_g
        for step in source.truth
    ]
    assert min(shares) > 0.93
    assert 0.97 < np.mean(shares) < 1.01


def test_nothing_else_looks_like_a_running_contact() -> None:
    source = GaitSource(GaitScript((run(60.0),)), seed=4, mounting=ENDLESS)
    t_s, acc_g, _ = samples(source)
    away = np.ones(len(t_s), dtype=bool)
    for step in source.truth:
        away &= (t_s < step.t_ic_s) | (t_s > step.t_ic_s + 0.15)
    assert resultant(acc_g)[away].max() < 0.7 * min(step.impact_g for step in source.truth)


def test_means_and_scatter_are_those_of_the_script() -> None:
    source = GaitSource(
        GaitScript((walk(120.0, cadence_spm=115.0, impact_g=2.4), run(120.0, cadence_spm=170.0))),
        seed=5,
    )
    for gait, cadence_spm, impact_g, stance in (("walk", 115, 2.4, 0.62), ("run", 170, 6.0, 0.35)):
        steps = of_gait(source, gait)[1:-1]
        stride_s = np.diff([step.t_ic_s for step in steps])
        impacts_g = np.array([step.impact_g for step in steps])
        contact_s = np.array([step.t_tc_s - step.t_ic_s for step in steps if step.t_tc_s])
        assert len(contact_s) == len(steps)
        assert 120.0 / stride_s.mean() == pytest.approx(cadence_spm, rel=0.01)
        assert 0.008 < stride_s.std() / stride_s.mean() < 0.022
        assert impacts_g.mean() == pytest.approx(impact_g, rel=0.04)
        assert 0.05 < impacts_g.std() / impacts_g.mean() < 0.11
        assert contact_s.mean() / stride_s.mean() == pytest.approx(stance, abs=0.01)


def test_the_slow_movement_is_that_of_the_gait() -> None:
    """Below 8 Hz shins in public recordings have 0.57-0.70 g walking and 1.28-1.57 g running."""
    for stretch, least_g, most_g in ((walk(60.0), 0.5, 0.7), (run(60.0), 1.2, 1.6)):
        _, acc_g, _ = samples(GaitSource(GaitScript((stretch,)), seed=6))
        spectrum = np.fft.rfft(acc_g[208 * 5 : 208 * 55], axis=0)
        hz = np.fft.rfftfreq(208 * 50, 1 / 208.0)
        spectrum[(hz == 0.0) | (hz > 8.0)] = 0.0
        slow_g = np.fft.irfft(spectrum, axis=0)
        assert least_g < np.sqrt((slow_g**2).sum(axis=1).mean()) < most_g


def test_standing_is_gravity_and_noise() -> None:
    source = GaitSource(SESSION, seed=7)
    t_s, acc_g, gyro_dps = samples(source)
    last = max(step.t_ic_s for step in source.truth if step.t_ic_s < 90.0)
    for begin_s, end_s in ((0.0, 4.0), (last + 0.6, 95.0)):
        still = (t_s > begin_s) & (t_s < end_s)
        np.testing.assert_allclose(acc_g[still].mean(axis=0), [0.0, 0.0, 1.0], atol=0.005)
        assert acc_g[still].std(axis=0).max() < 0.02
        assert np.abs(gyro_dps[still]).max() < 6.0
        assert not [step for step in source.truth if begin_s < step.t_ic_s < end_s]


def test_the_gyroscope_turns_as_gravity_does() -> None:
    _, _, gyro_dps = samples(GaitSource(GaitScript((walk(40.0),)), seed=8))
    turned_deg = np.cumsum(gyro_dps[:, 1]) / 208.0
    assert 55.0 < np.ptp(turned_deg[1000:6000]) < 90.0
    assert abs(turned_deg[6000] - turned_deg[1000]) < 90.0  # it swings, it does not run away


def test_the_last_foot_stays_on_the_ground() -> None:
    source = GaitSource(GaitScript((walk(10.0), stand(3.0), run(10.0), walk(5.0), stand(2.0))))
    stays = [step for step in source.truth if step.t_tc_s is None]
    assert [step.t_ic_s < 10.0 for step in stays] == [True, False]
    times_s = [step.t_ic_s for step in source.truth]
    assert times_s == sorted(times_s)
    assert all(step.t_tc_s > step.t_ic_s for step in source.truth if step.t_tc_s is not None)
    assert {step.gait for step in source.truth if 13.0 < step.t_ic_s < 23.0} == {"run"}


def test_same_seed_same_bits_and_another_seed_another_walk() -> None:
    first, again, other = (GaitSource(SESSION, seed=seed) for seed in (9, 9, 10))
    assert samples(first)[1].tobytes() == samples(again)[1].tobytes() == samples(first)[1].tobytes()
    assert first.truth == again.truth
    assert first.truth != other.truth


def test_the_block_size_changes_no_sample() -> None:
    sizes = [samples(GaitSource(SESSION, seed=11, block_size=size)) for size in (1, 8, 997)]
    for other in sizes[1:]:
        np.testing.assert_allclose(other[1], sizes[0][1], rtol=0.0, atol=1e-12)


def test_a_longer_script_begins_alike() -> None:
    short = GaitSource(GaitScript((walk(20.0), stand(2.0))), seed=12)
    longer = GaitSource(GaitScript((walk(20.0), stand(2.0), run(20.0))), seed=12)
    assert longer.truth[: len(short.truth)] == short.truth


def test_the_truth_does_not_depend_on_rate_or_mounting() -> None:
    sources = [
        GaitSource(SESSION, 208.0, 13),
        GaitSource(SESSION, 104.0, 13),
        GaitSource(SESSION, 208.0, 13, mounting=Mounting(4.0, turned=True)),
    ]
    assert sources[0].truth == sources[1].truth == sources[2].truth


def test_a_turned_pod_feels_the_same_resultant() -> None:
    plain, turned = (
        resultant(samples(GaitSource(SESSION, seed=14, mounting=Mounting(None, turned=way)))[1])
        for way in (False, True)
    )
    np.testing.assert_allclose(turned, plain, atol=0.15)


def test_a_small_range_clips_every_axis() -> None:
    _, acc_g, _ = samples(GaitSource(SESSION, seed=15, mounting=Mounting(2.0)))
    assert np.abs(acc_g).max() == 2.0
    assert (np.abs(acc_g) == 2.0).any(axis=1).sum() > 50


@pytest.mark.parametrize(
    ("field", "value"),
    [("duration_s", 0.0), ("cadence_spm", 20.0), ("impact_g", 0.5), ("contact_fraction", 0.95)],
)
def test_impossible_stretches_are_refused(field: str, value: float) -> None:
    good = {"duration_s": 10.0, "cadence_spm": 110.0, "impact_g": 2.5, "contact_fraction": 0.6}
    with pytest.raises(ValueError, match=field):
        Stretch(Motion.WALK, **{**good, field: value})


def test_a_script_of_standing_has_no_steps() -> None:
    source = GaitSource(GaitScript((stand(3.0),)))
    assert source.truth == ()
    assert len(samples(source)[0]) == 3 * 208
    with pytest.raises(ValueError, match="above 0"):
        GaitSource(SESSION, 0.0)
