"""Is the pod on a foot or shank, strapped tight, and in g? A question to ask, never a block.

From the first 30 s of the signal alone, whatever the mounting. A foot or shank lands once a stride
and hard, swings and stands still in turns. A trunk feels both feet alike, so its rhythm repeats
after half a stride; a hand or a pocket feels soft contacts; a loose pod goes on shaking after each
contact. At rest the resultant is 1 g, whatever the place: another number names wrong units.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.gait_windows import GaitWindow, gait_windows
from analysis.units import UnitFault, resting, unit_fault

FloatArray = NDArray[np.float64]

LOOK_S: Final = 30.0
"""Seconds from the first sample that are looked at."""
MIN_WINDOWS: Final = 2
"""Windows with gait below which nothing is said: 7.5 s, about ten steps."""
ALIKE: Final = 0.5
"""Autocorrelation at half the period from which both halves of a stride are alike. Foot and shank
have less than 0.2, as the limb swings in one half and stands in the other."""
SHORTEST_STRIDE_S: Final = 0.45
"""Seconds. No runner's stride is shorter (267 steps/min): such a period is a step."""
QUICK_STRIDE_S: Final = 0.90
"""Seconds. A shorter period is a run, or the step of a walking trunk."""
QUICK_CONTACT_G: Final = 1.2
"""g above 12 Hz. Contacts of a run at foot or shank are 3 g and more; a walking trunk's are not."""
SLOW_CONTACT_G: Final = 0.4
"""The same for walking: 0.7 g and more at the shank; hand and pocket get what the body leaves."""
LITTLE_TURN_DPS: Final = 100.0
"""Degrees per second that a swinging leg exceeds for a tenth of the time (a foot: 150-500)."""
SHAKING: Final = 0.65
"""Share of the power between 8 and 45 Hz that lies within 2 Hz of its strongest line, from which
the pod swings on its strap. A contact is short and so has every frequency: tight pods show 0.15 to
0.57."""


class Verdict(StrEnum):
    """What the signal says of the placement."""

    FITS = "fits"
    DOUBTFUL = "doubtful"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """What does not fit, the first to mend first."""

    METRES = UnitFault.METRES.value
    MILLI_G = UnitFault.MILLI_G.value
    UNITS = UnitFault.OTHER.value
    NO_GAIT = "no_gait"
    BOTH_FEET = "both_feet"
    SOFT = "soft_contacts"
    LITTLE_TURN = "little_turn"
    LOOSE = "loose"


QUESTIONS: Final = {
    Doubt.METRES: "At rest the pod reads 9.8 and not 1: is it set to m/s² instead of g?",
    Doubt.MILLI_G: "At rest the pod reads 1000 and not 1: is it set to mg instead of g?",
    Doubt.UNITS: "At rest the pod does not read 1 g: is its scale set right?",
    Doubt.NO_GAIT: "Too few steps to check the pod's place: can you walk ten steps with it?",
    Doubt.BOTH_FEET: "Both feet look alike: is the pod on the shin or shoe, not on hip or chest?",
    Doubt.SOFT: "The steps are very soft: is the pod on the shin or shoe, not in hand or pocket?",
    Doubt.LITTLE_TURN: "The pod hardly swings: is it on the shin or shoe?",
    Doubt.LOOSE: "The pod goes on shaking after each step: is the strap tight?",
}
"""One question for each doubt."""


@dataclass(frozen=True, slots=True)
class PlacementCheck:
    """The verdict and its reasons.

    Attributes
    ----------
    verdict : Verdict
        ``UNKNOWN`` without enough gait: that is no doubt, and no proof.
    doubts : tuple of Doubt
        Empty where all fits.
    windows : tuple of GaitWindow
        The gait it was judged by.
    rest : float or None
        Resultant at rest, in the units given; None where the pod never rested.
    """

    verdict: Verdict
    doubts: tuple[Doubt, ...]
    windows: tuple[GaitWindow, ...]
    rest: float | None

    @property
    def question(self) -> str | None:
        """The one question to ask first; None where there is none. It never blocks."""
        return QUESTIONS[self.doubts[0]] if self.doubts else None


def check_placement(
    t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None, fs_hz: float
) -> PlacementCheck:
    """Check the first 30 s of a stream.

    Parameters
    ----------
    t_s : ndarray, shape (n,)
        Sample times in seconds; those not later than one before are dropped.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g (this is checked).
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.
    fs_hz : float
        Nominal sampling rate in Hz.

    Returns
    -------
    PlacementCheck
    """
    columns = (t_s[:, None], acc_g) if gyro_dps is None else (t_s[:, None], acc_g, gyro_dps)
    rows = np.concatenate(columns, axis=1).T
    rows = rows[:, np.isfinite(rows).all(axis=0)]
    latest = np.maximum.accumulate(np.concatenate([[-np.inf], rows[0]]))[:-1]
    rows = rows[:, rows[0] > latest]
    rows = rows[:, rows[0] <= rows[0, 0] + LOOK_S] if rows.shape[1] else rows
    rest = resting(rows[1:4], fs_hz)
    fault = unit_fault(rows[1:4], rest)
    if fault is not None:
        # Every threshold below is in g.
        return PlacementCheck(Verdict.DOUBTFUL, (Doubt(fault.value),), (), rest)
    windows = tuple(gait_windows(rows, fs_hz))
    if len(windows) < MIN_WINDOWS:
        return PlacementCheck(Verdict.UNKNOWN, (Doubt.NO_GAIT,), windows, rest)
    found = [doubts_of(window) for window in windows]
    doubts = tuple(d for d in Doubt if 2 * sum(d in f for f in found) > len(windows))
    return PlacementCheck(Verdict.DOUBTFUL if doubts else Verdict.FITS, doubts, windows, rest)


def doubts_of(window: GaitWindow) -> list[Doubt]:
    """Return what does not fit a tight pod on a foot or shank."""
    found = []
    least_g = QUICK_CONTACT_G if window.period_s < QUICK_STRIDE_S else SLOW_CONTACT_G
    if window.half >= ALIKE or window.period_s < SHORTEST_STRIDE_S:
        found.append(Doubt.BOTH_FEET)
    if window.contact_g < least_g:
        found.append(Doubt.SOFT)
    elif window.shaking > SHAKING:
        # Where no contact is felt, there is nothing that could ring.
        found.append(Doubt.LOOSE)
    if window.turn_dps is not None and window.turn_dps < LITTLE_TURN_DPS:
        found.append(Doubt.LITTLE_TURN)
    return found
