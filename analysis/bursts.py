"""Bursts: the places where a contact may be, each with the evidence for it.

A burst is a hump in the norm of the high-passed acceleration. Both feet's contacts, toe-off and
the strap make bursts. What tells an initial contact is a strong burst with the limb swinging
before and standing after; toe-off has it the other way round.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from scipy.ndimage import maximum_filter1d

from analysis.signals import Column
from analysis.step import Placement
from analysis.tape import Tape

APART_S = 0.12
"""Two bursts closer than this are one: contact and its ringing."""
FLOOR_G = 0.05
"""Bursts below this are noise: a shuffling step makes several times as much."""
STILL_G = 0.03
"""Added to both movements: below this the limb is still, whatever the ratio."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the evidence is weighed for one placement.

    Attributes
    ----------
    before_s, after_s : tuple of float
        Windows before (far, near) and after (near, far) the burst.
    strength : float
        Weight of the burst's height (natural logarithm of g).
    contrast : float
        Weight of the movement before over that after (natural logarithm).
    """

    before_s: tuple[float, float]
    after_s: tuple[float, float]
    strength: float
    contrast: float


EVIDENCE = {
    Placement.SHANK: Evidence((0.40, 0.08), (0.10, 0.30), 1.0, 0.5),
    Placement.FOOT: Evidence((0.25, 0.06), (0.08, 0.20), 0.5, 1.0),
}
"""The foot stands still in every stance and swings fast before, so contrast counts most. The
shank moves in running stance more than in flight, so strength counts most."""


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst.

    Attributes
    ----------
    index : int
        Sample of the hump's top.
    height_g : float
        Its height.
    score : float
        Evidence for initial contact.
    """

    index: int
    height_g: float
    score: float


class BurstScanner:
    """Finds bursts in order, each once.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    delay : int
        Samples by which the burst column is late.

    Attributes
    ----------
    lag : int
        A burst is known this many samples after its top.
    scanned : int
        Every burst before this sample has been found.
    """

    def __init__(self, fs_hz: float, placement: Placement, delay: int) -> None:
        self._delay = delay
        self._apart = int(APART_S * fs_hz)
        self._evidence = EVIDENCE[placement]
        self._before = tuple(int(s * fs_hz) for s in self._evidence.before_s)
        self._after = tuple(int(s * fs_hz) for s in self._evidence.after_s)
        self.lag = max(self._apart + delay, self._after[1]) + 1
        self.scanned = 0

    def scan(self, tape: Tape, ended: bool) -> list[Burst]:
        """Return the bursts that became known.

        Parameters
        ----------
        tape : Tape
            The signals.
        ended : bool
            Whether the tape will not grow: then the windows may be cut short.
        """
        stop = tape.end - self._delay if ended else tape.end - self.lag
        if stop <= self.scanned:
            return []
        low = max(self.scanned - self._apart, tape.start - self._delay, 0)
        x = tape.view(Column.BURST, low + self._delay, stop + self._apart + self._delay)
        highest = maximum_filter1d(x, 2 * self._apart + 1, mode="constant")
        tops = np.flatnonzero((x == highest) & (x > FLOOR_G)) + low
        tops = tops[(tops >= self.scanned) & (tops < stop)]
        self.scanned = stop
        return [self._burst(tape, int(i)) for i in tops]

    def _burst(self, tape: Tape, index: int) -> Burst:
        height = tape.at(Column.BURST, index + self._delay)
        far, near = self._before
        swing = self._moved(tape, index - far, index - near)
        near, far = self._after
        stance = self._moved(tape, index + near, index + far)
        contrast = log((swing + STILL_G) / (stance + STILL_G))
        return Burst(
            index,
            height,
            self._evidence.strength * log(height) + self._evidence.contrast * contrast,
        )

    def _moved(self, tape: Tape, start: int, stop: int) -> float:
        low = min(max(start, tape.start), tape.end - 2)
        high = max(min(stop, tape.end - 1), low + 1)
        return (tape.at(Column.MOVED, high) - tape.at(Column.MOVED, low)) / (high - low)
