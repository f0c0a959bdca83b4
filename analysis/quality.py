"""How good the signal was, and what its full scale probably is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

STANDARD_SCALES_G = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 100.0, 200.0)
"""Full scales of common accelerometers."""
SCALE_BELOW = 0.005
SCALE_ABOVE = 0.001
PLATEAU = 0.001
PLATEAU_SAMPLES = 3
PLATEAU_LEAST_G = 1.9
"""An axis that was within the first share of its extreme in so many samples, two of them in a row,
was clipped there (design defaults; a peak that is not clipped is one sample). Below the last, the
smallest scale, it may have been at rest."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What arrived and what did not, since the analyser was made.

    Attributes
    ----------
    samples : int
        Good samples.
    bad_samples : int
        Samples dropped because they were not finite, or beyond any worn accelerometer.
    disordered_samples : int
        Samples not later than one before, dropped.
    holes : int
        Places where samples are missing.
    missing_samples : int
        Samples missing there.
    filled_samples : int
        How many of those were filled for timing.
    clipped_samples : int
        Samples with an axis at 98 % of full scale or more; 0 also where the scale is unknown.
    full_scale_g : float or None
        The scale used.
    start_s, end_s : float or None
        Times of the first and the last good sample.
    measured_s : float
        Good samples times the sample period.
    fs_hz : float
        Nominal rate.
    """

    samples: int
    bad_samples: int
    disordered_samples: int
    holes: int
    missing_samples: int
    filled_samples: int
    clipped_samples: int
    full_scale_g: float | None
    start_s: float | None
    end_s: float | None
    measured_s: float
    fs_hz: float

    @property
    def duration_s(self) -> float | None:
        """From the first to the last sample; None without samples."""
        if self.start_s is None or self.end_s is None:
            return None
        return self.end_s - self.start_s

    @property
    def coverage_pct(self) -> float | None:
        """Good samples per expected ones, in per cent; None without samples."""
        expected = self.samples + self.missing_samples
        return 100.0 * self.samples / expected if expected and self.samples else None


def infer_full_scale_g(acc_g: FloatArray) -> float | None:
    """Guess the accelerometer's full scale from samples that reach it.

    Parameters
    ----------
    acc_g : ndarray, shape (n, 3)
        Acceleration in g.

    Returns
    -------
    float or None
        The standard scale whose neighbourhood (0.5 % below to 0.1 % above) holds the largest
        absolute value of any axis. Else that value itself where an axis stands at it as only a
        clipped one does (a calibrated pod clips beside a standard scale). None where it is neither.
    """
    finite = np.abs(np.where(np.isfinite(acc_g), acc_g, 0.0))
    largest = float(finite.max()) if finite.size else 0.0
    for scale in STANDARD_SCALES_G:
        if (1.0 - SCALE_BELOW) * scale <= largest <= (1.0 + SCALE_ABOVE) * scale:
            return scale
    at_top = np.flatnonzero((finite >= (1.0 - PLATEAU) * largest).any(axis=1))
    stands = len(at_top) >= PLATEAU_SAMPLES and int(np.diff(at_top).min()) == 1
    return largest if stands and largest >= PLATEAU_LEAST_G else None
