"""The stride period from the vector autocorrelation of the limb's movement.

The sum over the axes of a(t)·a(t - lag) does not change when the pod is turned on the limb.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RATE_HZ = 26.0
"""Working rate: three times the movement's 8 Hz."""
WINDOW_S = 4.0
"""Length of signal looked at: three walking strides, so that the period shows twice."""
HOP_S = 0.25
"""A new estimate this often."""
SHORTEST_S = 0.48
"""A sprinter's stride (250 steps/min)."""
LONGEST_S = 1.7
"""A frail walker's stride (70 steps/min)."""
MIN_CORRELATION = 0.30
"""Less than this and there is no rhythm (design default)."""
FIRST_PEAK_SHARE = 0.70
"""The first peak at this share of the highest is the stride: a later one is two strides."""
MIN_MOVEMENT_G = 0.12
"""RMS of the movement below which the limb rests: half of slow walking's."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The estimate at one hop.

    Attributes
    ----------
    index : int
        Absolute sample at which it was known.
    period_s : float or None
        Stride period; None where there is no rhythm.
    movement_g : float
        RMS of the movement in the window.
    """

    index: int
    period_s: float | None
    movement_g: float


class PeriodTracker:
    """Estimates the stride period at fixed absolute samples.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    """

    def __init__(self, fs_hz: float) -> None:
        self._every = max(1, round(fs_hz / RATE_HZ))
        self._rate_hz = fs_hz / self._every
        self.hop = self._every * max(1, round(HOP_S * self._rate_hz))
        self._window = round(WINDOW_S * self._rate_hz)
        self._low = int(SHORTEST_S * self._rate_hz)
        self._high = int(LONGEST_S * self._rate_hz) + 1
        self._seen = 0
        self._slow: FloatArray = np.zeros((3, 0))
        self._slow_base = 0
        self.rhythms: list[Rhythm] = []

    def push(self, movement: FloatArray) -> None:
        """Take the next block of movement, shape (3, n), and append to ``rhythms``."""
        n = movement.shape[1]
        first = -self._seen % self._every
        self._slow = np.concatenate([self._slow, movement[:, first :: self._every]], axis=1)
        before = self._seen // self.hop
        self._seen += n
        for k in range(before + 1, self._seen // self.hop + 1):
            self.rhythms.append(self._estimate(k * self.hop))
        drop = self._slow.shape[1] - self._window - self.hop
        if drop > 4096:
            self._slow = self._slow[:, drop:].copy()
            self._slow_base += drop

    def _estimate(self, index: int) -> Rhythm:
        stop = index // self._every - self._slow_base
        x = self._slow[:, max(0, stop - self._window) : stop]
        n = x.shape[1]
        movement = float(np.sqrt(np.mean(x * x) * 3.0)) if n else 0.0
        if movement < MIN_MOVEMENT_G or n < 2 * self._low:
            return Rhythm(index, None, movement)
        spectrum = np.fft.rfft(x, 256, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).sum(axis=0)
        r = np.fft.irfft(power, 256)[:n]
        high = min(self._high, int(0.62 * n))
        if high <= self._low + 2:
            return Rhythm(index, None, movement)
        r = r[: high + 2] / (n - np.arange(high + 2))
        r = r / r[0]
        return Rhythm(index, self._first_peak(r, high), movement)

    def _first_peak(self, r: FloatArray, high: int) -> float | None:
        part = r[self._low - 1 : high + 2]
        inner = part[1:-1]
        peaks = np.flatnonzero((inner > part[:-2]) & (inner >= part[2:])) + 1
        if not len(peaks):
            return None
        best = float(part[peaks].max())
        if best < MIN_CORRELATION:
            return None
        for k in peaks:
            if part[k] >= max(FIRST_PEAK_SHARE * best, MIN_CORRELATION):
                left, mid, right = part[k - 1 : k + 2]
                shift = 0.5 * (left - right) / (left - 2.0 * mid + right)
                return float((self._low - 1 + k + shift) / self._rate_hz)
        return None
