"""Which bursts are initial contacts of the instrumented foot.

A contact has the best score within a window longer than half a stride either way, so that the
other foot's contact can never win. While the rhythm holds, a burst where the next contact is due
is taken without waiting for the whole window. Where there is no rhythm (the first steps, the
last, a single one) a burst must be sure by itself.
"""

from collections import deque
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from analysis.bursts import Burst, BurstScanner
from analysis.step import Placement
from analysis.stride_period import Rhythms
from analysis.tape import Tape

REACH_STRIDES = 0.62
"""A contact is the best burst this far both ways: more than half a stride."""
REACH_ON_STRIDES = 0.45
"""Ahead, while the rhythm holds: what is further on belongs to the next contact's window."""
REACH_ALONE_S = 0.40
"""The window without a rhythm: shorter than any stride."""
MIN_STRIDE = 0.55
"""Two contacts of one foot are at least this many strides apart."""
MIN_STRIDE_S = 0.40
"""And at least this long, without a rhythm."""
DUE_STRIDES = 0.15
"""A burst within this of the expected time is where the next contact is due."""
DUE_HEIGHT = 0.5
"""It is taken at once when it is at least this share of the usual height."""
BENEFIT = 0.7
"""When a contact is due or overdue, the best burst may have this much less score than one that
stands alone (a factor of two)."""
MARGIN = 0.1
"""An early score may rise by this when the whole window is known."""
BENEFIT_STRIDES = 0.25
"""From this long before the due time: clear of toe-off, 0.35-0.4 strides before it."""
HALVES = 3
HALF_WITHIN = 0.15
"""Where so many last strides were, within this share, half of what the rhythm now says, the rhythm
took two strides for one: no gait halves its pace from one stride to the next."""
USUAL = 7
"""The usual height is the median over this many contacts."""
SETTLE_S = 0.30
"""The rhythm used for a burst is the first one known this long after it."""
RHYTHM_WAIT_S = 0.75
"""A burst without any rhythm this long after ``SETTLE_S`` stands alone."""
RHYTHM_KEEP_S = 3.0
"""At the end of a bout the last rhythm, not older than this, serves."""


class Contact(NamedTuple):
    """An accepted burst.

    Attributes
    ----------
    top : int
        Sample of the burst's top.
    height_g : float
        Height of its hump.
    period_s : float or None
        Stride period by the rhythm.
    known : int
        Sample at which it was decided.
    """

    top: int
    height_g: float
    period_s: float | None
    known: int


class ContactFinder:
    """Finds initial contacts in order.

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
        self._scanner = BurstScanner(fs_hz, placement, delay, after_hole=after_hole)
        self._ahead: deque[Burst] = deque()
        self._behind: deque[Burst] = deque(maxlen=12)
        self._accepted: deque[Contact] = deque(maxlen=USUAL)
        self._usual_g = 0.0
        self._decided = 0
        self._waits = 0

    @property
    def oldest(self) -> int:
        """The oldest burst not yet decided, or where the search stands."""
        return self._ahead[0].top if self._ahead else self._scanner.scanned

    def soonest(self, tape: Tape) -> tuple[int, int]:
        """Return before which sample the next contact cannot lie, and not be decided."""
        index = self._ahead[0].top if self._ahead else self._scanner.soonest(tape)
        if self._accepted:
            index = max(index, self._accepted[-1].top + int(MIN_STRIDE_S * self._fs_hz))
        return index, self._waits

    def scan(self, tape: Tape, now: int, ended: bool) -> None:
        """Collect the bursts that became known by sample ``now``."""
        self._ahead.extend(self._scanner.scan(tape, now, ended))

    def next(self, tape: Tape, rhythms: Rhythms, limit: int, ended: bool) -> Contact | None:
        """Return the next contact decided at or before sample ``limit``, or None.

        Parameters
        ----------
        tape : Tape
            The signals.
        rhythms : Rhythms
            The estimates so far.
        limit : int
            Decisions that need a later sample are left for another call.
        ended : bool
            Whether the tape will not grow.
        """
        while self._ahead:
            burst = self._ahead[0]
            known = max(self._decided, burst.top + self._scanner.early_lag)
            if not ended and known > limit:
                self._waits = known
                return None
            period_s = self._one_stride(rhythms.latest_s(known))
            if self._is_hopeless(tape, burst, period_s):
                self._pass(min(known, tape.end))
                continue
            if period_s is None or not self._is_due(tape, burst, period_s * self._fs_hz):
                ready = self._period_for(burst.top, rhythms, ended)
                if ready is None:
                    self._waits = rhythms.known(len(rhythms))
                    return None
                period_s, settled = self._one_stride(ready[0]), ready[1]
                on = int(self._reach_on(burst, period_s))
                known = max(known, settled, burst.top + on + self._scanner.score_lag)
                known = min(known, tape.end) if ended else known
                if known > limit:
                    self._waits = known
                    return None
                if not self._wins(tape, burst, period_s, known):
                    self._pass(known)
                    continue
            known = min(known, tape.end) if ended else known
            self._pass(known)
            contact = Contact(burst.top, burst.height_g, period_s, known)
            self._accepted.append(contact)
            self._usual_g = median([c.height_g for c in self._accepted])
            return contact
        return None

    def _pass(self, known: int) -> None:
        self._decided = known
        self._behind.append(self._ahead.popleft())

    def _one_stride(self, period_s: float | None) -> float | None:
        """Return the period of one stride where the rhythm may be that of two."""
        if period_s is None or len(self._accepted) <= HALVES:
            return period_s
        half = 0.5 * period_s * self._fs_hz
        if abs(self._accepted[-1].top - self._accepted[-2].top - half) > HALF_WITHIN * half:
            return period_s
        newest = [self._accepted[k].top for k in range(-HALVES - 1, 0)]
        strides = [b - a for a, b in pairwise(newest)]
        is_half = all(abs(stride - half) <= HALF_WITHIN * half for stride in strides)
        return 0.5 * period_s if is_half else period_s

    def _period_for(
        self, index: int, rhythms: Rhythms, ended: bool
    ) -> tuple[float | None, int] | None:
        """Return the period for a burst and when it was known; None: not yet."""
        fs, hop = self._fs_hz, rhythms.hop
        first = -(-(index + int(SETTLE_S * fs)) // hop) - 1
        last = first + int(RHYTHM_WAIT_S * fs) // hop
        for k in range(first, min(last + 1, len(rhythms))):
            if (period_s := rhythms.period_s(k)) is not None:
                return period_s, rhythms.known(k)
        if len(rhythms) <= last and not ended:
            return None
        known = rhythms.known(last)
        oldest = index - int(RHYTHM_KEEP_S * fs)
        for k in range(min(first, len(rhythms)) - 1, -1, -1):
            if rhythms.known(k) < oldest:
                break
            if (period_s := rhythms.period_s(k)) is not None:
                return period_s, known
        return None, known

    def _reach_on(self, burst: Burst, period_s: float | None) -> float:
        if period_s is None:
            return REACH_ALONE_S * self._fs_hz
        stride = period_s * self._fs_hz
        in_rhythm = self._accepted and burst.top - self._accepted[-1].top < 1.3 * stride
        return (REACH_ON_STRIDES if in_rhythm else REACH_STRIDES) * stride

    def _is_due(self, tape: Tape, burst: Burst, stride: float) -> bool:
        if not self._accepted:
            return False
        late = burst.top - self._accepted[-1].top - stride
        if abs(late) > DUE_STRIDES * stride or burst.height_g < DUE_HEIGHT * self._usual_g:
            return False
        return self._scanner.score(tape, burst, early=True) > self._scanner.sure

    def _is_hopeless(self, tape: Tape, burst: Burst, period_s: float | None) -> bool:
        """Return whether a burst can be put aside early, so that it does not delay the next."""
        if not self._accepted:
            return False
        since = burst.top - self._accepted[-1].top
        if since < MIN_STRIDE_S * self._fs_hz:
            return True
        if period_s is None or since > 1.3 * period_s * self._fs_hz:
            return False
        needed = self._scanner.sure - self._benefit(burst, period_s * self._fs_hz)
        return self._scanner.score(tape, burst, early=True) < needed - MARGIN

    def _benefit(self, burst: Burst, stride: float) -> float:
        if not self._accepted:
            return BENEFIT
        strides = (burst.top - self._accepted[-1].top) / stride
        return BENEFIT if strides > 1.0 - BENEFIT_STRIDES else 0.0

    def _wins(self, tape: Tape, burst: Burst, period_s: float | None, known: int) -> bool:
        fs, scanner = self._fs_hz, self._scanner
        least = MIN_STRIDE_S * fs if period_s is None else MIN_STRIDE * period_s * fs
        if self._accepted and burst.top - self._accepted[-1].top < least:
            return False
        score = scanner.score(tape, burst)
        benefit = 0.0 if period_s is None else self._benefit(burst, period_s * fs)
        if score < scanner.sure - benefit or not scanner.has_swing(tape, burst):
            return False
        reach = REACH_ALONE_S * fs if period_s is None else REACH_STRIDES * period_s * fs
        for other in self._behind:
            if burst.top - other.top <= reach and scanner.score(tape, other) >= score:
                return False
        on = self._reach_on(burst, period_s)
        for k in range(1, len(self._ahead)):
            other = self._ahead[k]
            if other.top - burst.top > on or other.top + scanner.score_lag > known:
                break
            if scanner.score(tape, other) > score:
                return False
        return True
