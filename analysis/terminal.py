"""Terminal contact (toe-off) within one stride.

In running the axial acceleration passes through its minimum when the foot leaves the ground; in
walking it falls fastest then. The search is held to the phase of the stride in which toe-off
happens in healthy and hurried gait.
"""

from dataclasses import dataclass

import numpy as np

from analysis.filters import ZeroPhase
from analysis.signals import Column
from analysis.smoothing import vertex
from analysis.step import Gait, Placement
from analysis.tape import Tape

SEARCH_SDS = 2.2
"""The search spans this many standard deviations of the expected phase."""


@dataclass(frozen=True, slots=True)
class ToeOffModel:
    """Where toe-off is expected and how it shows.

    Attributes
    ----------
    low_pass_hz : float
        One pass of the zero-phase low-pass.
    phase, phase_sd : float
        Expected duty factor (contact / stride) and its spread between people.
    prior_g : float
        Weight of the expectation against the signal, in g per squared SD.
    offset_s : dict
        From the feature to toe-off by force, per placement.
    """

    low_pass_hz: float
    phase: float
    phase_sd: float
    prior_g: float
    offset_s: dict[Placement, float]


MODELS = {
    Gait.RUN: ToeOffModel(7.0, 0.36, 0.07, 0.8, {Placement.SHANK: 0.026, Placement.FOOT: 0.031}),
    Gait.WALK: ToeOffModel(4.0, 0.61, 0.10, 0.3, {Placement.SHANK: 0.056, Placement.FOOT: 0.055}),
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
        self._placement = placement
        self._low = {g: ZeroPhase(1, m.low_pass_hz, fs_hz) for g, m in MODELS.items()}

    def find(self, tape: Tape, contact: int, period_s: float, gait: Gait) -> float | None:
        """Return the index (with a fraction) of terminal contact, or None.

        Parameters
        ----------
        tape : Tape
            The signals; must reach one stride beyond ``contact``, or the stretch has ended.
        contact : int
            Sample of the contact's burst.
        period_s : float
            Stride period in seconds.
        gait : Gait
            Walk or run.
        """
        fs, model = self._fs_hz, MODELS[gait]
        start = max(contact - int(0.20 * fs), tape.start)
        axial = tape.view(Column.AXIAL, start, contact + int(0.98 * period_s * fs) + 1)
        low_phase = model.phase - SEARCH_SDS * model.phase_sd
        high_phase = model.phase + SEARCH_SDS * model.phase_sd
        first = contact - start + int(low_phase * period_s * fs)
        last = min(contact - start + int(high_phase * period_s * fs), len(axial) - 2)
        if last - first < 3 or len(axial) < 10:
            return None
        smooth = self._low[gait].run(axial)
        if gait is Gait.WALK:
            smooth = np.gradient(smooth) * (fs / 30.0)
        phase = (np.arange(first, last + 1) - (contact - start)) / (fs * period_s)
        cost = (
            smooth[first : last + 1] + model.prior_g * ((phase - model.phase) / model.phase_sd) ** 2
        )
        k = first + int(np.argmin(cost))
        k = _descend(smooth, k, int(0.04 * fs))
        return start + k + vertex(smooth, k) - model.offset_s[self._placement] * fs


def _descend(x: np.ndarray[tuple[int], np.dtype[np.float64]], k: int, reach: int) -> int:
    for _ in range(reach):
        if k > 1 and x[k - 1] < x[k]:
            k -= 1
        elif k + 2 < len(x) and x[k + 1] < x[k]:
            k += 1
        else:
            break
    return k
