"""An outdoor run without a truth: what a second, blunter method says of it.

The cadence of a window comes from the autocorrelation of the whole resultant over several strides,
with no step found; standing is where the resultant hardly moves.
"""

from dataclasses import dataclass

import numpy as np
from scipy.signal import butter, sosfiltfilt
from shared_recordings import FloatArray, Recording, recording

WINDOW_S = 10.0
STRIDES = 6
"""Lag in strides at which the period is read: its error is divided by as many."""
SHORTEST_S, LONGEST_S = 0.55, 0.95
"""A runner's stride."""
RUNNING_G = 0.9
"""Standard deviation of the resultant in a window of steady running (standing: 0.01)."""
STANDING_S, STANDING_G = 2.0, 0.05
"""Standing: so long with a standard deviation below this."""


@dataclass(frozen=True, slots=True)
class Outdoor:
    """What the comparison gives.

    Attributes
    ----------
    windows : int
        Windows of steady running.
    cadence_mae_spm, cadence_p95_spm : float
        Difference between the steps' cadence and the autocorrelation's.
    standing_s : float
        Seconds of standing.
    standing_steps : int
        Steps found in them.
    """

    windows: int
    cadence_mae_spm: float
    cadence_p95_spm: float
    standing_s: float
    standing_steps: int


def compare() -> Outdoor:
    """Compare on the recording of a run with stops at lights."""
    rec = recording("shoe_run/outdoor_first_10min")
    resultant = np.linalg.norm(rec.acc_g, axis=1)
    contacts_s = np.array([step.t_ic_s for step in rec.steps()])
    differences = []
    n = round(WINDOW_S * rec.fs_hz)
    for start in range(0, len(resultant) - n, n):
        part = resultant[start : start + n]
        inside = contacts_s[
            (contacts_s >= rec.t_s[start]) & (contacts_s < rec.t_s[start] + WINDOW_S)
        ]
        halves = part.reshape(4, -1).std(axis=1)
        if halves.min() < RUNNING_G or len(inside) < 5:
            continue
        spm = 120.0 * (len(inside) - 1) / (inside[-1] - inside[0])
        differences.append(abs(spm - _cadence_spm(part, rec.fs_hz)))
    standing = _standing(rec, resultant)
    stood = [standing[int(np.searchsorted(rec.t_s, t_s))] for t_s in contacts_s]
    return Outdoor(
        windows=len(differences),
        cadence_mae_spm=float(np.mean(differences)),
        cadence_p95_spm=float(np.percentile(differences, 95)),
        standing_s=float(standing.sum() / rec.fs_hz),
        standing_steps=sum(map(bool, stood)),
    )


def _cadence_spm(resultant_g: FloatArray, fs_hz: float) -> float:
    """Return the cadence of both feet by autocorrelation alone."""
    low = sosfiltfilt(butter(2, 8.0, fs=fs_hz, output="sos"), resultant_g)
    low -= low.mean()
    n = len(low)
    spectrum = np.fft.rfft(low, 2 * n)
    raw = np.fft.irfft(np.abs(spectrum) ** 2)[:n] / (n - np.arange(n))
    first = int(SHORTEST_S * fs_hz)
    period = float(first + raw[first : int(LONGEST_S * fs_hz)].argmax())
    k = 0
    for strides in range(1, STRIDES + 1):
        # Step by step outwards: each lag is sought near the one that the last period foretells.
        near = round(strides * period)
        k = near - 4 + int(raw[near - 4 : near + 5].argmax())
        period = k / strides
    left, mid, right = raw[k - 1 : k + 2]
    top = k + 0.5 * (left - right) / (left - 2.0 * mid + right)
    return float(120.0 * fs_hz * STRIDES / top)


def _standing(rec: Recording, resultant_g: FloatArray) -> FloatArray:
    """Return for each sample whether it lies inside standing."""
    n = round(STANDING_S * rec.fs_hz)
    sums, squares = (np.concatenate(([0.0], np.cumsum(x))) for x in (resultant_g, resultant_g**2))
    mean = (sums[n:] - sums[:-n]) / n
    still = (squares[n:] - squares[:-n]) / n - mean**2 < STANDING_G**2
    inside = np.zeros(len(resultant_g))
    for start in np.flatnonzero(still):
        inside[start : start + n] = 1.0
    return inside
