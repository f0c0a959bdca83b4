"""Slots keep their times, arrivals are placed by number, repeats and holes are counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sensors.samples import FloatArray
from sensors.stamps import ARRIVAL_SHARE, HIGHEST_RATE_HZ, OFF_GRID_SLOTS, time_base


def values(count: int) -> FloatArray:
    """Return rows that all differ."""
    return np.arange(3.0 * count).reshape(count, 3)


def grid(count: int, fs_hz: float) -> FloatArray:
    return np.arange(count) / fs_hz


def test_slots_keep_their_own_times() -> None:
    stamps = np.delete(grid(100, 50.0), [10, 11, 40])
    base = time_base(stamps, values(97))
    np.testing.assert_array_equal(base.t_s, stamps)
    assert base.fs_hz == 50.0
    assert (base.missing_slots, base.duplicates, base.backwards) == (3, 0, 0)
    assert not base.is_restamped
    assert base.kept.all()


@pytest.mark.parametrize("fs_hz", [52.0, 104.0, 208.0, 250.0])
def test_times_in_whole_milliseconds_are_slots_of_the_true_rate(fs_hz: float) -> None:
    stamps = np.delete(grid(2000, fs_hz), np.arange(500, 520)).round(3)
    base = time_base(stamps, values(1980))
    assert base.fs_hz == pytest.approx(fs_hz, rel=0.01)
    assert base.missing_slots == 20
    assert not base.is_restamped


def test_repeats_and_late_rows_are_dropped_and_counted() -> None:
    stamps = np.array([0.00, 0.01, 0.01, 0.02, 0.01, 0.02, 0.03, 0.05, 0.04, 0.06])
    table = values(10)
    table[[2, 4]] = table[1]
    table[5] = table[3]
    base = time_base(stamps, table)
    np.testing.assert_array_equal(base.t_s, [0.00, 0.01, 0.02, 0.03, 0.05, 0.06])
    assert (base.duplicates, base.backwards, base.missing_slots) == (2, 2, 1)


def jittered(fs_hz: float, seconds: float, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return true times, and arrivals 0 to 17 ms later that never overtake each other."""
    true = grid(int(fs_hz * seconds), fs_hz)
    late = np.random.default_rng(seed).uniform(0.0, 0.017, len(true))
    return true, np.maximum.accumulate(true + late)


@pytest.mark.parametrize("fs_hz", [100.0, 208.0, 400.0])
def test_arrivals_are_placed_by_number(fs_hz: float) -> None:
    true, arrivals = jittered(fs_hz, 40.0, seed=1)
    base = time_base(arrivals, values(len(true)))
    assert base.is_restamped
    assert base.kept.all()
    assert base.fs_hz == pytest.approx(fs_hz, rel=2e-4)
    late = base.t_s - true
    assert np.ptp(late) < 0.002
    assert 0.005 < late.mean() < 0.017


def test_samples_that_share_the_arrival_of_their_packet_are_spread() -> None:
    true = grid(4000, 200.0)
    arrivals = np.repeat(true[7::8] + 0.02, 8)
    base = time_base(arrivals, values(4000))
    assert base.is_restamped
    assert base.kept.all()
    assert (base.duplicates, base.missing_slots) == (0, 0)
    assert base.fs_hz == pytest.approx(200.0, rel=1e-5)
    np.testing.assert_allclose(np.diff(base.t_s), 0.005, rtol=1e-5)


def test_packets_once_a_second_are_no_holes() -> None:
    true = grid(4000, 100.0)
    base = time_base(np.repeat(true[99::100], 100), values(4000))
    assert base.is_restamped
    assert base.missing_slots == 0
    assert base.fs_hz == pytest.approx(100.0, rel=1e-3)


def test_a_hole_among_arrivals_is_counted_and_does_not_bend_the_rate() -> None:
    true, arrivals = jittered(200.0, 40.0, seed=2)
    is_there = (true < 15.0) | (true >= 18.0)
    base = time_base(arrivals[is_there], values(int(is_there.sum())))
    assert base.is_restamped
    assert base.fs_hz == pytest.approx(200.0, rel=2e-4)
    assert base.missing_slots == pytest.approx(600, abs=2)
    assert np.ptp(base.t_s - true[is_there]) < 0.005


def test_a_repeated_row_among_arrivals_is_dropped() -> None:
    true, arrivals = jittered(100.0, 10.0, seed=3)
    table = values(len(true))
    order = np.insert(np.arange(len(true)), 501, 500)
    base = time_base(arrivals[order], table[order])
    assert base.is_restamped
    assert base.duplicates == 1
    assert len(base.t_s) == len(true)


@pytest.mark.parametrize(("share", "is_restamped"), [(0.5, False), (1.5, True)])
def test_the_share_of_steps_off_the_grid_decides(share: float, is_restamped: bool) -> None:
    # Each moved stamp spoils the step before it and the one after it.
    stamps = grid(1001, 100.0)
    moved = np.arange(5, 1000, 10)[: round(500 * ARRIVAL_SHARE * share)]
    stamps[moved] += (OFF_GRID_SLOTS + 0.05) * 0.01
    assert time_base(stamps, values(1001)).is_restamped == is_restamped


@pytest.mark.parametrize(
    "stamps", [[1.0], [1.0, 1.0], [2.0, 1.0], [0.0, 10.0], [0.0, 0.5 / HIGHEST_RATE_HZ]]
)
def test_times_of_no_pod_are_refused(stamps: list[float]) -> None:
    with pytest.raises(ValueError, match=r"do not advance|a rate of"):
        time_base(np.array(stamps), values(len(stamps)))


@pytest.mark.parametrize("short_s", [1.1e-308, 5e-324])
def test_steps_too_short_to_divide_by_are_no_slots(short_s: float) -> None:
    assert time_base(np.array([0.0, short_s, 2.0]), values(3)).is_restamped
    with pytest.raises(ValueError, match="a rate of"):
        time_base(grid(9, 1.0) * short_s, values(9))


def test_times_too_large_to_tell_rows_apart_are_refused() -> None:
    arrivals = np.repeat(grid(50, 1000.0 / 8), 8)
    assert time_base(1e10 + arrivals, values(400)).is_restamped
    with pytest.raises(ValueError, match="too far from zero"):
        time_base(1e13 + arrivals, values(400))


@settings(max_examples=300, deadline=None)
@given(
    hnp.arrays(
        np.float64,
        st.integers(1, 60),
        elements=st.integers(0, 300).map(lambda n: n / 100) | st.floats(-1e10, 1e10),
    )
)
def test_times_always_rise_and_every_row_is_accounted_for(stamps: FloatArray) -> None:
    try:
        base = time_base(stamps, values(len(stamps)))
    except ValueError:
        return
    assert np.all(np.diff(base.t_s) > 0)
    assert np.all(np.isfinite(base.t_s))
    assert len(base.t_s) == np.count_nonzero(base.kept)
    assert len(base.t_s) + base.duplicates + base.backwards == len(stamps)
    assert base.missing_slots >= 0
