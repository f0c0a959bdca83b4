"""What a few seconds of gait show of the place where the pod is worn, whatever its mounting.

Rhythm, likeness of the two halves of a stride, height of the contacts, swing, and ringing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from analysis.filters import ZeroPhase

FloatArray = NDArray[np.float64]

WINDOW_S: Final = 5.0
"""Length of a window: three slow strides. Windows overlap by half."""
MAX_HOLE_S: Final = 0.1
"""A window with a longer hole is left out."""
MOVING_G: Final = 0.1
"""Standard deviation of the resultant from which a window is movement; slow walking at the trunk
has 0.15 g (design default)."""
MIN_RHYTHM: Final = 0.4
"""Autocorrelation from which a window is gait (design default)."""
FIRST_PEAK_SHARE: Final = 0.75
"""The first peak of at least this share of the highest is the period, a later one a multiple."""
PERIODS_S: Final = (0.25, 1.7)
"""Seconds. From a runner's step at the trunk to a frail walker's stride."""
MOVEMENT_HZ: Final = 8.0
"""Low-pass of the limb's own movement, for the rhythm."""
BURST_HZ: Final = 12.0
"""High-pass of the contacts."""
SHAKING_HZ: Final = (8.0, 45.0)
SHAKING_BAND_HZ: Final = 2.0
"""Where ringing is looked for, and how far from its strongest line power counts as its own."""


@dataclass(frozen=True, slots=True)
class GaitWindow:
    """What one window of gait shows.

    Attributes
    ----------
    period_s : float
        First strong period of the movement.
    half : float
        Autocorrelation at half of it.
    contact_g : float
        Median over the periods of the highest acceleration above 12 Hz.
    turn_dps : float or None
        Angular speed exceeded for a tenth of the time; None without a gyroscope.
    shaking : float
        Share of the power between 8 and 45 Hz around its strongest line.
    """

    period_s: float
    half: float
    contact_g: float
    turn_dps: float | None
    shaking: float


def gait_windows(rows: FloatArray, fs_hz: float) -> list[GaitWindow]:
    """Return the windows of a signal that are gait.

    Parameters
    ----------
    rows : ndarray, shape (4, n) or (7, n)
        Rising times in seconds, acceleration in g and, with a gyroscope, angular velocity in
        degrees per second. Each window is resampled to even times.
    fs_hz : float
        Nominal sampling rate in Hz.
    """
    found: list[GaitWindow] = []
    if not rows.shape[1]:
        return found
    slow, contacts = ZeroPhase(2, MOVEMENT_HZ, fs_hz), ZeroPhase(1, BURST_HZ, fs_hz)
    n = round(WINDOW_S * fs_hz)
    for start_s in np.arange(rows[0, 0], rows[0, -1] - WINDOW_S + 1.5 / fs_hz, WINDOW_S / 2.0):
        inside = (rows[0] >= start_s) & (rows[0] < start_s + WINDOW_S)
        edges = np.concatenate([[start_s], rows[0, inside], [start_s + WINDOW_S]])
        if np.diff(edges).max() > MAX_HOLE_S:
            continue
        times = start_s + np.arange(n) / fs_hz
        acc, turn = (
            np.array([np.interp(times, rows[0], row) for row in part])
            for part in (rows[1:4], rows[4:])
        )
        if float(np.sqrt((acc * acc).sum(axis=0)).std()) < MOVING_G:
            continue
        movement = np.array([slow.run(row) for row in acc])
        rhythm = _rhythm(movement - movement.mean(axis=1, keepdims=True), fs_hz)
        if rhythm is None:
            continue
        period, half = rhythm
        fast = acc - np.array([contacts.run(row) for row in acc])
        burst = np.sqrt((fast * fast).sum(axis=0))
        whole = burst[: n - n % period].reshape(-1, period)
        found.append(
            GaitWindow(
                period_s=period / fs_hz,
                half=half,
                contact_g=float(np.median(whole.max(axis=1))),
                turn_dps=float(np.percentile(np.sqrt((turn * turn).sum(axis=0)), 90.0))
                if len(turn)
                else None,
                shaking=_shaking(acc, fs_hz),
            )
        )
    return found


def _shaking(acc: FloatArray, fs_hz: float) -> float:
    """Return the share of the fast movement's power that lies around one frequency."""
    hz, power = scipy.signal.welch(acc, fs_hz, nperseg=round(fs_hz))
    inside = (hz >= SHAKING_HZ[0]) & (hz <= SHAKING_HZ[1])
    hz, power = hz[inside], power.sum(axis=0)[inside]
    near = np.abs(hz - hz[power.argmax()]) <= SHAKING_BAND_HZ + 0.1
    return float(power[near].sum() / (power.sum() + 1e-12))


def _rhythm(movement: FloatArray, fs_hz: float) -> tuple[int, float] | None:
    """Return the period in samples and the correlation at half of it; None without a rhythm."""
    n = movement.shape[1]
    spectrum = np.fft.rfft(movement, 2 * n, axis=1)
    raw = np.fft.irfft((spectrum.real**2 + spectrum.imag**2).sum(axis=0), 2 * n)[:n]
    energy = np.concatenate([[0.0], np.cumsum((movement * movement).sum(axis=0))])
    lags = np.arange(n)
    r = 2.0 * raw / (energy[n - lags] + energy[n] - energy[lags] + 1e-9)
    low, high = int(PERIODS_S[0] * fs_hz), min(int(PERIODS_S[1] * fs_hz), n - 2)
    k = np.arange(low, high + 1)
    peaks = k[(r[k] > r[k - 1]) & (r[k] >= r[k + 1])]
    if not len(peaks) or r[peaks].max() < MIN_RHYTHM:
        return None
    period = int(peaks[(r[peaks] >= FIRST_PEAK_SHARE * r[peaks].max()).argmax()])
    near = max(1, round(0.04 * fs_hz))
    return period, float(r[period // 2 - near : period // 2 + near + 1].max())
