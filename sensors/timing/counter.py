"""Stamps for a pod's packets: its counter, unwrapped, or else the count of its samples."""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from sensors.pods.pod import PodClock
from sensors.samples import ImuBlock
from sensors.timing.epoch import Counts, Packet
from sensors.timing.fit import MAX_SLOPE, ArrivalFit

EARLY_S: Final = 2.0
"""Seconds by which a counter may be ahead of the arrivals: as long as the first packets may have
been held up (design default)."""

LATE_S: Final = 10.0
"""Seconds for which a link may hold packets back, in their order (design default)."""

BACK_S: Final = 2.0
"""Seconds by which a counter may step back because packets overtook each other; a greater step is a
restart (design default)."""

RESTART_S: Final = 2.0
"""Seconds within which a second packet has to confirm a restarted counter (design default)."""

COUNT_S: Final = 2.0
"""Seconds of arrivals from which the rate of a pod without a counter is measured: their jitter of
40 ms then costs 2 % (design default)."""

SILENCE_S: Final = 1.5
"""Seconds without a packet after which the count of samples means nothing any more."""

NOMINAL_ERROR: Final = 0.05
"""Part by which arrivals may differ from the nominal rate before it is given up."""


@dataclass(frozen=True, slots=True)
class Stamped:
    """A packet with its stamp; ``restarts`` where it is the first of a new run of the counter."""

    packet: Packet
    restarts: bool


class Stamper(Protocol):
    """What gives packets their stamps."""

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Stamped]:
        """Return the packets whose stamp is now known, given the fit of the present run."""
        ...

    def flush(self) -> list[Stamped]:
        """Return what is still held back, at the end of the stream."""
        ...


class CounterStamper:
    """The counter of the pod itself, unwrapped.

    A counter that steps to where neither a wrap nor a delay can bring it was restarted, if the next
    packet follows from there; if not, its packet is dropped.

    Parameters
    ----------
    clock : PodClock
        The counter.
    counts : Counts
        Where to count restarts and dropped packets.
    """

    def __init__(self, clock: PodClock, counts: Counts) -> None:
        self._tick_s = clock.tick_s
        self._turn = 2**clock.bits
        self._counts = counts
        self._newest: int | None = None
        self._suspect: tuple[int, ImuBlock, float] | None = None

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Stamped]:
        """Return the packet with its stamp; raises ValueError for a block without a tick."""
        if block.tick is None:
            raise ValueError("time base: a block without a tick; give this pod no clock")
        if self._newest is None:
            self._newest = block.tick
            return [self._stamped(block.tick, block, arrival_s)]
        step = self._step(block.tick, arrival_s, fit)
        if step is not None:
            self._give_up_suspect()
            tick = self._newest + step
            self._newest = max(self._newest, tick)
            return [self._stamped(tick, block, arrival_s)]
        return self._suspected(block.tick, block, arrival_s)

    def flush(self) -> list[Stamped]:
        """Return nothing: a last packet that nothing confirms is dropped."""
        self._give_up_suspect()
        return []

    def _step(self, tick: int, arrival_s: float, fit: ArrivalFit) -> int | None:
        """Return the ticks from the newest packet to this one; None where that cannot be."""
        assert self._newest is not None
        turn_s = self._turn * self._tick_s
        step = (tick - self._newest + self._turn // 2) % self._turn - self._turn // 2
        late_s = fit.lateness_s((self._newest + step) * self._tick_s, arrival_s)
        turns = round(late_s / turn_s)
        step, late_s = step + turns * self._turn, late_s - turns * turn_s
        step_s = step * self._tick_s
        slack_s = MAX_SLOPE * abs(step_s)
        is_plausible = step_s >= -BACK_S and -EARLY_S - slack_s <= late_s <= LATE_S + slack_s
        return step if is_plausible else None

    def _suspected(self, tick: int, block: ImuBlock, arrival_s: float) -> list[Stamped]:
        if self._suspect is not None:
            first_tick, first, first_arrival_s = self._suspect
            step = (tick - first_tick) % self._turn
            if step == 0 and np.array_equal(block.acc_g, first.acc_g):
                self._counts.duplicates += 1
                return []
            if 0 < step * self._tick_s <= RESTART_S:
                self._suspect = None
                self._newest = first_tick + step
                self._counts.resets += 1
                begin = self._stamped(first_tick, first, first_arrival_s, restarts=True)
                return [begin, self._stamped(first_tick + step, block, arrival_s)]
        self._give_up_suspect()
        self._suspect = tick, block, arrival_s
        return []

    def _give_up_suspect(self) -> None:
        self._counts.implausible += self._suspect is not None
        self._suspect = None

    def _stamped(
        self, tick: int, block: ImuBlock, arrival_s: float, *, restarts: bool = False
    ) -> Stamped:
        return Stamped(Packet(tick * self._tick_s, block, arrival_s), restarts)


class SampleStamper:
    """The count of the samples, for a pod that has no counter: losses cannot be seen.

    Parameters
    ----------
    nominal_s : float
        Nominal sample period; kept unless the first arrivals contradict it.
    counts : Counts
        Where to count restarts.
    """

    def __init__(self, nominal_s: float, counts: Counts) -> None:
        self._nominal_s = nominal_s
        self._counts = counts
        self._period_s: float | None = None
        self._held: list[tuple[ImuBlock, float]] = []
        self._index = 0
        self._arrival_s: float | None = None
        self._restarts = False

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Stamped]:  # noqa: ARG002 (a count needs no fit)
        """Return the packets whose place in the count is known."""
        before: list[Stamped] = []
        if self._arrival_s is not None and arrival_s - self._arrival_s > SILENCE_S:
            before = self.flush()
            self._restarts = True
            self._counts.resets += 1
        self._arrival_s = arrival_s
        if self._period_s is not None:
            return [*before, self._counted(block, arrival_s, self._period_s)]
        self._held.append((block, arrival_s))
        if arrival_s - self._held[0][1] < COUNT_S:
            return []
        return self.flush()

    def flush(self) -> list[Stamped]:
        """Measure the rate from what is held back, and return it."""
        if not self._held:
            return []
        self._period_s = self._measured_s()
        held, self._held = self._held, []
        return [self._counted(block, arrival_s, self._period_s) for block, arrival_s in held]

    def _measured_s(self) -> float:
        span_s = self._held[-1][1] - self._held[0][1]
        period_s = span_s / max(1, sum(len(block.acc_g) for block, _ in self._held[1:]))
        is_nominal = abs(period_s / self._nominal_s - 1.0) <= NOMINAL_ERROR
        return self._nominal_s if is_nominal or span_s < COUNT_S else period_s

    def _counted(self, block: ImuBlock, arrival_s: float, period_s: float) -> Stamped:
        packet = Packet(self._index * period_s, block, arrival_s)
        self._index += len(block.acc_g)
        restarts, self._restarts = self._restarts, False
        return Stamped(packet, restarts)
