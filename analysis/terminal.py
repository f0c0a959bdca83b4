"""Terminal contact (toe-off) within one stride.

In running the axial acceleration passes through its minimum when the foot leaves the ground; in
walking it falls fastest then. The search is held to the phase of the stride in which toe-off
happens in healthy and hurried gait.
"""

from dataclasses import dataclass

import numpy as np

from analysis.signals import Column
from analysis.smoothing import triangle_window, vertex
from analysis.step import Gait, Placement
from analysis.tape import Tape

SEARCH_SDS = 2.2
"""The search spans this many standard deviations of the expected phase."""
SEEN_SDS = 1.0
"""Where the signal ends sooner than this many standard deviations after the expected phase,
toe-off may not have been seen."""
CREEP_S = 0.040
"""From the best compromise the search creeps at most this far to the signal's own minimum."""


@dataclass(frozen=True, slots=True)
class ToeOffModel:
    """Where toe-off is expected and how it shows.

    Attributes
    ----------
    smooth_s : float
        Half the base of the triangular window that smooths the axial acceleration.
    slope_s : float or None
        Where set, the minimum of the slope (times this) is sought, not of the signal.
    phase, phase_sd : float
        Expected duty factor (contact / stride) and its spread between people.
    prior_g : float
        Weight of the expectation against the signal, in g per squared SD.
    offset_s : dict
        From toe-off by force to the feature, per placement.
    """

    smooth_s: float
    slope_s: float | None
    phase: float
    phase_sd: float
    prior_g: float
    offset_s: dict[Placement, float]


MODELS = {
    Gait.RUN: ToeOffModel(
        0.050, None, 0.36, 0.07, 0.8, {Placement.SHANK: 0.026, Placement.FOOT: 0.031}
    ),
    Gait.WALK: ToeOffModel(
        0.080, 1.0 / 30.0, 0.61, 0.10, 0.3, {Placement.SHANK: 0.056, Placement.FOOT: 0.055}
    ),
}


class ToeOff:
    """Finds terminal contact.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    """

    def __init__(self, fs_hz: float, placement: Placement) -> None:
        self._fs_hz = fs_hz
        self._offset = {g: m.offset_s[placement] * fs_hz for g, m in MODELS.items()}
        self._width = {g: max(1, round(m.smooth_s * fs_hz)) for g, m in MODELS.items()}
        self._creep = int(CREEP_S * fs_hz)

    def seen(self, contact: int, period_s: float, gait: Gait) -> int:
        """Return the sample by which toe-off has been seen, wherever in its phase it was."""
        model = MODELS[gait]
        last = (model.phase + SEARCH_SDS * model.phase_sd) * period_s * self._fs_hz
        return contact + int(last) + self._creep + 2 + self._width[gait]

    def find(
        self, tape: Tape, contact: int, period_s: float, gait: Gait, known: int
    ) -> float | None:
        """Return the index (with a fraction) of terminal contact, or None.

        Parameters
        ----------
        tape : Tape
            The signals.
        contact : int
            Sample of the contact's burst.
        period_s : float
            Stride period in seconds.
        gait : Gait
            Walk or run.
        known : int
            Samples from here on must not be looked at.
        """
        model = MODELS[gait]
        stride = period_s * self._fs_hz
        width = self._width[gait]
        spread = SEARCH_SDS * model.phase_sd
        first = contact + int((model.phase - spread) * stride)
        last = contact + int((model.phase + spread) * stride)
        margin = self._creep + 2
        low = max(first - margin - width, tape.start)
        high = min(last + margin + width, known, tape.end)
        if high < contact + (model.phase + SEEN_SDS * model.phase_sd) * stride:
            return None
        x = tape.view(Column.AXIAL, low, high)
        if len(x) < 2 * width + 2:
            return None
        smooth = np.convolve(x, triangle_window(width), "valid")
        origin = low + width - 1.0
        if model.slope_s is not None:
            # One value fewer, each between two samples.
            smooth = (smooth[1:] - smooth[:-1]) * (self._fs_hz * model.slope_s)
            origin += 0.5
        first, last = max(first - int(origin), 1), min(last - int(origin), len(smooth) - 2)
        if last - first < 3:
            return None
        phase = np.arange(first, last) * (1.0 / stride)
        phase += (origin - contact) / stride - model.phase
        cost = smooth[first:last] + (model.prior_g / model.phase_sd**2) * (phase * phase)
        # The best compromise creeps to a minimum within reach, and needs its neighbours there.
        best = first + int(cost.argmin())
        low = max(best - margin, 0)
        near = smooth[low : best + margin + 1].tolist()
        k = _descend(near, best - low, self._creep)
        return origin + low + k + vertex(near, k) - self._offset[gait]


def _descend(x: list[float], k: int, reach: int) -> int:
    for _ in range(reach):
        if k > 1 and x[k - 1] < x[k]:
            k -= 1
        elif k + 2 < len(x) and x[k + 1] < x[k]:
            k += 1
        else:
            break
    return k
