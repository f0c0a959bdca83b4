"""Whether a packet's values are finite and within a bound, asked as cheaply as a packet is small.

A packet holds some ten samples, and each of numpy's reductions costs many times their arithmetic.
The sum of all squares is one product, and no value's square is above it: mostly it answers alone.
"""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sensors.samples import FloatArray

SAFE_PART: Final = 0.5
"""Part of a bound's square below which no rounding hides a value beyond the bound."""


def are_finite(values: NDArray[np.floating[Any]]) -> bool:
    """Whether every value is a finite number."""
    # Of finite values the sum may still be beyond the greatest number.
    return math.isfinite(np.vdot(values, values)) or bool(np.isfinite(values).all())


def are_surely_within(vectors: FloatArray, bound: float) -> bool:
    """Whether no value and no vector's length can be above a bound, seen at one glance.

    False says nothing: the values have to be compared one by one then. It is False wherever a value
    is no number.
    """
    return bool(np.vdot(vectors, vectors) < SAFE_PART * bound * bound)
