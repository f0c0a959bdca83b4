"""Do two pods sit on two feet, and which way round? From the order of contacts and the swing.

Two feet take turns: a contact of the one falls into the middle of the other's stride. Two pods on
one leg feel every contact together. Which foot is left no order tells; the swing tells it where the
pods are worn as mirror images, for then it turns each of them about an axis of opposite sign.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_STRIDES: Final = 10
"""Strides below which nothing is said. Design default."""

LONGEST_STRIDE_S: Final = 1.6
"""s. Two contacts of one foot further apart have lost one between them, or the walker stood."""

TOGETHER: Final = 0.12
"""Part of a stride. Contacts within it of each other are of one leg: in 20 walks of ten people the
other foot's came at 0.47 to 0.52 of the stride."""

TAKES_TURNS: Final = 0.20
"""Part of a stride around its middle within which the other foot's contact falls (a limp shifts
it, but not by a fifth of a stride)."""

CLEAR: Final = 0.8
"""Length of the mean phase, 0 to 1, from which the contacts agree (0.91 up in those walks)."""

TURNED: Final = -0.3
"""Cosine between swing axes below which a pod turns the other way. The same foot of ten people on
two days gave 0.47 to 0.99 in 20 pairs, a mirror image of the second day's less than this in 19."""


class Order(StrEnum):
    """What the contacts of two pods say."""

    TURNS = "turns"
    TOGETHER = "together"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Alternation:
    """Where in the stride of the one foot the contacts of the other fall.

    Attributes
    ----------
    phase : float or None
        Mean place, 0 to 1: 0.5 in an even gait; None without strides.
    clearness : float
        Length of the mean phase, 0 to 1: 1 where all agree.
    strides : int
        Contacts that fell into a stride.
    """

    phase: float | None
    clearness: float
    strides: int

    @property
    def order(self) -> Order:
        """What it says."""
        if self.phase is None or self.strides < MIN_STRIDES or self.clearness < CLEAR:
            return Order.UNKNOWN
        if min(self.phase, 1.0 - self.phase) <= TOGETHER:
            return Order.TOGETHER
        return Order.TURNS if abs(self.phase - 0.5) <= TAKES_TURNS else Order.UNKNOWN


def alternation(one_s: Sequence[float], other_s: Sequence[float]) -> Alternation:
    """Return where the other pod's contacts fall in the strides of the one.

    Parameters
    ----------
    one_s, other_s : sequence of float
        Initial contacts of each pod on one clock, in seconds, rising.
    """
    turns = []
    for t_s in other_s:
        at = bisect_right(one_s, t_s)
        if 0 < at < len(one_s) and one_s[at] - one_s[at - 1] <= LONGEST_STRIDE_S:
            part = (t_s - one_s[at - 1]) / (one_s[at] - one_s[at - 1])
            turns.append(np.exp(2j * np.pi * part))
    if not turns:
        return Alternation(None, 0.0, 0)
    mean = complex(np.mean(turns))
    phase = float(np.angle(mean) / (2.0 * np.pi)) % 1.0
    return Alternation(phase, abs(mean), len(turns))


class SwingAxis:
    """The axis about which a pod turns fastest, with its sign, in the pod's own frame.

    The third moment of the angular velocity: a swing turns one way, short and fast, and its way
    back is slow, so the fast way gives the sign.
    """

    def __init__(self) -> None:
        self._moment = np.zeros(3)

    def push(self, gyro_dps: FloatArray) -> None:
        """Take the next angular velocities, shape (n, 3), in degrees per second."""
        speed = np.sqrt(np.einsum("ij,ij->i", gyro_dps, gyro_dps))
        self._moment += (speed**3) @ gyro_dps

    @property
    def axis(self) -> tuple[float, float, float] | None:
        """The unit vector; None before anything turned."""
        length = float(np.sqrt(self._moment @ self._moment))
        if not np.isfinite(length) or length == 0.0:
            return None
        x, y, z = (round(float(part), 4) for part in self._moment / length)
        return x, y, z


def is_turned(now: Sequence[float], before: Sequence[float]) -> bool:
    """Whether a pod swings about the opposite of the axis it had before."""
    return float(np.dot(now, before)) < TURNED
