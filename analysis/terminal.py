"""Terminal contact (toe-off) within one stride.

In running the axial acceleration passes through its minimum when the foot leaves the ground; in
walking it falls fastest then. The search is held to the phase of the stride in which toe-off
happens in healthy and hurried gait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.signals import Column
from analysis.smoothing import triangle_window, vertex
from analysis.step import Gait, Placement
from analysis.tape import Tape

FloatArray = NDArray[np.float64]

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


class Stance(NamedTuple):
    """A contact whose end is sought.

    Attributes
    ----------
    contact : int
        Sample of the contact's burst.
    period_s : float
        Stride period in seconds.
    seen : int
        Samples from here on must not be looked at.
    """

    contact: int
    period_s: float
    seen: int


class _Span(NamedTuple):
    """Where toe-off of one stance is sought, in the smoothed signal.

    Attributes
    ----------
    low, high : int
        Samples that are smoothed, from the first to before the last.
    origin : float
        Sample that smoothed value 0 stands for.
    values : int
        Smoothed values.
    begin, length : int
        The first value within the expected phase, and how many there are.
    per_stride, phase : float
        Strides from one value to the next, and from the expected toe-off to value 0.
    """

    low: int
    high: int
    origin: float
    values: int
    begin: int
    length: int
    per_stride: float
    phase: float


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

    def find(self, tape: Tape, gait: Gait, stances: Sequence[Stance]) -> list[float | None]:
        """Return the index (with a fraction) of terminal contact of each stance, or None.

        Parameters
        ----------
        tape : Tape
            The signals.
        gait : Gait
            Walk or run, all of them.
        stances : sequence of Stance
            In order.
        """
        spans = [self._span(tape, gait, stance) for stance in stances]
        searched = [span for span in spans if span is not None]
        if not searched:
            return [None] * len(spans)
        low = min(span.low for span in searched)
        smooth = self._smoothed(tape, gait, low, max(span.high for span in searched))
        found = iter(self._tops(smooth, gait, low, searched))
        return [None if span is None else next(found) for span in spans]

    def _span(self, tape: Tape, gait: Gait, stance: Stance) -> _Span | None:
        """Return where toe-off is to be sought; None where it was not seen."""
        contact, stride = stance.contact, stance.period_s * self._fs_hz
        model, width = MODELS[gait], self._width[gait]
        spread = SEARCH_SDS * model.phase_sd
        first = contact + int((model.phase - spread) * stride)
        last = contact + int((model.phase + spread) * stride)
        reach = self._creep + 2 + width
        low = max(first - reach, tape.start)
        high = min(last + reach, stance.seen, tape.end)
        if high < contact + (model.phase + SEEN_SDS * model.phase_sd) * stride:
            return None
        # Smoothed value 0 stands for this sample, and so many values there are.
        origin, count = low + width - 1, high - low - 2 * width + 2
        offset = 0.0
        if model.slope_s is not None:
            # One value fewer, each between two samples.
            count, offset = count - 1, 0.5
        begin, end = max(first - origin, 1), min(last - origin, count - 2)
        if end - begin < 3:
            return None
        phase = (origin + offset - contact) / stride - model.phase
        return _Span(low, high, origin + offset, count, begin, end - begin, 1.0 / stride, phase)

    def _smoothed(self, tape: Tape, gait: Gait, low: int, high: int) -> FloatArray:
        """Return the axial acceleration smoothed, or its slope, for all stances together.

        A value depends on the samples around it only: it is the same in whatever company.
        """
        slope_s, window = MODELS[gait].slope_s, triangle_window(self._width[gait])
        smooth = np.convolve(tape.view(Column.AXIAL, low, high), window, "valid")
        return smooth if slope_s is None else (smooth[1:] - smooth[:-1]) * (self._fs_hz * slope_s)

    def _tops(
        self, smooth: FloatArray, gait: Gait, low: int, spans: Sequence[_Span]
    ) -> Iterator[float]:
        """Yield toe-off for each span: the best compromise between signal and expectation."""
        model = MODELS[gait]
        # One row a stance; the rows are as long as the longest.
        table = np.array([(x.per_stride, x.phase) for x in spans])
        places = np.array([(x.low - low, x.begin, x.length) for x in spans])
        start, begin, length = places[:, :1], places[:, 1:2], places[:, 2:]
        steps = np.arange(int(length.max()))
        values = begin + steps
        off = values * table[:, :1]
        off += table[:, 1:]
        off *= off
        off *= model.prior_g / model.phase_sd**2
        cost = smooth.take(start + values, mode="clip")
        cost += off
        cost[steps >= length] = np.inf
        best = cost.argmin(axis=1)
        numbers = smooth.data
        for span, k in zip(spans, best.tolist(), strict=True):
            # It creeps to a minimum within reach, and needs its neighbours there.
            near = numbers[span.low - low : span.low - low + span.values]
            top = _descend(near, span.begin + k, self._creep)
            yield span.origin + top + vertex(near, top) - self._offset[gait]


def _descend(x: memoryview, k: int, reach: int) -> int:
    for _ in range(reach):
        if k > 1 and x[k - 1] < x[k]:
            k -= 1
        elif k + 2 < len(x) and x[k + 1] < x[k]:
            k += 1
        else:
            break
    return k
