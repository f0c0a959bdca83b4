"""The instant of initial contact within its burst.

On the shank the shock's peak follows contact by a time that grows with how slowly the shock
rises; the rise time is measured and taken off. On the foot heel strike and the fall of the
forefoot make several peaks, of which now one, now another is the highest; the top of their common
hump is steady.
"""

import numpy as np

from analysis.contacts import Contact
from analysis.signals import Column
from analysis.smoothing import vertex
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
"""From contact by force (7.5 % body weight) to the shock's onset at the shank; from contact to
the top of the hump at the foot."""
RISE_WEIGHT = 1.15


def onset_index(
    tape: Tape, contact: Contact, burst_delay: int, placement: Placement, fs_hz: float
) -> float:
    """Return initial contact as a sample index with a fraction.

    Parameters
    ----------
    tape : Tape
        The signals.
    contact : Contact
        The accepted burst.
    burst_delay : int
        Samples by which the burst column is late.
    placement : Placement
        Where the pod is worn.
    fs_hz : float
        Sampling rate in Hz.
    """
    top = contact.index
    if placement is Placement.FOOT:
        start = top + burst_delay - 1
        hump = tape.view(Column.BURST, start, start + 3)
        shift = vertex(hump, 1) if len(hump) == 3 else 0.0
        return top + shift - OFFSET_S[placement] * fs_hz
    low = max(top - int(LOOK_BACK_S * fs_hz), tape.start)
    x = tape.view(Column.RESULTANT, low, top + int(LOOK_ON_S * fs_hz) + 1)
    k = int(np.argmax(x))
    rise_s = _rise_s(tape, low + k, float(x[k]), fs_hz)
    return low + k + vertex(x, k) - (OFFSET_S[placement] + RISE_WEIGHT * rise_s) * fs_hz


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
