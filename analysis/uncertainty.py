"""How far a contact's time may be off, as it was measured on people, by place and rate.

A slower pod sees a contact between two samples and through a slower filter: the spread grows with
the sample period. The figures are standard deviations against force (shank) and against motion
capture and hand labels (foot), whose own error is in them; ``make accuracy`` measures them anew.
"""

from math import hypot
from typing import Final

from analysis.step import Placement

AT_BEST_MS: Final = {Placement.SHANK: 11.0, Placement.FOOT: 36.0}
"""ms. Spread at 140 Hz and more: walking, the worse of the two gaits; running has half of it."""

SAMPLES_OFF: Final = 1.0
"""Sample periods that come on top, as an independent part: the shank's spread is 13 ms at 104 Hz
and 17-19 ms at 52 Hz."""


def timing_sd_ms(placement: Placement, fs_hz: float) -> float:
    """Return the standard deviation of initial contact in milliseconds.

    Parameters
    ----------
    placement : Placement
        Where the pod is worn.
    fs_hz : float
        Sampling rate in Hz.
    """
    return hypot(AT_BEST_MS[placement], SAMPLES_OFF * 1000.0 / fs_hz)
