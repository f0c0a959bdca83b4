"""Holes, bad samples and their count."""

import numpy as np
import pytest

from analysis.grid import FloatArray, SampleGrid

FS_HZ = 100.0


def _rows(t: FloatArray, *channels: FloatArray) -> FloatArray:
    return np.column_stack((t, *channels)).T


def _push(grid: SampleGrid, slots: list[int], value: float = 1.0) -> list[tuple[bool, int, int]]:
    t = np.array(slots, float) / FS_HZ
    acc = np.full((len(t), 3), value)
    return [(s.anew, len(s.t_s), int(s.filled.sum())) for s in grid.push(_rows(t, acc))]


def test_without_a_hole_one_stretch_goes_on() -> None:
    grid = SampleGrid(FS_HZ)
    assert _push(grid, [0, 1, 2]) == [(True, 3, 0)]
    assert _push(grid, [3, 4]) == [(False, 2, 0)]


def test_a_hole_of_100_ms_is_filled_and_one_of_110_ms_is_not() -> None:
    grid = SampleGrid(FS_HZ)
    assert _push(grid, [0, 1, 12, 13]) == [(True, 14, 10)]
    assert _push(grid, [25, 26]) == [(True, 2, 0)]
    assert (grid.count.holes, grid.count.missing, grid.count.filled) == (2, 21, 10)


def test_filling_is_a_straight_line() -> None:
    grid = SampleGrid(FS_HZ)
    t = np.array([0.0, 0.01, 0.04])
    acc = np.array([[0.0, 0.0, 1.0], [0.0, 3.0, 1.0], [3.0, 0.0, 1.0]])
    (stretch,) = grid.push(_rows(t, acc))
    assert stretch.t_s == pytest.approx([0.0, 0.01, 0.02, 0.03, 0.04])
    assert stretch.acc_g[0] == pytest.approx([0.0, 0.0, 1.0, 2.0, 3.0])
    assert stretch.acc_g[1] == pytest.approx([0.0, 3.0, 2.0, 1.0, 0.0])
    assert stretch.filled.tolist() == [False, False, True, True, False]


def test_a_hole_between_two_pushes() -> None:
    grid = SampleGrid(FS_HZ)
    _push(grid, [0, 1])
    assert _push(grid, [4]) == [(False, 3, 2)]


def test_bad_and_disordered_samples_are_dropped_and_counted() -> None:
    grid = SampleGrid(FS_HZ)
    t = np.array([0.0, 0.01, 0.01, 0.005, 0.02, np.nan, 0.03])
    acc = np.ones((7, 3))
    acc[4] = np.inf
    (stretch,) = grid.push(_rows(t, acc))
    assert stretch.t_s == pytest.approx([0.0, 0.01, 0.02, 0.03])
    assert (grid.count.bad, grid.count.disordered, grid.count.missing) == (2, 2, 1)


def test_a_broken_packet_is_a_bad_sample() -> None:
    grid = SampleGrid(FS_HZ)
    acc = np.ones((3, 3))
    acc[1, 2] = -1e30
    (stretch,) = grid.push(_rows(np.arange(3) / FS_HZ, acc))
    assert grid.count.bad == 1
    assert stretch.filled.tolist() == [False, True, False]
    assert np.abs(stretch.acc_g).max() == 1.0


def test_timing_jitter_is_no_hole() -> None:
    grid = SampleGrid(FS_HZ)
    t = np.arange(50) / FS_HZ + np.tile([0.0, 0.004], 25)
    grid.push(_rows(t, np.ones((50, 3))))
    assert grid.count.holes == 0


def test_a_gyroscope_that_comes_later_opens_a_stretch() -> None:
    grid = SampleGrid(FS_HZ)
    _push(grid, [0, 1])
    (stretch,) = grid.push(_rows(np.array([0.02]), np.ones((1, 3)), np.ones((1, 3))))
    assert stretch.anew
    assert stretch.gyro_dps is not None
