"""Wrong units are named from the resultant at rest, and grossly wrong ones from any gait."""

import numpy as np
import pytest
from simple_gait import STAND, WALK, made_gait

from analysis.units import STANDARD_GRAVITY, UnitFault, resting, unit_fault

UNSEEN = np.ones((3, 10))


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        (1.0, None),
        (0.91, None),
        (1.09, None),
        (1.11, UnitFault.OTHER),
        (0.89, UnitFault.OTHER),
        (9.81, UnitFault.METRES),
        (8.9, UnitFault.METRES),
        (10.7, UnitFault.METRES),
        (10.9, UnitFault.OTHER),
        (1000.0, UnitFault.MILLI_G),
        (1056.0, UnitFault.MILLI_G),
        (0.102, UnitFault.OTHER),
        (16384.0, UnitFault.OTHER),
    ],
)
def test_units_at_rest(rest: float, fault: UnitFault | None) -> None:
    assert unit_fault(UNSEEN, rest) is fault


@pytest.mark.parametrize(
    ("typical", "fault"),
    [
        (2.9, None),
        (4.99, None),
        (5.01, UnitFault.METRES),
        (2.9 * STANDARD_GRAVITY, UnitFault.METRES),
        (49.0, UnitFault.METRES),
        (49.1, UnitFault.MILLI_G),
        (2900.0, UnitFault.MILLI_G),
    ],
)
def test_units_without_rest(typical: float, fault: UnitFault | None) -> None:
    acc = np.zeros((3, 9))
    acc[1] = typical
    acc[1, :2] = 0.0
    assert unit_fault(acc, None) is fault


def test_nothing_says_nothing() -> None:
    assert unit_fault(np.empty((3, 0)), None) is None
    assert resting(np.empty((3, 0)), 208.0) is None


def test_rest_is_found_between_steps_and_in_any_units() -> None:
    _, acc_g, _ = made_gait([WALK, STAND, WALK])
    for factor in (1.0, STANDARD_GRAVITY, 1000.0):
        assert resting(factor * acc_g.T, 208.0) == pytest.approx(factor, rel=0.01)
    assert resting(acc_g[400:2000].T, 208.0) is None


@pytest.mark.parametrize(("spread", "is_rest"), [(0.018, True), (0.023, False)])
def test_how_still_rest_is(spread: float, is_rest: bool) -> None:
    acc = np.zeros((3, 1000))
    acc[2] = 1.0 + spread * (-1.0) ** np.arange(1000)
    assert (resting(acc, 100.0) is not None) is is_rest
    # A whole second of it is needed.
    assert resting(acc[:, :99], 100.0) is None
