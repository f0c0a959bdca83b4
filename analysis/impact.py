"""Impact: the peak resultant acceleration of a contact, and when it cannot be told.

The resultant is taken as measured, without a low-pass: the pod's own anti-alias filter is the
only one, so the value is comparable within one pod, placement and rate only, which is how the
programme uses it (ratios to the own baseline).
"""

from math import isfinite
from typing import NamedTuple

from analysis.signals import Column
from analysis.step import NoImpact
from analysis.tape import Tape

MIN_RATE_HZ = 190.0
"""Below this the peak is cut between samples: 102 Hz loses 0.5-1.4 g (tibia, running)."""
BEFORE_S = 0.050
"""The window opens this long before initial contact (errors of IC, early strap movement)."""
AFTER_S = 0.100
"""And closes this long after: tibial peaks come 20-50 ms after contact."""


class Impact(NamedTuple):
    """The impact of one contact.

    Attributes
    ----------
    impact_g : float or None
        Peak resultant.
    at_least_g : float or None
        Lower bound where clipped.
    reason : NoImpact or None
        Why there is no value.
    filled : bool
        Whether the window holds filled samples.
    """

    impact_g: float | None
    at_least_g: float | None
    reason: NoImpact | None
    filled: bool


def impact_at(tape: Tape, contact_index: float, fs_hz: float) -> Impact:
    """Measure the impact around initial contact.

    Parameters
    ----------
    tape : Tape
        The signals.
    contact_index : float
        Initial contact as a sample index.
    fs_hz : float
        Sampling rate in Hz.
    """
    start = int(contact_index - BEFORE_S * fs_hz)
    stop = int(contact_index + AFTER_S * fs_hz) + 2
    resultant = tape.numbers(Column.RESULTANT, start, stop)
    if not resultant:
        return Impact(None, None, NoImpact.HOLE, False)
    filled = tape.any(Column.FILLED, start, stop)
    # Index 0 is the first sample after a hole, and the last index the one before the next.
    is_cut = start < 0 or stop > tape.end
    peak_g = max(resultant)
    if tape.any(Column.CLIPPED, start, stop):
        return Impact(None, peak_g, NoImpact.CLIPPED, filled)
    if fs_hz < MIN_RATE_HZ:
        # Before the holes: no mended link would give this pod an impact.
        return Impact(None, None, NoImpact.RATE, filled)
    if filled or is_cut or not isfinite(peak_g):
        return Impact(None, None, NoImpact.HOLE, filled)
    return Impact(peak_g, None, None, filled)
