"""The stride period from the vector autocorrelation of the limb's movement.

The sum over the axes of a(t)·a(t - lag) does not change when the pod is turned on the limb.
Each lag is normalised by the energy of the two parts it compares, so that a window which is
half rest, half gait still shows the period of the gait.
"""

from collections.abc import Iterator

import numpy as np
import scipy
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

RATE_HZ = 26.0
"""Working rate: above twice the 12 Hz at which the movement is split off."""
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

    def latest_s(self, known: int) -> float | None:
        """Return the newest estimate known at sample ``known``; None where there is none."""
        count = min(known // self.hop, len(self))
        return self.period_s(count - 1) if count else None

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
        self._fft: int = scipy.fft.next_fast_len(self._window + self._high + 1, real=True)
        self._offsets = np.arange(self._window)
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
        inside = starts[:, None] + self._offsets
        squares = slow * slow
        energy = (squares[0] + squares[1] + squares[2])[inside].cumsum(axis=1)
        likeness = self._likeness(slow[:, inside], energy)
        for period_s in self._periods_s(likeness, energy):
            self.rhythms.append(period_s)
        self._slow = slow[:, -(self._window + self._slow_hop) :]

    def latest_s(self, now: int) -> float | None:
        """Return the newest estimate that needs no sample from ``now`` on; None: no rhythm.

        The last sample it takes comes some samples before the one at which it counts as known.
        """
        return self.rhythms.latest_s(now + self._every - 1)

    def _likeness(self, windows: FloatArray, energy: FloatArray) -> FloatArray:
        """Return how alike each window is to itself.

        Parameters
        ----------
        windows : ndarray, shape (3, windows, samples)
            The movement.
        energy : ndarray, shape (windows, samples)
            Sum of its squares after each sample.

        Returns
        -------
        ndarray, shape (windows, lags)
            At the lags from one below the shortest stride to one above the longest.
        """
        n, first, stop = self._window, self._low - 1, self._high + 2
        spectrum = np.fft.rfft(windows, self._fft, axis=2)
        power = spectrum.real**2 + spectrum.imag**2
        power = power[0] + power[1] + power[2]
        raw = np.fft.irfft(power, self._fft, axis=1)[:, first:stop]
        later = energy[:, -1:] - energy[:, first - 1 : stop - 1]
        earlier = energy[:, n - stop : n - first][:, ::-1]
        return np.asarray(2.0 * raw / (later + earlier + 2.0 * n * REST_G**2))

    def _periods_s(self, r: FloatArray, energy: FloatArray) -> Iterator[float | None]:
        """Yield the stride period that each window shows; None: no rhythm."""
        n, here = self._window, r[:, 1:-1]
        peaks = np.where((r[:, :-2] < here) & (here >= r[:, 2:]), here, 0.0)
        best = peaks.max(axis=1)
        level = np.maximum(FIRST_PEAK_SHARE * best, MIN_CORRELATION)
        # Where no peak is high enough this is the first lag, and the window has no rhythm.
        k = (peaks >= level[:, None]).argmax(axis=1) + 1
        lags = self._low - 1 + k
        twice = np.minimum(2 * lags, self._high)
        rows, total = np.arange(len(r)), energy[:, -1]
        overlap = total - energy[rows, twice - 1] + energy[rows, n - twice - 1]
        shows = (
            (total >= n * MIN_MOVEMENT_G**2)
            & (best >= MIN_CORRELATION)
            & (overlap >= 2.0 * MIN_OVERLAP * total)
        )
        left, mid, right = r[rows, k - 1], r[rows, k], r[rows, k + 1]
        bend = left - 2.0 * mid + right
        tops = np.divide(0.5 * (left - right), bend, out=np.zeros(len(r)), where=bend != 0.0)
        periods_s = (lags + tops) / self._rate_hz
        for has_rhythm, period_s in zip(shows.tolist(), periods_s.tolist(), strict=True):
            yield period_s if has_rhythm else None
