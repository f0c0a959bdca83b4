"""The instant of initial contact within its burst.

On the shank the shock's peak follows contact by a time that grows with how slowly the shock
rises; the rise time is measured and taken off. In running the rise of the whole hump tells it best
(a forefoot strike loads slowly, its shock peaks late), in walking the rise of the peak itself. On
the foot heel strike and the fall of the forefoot make several peaks, of which now one, now another
is the highest; the top of their common hump is steady.
"""

from analysis.landing import landing_index
from analysis.signals import Column
from analysis.smoothing import vertex
from analysis.step import Placement
from analysis.tape import Tape

LOOK_BACK_S = 0.030
LOOK_ON_S = 0.050
"""The shock's peak lies within the hump's top, rather after it."""
FIRST_SHARE = 0.7
"""Of several peaks the first counts that is at least this share of the highest, above rest: heel
strike comes first, and the fall of the forefoot can be as hard."""
RISE_SHARE = 0.20
"""The peak's rise is counted from this share of the peak above rest."""
REST_G = 1.3
"""The resultant just before contact."""
LONGEST_RISE_S = 0.060
HUMP_SHARE = 0.30
"""The hump's rise is counted from this share of its top."""
LONGEST_HUMP_S = 0.120
FOOT_OFFSET_S = 0.010
"""From contact to the top of the hump at the foot: half-way between hand labels (25 ms) and the
end of the foot's swing by motion capture (0 ms)."""
WALK_OFFSET_S, WALK_RISE = 0.022, 1.0
"""Shank: from contact by force (7.5 % body weight) to the peak: an offset and a share of the
peak's rise."""
RUN_OFFSET_S, RUN_RISE, RUN_HUMP = 0.008, 0.25, 0.40
"""The same in running: an offset and shares of the peak's and of the hump's rise."""


def onset_index(
    tape: Tape,
    top: int,
    burst_delay: int,
    placement: Placement,
    fs_hz: float,
    *,
    running: bool,
) -> float:
    """Return initial contact as a sample index with a fraction.

    Parameters
    ----------
    tape : Tape
        The signals.
    top : int
        Sample of the top of an accepted burst.
    burst_delay : int
        Samples by which the burst column is late.
    placement : Placement
        Where the pod is worn.
    fs_hz : float
        Sampling rate in Hz.
    running : bool
        Whether the limb moves after contact as it does in running.
    """
    if placement is Placement.FOOT and tape.columns > Column.TURNED:
        return landing_index(tape, _hump_top(tape, top, burst_delay), fs_hz)
    return early_onset_index(tape, top, burst_delay, placement, fs_hz, running=running)


def early_onset_index(
    tape: Tape, top: int, burst_delay: int, placement: Placement, fs_hz: float, *, running: bool
) -> float:
    """Return initial contact as it can be told at once; as ``onset_index``, from a burst's top."""
    if placement is Placement.FOOT:
        return _hump_top(tape, top, burst_delay) - FOOT_OFFSET_S * fs_hz
    low = max(top - int(LOOK_BACK_S * fs_hz), tape.start)
    # Windows of a few samples: plain numbers are quicker to look through than arrays.
    x = tape.numbers(Column.RESULTANT, low, top + int(LOOK_ON_S * fs_hz) + 1)
    k = _first_peak(x)
    peak = low + k + vertex(x, k)
    level = REST_G + RISE_SHARE * (x[k] - REST_G)
    rise_s = _rise_s(tape, Column.RESULTANT, low + k, level, LONGEST_RISE_S, fs_hz)
    if not running:
        return peak - (WALK_OFFSET_S + WALK_RISE * rise_s) * fs_hz
    hump = top + burst_delay
    level = HUMP_SHARE * tape.at(Column.BURST, hump)
    hump_s = _rise_s(tape, Column.BURST, hump, level, LONGEST_HUMP_S, fs_hz)
    return peak - (RUN_OFFSET_S + RUN_RISE * rise_s + RUN_HUMP * hump_s) * fs_hz


def _hump_top(tape: Tape, top: int, burst_delay: int) -> float:
    start = top + burst_delay - 1
    hump = tape.numbers(Column.BURST, start, start + 3)
    return top + (vertex(hump, 1) if len(hump) == 3 else 0.0)


def _first_peak(x: list[float]) -> int:
    """Return the first local maximum that is nearly as high as the highest."""
    highest = max(x)
    level = REST_G + FIRST_SHARE * (highest - REST_G)
    last = x.index(highest)
    for k in range(1, last):
        if x[k] >= level and x[k] >= x[k - 1] and x[k] > x[k + 1]:
            return k
    return last


def _rise_s(
    tape: Tape, column: Column, index: int, level: float, longest_s: float, fs_hz: float
) -> float:
    """Return how long before a sample a column last rose through ``level``."""
    since = tape.rise(column, index, int(longest_s * fs_hz), level)
    return longest_s if since is None else since / fs_hz
