"""The stride period from the vector autocorrelation of the limb's movement.

The sum over the axes of a(t)·a(t - lag) does not change when the pod is turned on the limb.
Each lag is normalised by the energy of the two parts it compares, so that a window which is
half rest, half gait still shows the period of the gait.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

FloatArray = NDArray[np.float64]

RATE_HZ = 26.0
"""Working rate: three times the movement's 8 Hz."""
WINDOW_S = 4.0
"""Length of signal looked at: three walking strides, so that the period shows twice."""
HOP_S = 0.5
"""A new estimate this often."""
SHORTEST_S = 0.48
"""A sprinter's stride (250 steps/min)."""
LONGEST_S = 1.7
"""A frail walker's stride (70 steps/min)."""
MIN_CORRELATION = 0.30
"""Less than this and there is no rhythm (design default)."""
FIRST_PEAK_SHARE = 0.75
"""The first peak at this share of the highest is the stride: a later one is two strides."""
REST_G = 0.08
"""Movement of a resting limb (sensor noise, sway): it must not look like a rhythm."""
MIN_MOVEMENT_G = 0.12
"""RMS of the movement below which the limb rests: half of slow walking's."""
MOST_MOVEMENT_G = 1.5
"""Movement is cut off here, on each axis: the limb's own stays below, and hard shocks, of which
no two are sampled alike, would hide the likeness of two strides."""
MIN_OVERLAP = 0.25
"""A period is believed when twice the period compares this share of the window's energy:
else half a stride could pass for a stride."""
FORGET_HOPS = 64
"""Old estimates are dropped so many at a time."""


class Rhythms:
    """The stride periods estimated so far, one per hop; old ones are forgotten.

    Parameters
    ----------
    hop : int
        Samples between two estimates.

    Attributes
    ----------
    hop : int
        As given.
    """

    def __init__(self, hop: int) -> None:
        self.hop = hop
        self._periods_s: list[float | None] = []
        self._base = 0

    def __len__(self) -> int:
        """Estimates so far, the forgotten ones too."""
        return self._base + len(self._periods_s)

    def append(self, period_s: float | None) -> None:
        """Add the next estimate; None: there is no rhythm."""
        self._periods_s.append(period_s)

    def period_s(self, k: int) -> float | None:
        """Return estimate ``k``, counted from 0; None where there is no rhythm."""
        return self._periods_s[k - self._base]

    def known(self, k: int) -> int:
        """Return the absolute sample at which estimate ``k`` was known."""
        return (k + 1) * self.hop

    def forget(self, before: int) -> None:
        """Drop the estimates known before sample ``before``, when many have come together."""
        drop = before // self.hop - self._base - 1
        if drop > FORGET_HOPS:
            del self._periods_s[:drop]
            self._base += drop


class PeriodTracker:
    """Estimates the stride period at fixed absolute samples.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.

    Attributes
    ----------
    rhythms : Rhythms
        The estimates so far.
    """

    def __init__(self, fs_hz: float) -> None:
        self._every = max(1, round(fs_hz / RATE_HZ))
        self._rate_hz = fs_hz / self._every
        self._slow_hop = max(1, round(HOP_S * self._rate_hz))
        self._window = round(WINDOW_S * self._rate_hz)
        self._low = int(SHORTEST_S * self._rate_hz)
        self._high = int(LONGEST_S * self._rate_hz) + 1
        self._fft: int = next_fast_len(self._window + self._high + 1, real=True)
        self._seen = 0
        self._slow: FloatArray = np.zeros((3, self._window))
        self._slow_end = 0
        self._taken: list[FloatArray] = []
        self.rhythms = Rhythms(self._every * self._slow_hop)

    def push(self, movement: FloatArray) -> None:
        """Take the next block of movement, shape (3, n), and append to ``rhythms``."""
        taken = movement[:, -self._seen % self._every :: self._every]
        self._seen += movement.shape[1]
        self._taken.append(taken)
        self._slow_end += taken.shape[1]
        first, stop = len(self.rhythms) + 1, self._slow_end // self._slow_hop + 1
        if stop <= first:
            return
        new = np.concatenate(self._taken, axis=1)
        new = np.minimum(np.maximum(new, -MOST_MOVEMENT_G), MOST_MOVEMENT_G)
        slow = np.concatenate((self._slow, new), axis=1)
        self._taken.clear()
        base = self._slow_end - slow.shape[1]
        starts = np.arange(first, stop) * self._slow_hop - self._window - base
        periods = self._periods_s(slow[:, starts[:, None] + np.arange(self._window)])
        for period_s in periods.tolist():
            self.rhythms.append(period_s if period_s > 0.0 else None)
        self._slow = slow[:, -(self._window + self._slow_hop) :]

    def _periods_s(self, windows: FloatArray) -> FloatArray:
        """Return the period of each window, shape (3, windows, samples); 0: no rhythm."""
        n, low, high = self._window, self._low, self._high
        x, y, z = windows
        energy = np.cumsum(x * x + y * y + z * z, axis=1)
        spectrum = np.fft.rfft(windows, self._fft, axis=2)
        power = spectrum.real**2 + spectrum.imag**2
        raw = np.fft.irfft(power[0] + power[1] + power[2], self._fft, axis=1)
        lags = np.arange(low - 1, high + 2)
        total = energy[:, -1:]
        later = total - energy[:, lags - 1]
        earlier = energy[:, n - lags - 1]
        r = 2.0 * raw[:, lags] / (later + earlier + 2.0 * n * REST_G**2)
        inner = r[:, 1:-1]
        peak = (inner > r[:, :-2]) & (inner >= r[:, 2:])
        height = np.where(peak, inner, 0.0)
        best = height.max(axis=1)
        k = (height >= np.maximum(FIRST_PEAK_SHARE * best, MIN_CORRELATION)[:, None]).argmax(axis=1)
        rows = np.arange(len(k))
        left, mid, right = r[rows, k], r[rows, k + 1], r[rows, k + 2]
        bend = left - 2.0 * mid + right
        shift = 0.5 * (left - right) / np.where(bend < 0.0, bend, -1.0)
        twice = np.minimum(2 * lags[k + 1], high)
        overlap = total[:, 0] - energy[rows, twice - 1] + energy[rows, n - twice - 1]
        good = (
            (best >= MIN_CORRELATION)
            & (total[:, 0] >= n * MIN_MOVEMENT_G**2)
            & (overlap >= 2.0 * MIN_OVERLAP * total[:, 0])
        )
        return np.where(good, (lags[k + 1] + shift) / self._rate_hz, 0.0)
