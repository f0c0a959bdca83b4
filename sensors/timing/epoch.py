"""One run of a pod's counter, from a power-up to the next: packets in, even samples out.

Packets are brought into order, told from their copies, placed by an even pace and carried over to
the session's clock. The first half second is held back until the real rate is known.
"""

import bisect
import math
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from sensors.samples import FloatArray, ImuBlock, ImuSamples
from sensors.timing.fit import ArrivalFit
from sensors.timing.pace import Pace, measured_pace
from sensors.timing.slew import Slew

MEASURE_S: Final = 0.5
"""Seconds of pod time from which the rate is measured: rounding to 1 ms then costs 0.1 %."""

MEASURE_PACKETS: Final = 4
"""Packets that the measurement needs at least, so that a lost one shows."""

SLOW_PACKETS: Final = 10
"""Packets that a measurement needs which is slower than the nominal rate by more than ``SLOW``: of
four long packets, all may be the ones behind a loss (design default)."""

SLOW: Final = 0.1
"""Part by which a period may be above the nominal one before it may be a loss (design default)."""

OVERLAPS: Final = 3
OVERLAP_PACKETS: Final = 8
"""So many of the newest packets, of so many, lying over those before them mean that the measured
period is wrong: half of the first packets were lost, say (design default)."""

SLOWER_PACKETS: Final = 8
SLOWER_RATIO: Final = 1.25
SLOWER_SPREAD: Final = 1.1
"""So many packets in a row that lie too far apart by the first ratio at least, and all alike within
the second: the pod sends more slowly than it did, and nothing is missing between them. Losses lie
at random (design default)."""

ORDER_WINDOW_S: Final = 0.5
"""Seconds of pod time for which a missing packet is waited for (docs: failure case R8)."""

HOLE_S: Final = 1.0
"""Seconds without samples after which time may step instead of being slewed."""

COPIES_S: Final = 2.0
"""Seconds of pod time for which packets are remembered, to know their copies."""


@dataclass(slots=True)
class Counts:
    """What went wrong on the way, so far.

    Attributes
    ----------
    lost_samples : int
        Slots in which no sample arrived, or too late.
    duplicates : int
        Packets that came again, dropped.
    late_restored : int
        Packets that overtook others and were put back in order.
    late_dropped : int
        Packets that came after their place was given up, or lie over others; dropped.
    implausible : int
        Packets whose counter fits neither the time nor a restart; dropped.
    resets : int
        Restarts of the counter, as after a change of battery.
    unsure : list of (float, float)
        Stretches of session time in which samples are missing, nobody knows which.
    """

    lost_samples: int = 0
    duplicates: int = 0
    late_restored: int = 0
    late_dropped: int = 0
    implausible: int = 0
    resets: int = 0
    unsure: list[tuple[float, float]] = field(default_factory=list)

    @property
    def dropped(self) -> int:
        """Packets that came and were not used, for whatever reason."""
        return self.duplicates + self.late_dropped + self.implausible


class Packet(NamedTuple):
    """A block with its time on the pod's clock, unwrapped, in seconds, and its arrival.

    ``samples`` is how many it has; ``restarts`` where it is the first of a new run of the counter.
    """

    stamp_s: float
    block: ImuBlock
    arrival_s: float
    samples: int
    restarts: bool


class Epoch:
    """The time base between two restarts of a counter.

    Parameters
    ----------
    tick_s : float
        Resolution of the stamps.
    nominal_s : float
        Nominal sample period.
    counts : Counts
        Where to count what went wrong.
    after_s : float or None
        Session time of the last sample before this run; time never goes back behind it.

    Attributes
    ----------
    fit : ArrivalFit
        From the pod's to the session's clock.
    last_s : float or None
        Session time of the newest sample given out, or ``after_s``.
    """

    def __init__(
        self, tick_s: float, nominal_s: float, counts: Counts, after_s: float | None
    ) -> None:
        self.fit = ArrivalFit()
        self.last_s = after_s
        self._tick_s = tick_s
        self._nominal_s = nominal_s
        self._counts = counts
        self._waiting: list[Packet] = []
        self._copies: dict[float, FloatArray] = {}
        self._overlaps: deque[bool] = deque(maxlen=OVERLAP_PACKETS)
        self._spacings_s: deque[float] = deque(maxlen=SLOWER_PACKETS)
        self._before: Packet | None = None
        self._newest_s = -math.inf
        self._pace: Pace | None = None
        self._slew: Slew | None = None

    @property
    def is_off_pace(self) -> bool:
        """Whether the measured period turned out wrong: the next run has to measure it anew."""
        return sum(self._overlaps) >= OVERLAPS or self._is_slower

    @property
    def _is_slower(self) -> bool:
        """Whether the pod sends at a lower rate than it did, as after a lost configuration."""
        spacings_s, pace = self._spacings_s, self._pace
        if pace is None or len(spacings_s) < SLOWER_PACKETS:
            return False
        apart_s = SLOWER_RATIO * pace.period_s
        # The newest tells alone, mostly.
        if spacings_s[-1] <= apart_s:
            return False
        least_s = min(spacings_s)
        return least_s > apart_s and max(spacings_s) <= SLOWER_SPREAD * least_s

    @property
    def fs_hz(self) -> float | None:
        """Measured rate in samples per session second; None before it is measured."""
        return None if self._pace is None else 1.0 / (self._pace.period_s * self.fit.slope)

    def push(self, packet: Packet) -> list[ImuSamples]:
        """Take a packet; return the samples that are now in their place."""
        if self._is_copy(packet):
            self._counts.duplicates += 1
            return []
        self._learn(packet)
        if self._waiting and packet.stamp_s < self._waiting[-1].stamp_s:
            self._counts.late_restored += 1
            bisect.insort(self._waiting, packet, key=lambda waiting: waiting.stamp_s)
        else:
            self._waiting.append(packet)
        if self._pace is not None:
            return self._drain(self._pace, ORDER_WINDOW_S)
        return self._drain(self._measured(), ORDER_WINDOW_S) if self._is_enough() else []

    def flush(self) -> list[ImuSamples]:
        """Return everything that is still held back."""
        if not self._waiting:
            return []
        return self._drain(self._measured() if self._pace is None else self._pace, 0.0)

    def _is_copy(self, packet: Packet) -> bool:
        copies, stamp_s = self._copies, packet.stamp_s
        known = copies.get(stamp_s)
        if known is not None and np.array_equal(known, packet.block.acc_g):
            return True
        copies[stamp_s] = packet.block.acc_g
        # In order of arrival, so the old ones come first; the packet itself is never too old.
        while (oldest_s := next(iter(copies))) <= stamp_s - COPIES_S:
            del copies[oldest_s]
        return False

    def _learn(self, packet: Packet) -> None:
        period_s = self._nominal_s if self._pace is None else self._pace.period_s
        self.fit.add(packet.stamp_s + (packet.samples - 1) * period_s, packet.arrival_s)

    def _is_enough(self) -> bool:
        span_s = self._waiting[-1].stamp_s - self._waiting[0].stamp_s
        if span_s < MEASURE_S or len(self._waiting) < MEASURE_PACKETS:
            return False
        is_many = len(self._waiting) >= SLOW_PACKETS
        return is_many or self._waiting_pace()[0] <= (1.0 + SLOW) * self._nominal_s

    def _waiting_pace(self) -> tuple[float, float]:
        return measured_pace(
            [packet.stamp_s for packet in self._waiting],
            [packet.samples for packet in self._waiting],
            self._tick_s,
            self._nominal_s,
        )

    def _measured(self) -> Pace:
        period_s, start_s = self._waiting_pace()
        self._pace = Pace(period_s, start_s, self._tick_s)
        # So far the ends of the packets were placed by the nominal period.
        self.fit = ArrivalFit()
        for packet in self._waiting:
            self._learn(packet)
        return self._pace

    def _drain(self, pace: Pace, window_s: float) -> list[ImuSamples]:
        out: list[ImuSamples] = []
        waiting = self._waiting
        while waiting:
            first = waiting[0]
            stamp_s = first.stamp_s
            missing = pace.missing(stamp_s)
            if missing and self._end_s(pace) - pace.next_s <= window_s:
                break
            del waiting[0]
            is_taken = not missing and pace.is_taken(stamp_s, first.samples)
            if stamp_s > self._newest_s:
                self._overlaps.append(is_taken)
                self._newest_s = stamp_s
                self._space(first)
            if is_taken:
                self._counts.late_dropped += 1
            else:
                out.append(self._placed(pace, first, missing))
        return out

    def _end_s(self, pace: Pace) -> float:
        """Return where the newest packet ends, in pod seconds."""
        last = self._waiting[-1]
        return last.stamp_s + last.samples * pace.period_s

    def _space(self, packet: Packet) -> None:
        """Take note of how far apart the samples lie by this packet and the one before it."""
        before, self._before = self._before, packet
        if before is not None:
            self._spacings_s.append((packet.stamp_s - before.stamp_s) / before.samples)

    def _placed(self, pace: Pace, packet: Packet, missing: int) -> ImuSamples:
        stamp_s, block, count = packet.stamp_s, packet.block, packet.samples
        is_hole = stamp_s - pace.next_s > HOLE_S
        start_s = pace.jump(stamp_s, count) if is_hole else pace.place(stamp_s, missing, count)
        slew, lost = self._steered(start_s, is_hole, pace.period_s)
        t_s = slew.session_s(start_s) + _places(count) * (slew.rate * pace.period_s)
        self.last_s = t_s.item(-1)
        lost += missing
        self._counts.lost_samples += lost
        return ImuSamples(t_s, block.acc_g, block.gyro_dps, lost)

    def _steered(self, start_s: float, is_hole: bool, period_s: float) -> tuple[Slew, int]:
        """Return the mapping for samples from ``start_s`` on, and the slots lost to a restart."""
        slope, target_s = self.fit.slope, self.fit.session_s(start_s)
        if self._slew is not None and not is_hole:
            self._slew.steer(start_s, target_s, slope)
            return self._slew, 0
        lost = 0
        if self.last_s is not None:
            next_s = self.last_s + period_s * slope
            target_s = max(target_s, next_s)
            if self._slew is None:
                lost = round((target_s - next_s) / (period_s * slope))
        self._slew = Slew(start_s, target_s, slope)
        return self._slew, lost


@lru_cache(maxsize=16)
def _places(count: int) -> FloatArray:
    """Return the places of a packet's samples, from 0 on: one pod's packets are alike."""
    return np.arange(count, dtype=np.float64)
