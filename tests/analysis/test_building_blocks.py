"""Filters, smoothing, the tape and the period tracker, each by itself."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from simple_gait import STAND, Phase, made_gait

from analysis.cadence import cadence_spm, stride_since
from analysis.filters import CausalFilter, RunningMean
from analysis.smoothing import RunningSum, Triangle, vertex
from analysis.stride_period import PeriodTracker, Rhythms
from analysis.tape import Tape

SIGNAL = np.random.default_rng(5).normal(size=400)
CUTS = st.lists(st.integers(1, 399), max_size=20, unique=True).map(sorted)


def _blocks(cuts: list[int]) -> list[NDArray[np.float64]]:
    return [SIGNAL[a:b] for a, b in pairwise([0, *cuts, len(SIGNAL)])]


@given(CUTS)
def test_every_block_wise_signal_has_the_same_bits(cuts: list[int]) -> None:
    for make in (
        lambda: CausalFilter(1, 12.0, "lowpass", 208.0),
        lambda: CausalFilter(2, 5.0, "highpass", 208.0),
        lambda: Triangle(13),
        RunningSum,
    ):
        cut, whole = make(), make()
        joined = np.concatenate([cut.step(b) for b in _blocks(cuts)])
        assert np.array_equal(joined, whole.step(SIGNAL))
    # The weight of the shorter mean comes to rest on the way.
    for tau_s in (4.0, 0.02):
        mean, whole_mean = RunningMean(tau_s, 208.0), RunningMean(tau_s, 208.0)
        joined = np.concatenate([mean.step(b[None]) for b in _blocks(cuts)], axis=1)
        assert np.array_equal(joined, whole_mean.step(SIGNAL[None]))


def test_a_filter_starts_at_rest_on_its_first_sample() -> None:
    assert CausalFilter(1, 12.0, "lowpass", 208.0).step(np.full(50, 3.0)) == pytest.approx(3.0)


def test_a_cut_off_too_high_for_the_rate_is_lowered() -> None:
    assert np.isfinite(CausalFilter(1, 60.0, "lowpass", 52.0).step(SIGNAL)).all()


def test_the_running_mean_starts_as_the_plain_mean() -> None:
    mean = RunningMean(4.0, 208.0).step(np.array([[1.0, 3.0, 5.0]]))
    assert mean[0] == pytest.approx([1.0, 2.0, 3.0], abs=0.01)


def test_a_triangle_is_late_by_its_delay() -> None:
    triangle = Triangle(9)
    pulse = np.zeros(60)
    pulse[20] = 1.0
    smooth = triangle.step(pulse)
    assert int(smooth.argmax()) == 20 + triangle.delay
    assert smooth.sum() == pytest.approx(1.0)


@given(st.floats(-0.9, 0.9))
def test_a_vertex_is_found_between_samples(top: float) -> None:
    x = -((np.arange(5.0) - 2.0 - top) ** 2)
    assert vertex(x, 2) == pytest.approx(top, abs=1e-9)


def test_a_vertex_at_an_edge_or_on_a_line_is_the_sample() -> None:
    assert vertex(np.array([3.0, 1.0]), 0) == 0.0
    assert vertex(np.array([1.0, 2.0, 3.0]), 1) == 0.0


def test_the_tape_keeps_its_indices_when_it_forgets() -> None:
    tape = Tape(2)
    for k in range(40):
        tape.extend(500)[:] = np.vstack([np.arange(500.0) + 500 * k, np.ones(500)])
        tape.forget(tape.end - 1000)
    assert tape.end == 20000
    assert 0 < tape.start <= 19000
    assert tape.at(0, 19500) == 19500.0
    assert tape.view(0, 19990, 30000).tolist() == list(range(19990, 20000))
    assert len(tape.view(0, 0, tape.start)) == 0


def test_what_a_running_sum_on_the_tape_tells() -> None:
    tape = Tape(1)
    tape.extend(5)[:] = RunningSum().step(np.array([0.0, 0.0, 1.0, 0.0, 0.0]))
    assert tape.any(0, 2, 3)
    assert tape.any(0, 0, 5)
    assert not tape.any(0, 0, 2)
    assert not tape.any(0, 3, 9)
    assert tape.mean(0, 0, 4) == pytest.approx(0.25)


def test_the_tape_tells_values_between_samples_and_beyond_its_ends() -> None:
    tape = Tape(1)
    tape.extend(4)[:] = np.array([0.0, 2.0, 4.0, 10.0])
    assert tape.between(0, 1.25) == 2.5
    assert tape.between(0, -0.5) == -1.0
    assert tape.between(0, 3.5) == 13.0


def test_how_long_ago_a_signal_rose_through_a_level() -> None:
    tape = Tape(1)
    tape.extend(5)[:] = np.array([5.0, 0.0, 4.0, 6.0, 7.0])
    assert tape.rise(0, 4, 4, 1.0) == pytest.approx(2.75)
    assert tape.rise(0, 4, 4, 8.0) == 0.0
    assert tape.rise(0, 4, 2, 1.0) is None
    assert tape.rise(0, 0, 9, 1.0) is None


def _settled(rhythms: Rhythms, after: float) -> list[float | None]:
    """The estimates known after a sample."""
    return [rhythms.period_s(k) for k in range(len(rhythms)) if rhythms.known(k) > after]


@pytest.mark.parametrize("fs_hz", [52.0, 100.0, 208.0, 833.0])
@pytest.mark.parametrize("stride_s", [0.62, 0.75, 1.0, 1.3])
def test_the_period_of_a_steady_gait(fs_hz: float, stride_s: float) -> None:
    _, acc, _ = made_gait([Phase(12.0, stride_s, 0.4, 4.0, 1.0)], fs_hz)
    tracker = PeriodTracker(fs_hz)
    tracker.push((acc - acc.mean(axis=0)).T)
    settled = _settled(tracker.rhythms, 6.0 * fs_hz)
    assert len(settled) >= 8
    assert settled == pytest.approx([stride_s] * len(settled), abs=0.03)


def test_hard_shocks_of_changing_height_do_not_hide_the_stride() -> None:
    _, acc, contacts_s = made_gait([Phase(20.0, 0.72, 0.36, 4.0, 1.8)], 208.0)
    t = np.arange(len(acc)) / 208.0
    rng = np.random.default_rng(4)
    for contact in contacts_s:
        acc[np.searchsorted(t, contact) : np.searchsorted(t, contact) + 3] += rng.uniform(4.0, 20.0)
    tracker = PeriodTracker(208.0)
    tracker.push((acc - acc.mean(axis=0)).T)
    settled = _settled(tracker.rhythms, 6.0 * 208.0)
    assert settled == pytest.approx([0.72] * len(settled), abs=0.03)


def test_standing_has_no_period() -> None:
    _, acc, _ = made_gait([STAND, STAND])
    tracker = PeriodTracker(208.0)
    tracker.push((acc - acc.mean(axis=0)).T)
    assert len(tracker.rhythms)
    assert all(period_s is None for period_s in _settled(tracker.rhythms, 0.0))


def test_old_rhythms_are_forgotten_and_keep_their_numbers() -> None:
    rhythms = Rhythms(hop=100)
    for k in range(1000):
        rhythms.append(float(k))
        rhythms.forget(100 * k - 500)
        assert rhythms.period_s(k) == k
        assert rhythms.period_s(max(k - 5, 0)) == max(k - 5, 0)
        assert rhythms.known(k) == 100 * (k + 1)
    assert len(rhythms) == 1000
    with pytest.raises(IndexError):
        rhythms.period_s(10_000)


def test_which_time_is_the_stride() -> None:
    assert stride_since(1.02, 1.0) == 1.02
    assert stride_since(1.1, 0.72) == 1.1, "from running to walking"
    assert stride_since(0.72, 1.1) == 0.72, "and back"
    assert stride_since(1.44, 0.72) == 0.72, "a contact was lost between"
    assert stride_since(None, 0.72) == 0.72
    assert stride_since(0.9, None) == 0.9
    assert stride_since(5.0, None) is None
    assert stride_since(None, None) is None
    assert cadence_spm(0.75) == 160.0
    assert cadence_spm(None) is None
