"""Causal filters that carry their state from block to block.

``scipy.signal.lfilter`` with a carried state gives the same bits however the signal is cut, and
costs a fifth of ``sosfilt`` per call. Every design here is of order one or two, where the
direct form is as well conditioned as second-order sections.

``scipy.signal`` takes longer to load than a screen: in this room it is named through ``scipy``,
which loads it for the first filter, and not for who only reads steps. Who must not be held up by
that, as a live session, calls ``load`` before.
"""

from importlib import import_module
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

NYQUIST_SHARE = 0.45
"""Highest cut-off as a share of the sampling rate: a Butterworth needs some room below 0.5."""


def load() -> None:
    """Load what the filters need now: it takes a second or two, in which nothing else is done."""
    import_module("scipy.signal")


class CausalFilter:
    """A Butterworth filter over one or several channels, stepped block by block.

    Parameters
    ----------
    order : int
        Order, 1 or 2.
    cutoff_hz : float
        Cut-off (-3 dB); lowered to 0.45 of the rate where the rate is too slow for it.
    kind : {"lowpass", "highpass"}
        Pass band.
    fs_hz : float
        Sampling rate in Hz.
    """

    def __init__(
        self, order: int, cutoff_hz: float, kind: Literal["lowpass", "highpass"], fs_hz: float
    ) -> None:
        cutoff = min(cutoff_hz, NYQUIST_SHARE * fs_hz)
        b, a = scipy.signal.butter(order, cutoff, btype=kind, fs=fs_hz)
        self._b: FloatArray = np.asarray(b, float)
        self._a: FloatArray = np.asarray(a, float)
        self._rest: FloatArray = np.asarray(scipy.signal.lfilter_zi(b, a), float)
        self._state: FloatArray | None = None

    def step(self, x: FloatArray) -> FloatArray:
        """Filter the next block.

        Parameters
        ----------
        x : ndarray, shape (n,) or (channels, n)
            The block, time along the last axis, n >= 1. The first block decides the rest state:
            the filter starts as if the first sample had stood there for ever.

        Returns
        -------
        ndarray, same shape
        """
        if self._state is None:
            self._state = np.multiply.outer(x[..., 0], self._rest)
        y, self._state = scipy.signal.lfilter(self._b, self._a, x, axis=-1, zi=self._state)
        return np.asarray(y)


class RunningMean:
    """Exponentially weighted mean that starts as the plain mean of what it has seen.

    A low-pass started at its first sample would carry that sample, possibly taken in mid-swing,
    for several time constants.

    Parameters
    ----------
    tau_s : float
        Time constant in seconds.
    fs_hz : float
        Sampling rate in Hz.
    """

    def __init__(self, tau_s: float, fs_hz: float) -> None:
        keep = float(np.exp(-1.0 / (tau_s * fs_hz)))
        self._b: FloatArray = np.array([1.0 - keep])
        self._a: FloatArray = np.array([1.0, -keep])
        self._state: FloatArray | None = None
        self._weight = 0.0
        self._weight_state: FloatArray | None = np.zeros(1)

    def step(self, x: FloatArray) -> FloatArray:
        """Return the mean after each sample of ``x``, shape (channels, n), n >= 1."""
        if self._state is None:
            self._state = np.zeros((len(x), 1))
        y, self._state = scipy.signal.lfilter(self._b, self._a, x, axis=-1, zi=self._state)
        y /= self._weights(x.shape[1])
        return np.asarray(y)

    def _weights(self, n: int) -> FloatArray | float:
        """Return the weight seen after each of ``n`` samples; one number once it grows no more."""
        if self._weight_state is None:
            return self._weight
        weights, self._weight_state = scipy.signal.lfilter(
            self._b, self._a, np.ones(n), zi=self._weight_state
        )
        # It comes to rest near 1 after some 30 time constants, to the last bit and for ever.
        if weights.item(0) == self._weight:
            self._weight_state = None
        self._weight = weights.item(-1)
        return np.asarray(weights)


class ZeroPhase:
    """Forward and backward low-pass over one whole stretch.

    The result at every sample depends on the whole stretch: to be independent of how the stream
    was cut, the stretch's limits must not depend on the cuts.
    """

    def __init__(self, order: int, cutoff_hz: float, fs_hz: float) -> None:
        b, a = scipy.signal.butter(order, min(cutoff_hz, NYQUIST_SHARE * fs_hz), fs=fs_hz)
        self._b: FloatArray = np.asarray(b, float)
        self._a: FloatArray = np.asarray(a, float)
        self._rest: FloatArray = np.asarray(scipy.signal.lfilter_zi(b, a), float)

    def run(self, x: FloatArray) -> FloatArray:
        """Filter ``x``, shape (n,), n >= 1, both ways."""
        forward, _ = scipy.signal.lfilter(self._b, self._a, x, zi=self._rest * x[0])
        back, _ = scipy.signal.lfilter(self._b, self._a, forward[::-1], zi=self._rest * forward[-1])
        return np.asarray(back[::-1])
