"""How a pod sits on the leg: the direction of gravity in it, over the session.

Steps and impacts are taken from the resultant, which does not know how the pod is turned. But a pod
that was clipped on anew, or hangs from a strap that came loose, is no longer where the baseline was
measured: that is marked. It never blocks.
"""

from typing import Final

import numpy as np

from sensors.samples import FloatArray, ImuSamples

WINDOW_S: Final = 10.0
"""s. Samples of which the mean is taken: over several strides it is gravity and little else (design
default)."""

TURNED_DEG: Final = 30.0
"""Degrees from which a pod sits otherwise (failure case R17). In 37 recordings of people who
walked, ran and waited, two windows of one recording lay 16° apart at most."""

MOVING_G: Final = 0.15
"""g. Standard deviation of the resultant above which the patient walks: a leg that rests lies
anyhow (design default)."""

WHOLE_SHARE: Final = 0.8
"""Share of a window's time that has to hold samples (design default)."""


class Seat:
    """Watches the direction of gravity in one pod, from the start of the session on.

    Attributes
    ----------
    turns_deg : list of float
        By how much the pod was found to be turned, each time.
    """

    def __init__(self) -> None:
        self.turns_deg: list[float] = []
        self._has_started = False
        self._window: list[ImuSamples] = []
        self._usual: FloatArray | None = None
        self._other: FloatArray | None = None

    def start(self) -> None:
        """Begin to watch: before the session the pod may be in a hand."""
        self._has_started = True

    def push(self, block: ImuSamples, fs_hz: float) -> float | None:
        """Take the next samples; return by how many degrees the pod has turned, where it has.

        It is told once, after two windows in a row that agree.
        """
        if not self._has_started:
            return None
        self._window.append(block)
        if block.t_s.item(-1) - self._window[0].t_s.item(0) < WINDOW_S:
            return None
        acc_g = np.concatenate([one.acc_g for one in self._window])
        self._window.clear()
        is_whole = len(acc_g) >= WHOLE_SHARE * WINDOW_S * fs_hz
        if not is_whole or np.linalg.norm(acc_g, axis=1).std() < MOVING_G:
            return None
        return self._compare(acc_g.mean(axis=0))

    def _compare(self, gravity_g: FloatArray) -> float | None:
        if self._usual is None:
            self._usual = gravity_g
            return None
        turned_deg = angle_deg(self._usual, gravity_g)
        before, self._other = self._other, None
        if turned_deg <= TURNED_DEG:
            return None
        if before is None or angle_deg(before, gravity_g) > TURNED_DEG:
            self._other = gravity_g
            return None
        self._usual = gravity_g
        self.turns_deg.append(turned_deg)
        return turned_deg


def angle_deg(one: FloatArray, other: FloatArray) -> float:
    """Return the angle between two directions, 0 to 180 degrees; the lengths do not matter."""
    across = float(np.linalg.norm(np.cross(one, other)))
    return float(np.degrees(np.arctan2(across, float(one @ other))))
