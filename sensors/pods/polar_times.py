"""When the first sample of a Polar frame was taken: the frames only tell it of their last one.

Two frames that follow each other share the samples between them evenly: that gives the real period,
which may be some per cent off the nominal one. Where more time has passed than a frame's samples
take, frames were lost: then its samples stand before its own time, at that period, and what is lost
stays a hole.
"""

from collections import deque
from typing import Final

PERIODS: Final = 16
"""Pairs of frames that the period is measured from, some 3 s at 200 Hz (design default)."""

SURE_PERIODS: Final = 4
"""Pairs from which a measured period near the nominal one is believed; one that is far from it
needs all ``PERIODS``, so that losses are not taken for a slow pod (design default)."""

NOMINAL_BAND: Final = 0.1
"""Part by which a period may be off the nominal one. Crystals are better by far; the shortest frame
that can be lost is a fifth of the longest (design default)."""

MAX_RATE_ERROR: Final = 8.0
"""A period that is further off the nominal one than this factor is none (as in the time base)."""

KEPT_FRAMES: Final = 64
"""Frames that are remembered, to know copies and what overtook them: at least 10 s."""


class FrameTimes:
    """The times of one stream's frames.

    Parameters
    ----------
    fs_hz : float
        Nominal sample rate: what the first frame is placed by.

    Attributes
    ----------
    period_ns : float
        Nanoseconds between two samples, as believed.
    """

    def __init__(self, fs_hz: float) -> None:
        self.period_ns = self._nominal_ns = 1e9 / fs_hz
        self._periods_ns: deque[float] = deque(maxlen=PERIODS)
        self._firsts_ns: dict[int, int] = {}
        self._is_measured = False

    def first_ns(self, last_ns: int, count: int) -> int:
        """Return the time of a frame's first sample.

        Parameters
        ----------
        last_ns : int
            Time of its last sample.
        count : int
            Its samples, at least 1.

        Returns
        -------
        int
            Below 0 where the time cannot be. A copy of a frame gets the same time again.
        """
        if last_ns in self._firsts_ns:
            return self._firsts_ns[last_ns]
        before_ns = max((known for known in self._firsts_ns if known < last_ns), default=None)
        first_ns = self._placed(before_ns, last_ns, count)
        self._firsts_ns[last_ns] = first_ns
        if len(self._firsts_ns) > KEPT_FRAMES:
            del self._firsts_ns[next(iter(self._firsts_ns))]
        return first_ns

    def _placed(self, before_ns: int | None, last_ns: int, count: int) -> int:
        if before_ns is not None:
            own_ns = (last_ns - before_ns) / count
            self._learn(own_ns)
            if own_ns <= self._most_ns(count):
                return before_ns + round(own_ns)
        return last_ns - round((count - 1) * self.period_ns)

    def _most_ns(self, count: int) -> float:
        """Return the longest period that two frames in a row can have between them."""
        if not self._is_measured:
            return (1.0 + NOMINAL_BAND) * self._nominal_ns
        return (1.0 + 0.5 / count) * self.period_ns

    def _learn(self, own_ns: float) -> None:
        if not self._nominal_ns / MAX_RATE_ERROR <= own_ns <= self._nominal_ns * MAX_RATE_ERROR:
            return
        self._periods_ns.append(own_ns)
        # A loss only ever makes a period longer: the lower quartile is one without.
        typical_ns = sorted(self._periods_ns)[(len(self._periods_ns) - 1) // 4]
        is_near = abs(typical_ns / self._nominal_ns - 1.0) <= NOMINAL_BAND
        needed = SURE_PERIODS if is_near else PERIODS
        self._is_measured = len(self._periods_ns) >= needed
        self.period_ns = typical_ns if self._is_measured else self._nominal_ns
