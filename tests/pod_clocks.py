"""A pod's packets with known truth: which sample was taken when, on the session's clock."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from sensors.samples import FloatArray, ImuBlock, ImuSamples
from sensors.timebase import Timebase

Arrival = tuple[ImuBlock, float]


@dataclass(frozen=True)
class PodClocks:
    """A pod that numbers its samples on the x axis.

    Attributes
    ----------
    fs_hz : float
        True rate, in samples per session second.
    packet : int
        Samples of a packet.
    speed : float
        Pod seconds per session second: 1.03 for a clock that runs 3 % fast.
    tick_ms : int
        Stamps are rounded to this.
    boot_ms : float
        Counter at session second 0.
    bits : int
        Width of the counter.
    first_s : float
        Session time of the first sample.
    """

    fs_hz: float = 208.0
    packet: int = 8
    speed: float = 1.0
    tick_ms: int = 1
    boot_ms: float = 5_000_000.0
    bits: int = 32
    first_s: float = 1.0
    first_index: int = 0

    def time_s(self, index: FloatArray) -> FloatArray:
        """Return when samples were taken."""
        return self.first_s + (index - self.first_index) / self.fs_hz

    def packets(self, seconds: float, delay_s: Callable[[int], float]) -> list[Arrival]:
        """Return the packets in the order in which they were sent, and their arrivals."""
        found = []
        for number in range(int(seconds * self.fs_hz / self.packet)):
            index = self.first_index + number * self.packet + np.arange(float(self.packet))
            times_s = self.time_s(index)
            tick = self.tick_ms * round(
                (self.boot_ms + 1000.0 * self.speed * float(times_s[0])) / self.tick_ms
            )
            acc_g = np.column_stack([index, np.zeros(self.packet), np.ones(self.packet)])
            block = ImuBlock(tick % 2**self.bits, acc_g, None)
            found.append((block, float(times_s[-1]) + delay_s(number)))
        return found

    def restarted(self, first_s: float, first_index: int) -> "PodClocks":
        """Return the same pod after a change of battery; its first sample is at ``first_s``."""
        boot_ms = 2000.0 - 1000.0 * self.speed * first_s
        return replace(self, boot_ms=boot_ms, first_s=first_s, first_index=first_index)


def jitter(seed: int, least_s: float = 0.005, most_s: float = 0.040) -> Callable[[int], float]:
    """Return a delay for each packet, evenly spread."""
    delays_s = np.random.default_rng(seed).uniform(least_s, most_s, 200_000)
    return lambda number: float(delays_s[number])


def fed(timebase: Timebase, arrivals: Iterable[Arrival]) -> list[ImuSamples]:
    """Push everything, flush, and return what came out."""
    out = [samples for block, arrival_s in arrivals for samples in timebase.push(block, arrival_s)]
    return out + timebase.flush()


def joined(out: list[ImuSamples]) -> tuple[FloatArray, FloatArray]:
    """Return the times and the sample numbers of all blocks."""
    if not out:
        return np.empty(0), np.empty(0)
    return (
        np.concatenate([samples.t_s for samples in out]),
        np.concatenate([samples.acc_g[:, 0] for samples in out]),
    )
