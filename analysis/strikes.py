"""Strikes: contacts announced at once, for a screen, before it is sure that they are steps.

The evidence is that of ``bursts``, but only as far as 0.14 s after the shock, and the rhythm must
make up for the rest: a strike is due about one stride after the contact before.
"""

from math import inf

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


class StrikeFinder:
    """Finds strikes, in order, at fixed samples.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    delay : int
        Samples by which the burst column is late.
    after_hole : bool
        Whether sample 0 follows a hole.
    """

    def __init__(
        self, fs_hz: float, placement: Placement, delay: int, *, after_hole: bool = False
    ) -> None:
        self._fs_hz = fs_hz
        self._after_hole = after_hole
        self._evidence = EVIDENCE[placement]
        self._delay = delay
        self._apart = int(APART_S * fs_hz)
        # As far as can be seen by then, no hump may be higher.
        self._ahead = max(1, int(LOOK_S * fs_hz) - delay)
        self._lag = delay + self._ahead + 1
        self._scanned = 0
        self._last: int | None = None

    def scan(
        self, tape: Tape, now: int, period_s: float | None, last_contact: int | None
    ) -> int | None:
        """Look at the samples that are new since the last call, fewer than ``APART_S``.

        Parameters
        ----------
        tape : Tape
            The signals.
        now : int
            Samples from here on must not be looked at.
        period_s : float or None
            Stride period as far as it is known now.
        last_contact : int or None
            The newest contact that has been accepted.

        Returns
        -------
        int or None
            Sample of the shock's hump where there is a strike.
        """
        start, stop = max(self._scanned, tape.start), now - self._lag
        if stop <= start:
            return None
        self._scanned = stop
        x = tape.view(Column.BURST, start + self._delay, stop + self._delay)
        k = int(x.argmax())
        height_g = x.item(k)
        if height_g <= FLOOR_G:
            return None
        top = start + k
        low = top + self._delay - self._apart
        around = tape.view(Column.BURST, low, top + self._delay + self._ahead + 1)
        if around.max() > height_g or not self._is_strike(
            tape, top, height_g, period_s, last_contact
        ):
            return None
        self._last = top
        return top

    def _is_strike(
        self,
        tape: Tape,
        top: int,
        height_g: float,
        period_s: float | None,
        last_contact: int | None,
    ) -> bool:
        before = [i for i in (self._last, last_contact) if i is not None and i < top]
        since_s = (top - max(before)) / self._fs_hz if before else None
        needed = self._evidence.sure
        if since_s is not None and since_s < MIN_STRIDE_S:
            return False
        if since_s is not None and period_s is not None and since_s < LOST_STRIDES * period_s:
            if since_s < MIN_STRIDE * period_s:
                return False
            needed += EARLY_PENALTY if since_s < DUE_STRIDES * period_s else -DUE_BENEFIT
        return self._score(tape, top, height_g) >= needed

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
