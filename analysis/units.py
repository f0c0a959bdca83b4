"""Is the acceleration in g? At rest the resultant is 1, whatever the place and the mounting.

A stream in m/s² or in mg looks like a person who runs very hard; every threshold and limit is in
g, so this is asked first.
"""

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

REST_S: Final = 1.0
"""Seconds. Length of a window looked at for rest."""
REST_SPREAD: Final = 0.02
"""Standard deviation over mean of the resultant, up to which the pod rests (design default)."""
REST_TOLERANCE: Final = 0.10
"""Relative. Cheap accelerometers read up to 6 % off at rest."""
STANDARD_GRAVITY: Final = 9.80665
"""m/s² of 1 g (exact by definition)."""
MOST_TYPICAL_G: Final = 5.0
"""Median resultant that no gait reaches (a hard run at the foot: 2.9 g; design default)."""


class UnitFault(StrEnum):
    """Which units the samples are in, where not in g."""

    METRES = "metres_per_second_squared"
    MILLI_G = "milli_g"
    OTHER = "units"


_FACTORS: Final = {STANDARD_GRAVITY: UnitFault.METRES, 1000.0: UnitFault.MILLI_G}


def unit_fault(acc: FloatArray, rest: float | None) -> UnitFault | None:
    """Name the units; None for g, and where nothing can be told.

    Parameters
    ----------
    acc : ndarray, shape (3, n)
        The samples.
    rest : float or None
        Their resultant at rest, from ``resting``. Without rest only gross faults are seen.
    """
    return _moving_fault(acc) if rest is None else _rest_fault(rest)


def _rest_fault(rest: float) -> UnitFault | None:
    if abs(rest - 1.0) <= REST_TOLERANCE:
        return None
    for factor, fault in _FACTORS.items():
        if abs(rest / factor - 1.0) <= REST_TOLERANCE:
            return fault
    return UnitFault.OTHER


def _moving_fault(acc: FloatArray) -> UnitFault | None:
    typical = float(np.median(_resultant(acc))) if acc.shape[1] else 1.0
    if typical <= MOST_TYPICAL_G:
        return None
    # The same bound in m/s² parts these from mg.
    return UnitFault.METRES if typical <= MOST_TYPICAL_G * STANDARD_GRAVITY else UnitFault.MILLI_G


def resting(acc: FloatArray, fs_hz: float) -> float | None:
    """Return the median resultant of the windows at rest; None where there is none.

    Parameters
    ----------
    acc : ndarray, shape (3, n)
        Acceleration in any units.
    fs_hz : float
        Nominal sampling rate in Hz.
    """
    resultant = _resultant(acc)
    n = round(REST_S * fs_hz)
    found = []
    for start in range(0, len(resultant) - n + 1, max(1, n // 2)):
        part = resultant[start : start + n]
        mean = float(part.mean())
        if mean > 0.0 and float(part.std()) <= REST_SPREAD * mean:
            found.append(float(np.median(part)))
    return float(np.median(found)) if found else None


def _resultant(acc: FloatArray) -> FloatArray:
    return np.asarray(np.sqrt((acc * acc).sum(axis=0)))
