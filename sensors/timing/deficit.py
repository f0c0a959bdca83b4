"""Loss where the packets carry no counter: too few samples for the pace of the pod.

The count of the samples, times their period, is set against the arrivals. By what the least
delayed packets of each second are behind, either the pod's clock runs slow or samples are missing.
A clock is steady and holes are not, and no pod's clock is off by more than a few per cent: what
grows faster than the pod's own pace is taken for missing samples. Where in the last seconds they
were is not known, so that stretch of time is unsure from end to end.

What this can tell and what it cannot is measured in ``docs/pods.md``.
"""

from collections import deque
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

    def insert(self, lost: int, span: Span) -> None:
        """Count samples that are missing in a place that is known better."""
        self._count += lost
        self._unsure.append(span)

    def lack_s(self, count: int, arrival_s: float) -> float:
        """Return by how much more a packet would be behind than those of the last seconds.

        Parameters
        ----------
        count : int
            The samples up to the packet's end that are not counted yet.
        arrival_s : float
            Session time of its arrival.
        """
        known = list(self._least)[-2:] + ([] if self._bucket is None else [self._bucket])
        if not known:
            return 0.0
        end_s = self._behind_s(arrival_s) - count * self._period_s - self._pace * arrival_s
        return end_s - min(behind_s - self._pace * at_s for at_s, behind_s in known)

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
        begin_s, lowest_s = min(
            ((at_s, behind_s - self._pace * at_s) for at_s, behind_s in self._least),
            key=lambda point: point[1],
        )
        lack_s = latest[1] - self._pace * latest[0] - lowest_s
        if lack_s >= LEAST_LACK_S:
            return self._found(lack_s, (begin_s, latest[0]))
        self._learn()
        return 0

    def _found(self, lack_s: float, span: Span) -> int:
        lost = round(lack_s / self._period_s)
        self.insert(lost, span)
        at_s, behind_s = self._least[-1]
        self._least.clear()
        self._least.append((at_s, behind_s - lost * self._period_s))
        return lost

    def _learn(self) -> None:
        """Take the pace of a steady window for the pod's own: the fastest one, since loss slows."""
        begin, end = self._least[0], self._least[-1]
        if end[0] - begin[0] < WINDOW_S - BUCKET_S:
            return
        middle = self._least[len(self._least) // 2]
        first, second = _pace(begin, middle), _pace(middle, end)
        if abs(first - second) <= STEADY:
            self._pace = max(-MAX_CLOCK_ERROR, min(self._pace, _pace(begin, end)))

    def _behind_s(self, arrival_s: float) -> float:
        return arrival_s - self._count * self._period_s


def _pace(begin: Span, end: Span) -> float:
    return (end[1] - begin[1]) / (end[0] - begin[0])
