"""A double stomp: two sharp peaks after quiet, by which two pods' clocks are held together.

The wearer stands, then stamps twice with both feet at once, or knocks the two pods together twice.
Both pods feel the same two instants, whatever their clocks say.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

PEAK_G: Final = 2.5
"""g. The resultant of a stamp or knock is above it. Design default."""

QUIET_G: Final = 1.8
"""g. Below it the wearer stands, or lifts a foot; a walker's contacts are above it."""

QUIET_S: Final = 1.5
"""s of quiet before the first peak: longer than a walker's stride."""

SHARP_S: Final = 0.15
"""s. What is above ``QUIET_G`` for longer is no knock."""

RING_S: Final = 0.05
"""s. A peak that rings through ``QUIET_G`` within it is one peak. Design default."""

NEAREST_S, FURTHEST_S = 0.2, 0.8
"""s between the two peaks."""


@dataclass(frozen=True, slots=True)
class DoubleStomp:
    """Two peaks, in the time base of the samples: each peak at its highest sample."""

    first_s: float
    second_s: float


@dataclass(slots=True)
class _Peak:
    begin_s: float
    end_s: float
    top_s: float
    top_g: float


class StompFinder:
    """Finds double stomps in a stream, whatever way it is cut into blocks.

    What follows the second peak is not waited for: walking may begin at once.
    """

    def __init__(self) -> None:
        self._quiet_since_s: float | None = None
        self._peak: _Peak | None = None
        self._first_s: float | None = None
        self._first_end_s = 0.0
        self._last_t_s: float | None = None

    def push(self, t_s: FloatArray, acc_g: FloatArray) -> list[DoubleStomp]:
        """Take the next samples.

        Parameters
        ----------
        t_s : ndarray, shape (n,)
            Strictly rising times in seconds.
        acc_g : ndarray, shape (n, 3)
            Acceleration with gravity, in g.

        Returns
        -------
        list of DoubleStomp
            Those whose second peak ended in these samples.
        """
        if not len(t_s):
            return []
        resultant_g = np.sqrt(np.einsum("ij,ij->i", acc_g, acc_g))
        if self._peak is None and self._first_s is None and resultant_g.max() <= QUIET_G:
            if self._quiet_since_s is None or self._is_after_hole(float(t_s[0])):
                self._quiet_since_s = float(t_s[0])
            self._last_t_s = float(t_s[-1])
            return []
        found = []
        for t, g in zip(t_s.tolist(), resultant_g.tolist(), strict=True):
            stomp = self._take(t, g)
            if stomp is not None:
                found.append(stomp)
        return found

    def _is_after_hole(self, t_s: float) -> bool:
        return self._last_t_s is not None and t_s - self._last_t_s > SHARP_S

    def _take(self, t_s: float, g: float) -> DoubleStomp | None:
        if self._is_after_hole(t_s):
            # A peak may be hidden in what is missing.
            self._peak, self._first_s, self._quiet_since_s = None, None, None
        self._last_t_s = t_s
        if g > QUIET_G:
            if self._peak is None:
                self._peak = _Peak(t_s, t_s, t_s, g)
            elif g > self._peak.top_g:
                self._peak.top_s, self._peak.top_g = t_s, g
            self._peak.end_s = t_s
            return None
        if self._peak is not None and t_s - self._peak.end_s <= RING_S:
            return None
        peak, self._peak = self._peak, None
        if peak is not None:
            return self._ended(peak)
        if self._quiet_since_s is None:
            self._quiet_since_s = t_s
        if self._first_s is not None and t_s - self._first_s > FURTHEST_S:
            self._first_s, self._quiet_since_s = None, self._first_end_s
        return None

    def _ended(self, peak: _Peak) -> DoubleStomp | None:
        is_sharp = peak.top_g >= PEAK_G and peak.end_s - peak.begin_s <= SHARP_S
        first_s, self._first_s = self._first_s, None
        quiet_since_s, self._quiet_since_s = self._quiet_since_s, None
        if not is_sharp:
            return None
        if first_s is not None:
            is_second = NEAREST_S <= peak.top_s - first_s <= FURTHEST_S
            return DoubleStomp(first_s, peak.top_s) if is_second else None
        if quiet_since_s is not None and peak.begin_s - quiet_since_s >= QUIET_S:
            self._first_s, self._first_end_s = peak.top_s, peak.end_s
        return None
