"""Stamps for a pod's packets: its counter, unwrapped."""

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


class Stamper(Protocol):
    """What gives packets their stamps."""

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Packet]:
        """Return the packets whose stamp is now known, given the fit of the present run."""
        ...

    def flush(self) -> list[Packet]:
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

    def stamp(self, block: ImuBlock, arrival_s: float, fit: ArrivalFit) -> list[Packet]:
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

    def flush(self) -> list[Packet]:
        """Return nothing: a last packet that nothing confirms is dropped."""
        self._give_up_suspect()
        return []

    def _step(self, tick: int, arrival_s: float, fit: ArrivalFit) -> int | None:
        """Return the ticks from the newest packet to this one; None where that cannot be."""
        newest, turn, tick_s = self._newest, self._turn, self._tick_s
        assert newest is not None
        turn_s = turn * tick_s
        step = (tick - newest + turn // 2) % turn - turn // 2
        late_s = fit.lateness_s((newest + step) * tick_s, arrival_s)
        turns = round(late_s / turn_s)
        step, late_s = step + turns * turn, late_s - turns * turn_s
        step_s = step * tick_s
        slack_s = MAX_SLOPE * abs(step_s)
        is_plausible = step_s >= -BACK_S and -EARLY_S - slack_s <= late_s <= LATE_S + slack_s
        return step if is_plausible else None

    def _suspected(self, tick: int, block: ImuBlock, arrival_s: float) -> list[Packet]:
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
    ) -> Packet:
        return Packet(tick * self._tick_s, block, arrival_s, len(block.acc_g), restarts)
