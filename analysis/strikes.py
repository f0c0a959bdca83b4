"""Strikes: contacts announced at once, for a screen, before it is sure that they are steps.

The evidence is that of ``bursts``, but only as far as 0.14 s after the shock, and the rhythm must
make up for the rest: a strike is due about one stride after the contact before.
"""

from math import inf
from typing import NamedTuple

from analysis.bursts import APART_S, EVIDENCE, FLOOR_G, has_swung, weigh
from analysis.contacts import MIN_STRIDE, MIN_STRIDE_S
from analysis.signals import Column
from analysis.step import Placement
from analysis.tape import Tape

LOOK_S = 0.14
"""A strike is decided this long after its shock: it reaches the screen within 0.25 s of contact."""
STANCE_S = 0.08
"""Start of the part after the shock in which a limb on the ground is calmer."""
DUE_STRIDES = 0.80
"""From this many strides after the contact before, a strike is due."""
DUE_BENEFIT = 0.7
"""A due strike may score this much less than one that stands alone."""
EARLY_PENALTY = 0.5
"""One that is not due must score this much more: toe-off and the other foot come then."""
LOST_STRIDES = 1.7
"""After this many strides without a contact the rhythm says nothing."""


class Shock(NamedTuple):
    """A burst that may be a strike.

    Attributes
    ----------
    top : int
        Sample of the top of its hump.
    score : float
        The evidence that it is one, as a logarithm.
    """

    top: int
    score: float


class StrikeFinder:
    """Finds strikes, in order, at ticks: fixed samples.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    delay : int
        Samples by which the burst column is late.
    tick : int
        Samples from one tick to the next.
    after_hole : bool
        Whether sample 0 follows a hole.

    Attributes
    ----------
    next_tick : int
        The sample to look at next: before it nothing can be a strike.
    """

    def __init__(
        self,
        fs_hz: float,
        placement: Placement,
        delay: int,
        tick: int,
        *,
        after_hole: bool = False,
    ) -> None:
        self._fs_hz = fs_hz
        self._after_hole = after_hole
        self._evidence = EVIDENCE[placement]
        self._delay = delay
        self._tick = tick
        self._apart = int(APART_S * fs_hz)
        # As far as can be seen by then, no hump may be higher.
        self._ahead = max(1, int(LOOK_S * fs_hz) - delay)
        self._lag = delay + self._ahead + 1
        self._last: int | None = None
        self.next_tick = tick

    def scan(self, tape: Tape) -> Shock | None:
        """Look at ``next_tick`` at the samples that are new since the tick before, and move on.

        Parameters
        ----------
        tape : Tape
            The signals, up to the tick: what follows is not looked at.

        Returns
        -------
        Shock or None
            What may be a strike, if the rhythm agrees.
        """
        now, self.next_tick = self.next_tick, self.next_tick + self._tick
        stop = now - self._lag
        start = max(stop - self._tick, tape.start)
        if stop <= start:
            return None
        x = tape.view(Column.BURST, start + self._delay, stop + self._delay)
        k = int(x.argmax())
        height_g = x.item(k)
        if height_g <= FLOOR_G:
            return None
        top = start + k
        low = top + self._delay - self._apart
        around = tape.view(Column.BURST, low, top + self._delay + self._ahead + 1)
        if around.max() > height_g:
            return None
        score = self._score(tape, top, height_g)
        return Shock(top, score) if score >= self._evidence.sure - DUE_BENEFIT else None

    def accept(self, shock: Shock, period_s: float | None, last_contact: int | None) -> bool:
        """Return whether a shock is a strike; then no look is due before the shortest stride.

        Parameters
        ----------
        shock : Shock
            The latest.
        period_s : float or None
            Stride period as far as it is known.
        last_contact : int or None
            The newest contact that has been accepted.
        """
        before = [i for i in (self._last, last_contact) if i is not None and i < shock.top]
        since_s = (shock.top - max(before)) / self._fs_hz if before else None
        needed = self._evidence.sure
        if since_s is not None and since_s < MIN_STRIDE_S:
            return False
        if since_s is not None and period_s is not None and since_s < LOST_STRIDES * period_s:
            if since_s < MIN_STRIDE * period_s:
                return False
            needed += EARLY_PENALTY if since_s < DUE_STRIDES * period_s else -DUE_BENEFIT
        if shock.score < needed:
            return False
        self._last = shock.top
        soonest = shock.top + int(MIN_STRIDE_S * self._fs_hz) + self._lag
        self.next_tick = max(self.next_tick, -(-soonest // self._tick) * self._tick)
        return True

    def _score(self, tape: Tape, top: int, height_g: float) -> float:
        fs, weights = self._fs_hz, self._evidence
        far, near = weights.before_s
        start, stop = top - int(far * fs), top - int(near * fs)
        if not has_swung(tape, start, stop, after_hole=self._after_hole):
            return -inf
        swing = tape.mean(Column.MOVED, start, stop)
        first, last = top + int(STANCE_S * fs), top + int(LOOK_S * fs)
        stance = tape.mean(Column.MOVED, first, last)
        with_gyro = tape.columns > Column.TURNED
        turned = tape.mean(Column.TURNED, first, last) if with_gyro else None
        return weigh(weights, height_g, swing, stance, turned)
