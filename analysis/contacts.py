"""Which bursts are initial contacts of the instrumented foot.

A burst is a local maximum of the high-passed norm's envelope. Both feet, toe-off and the strap
make bursts; a contact is the strongest within a window longer than half a stride either way, so
that the other foot's can never win, weighted by what surrounds it.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d

from analysis.signals import Column
from analysis.step import Placement
from analysis.stride_period import Rhythm
from analysis.tape import Tape

BURST_APART_S = 0.12
"""Two bursts closer than this are one: contact and its ringing."""
BURST_FLOOR_G = 0.10
"""Bursts below this are noise: a shuffling step makes three times as much."""
REACH_STRIDES = 0.62
"""A contact is the strongest burst this far both ways: more than half a stride."""
MIN_STRIDE = 0.55
"""Two contacts of one foot are at least this many strides apart."""
SETTLE_S = 0.50
"""The rhythm used for a burst is the first one known this long after it."""
RHYTHM_WAIT_S = 1.5
"""A burst without any rhythm this long after is no gait."""
RHYTHM_KEEP_S = 3.0
"""At the end of a bout the last rhythm, not older than this, serves."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A local maximum of the burst envelope."""

    index: int
    height_g: float


@dataclass(frozen=True, slots=True)
class Contact:
    """An accepted burst.

    Attributes
    ----------
    index : int
        Sample of the envelope's maximum.
    height_g : float
        The envelope there.
    period_s : float
        Stride period by the rhythm.
    movement_g : float
        RMS of the limb's movement.
    known : int
        Sample at which it was decided.
    """

    index: int
    height_g: float
    period_s: float
    movement_g: float
    known: int


class ContactFinder:
    """Finds initial contacts in order.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    hop : int
        Samples between two rhythm estimates.
    """

    def __init__(self, fs_hz: float, placement: Placement, hop: int) -> None:
        self._fs_hz = fs_hz
        self._foot = placement is Placement.FOOT
        self._hop = hop
        self._apart = int(BURST_APART_S * fs_hz)
        self._scanned = 0
        self._ahead: deque[Burst] = deque()
        self._behind: deque[Burst] = deque(maxlen=12)
        self._accepted: deque[Contact] = deque(maxlen=9)
        self._decided = 0

    @property
    def oldest(self) -> int:
        """The oldest sample still needed."""
        return min(self._scanned, self._ahead[0].index if self._ahead else self._scanned)

    def scan(self, tape: Tape, ended: bool) -> None:
        """Collect the bursts up to the tape's end."""
        stop = tape.end if ended else tape.end - self._apart
        if stop <= self._scanned:
            return
        low = max(self._scanned - self._apart, tape.start)
        x = tape.view(Column.BURST, low, tape.end)
        highest = maximum_filter1d(x, 2 * self._apart + 1, mode="constant")
        found = np.flatnonzero((x == highest) & (x > BURST_FLOOR_G)) + low
        for i in found[(found >= self._scanned) & (found < stop)]:
            self._ahead.append(Burst(int(i), tape.at(Column.BURST, int(i))))
        self._scanned = stop

    def next(self, tape: Tape, rhythms: list[Rhythm], limit: int, ended: bool) -> Contact | None:
        """Return the next contact decided at or before sample ``limit``, or None.

        Parameters
        ----------
        tape : Tape
            The signals.
        rhythms : list of Rhythm
            All estimates so far, one per hop.
        limit : int
            Decisions that need a later sample are left for another call.
        ended : bool
            Whether the tape will not grow.
        """
        while self._ahead:
            burst = self._ahead[0]
            ready = self._rhythm_for(burst.index, rhythms, ended)
            if ready is None:
                return None
            rhythm, known = ready
            if rhythm is None:
                if known > limit:
                    return None
                self._pass(known)
                continue
            period_s = rhythm.period_s or 0.0
            reach = int(REACH_STRIDES * period_s * self._fs_hz)
            known = max(known, burst.index + reach + self._apart, self._decided)
            if ended:
                known = min(known, tape.end)
            if known > limit:
                return None
            contact = Contact(burst.index, burst.height_g, period_s, rhythm.movement_g, known)
            taken = self._wins(tape, contact, reach)
            self._pass(known)
            if taken:
                self._accepted.append(contact)
                return contact
        return None

    def earliest(self) -> int:
        """Return a sample before which no further contact can be decided."""
        return self._decided if not self._ahead else self._ahead[0].index

    def _pass(self, known: int) -> None:
        self._decided = max(self._decided, known)
        self._behind.append(self._ahead.popleft())

    def _rhythm_for(
        self, index: int, rhythms: list[Rhythm], ended: bool
    ) -> tuple[Rhythm | None, int] | None:
        """Return the rhythm for a burst and when it was known; None: not yet."""
        fs = self._fs_hz
        first = -(-(index + int(SETTLE_S * fs)) // self._hop) - 1
        last = first + int(RHYTHM_WAIT_S * fs) // self._hop
        for k in range(first, min(last + 1, len(rhythms))):
            if rhythms[k].period_s is not None:
                return rhythms[k], rhythms[k].index
        if len(rhythms) <= last and not ended:
            return None
        oldest = index - int(RHYTHM_KEEP_S * fs)
        for k in range(min(first, len(rhythms)) - 1, -1, -1):
            if rhythms[k].index < oldest:
                break
            if rhythms[k].period_s is not None:
                return rhythms[k], (last + 1) * self._hop
        return None, (last + 1) * self._hop

    def _wins(self, tape: Tape, contact: Contact, reach: int) -> bool:
        last = self._accepted[-1] if self._accepted else None
        if last and contact.index - last.index < MIN_STRIDE * contact.period_s * self._fs_hz:
            return False
        if len(self._accepted) >= 4:
            usual = sorted(c.height_g for c in self._accepted)[len(self._accepted) // 2]
            if contact.height_g < 0.30 * usual:
                return False
        mine = self._weight(tape, contact.index, contact.height_g, contact.period_s)
        for burst in self._behind:
            if contact.index - burst.index <= reach and (
                self._weight(tape, burst.index, burst.height_g, contact.period_s) >= mine
            ):
                return False
        for burst in list(self._ahead)[1:]:
            if burst.index - contact.index > reach:
                break
            if self._weight(tape, burst.index, burst.height_g, contact.period_s) > mine:
                return False
        return True

    def _weight(self, tape: Tape, index: int, height_g: float, period_s: float) -> float:
        if not self._foot:
            return height_g
        stride = period_s * self._fs_hz
        before = tape.view(Column.RESULTANT, index - int(0.32 * stride), index - int(0.06 * stride))
        after = tape.view(Column.RESULTANT, index + int(0.10 * stride), index + int(0.36 * stride))
        swing = float(np.abs(before - 1.0).mean()) if len(before) > 3 else 0.3
        stance = float(np.abs(after - 1.0).mean()) if len(after) > 3 else 0.3
        return height_g * min(max((swing + 0.05) / (stance + 0.05), 0.25), 4.0)
