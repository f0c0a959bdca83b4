"""The instant of initial contact within its burst.

The burst's peak follows contact by a time that grows with how slowly the shock rises; the rise
time is measured and taken off.
"""

import numpy as np

from analysis.signals import Column
from analysis.step import Placement
from analysis.tape import Tape

LOOK_BACK_S = 0.050
LOOK_ON_S = 0.020
RISE_SHARE = 0.20
"""The rise is counted from this share of the peak above rest."""
REST_G = 1.3
"""The resultant just before contact."""
LONGEST_RISE_S = 0.060
OFFSET_S = {Placement.SHANK: 0.022, Placement.FOOT: 0.010}
"""From contact by force (7.5 % body weight) to the shock's onset at the pod."""
RISE_WEIGHT = {Placement.SHANK: 1.15, Placement.FOOT: 0.0}


def onset_index(tape: Tape, burst_index: int, placement: Placement, fs_hz: float) -> float:
    """Return initial contact as a sample index with a fraction.

    Parameters
    ----------
    tape : Tape
        The signals.
    burst_index : int
        Sample of the burst's maximum.
    placement : Placement
        Where the pod is worn.
    fs_hz : float
        Sampling rate in Hz.
    """
    low = max(burst_index - int(LOOK_BACK_S * fs_hz), tape.start)
    x = tape.view(Column.RESULTANT, low, burst_index + int(LOOK_ON_S * fs_hz) + 1)
    k = int(np.argmax(x))
    peak = low + k + _vertex(x, k)
    weight = RISE_WEIGHT[placement]
    rise_s = _rise_s(tape, low + k, float(x[k]), fs_hz) if weight else 0.0
    return peak - (OFFSET_S[placement] + weight * rise_s) * fs_hz


def _rise_s(tape: Tape, peak: int, height_g: float, fs_hz: float) -> float:
    low = max(peak - int(LONGEST_RISE_S * fs_hz), tape.start)
    x = tape.view(Column.RESULTANT, low, peak + 1)
    level = REST_G + RISE_SHARE * (height_g - REST_G)
    under = np.flatnonzero(x < level)
    if not len(under):
        return 0.050
    k = int(under[-1])
    if k + 1 >= len(x):
        return 0.0
    part = (level - x[k]) / max(float(x[k + 1] - x[k]), 1e-9)
    return float(len(x) - 1 - k - part) / fs_hz


def _vertex(x: np.ndarray[tuple[int], np.dtype[np.float64]], k: int) -> float:
    if not 0 < k < len(x) - 1:
        return 0.0
    bend = float(x[k - 1] - 2.0 * x[k] + x[k + 1])
    return 0.5 * float(x[k - 1] - x[k + 1]) / bend if bend < 0.0 else 0.0
