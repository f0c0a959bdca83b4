"""Whether the values of a packet keep within a bound, asked as cheaply as a packet is small.

A packet holds some ten samples, and each of numpy's reductions costs many times their arithmetic.
The sum of all squares is one product, and no value's square is above it: mostly it answers alone.
"""

from typing import Final

import numpy as np

from sensors.samples import FloatArray

SAFE_PART: Final = 0.5
"""Part of a bound's square below which no rounding hides a value beyond the bound."""


def are_surely_within(vectors: FloatArray, bound: float) -> bool:
    """Whether no value and no vector's length can be above a bound, seen at one glance.

    False says nothing: the values have to be compared one by one then. It is False wherever a value
    is no number.
    """
    return bool(np.vdot(vectors, vectors) < SAFE_PART * bound * bound)
