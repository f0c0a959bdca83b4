"""When the first sample of a Polar frame was taken: the frames only tell it of their last one.

Two frames that follow each other share the samples between them evenly: that gives the real period,
which may be some per cent off the nominal one. Where more time has passed than a frame's samples
take, frames were lost: then its samples stand before its own time, at that period, and what is lost
stays a hole.
"""

from collections import deque
from statistics import median
from typing import Final

from sensors.samples import FloatArray, ImuBlock

NOMINAL_BAND: Final = 0.1
"""Part by which a period may be off the nominal one. Crystals are better by far; the shortest frame
that can be lost is a fifth of the longest (design default)."""

PERIODS: Final = 16
"""Pairs of frames that the period is measured from, some 3 s at 200 Hz (design default)."""

OTHER_PERIODS: Final = 8
"""Pairs from which a period beyond the band is believed, where none is within it and half of them
agree: a pod that is slow in truth, and not one whose frames are lost (design default)."""

AGREEMENT: Final = 0.02
"""Part by which the periods of such pairs may differ (design default)."""

HELD_FRAMES: Final = 3
"""Frames that are held back at most until there is a period. The time base begins with four: one of
them has to arrive when it really did (design default)."""

KEPT_FRAMES: Final = 64
"""Frames that are remembered, to know copies and what overtook them: at least 10 s."""


class FrameTimes:
    """The times of one stream's frames.

    Parameters
    ----------
    fs_hz : float
        Nominal sample rate.

    Attributes
    ----------
    period_ns : float
        Nanoseconds between two samples, as believed.
    """

    def __init__(self, fs_hz: float) -> None:
        self.period_ns = self._nominal_ns = 1e9 / fs_hz
        self._is_measured = False
        self._periods_ns: deque[float] = deque(maxlen=PERIODS)
        self._known: dict[int, int | None] = {}
        self._held: deque[tuple[int, FloatArray]] | None = deque(maxlen=HELD_FRAMES)

    def place(self, last_ns: int, acc_g: FloatArray) -> tuple[ImuBlock, ...]:
        """Take a frame in.

        Parameters
        ----------
        last_ns : int
            Time of its last sample.
        acc_g : ndarray, shape (n, 3)
            Its samples, at least one.

        Returns
        -------
        tuple of ImuBlock
            The frames whose times are known now. The first ones wait for a period to be measured,
            and of them all but the newest are given up. A copy of a frame gets its time again.
        """
        self._note(last_ns, len(acc_g))
        if self._held is None:
            return (ImuBlock(self._first_ns(last_ns, len(acc_g)), acc_g, None),)
        self._held.append((last_ns, acc_g))
        if not self._is_measured and len(self._periods_ns) < OTHER_PERIODS:
            return ()
        held, self._held = self._held, None
        return tuple(
            ImuBlock(self._first_ns(last_ns, len(acc_g)), acc_g, None) for last_ns, acc_g in held
        )

    def _note(self, last_ns: int, count: int) -> None:
        if last_ns in self._known:
            return
        before_ns = self._before(last_ns)
        self._known[last_ns] = None
        if len(self._known) > KEPT_FRAMES:
            del self._known[next(iter(self._known))]
        if before_ns is not None:
            self._periods_ns.append((last_ns - before_ns) / count)
            self._measure()

    def _measure(self) -> None:
        pairs_ns = sorted(self._periods_ns)
        near_ns = [one for one in pairs_ns if abs(one / self._nominal_ns - 1.0) <= NOMINAL_BAND]
        # A loss only ever makes a period longer: the lower quartile is one without.
        other_ns = pairs_ns[(len(pairs_ns) - 1) // 4]
        agreeing = sum(abs(one / other_ns - 1.0) <= AGREEMENT for one in pairs_ns)
        if near_ns:
            self._is_measured, self.period_ns = True, median(near_ns)
        elif len(pairs_ns) >= OTHER_PERIODS and agreeing >= len(pairs_ns) // 2:
            self._is_measured, self.period_ns = True, other_ns

    def _before(self, last_ns: int) -> int | None:
        return max((known for known in self._known if known < last_ns), default=None)

    def _first_ns(self, last_ns: int, count: int) -> int:
        known_ns = self._known.get(last_ns)
        if known_ns is not None:
            return known_ns
        before_ns = self._before(last_ns)
        first_ns = last_ns - round((count - 1) * self.period_ns)
        if before_ns is not None:
            own_ns = (last_ns - before_ns) / count
            if own_ns <= (1.0 + 0.5 / count) * self.period_ns:
                first_ns = before_ns + round(own_ns)
        self._known[last_ns] = first_ns
        return first_ns
