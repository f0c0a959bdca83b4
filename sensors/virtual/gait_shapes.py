"""The slow movement of a shin in walking and in running, as smooth functions of the stride's phase.

Drawn by hand after the textbook course of the shank; taken from no recording.
"""

from typing import Final

import numpy as np

from sensors.samples import FloatArray
from sensors.virtual.gait_script import STANCE

HARMONICS: Final = 5
"""Harmonics of the stride in the slow movement: it stays below 8 Hz."""

PITCH_DEG: Final = {
    "walk": (
        (0, -18),
        (0.12, -4),
        (0.3, 9),
        (0.48, 28),
        (0.62, 50),
        (0.72, 48),
        (0.85, 8),
        (0.94, -18),
    ),
    "run": ((0, -8), (0.1, 8), (0.22, 28), (0.35, 48), (0.5, 78), (0.65, 58), (0.8, 8), (0.9, -14)),
}
"""Degrees of the shin from the vertical, forward positive, at phases of the stride (initial contact
is 0): from a heel contact in front of the body, over the foot, to the swing's folded knee."""

SLOW_G: Final = {
    "walk": (
        ((0, 0.1), (0.12, -0.1), (0.35, 0), (0.55, -0.3), (0.66, 0.9), (0.8, 0.1), (0.92, -0.7)),
        ((0, 0.1), (0.1, -0.2), (0.4, 0), (0.56, 0.3), (0.7, -0.3), (0.9, 0.2)),
        (
            (0, 0.2),
            (0.12, -0.1),
            (0.45, 0),
            (0.56, 0.7),
            (0.63, 0.8),
            (0.73, -0.4),
            (0.8, -0.6),
            (0.93, 0),
        ),
    ),
    "run": (
        ((0, -0.1), (0.12, 0.9), (0.25, 0.1), (0.38, -1.2), (0.55, 0.2), (0.68, 1.3), (0.85, 0.1)),
        ((0, 0), (0.15, -0.8), (0.3, 0.6), (0.47, 0.8), (0.65, -0.5), (0.85, -0.3)),
        (
            *(
                (0, -0.5),
                (0.1, 0),
                (0.18, 1.3),
                (0.23, 1.3),
                (0.33, 0.1),
                (0.39, -0.2),
                (0.46, 0.5),
            ),
            *((0.58, 1.4), (0.65, 0.6), (0.73, -0.8), (0.8, -1.3), (0.9, -0.5)),
        ),
    ),
}
"""g along x, y, z at phases of the stride; without gravity."""

SLOW_RMS_G: Final = {"walk": 0.65, "run": 1.30}
"""g, all axes together. With gravity turning, walking comes to 0.6 g and running to 1.4 g below
8 Hz, as shins in public recordings do."""


class Course:
    """A smooth periodic function of the phase through given points.

    Parameters
    ----------
    points : sequence of (float, float)
        Phase, 0 to 1, and value.
    """

    def __init__(self, points: tuple[tuple[float, float], ...]) -> None:
        phases, values = np.array(points).T
        grid = np.arange(64) / 64.0
        spectrum = np.fft.rfft(np.interp(grid, phases, values, period=1.0)) / 64.0
        self._weights = np.concatenate([spectrum[:1], 2.0 * spectrum[1 : HARMONICS + 1]])
        self.variance = float((np.abs(self._weights[1:]) ** 2).sum() / 2.0)

    def at(self, turns: FloatArray) -> FloatArray:
        """Return the values, given ``exp(2 pi i phase)`` as a complex array."""
        value = np.full(turns.shape, self._weights[-1])
        for weight in self._weights[-2::-1]:
            value = value * turns + weight
        course: FloatArray = value.real
        return course


class Movement:
    """The slow movement of one gait.

    Attributes
    ----------
    stance : float
        Phase of toe-off.
    pitch : Course
        Degrees of the shin from the vertical.
    slow : list of Course
        Acceleration along x, y, z without gravity, to be multiplied by
    scale : float
        which gives it the RMS of ``SLOW_RMS_G``.
    """

    def __init__(self, gait: str) -> None:
        self.stance = STANCE[gait]
        self.pitch = Course(PITCH_DEG[gait])
        self.slow = [Course(points) for points in SLOW_G[gait]]
        self.scale = SLOW_RMS_G[gait] / sum(course.variance for course in self.slow) ** 0.5


WALK: Final = Movement("walk")
RUN: Final = Movement("run")
