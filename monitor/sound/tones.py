"""Cues as tones, each told by pitch and rhythm alone; as bells where there is no loudspeaker."""

import math
from array import array
from typing import Final

from monitor.cues import Cue

FS_HZ: Final = 22_050
"""Hz. Twice the highest harmonic that matters; every sound card plays it."""

PEAK: Final = 0.6
"""Part of full scale: loud beside a treadmill, without clipping."""

RAMP_S: Final = 0.008
"""s. Each note fades in and out: a hard edge would click."""

Note = tuple[float, float]
"""Pitch in Hz, 0 for a pause, and length in seconds."""

TONES: Final[dict[Cue, tuple[Note, ...]]] = {
    Cue.RUN: ((660.0, 0.12), (990.0, 0.22)),
    Cue.WALK: ((660.0, 0.12), (440.0, 0.26)),
    Cue.EASE_OFF: ((550.0, 0.14), (0.0, 0.07), (550.0, 0.14)),
    Cue.WALK_NOW: ((880.0, 0.1), (440.0, 0.1)) * 3,
    Cue.STOP: ((330.0, 0.32), (0.0, 0.08)) * 3,
    Cue.SIGNAL_LOST: ((1320.0, 0.07), (0.0, 0.05), (1100.0, 0.07), (0.0, 0.05), (880.0, 0.07)),
    Cue.COUNT: ((1000.0, 0.06),),
    Cue.DONE: ((523.0, 0.12), (659.0, 0.12), (784.0, 0.3)),
}
"""Up is run, down is walk; the more urgent, the more notes. Design defaults."""

BELLS: Final = {
    Cue.RUN: 2,
    Cue.WALK: 1,
    Cue.EASE_OFF: 3,
    Cue.WALK_NOW: 4,
    Cue.STOP: 6,
    Cue.SIGNAL_LOST: 5,
    Cue.COUNT: 0,
    Cue.DONE: 1,
}
"""Bells of the terminal; a count of seconds is none, it could not be told from the others."""


def samples_of(cue: Cue) -> bytes:
    """Return a cue as 16-bit samples of one channel at ``FS_HZ``."""
    samples = array("h")
    for pitch_hz, length_s in TONES[cue]:
        n = round(length_s * FS_HZ)
        ramp = RAMP_S * FS_HZ
        for i in range(n):
            gain = min(1.0, i / ramp, (n - 1 - i) / ramp)
            # An octave above makes it heard on a laptop's loudspeaker.
            phase = 2.0 * math.pi * pitch_hz * i / FS_HZ
            wave = 0.75 * math.sin(phase) + 0.25 * math.sin(2.0 * phase)
            samples.append(round(32767 * PEAK * gain * wave))
    return samples.tobytes()


def length_s(cue: Cue) -> float:
    """Return how long a cue lasts, in seconds."""
    return sum(length for _, length in TONES[cue])
