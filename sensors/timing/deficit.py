"""Loss where the packets carry no counter: too few samples for the pace of the pod.

The count of the samples, times their period, is set against the arrivals. By what the least
delayed packets of each second are behind, either the pod's clock runs slow or samples are missing.
A clock is steady and holes are not, and no pod's clock is off by more than a few per cent: what
grows faster than the pod's own pace is taken for missing samples. Where in the last seconds they
were is not known, so that stretch of time is unsure from end to end.

What this can tell and what it cannot is measured in ``docs/pods.md``.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final

BUCKET_S: Final = 1.0
"""Seconds of arrivals of which the least delayed packet counts (design default)."""

WINDOW_S: Final = 10.0
"""Seconds over which a deficit adds up (design default)."""

LEAST_LACK_S: Final = 0.06
"""Seconds of samples that must be missing within the window before it counts as loss: what jitter
and bursts leave in the least delayed packets stays below it (measured, ``docs/pods.md``)."""

MAX_CLOCK_ERROR: Final = 0.03
"""Part by which a pod's clock may be slow or fast: the worst that we met runs 3 % short. As long as
the pod's own pace is not known, a deficit counts from there on."""

STEADY: Final = 0.003
"""Part by which the paces of a window's two halves may differ where nothing is missing: only such a
pace is taken for the pod's own (design default)."""

EVEN_SHARE: Final = 0.1
"""Part of that lack within which two seconds are alike: the last that is alike the best one is
where the loss began (design default)."""

Span = tuple[float, float]


class RateWatch:
    """The count of one pod's samples against their arrivals.

    Parameters
    ----------
    period_s : float
        Sample period by the pod's own reckoning.
    unsure : list of (float, float)
        Gets the stretches of session time in which samples are missing, nobody knows which.
    is_verified : bool
        Whether the rate is the one that was asked for. If not, all of the time is unsure.
    """

    def __init__(self, period_s: float, unsure: list[Span], *, is_verified: bool = True) -> None:
        self._period_s = period_s
        self._unsure = unsure
        self._is_verified = is_verified
        self._pace = MAX_CLOCK_ERROR
        self.restart()

    def restart(self) -> None:
        """Begin to count anew, as after a silence; the pod's own pace stays known."""
        self._count = 0
        self._least: deque[Span] = deque()
        self._bucket: Span | None = None
        self._bucket_until_s = 0.0

    def add(self, count: int, arrival_s: float) -> int:
        """Take one packet.

        Parameters
        ----------
        count : int
            Its samples.
        arrival_s : float
            Session time of its arrival.

        Returns
        -------
        int
            Samples that are now known to be missing somewhere before this packet; they are counted
            from here on.
        """
        lost = 0
        if self._bucket is not None and arrival_s >= self._bucket_until_s:
            lost = self.settle()
        self._count += count
        behind_s = self._behind_s(arrival_s)
        if self._bucket is None:
            self._bucket_until_s = arrival_s + BUCKET_S
        if self._bucket is None or behind_s <= self._bucket[1]:
            self._bucket = (arrival_s, behind_s)
        return lost

    def fill(self, held: Sequence[tuple[int, float]]) -> int:
        """Judge what came after a long gap between arrivals, before it is added.

        Parameters
        ----------
        held : sequence of (int, float)
            Samples and arrival of each packet since the gap, long enough that what was only held up
            has come by now.

        Returns
        -------
        int
            Samples that the gap has swallowed; they are counted from here on.
        """
        known = list(self._least)[-2:] + ([] if self._bucket is None else [self._bucket])
        if not known or not held:
            return 0
        levels_s, count = [], 0
        for samples, arrival_s in held:
            count += samples
            levels_s.append(self._level_s(arrival_s, self._behind_s(arrival_s, count)))
        begin_s, lowest_s = self._whole_until(known)
        lack_s = min(levels_s) - lowest_s
        if lack_s < LEAST_LACK_S:
            return 0
        return self._insert(lack_s, (begin_s, held[-1][1]))

    def settle(self) -> int:
        """End the present second; return the samples that it shows to be missing."""
        if self._bucket is None:
            return 0
        latest, self._bucket = self._bucket, None
        if not self._is_verified:
            self._unsure.append((self._least[-1] if self._least else latest)[:1] + latest[:1])
        self._least.append(latest)
        while latest[0] - self._least[0][0] > WINDOW_S:
            self._least.popleft()
        begin_s, lowest_s = self._whole_until(self._least)
        lack_s = self._level_s(*latest) - lowest_s
        if lack_s < LEAST_LACK_S:
            self._learn()
            return 0
        lost = self._insert(lack_s, (begin_s, latest[0]))
        self._least.clear()
        self._least.append((latest[0], latest[1] - lost * self._period_s))
        return lost

    def _insert(self, lack_s: float, span: Span) -> int:
        lost = round(lack_s / self._period_s)
        self._count += lost
        self._unsure.append(span)
        return lost

    def _whole_until(self, known: Iterable[Span]) -> Span:
        """Return until when nothing was missing, and the level of the least delayed packet."""
        levels = [(at_s, self._level_s(at_s, behind_s)) for at_s, behind_s in known]
        lowest_s = min(level_s for _, level_s in levels)
        alike_s = lowest_s + EVEN_SHARE * LEAST_LACK_S
        return max(at_s for at_s, level_s in levels if level_s <= alike_s), lowest_s

    def _level_s(self, at_s: float, behind_s: float) -> float:
        """Return by how much a packet is behind more than the pod's own pace explains."""
        return behind_s - self._pace * at_s

    def _learn(self) -> None:
        """Take the pace of a steady window for the pod's own: the fastest one, since loss slows."""
        begin, end = self._least[0], self._least[-1]
        if end[0] - begin[0] < WINDOW_S - BUCKET_S:
            return
        middle = self._least[len(self._least) // 2]
        first, second = _pace(begin, middle), _pace(middle, end)
        if abs(first - second) <= STEADY:
            self._pace = max(-MAX_CLOCK_ERROR, min(self._pace, _pace(begin, end)))

    def _behind_s(self, arrival_s: float, more: int = 0) -> float:
        return arrival_s - (self._count + more) * self._period_s


def _pace(begin: Span, end: Span) -> float:
    return (end[1] - begin[1]) / (end[0] - begin[0])
