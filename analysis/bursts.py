"""Bursts: the places where a contact may be, each with the evidence for it.

A burst is a hump in the norm of the high-passed acceleration. Both feet's contacts, toe-off and
the strap make bursts. What tells an initial contact is a strong burst with the limb swinging
before and standing after; toe-off has it the other way round.
"""

from dataclasses import dataclass
from math import log
from typing import NamedTuple

import numpy as np

from analysis.signals import Column
from analysis.step import Placement
from analysis.tape import Tape

APART_S = 0.12
"""Two bursts closer than this are one: contact and its ringing."""
FLOOR_G = 0.05
"""Bursts below this are noise: a shuffling step makes several times as much."""
STILL_G = 0.03
"""Added to both movements: below this the limb is still, whatever the ratio."""
EARLY_S = 0.27
"""End of the window after for an early score, where the rhythm already vouches for the burst."""
EDGE = np.full(1, -np.inf)
"""Stands before the first and after the last sample."""
REMEMBERED = 64
"""Scores kept, for speed only: each is asked for by its neighbours too."""
TURNING_S = (0.08, 0.20)
"""Where a foot that has landed turns no more: after the forefoot's fall, before the heel lifts."""
TURNING_DPS, STILL_DPS, TURNING_WEIGHT = 160.0, 8.0, 0.4
"""Angular velocity half-way between a foot that stands and one that swings, a floor (noise and
bias of a cheap gyroscope), and the weight of the logarithm of their ratio."""
MOVED_WEIGHT_WITH_TURN = 0.6
"""With a gyroscope the movement after counts this much of what it counts without."""
MIN_SWING_G = 0.15
"""Mean movement before a contact: a limb that did not swing took no step (design default, half
of what slow walking shows)."""
MIN_TURN_DPS = 30.0
"""Mean angular velocity before a contact, where there is a gyroscope: a foot that lifts its heel
and swings turns at least twice as fast (design default); one that is shaken does not turn."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How the evidence is weighed for one placement.

    Attributes
    ----------
    before_s, after_s : tuple of float
        Windows before (far, near) and after (near, far) the burst, in seconds.
    strength, swing, stance : float
        Weights of the logarithms of the burst's height, of the movement before and after.
    stance_most_g : float
        More movement after than this counts no further: a runner's limb moves in stance too.
    sure : float
        Score from which a burst is a contact even without a rhythm.
    """

    before_s: tuple[float, float]
    after_s: tuple[float, float]
    strength: float
    swing: float
    stance: float
    stance_most_g: float
    sure: float


EVIDENCE = {
    Placement.SHANK: Evidence((0.25, 0.06), (0.10, 0.40), 1.0, 0.0, -1.0, 0.6, 0.2),
    Placement.FOOT: Evidence((0.25, 0.06), (0.10, 0.30), 0.4, 1.0, -1.0, 2.0, 0.2),
}
"""The foot stands still in every stance and swings fast before. The shank swings as fast after
toe-off as before contact, so there only the stance after counts against the shock."""


class Burst(NamedTuple):
    """One burst.

    Attributes
    ----------
    top : int
        Sample of the hump's top.
    height_g : float
        Its height.
    """

    top: int
    height_g: float


class BurstScanner:
    """Finds bursts in order, each once, and scores them.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    delay : int
        Samples by which the burst column is late.
    after_hole : bool
        Whether sample 0 follows a hole: what rings there may belong to a contact inside it.

    Attributes
    ----------
    lag : int
        A burst is known this many samples after its top.
    early_lag, score_lag : int
        Its early score and its score are known this many samples after its top.
    sure : float
        Score from which a burst is a contact even without a rhythm.
    scanned : int
        Every burst before this sample has been found.
    """

    def __init__(
        self, fs_hz: float, placement: Placement, delay: int, *, after_hole: bool = False
    ) -> None:
        evidence = EVIDENCE[placement]
        self._after_hole = after_hole
        self._evidence = evidence
        self._delay = delay
        self._apart = int(APART_S * fs_hz)
        self._around = np.arange(-self._apart, self._apart + 1)
        self._before = (int(evidence.before_s[0] * fs_hz), int(evidence.before_s[1] * fs_hz))
        self._after = (int(evidence.after_s[0] * fs_hz), int(evidence.after_s[1] * fs_hz))
        self._early = min(self._after[1], int(EARLY_S * fs_hz))
        self._turning = (int(TURNING_S[0] * fs_hz), int(TURNING_S[1] * fs_hz))
        self.lag = self._apart + delay + 1
        self.early_lag = max(self.lag, self._early + 1)
        self.score_lag = max(self.lag, self._after[1] + 1)
        self.sure = evidence.sure
        self.scanned = 0
        self._scores: dict[int, float] = {}
        self._early_scores: dict[int, float] = {}

    def scan(self, tape: Tape, now: int, ended: bool) -> list[Burst]:
        """Return the bursts that became known.

        Parameters
        ----------
        tape : Tape
            The signals.
        now : int
            Samples from here on must not be looked at.
        ended : bool
            Whether the tape ends at ``now``: then the windows may be cut short.
        """
        stop = now - self._delay if ended else now - self.lag
        if stop <= self.scanned:
            return []
        low = max(self.scanned - self._apart, tape.start - self._delay, 0)
        x = tape.view(Column.BURST, low + self._delay, stop + self._apart + self._delay)
        self.scanned, scanned = stop, self.scanned
        first = scanned - low
        if not len(x) or x.max() <= FLOOR_G:
            return []
        # Few samples are as high as both neighbours: only those are held against all around.
        padded = np.concatenate((EDGE, x, EDGE))
        peaks = (x > FLOOR_G) & (x >= padded[:-2]) & (x >= padded[2:])
        tops = peaks[first : stop - low].nonzero()[0] + first
        around = x.take(tops[:, None] + self._around, mode="clip")
        tops = tops[x[tops] == around.max(axis=1)]
        return [
            Burst(low + k, height_g)
            for k, height_g in zip(tops.tolist(), x[tops].tolist(), strict=True)
        ]

    def soonest(self, tape: Tape) -> int:
        """Return the sample before which no further burst will be found."""
        low = self.scanned + self._delay
        x = tape.view(Column.BURST, low, low + self._apart + 1)
        if not len(x):
            return self.scanned
        # What has a higher sample so near after it is no top.
        k = int(x.argmax())
        return self.scanned + k if x.item(k) > FLOOR_G else self.scanned + len(x)

    def score(self, tape: Tape, burst: Burst, *, early: bool = False) -> float:
        """Return the evidence that ``burst`` is an initial contact, as a logarithm.

        Parameters
        ----------
        tape : Tape
            The signals, up to ``early_lag`` or ``score_lag`` samples after the burst.
        burst : Burst
            The burst.
        early : bool
            Whether to look only as far as ``early_lag``.
        """
        scores = self._early_scores if early else self._scores
        if burst.top in scores:
            return scores[burst.top]
        swing = self._swing(tape, burst) if self._evidence.swing else 0.0
        far = self._early if early else self._after[1]
        stance = tape.mean(Column.MOVED, burst.top + self._after[0], burst.top + far)
        turned = None
        if tape.columns > Column.TURNED:
            start, stop = self._turning
            turned = tape.mean(Column.TURNED, burst.top + start, burst.top + stop)
        score = weigh(self._evidence, burst.height_g, swing, stance, turned)
        if len(scores) > REMEMBERED:
            scores.clear()
        scores[burst.top] = score
        return score

    def has_swing(self, tape: Tape, burst: Burst) -> bool:
        """Return whether the limb swung before the burst, as far as that can be seen."""
        start, stop = burst.top - self._before[0], burst.top - self._before[1]
        return has_swung(tape, start, stop, after_hole=self._after_hole)

    def _swing(self, tape: Tape, burst: Burst) -> float:
        return tape.mean(Column.MOVED, burst.top - self._before[0], burst.top - self._before[1])


def has_swung(tape: Tape, start: int, stop: int, *, after_hole: bool) -> bool:
    """Return whether a limb moved, and where it can be seen turned, as one does in swing.

    Parameters
    ----------
    tape : Tape
        The signals.
    start, stop : int
        The samples looked at.
    after_hole : bool
        Whether sample 0 follows a hole: then the swing has to be seen whole.
    """
    if after_hole and start < 0:
        return False
    if tape.mean(Column.MOVED, start, stop) < MIN_SWING_G:
        return False
    return tape.columns <= Column.TURNED or tape.mean(Column.TURNED, start, stop) >= MIN_TURN_DPS


def weigh(
    evidence: Evidence, height_g: float, swing_g: float, stance_g: float, turned_dps: float | None
) -> float:
    """Return the evidence that a burst is an initial contact, as a logarithm.

    Parameters
    ----------
    evidence : Evidence
        The weights.
    height_g : float
        The burst's height.
    swing_g, stance_g : float
        Mean movement before and after.
    turned_dps : float or None
        Mean angular velocity after; None without a gyroscope.
    """
    after = evidence.stance * log(min(stance_g, evidence.stance_most_g) + STILL_G)
    if turned_dps is not None:
        after *= MOVED_WEIGHT_WITH_TURN
        after -= TURNING_WEIGHT * log((turned_dps + STILL_DPS) / TURNING_DPS)
    return evidence.strength * log(height_g) + evidence.swing * log(swing_g + STILL_G) + after
