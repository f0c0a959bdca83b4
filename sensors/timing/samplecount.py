"""Stamps for the packets of a pod without a counter: the count of its samples."""

from typing import Final

import numpy as np

from sensors.samples import ImuBlock
from sensors.timing.deficit import RateWatch
from sensors.timing.epoch import Counts, Packet
from sensors.timing.fit import ArrivalFit

COUNT_S: Final = 2.0
"""Seconds of arrivals from which the rate of a pod without a counter is measured: their jitter of
40 ms then costs 2 % (design default)."""

SILENCE_S: Final = 1.5
"""Seconds without a packet after which the count of samples means nothing any more."""

LEAST_SHARE: Final = 0.6
"""Share of the nominal rate from which fewer samples are that rate with holes; below it the pod has
another rate, since the next one it knows is half of it."""

MOST_SHARE: Final = 1.5
"""Share of the nominal rate up to which more samples are that rate, too: the first packets were
held up and came at once (design default)."""

GAP_S: Final = 0.25
"""Seconds without a packet, of a pod that sends many a second, after which it is seen whether all
that it sent meanwhile still comes (design default)."""

SETTLE_S: Final = 0.5
"""Seconds after such a gap in which what was held up has come, if it comes (design default)."""


class SampleStamper:
    """The count of the samples, for a pod that has no counter.

    Lost samples show as a lack in their number alone: see ``RateWatch``. What is found missing is
    counted as if it had come, so that time is not squeezed; where it was is known after a long gap
    between arrivals only.

    Parameters
    ----------
    nominal_s : float
        Nominal sample period; kept unless the first arrivals contradict it.
    counts : Counts
        Where to count restarts and copies, and to note what is unsure.
    """

    def __init__(self, nominal_s: float, counts: Counts) -> None:
        self._nominal_s = nominal_s
        self._period_s = nominal_s
        self._counts = counts
        self._watch: RateWatch | None = None
        self._held: list[tuple[ImuBlock, float]] = []
        self._is_after_gap = False
        self._index = 0
        self._arrival_s: float | None = None
        self._newest: ImuBlock | None = None
        self._restarts = False

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Packet]:  # noqa: ARG002 (a count needs no fit)
        """Return the packets whose place in the count is known."""
        if self._newest is not None and _is_copy(block, self._newest):
            self._counts.duplicates += 1
            return []
        self._newest = block
        before_s, self._arrival_s = self._arrival_s, arrival_s
        ready: list[Packet] = []
        if before_s is not None and arrival_s - before_s > SILENCE_S:
            ready = self.flush()
            self._restart()
        elif before_s is not None and arrival_s - before_s >= GAP_S and self._watch is not None:
            ready = self._release()
            self._is_after_gap = True
        self._held.append((block, arrival_s))
        waits_s = COUNT_S if self._watch is None else SETTLE_S if self._is_after_gap else 0.0
        if arrival_s - self._held[0][1] < waits_s:
            return ready
        return ready + self._release()

    def flush(self) -> list[Packet]:
        """Return what is held back, and end the count."""
        ready = self._release()
        if self._watch is not None:
            self._watch.settle()
        return ready

    def _restart(self) -> None:
        self._restarts = True
        self._counts.resets += 1
        if self._watch is not None:
            self._watch.restart()

    def _release(self) -> list[Packet]:
        """Count what is held back: the rate is measured first, or the gap before it judged."""
        if not self._held:
            return []
        if self._watch is None:
            self._watch = self._measured()
        if self._is_after_gap:
            self._is_after_gap = False
            self._index += self._watch.fill([(len(b.acc_g), at_s) for b, at_s in self._held])
        held, self._held = self._held, []
        return [self._counted(self._watch, block, arrival_s) for block, arrival_s in held]

    def _measured(self) -> RateWatch:
        span_s = self._held[-1][1] - self._held[0][1]
        period_s = span_s / max(1, sum(len(block.acc_g) for block, _ in self._held[1:]))
        share = self._nominal_s / period_s if period_s > 0.0 else 1.0
        is_nominal = span_s < COUNT_S or LEAST_SHARE <= share <= MOST_SHARE
        if not is_nominal:
            self._period_s = period_s
        is_verified = is_nominal or share > 1.0
        return RateWatch(self._period_s, self._counts.unsure, is_verified=is_verified)

    def _counted(self, watch: RateWatch, block: ImuBlock, arrival_s: float) -> Packet:
        self._index += watch.add(len(block.acc_g), arrival_s)
        restarts, self._restarts = self._restarts, False
        samples = len(block.acc_g)
        packet = Packet(self._index * self._period_s, block, arrival_s, samples, restarts)
        self._index += samples
        return packet


def _is_copy(block: ImuBlock, before: ImuBlock) -> bool:
    """Whether a packet holds what the one before it held, to the last bit of every axis.

    A sensor that is not stuck repeats itself so about once in a thousand samples, at rest: less
    than what can be told from a slow clock.
    """
    if block.gyro_dps is not None and before.gyro_dps is not None:
        return np.array_equal(block.acc_g, before.acc_g) and np.array_equal(
            block.gyro_dps, before.gyro_dps
        )
    return np.array_equal(block.acc_g, before.acc_g)
