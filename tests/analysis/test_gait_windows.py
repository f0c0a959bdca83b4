"""Windows of gait: which seconds count, and each measure on signals where it is known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.gait_windows import MAX_HOLE_S, MOVING_G, PERIODS_S, WINDOW_S, gait_windows

FS_HZ = 200.0
Rows = NDArray[np.float64]


def _rows(
    seconds: float = 10.0, period_s: float = 1.0, sway_g: float = 0.4, fast_g: float = 0.0
) -> Rows:
    """Gravity along z; a sway along x; 20 Hz along y, always."""
    t_s = np.arange(int(seconds * FS_HZ)) / FS_HZ
    rows = np.zeros((4, len(t_s)))
    rows[0] = t_s
    rows[1] = sway_g * np.sin(2.0 * np.pi * t_s / period_s)
    rows[2] = fast_g * np.sin(2.0 * np.pi * 20.0 * t_s)
    rows[3] = 1.0 + rows[1]
    return rows


def test_windows_overlap_by_half() -> None:
    assert WINDOW_S == 5.0
    assert [len(gait_windows(_rows(s), FS_HZ)) for s in (4.9, 5.0, 7.4, 7.5, 10.0)] == [
        0,
        1,
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("period_s", [0.3, 0.72, 1.0, 1.6])
def test_the_period_is_found(period_s: float) -> None:
    assert PERIODS_S == (0.25, 1.7)
    for window in gait_windows(_rows(period_s=period_s), FS_HZ):
        assert window.period_s == pytest.approx(period_s, abs=0.01)
        # A sine is the opposite of itself half a period later; 0.04 s about it is looked at.
        assert window.half == pytest.approx(-np.cos(2.0 * np.pi * 0.04 / period_s), abs=0.03)


@pytest.mark.parametrize("period_s", [0.2, 2.2])
def test_other_periods_are_none_of_gait(period_s: float) -> None:
    found = gait_windows(_rows(period_s=period_s), FS_HZ)
    assert all(abs(window.period_s - period_s) > 0.1 for window in found)


def test_two_like_halves_are_seen() -> None:
    rows = _rows(period_s=0.5)
    # Two thirds of the power repeat at each step, one third is opposite then: 2/3 - 1/3.
    rows[2] = 0.4 * np.sin(2.0 * np.pi * rows[0])
    for window in gait_windows(rows, FS_HZ):
        assert window.period_s == pytest.approx(1.0, abs=0.02)
        assert window.half == pytest.approx(1.0 / 3.0, abs=0.02)


@pytest.mark.parametrize(("share", "is_gait"), [(0.95, False), (1.1, True)])
def test_how_much_movement_is_gait(share: float, is_gait: bool) -> None:
    rows = _rows()
    resultant = np.sqrt((rows[1:] ** 2).sum(axis=0))
    for _ in range(30):
        factor = share * MOVING_G / resultant.std()
        rows[1] *= factor
        rows[3] = 1.0 + rows[1]
        resultant = np.sqrt((rows[1:] ** 2).sum(axis=0))
    assert bool(gait_windows(rows, FS_HZ)) is is_gait
    assert MOVING_G == 0.1


def test_noise_has_no_rhythm() -> None:
    rows = _rows()
    rows[1:] = np.random.default_rng(2).normal(0.0, 0.5, (3, rows.shape[1]))
    assert gait_windows(rows, FS_HZ) == []


@pytest.mark.parametrize(("hole_s", "count"), [(MAX_HOLE_S - 0.006, 3), (MAX_HOLE_S + 0.006, 1)])
def test_a_long_hole_takes_its_windows_away(hole_s: float, count: int) -> None:
    rows = _rows()
    inside = (rows[0] > 3.0) & (rows[0] < 3.0 + hole_s - 0.5 / FS_HZ)
    assert len(gait_windows(rows[:, ~inside], FS_HZ)) == count
    assert MAX_HOLE_S == 0.1


def test_contacts_are_what_is_above_12_hz() -> None:
    """A first-order high-pass, both ways, leaves 1 - 1 / (1 + (20 / 12)^2) of 20 Hz: 0.74."""
    quiet, loud = (gait_windows(_rows(fast_g=g), FS_HZ)[0] for g in (0.0, 1.0))
    assert quiet.contact_g < 0.02
    assert loud.contact_g == pytest.approx(0.74, abs=0.04)


def test_one_frequency_is_ringing_and_a_shock_is_not() -> None:
    assert gait_windows(_rows(fast_g=1.0), FS_HZ)[0].shaking > 0.95
    rows = _rows()
    rows[2, :: int(FS_HZ)] = 5.0
    assert gait_windows(rows, FS_HZ)[0].shaking < 0.3


def test_swing_needs_a_gyroscope() -> None:
    rows = _rows()
    assert gait_windows(rows, FS_HZ)[0].turn_dps is None
    turning = np.zeros((3, rows.shape[1]))
    turning[1] = 200.0 * np.sin(2.0 * np.pi * rows[0])
    window = gait_windows(np.concatenate([rows, turning]), FS_HZ)[0]
    assert window.turn_dps == pytest.approx(200.0 * np.cos(np.pi * 0.05), abs=2.0)
