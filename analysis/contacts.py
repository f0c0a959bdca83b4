"""Which bursts are initial contacts of the instrumented foot.

A contact has the best score within a window longer than half a stride either way, so that the
other foot's contact can never win. While the rhythm holds, a burst where the next contact is due
is taken without waiting for the whole window.
"""

from collections import deque
from dataclasses import dataclass
from statistics import median

from analysis.bursts import Burst, BurstScanner
from analysis.step import Placement
from analysis.stride_period import Rhythm
from analysis.tape import Tape

REACH_STRIDES = 0.62
"""A contact is the best burst this far both ways: more than half a stride."""
REACH_ON_STRIDES = 0.45
"""Ahead, while the rhythm holds: what is further on belongs to the next contact's window."""
MIN_STRIDE = 0.55
"""Two contacts of one foot are at least this many strides apart."""
DUE_STRIDES = 0.15
"""A burst within this of the expected time is where the next contact is due."""
DUE_SCORE = 0.7
"""It is taken at once when its score is at most this below the usual one (a factor of two)."""
WEAK_SCORE = 1.4
"""A burst with a score this far below the usual one is no contact (a factor of four)."""
USUAL = 7
"""The usual score is the median over this many contacts."""
SETTLE_S = 0.30
"""The rhythm used for a burst is the first one known this long after it."""
RHYTHM_WAIT_S = 3.0
"""A burst without any rhythm this long after is no gait."""
RHYTHM_KEEP_S = 3.0
"""At the end of a bout the last rhythm, not older than this, serves."""


@dataclass(frozen=True, slots=True)
class Contact:
    """An accepted burst.

    Attributes
    ----------
    index : int
        Sample of the burst's top.
    score : float
        Its evidence.
    period_s : float
        Stride period by the rhythm.
    known : int
        Sample at which it was decided.
    """

    index: int
    score: float
    period_s: float
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
    hop : int
        Samples between two rhythm estimates.
    """

    def __init__(self, fs_hz: float, placement: Placement, delay: int, hop: int) -> None:
        self._fs_hz = fs_hz
        self._hop = hop
        self._scanner = BurstScanner(fs_hz, placement, delay)
        self._ahead: deque[Burst] = deque()
        self._behind: deque[Burst] = deque(maxlen=12)
        self._accepted: deque[Contact] = deque(maxlen=USUAL)
        self._decided = 0

    @property
    def oldest(self) -> int:
        """The oldest burst not yet decided, or where the search stands."""
        return self._ahead[0].index if self._ahead else self._scanner.scanned

    def scan(self, tape: Tape, ended: bool) -> None:
        """Collect the bursts that became known."""
        self._ahead.extend(self._scanner.scan(tape, ended))

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
            known = max(known, self._decided, burst.index + self._scanner.lag)
            if rhythm is None or rhythm.period_s is None:
                if min(known, tape.end) > limit:
                    return None
                self._pass(known)
                continue
            stride = rhythm.period_s * self._fs_hz
            due = self._is_due(burst, stride)
            if not due:
                reach = REACH_ON_STRIDES if self._in_rhythm(burst, stride) else REACH_STRIDES
                known = max(known, burst.index + int(reach * stride) + self._scanner.lag)
            if ended:
                known = min(known, tape.end)
            if known > limit:
                return None
            taken = due or self._wins(burst, stride, known)
            self._pass(known)
            if taken:
                contact = Contact(burst.index, burst.score, rhythm.period_s, known)
                self._accepted.append(contact)
                return contact
        return None

    def _pass(self, known: int) -> None:
        self._decided = known
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

    def _in_rhythm(self, burst: Burst, stride: float) -> bool:
        return bool(self._accepted) and burst.index - self._accepted[-1].index < 1.3 * stride

    def _usual(self) -> float:
        return median(c.score for c in self._accepted)

    def _is_due(self, burst: Burst, stride: float) -> bool:
        if len(self._accepted) < 3:
            return False
        late = burst.index - self._accepted[-1].index - stride
        if abs(late) > DUE_STRIDES * stride or burst.score < self._usual() - DUE_SCORE:
            return False
        last = self._accepted[-1].index
        return all(b.score < burst.score for b in self._behind if b.index > last)

    def _wins(self, burst: Burst, stride: float, known: int) -> bool:
        if self._accepted:
            last = self._accepted[-1].index
            if burst.index - last < MIN_STRIDE * stride:
                return False
            if len(self._accepted) >= 3 and burst.score < self._usual() - WEAK_SCORE:
                return False
        reach = REACH_STRIDES * stride
        on = REACH_ON_STRIDES * stride if self._in_rhythm(burst, stride) else reach
        for other in self._behind:
            if burst.index - other.index <= reach and other.score >= burst.score:
                return False
        for k in range(1, len(self._ahead)):
            other = self._ahead[k]
            if other.index - burst.index > on or other.index + self._scanner.lag > known:
                break
            if other.score > burst.score:
                return False
        return True
