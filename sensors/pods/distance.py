"""A pod's total distance over a session: the counter wraps, and a change of battery resets it."""

from typing import Final

from sensors.pods.rsc import TOTAL_DISTANCE_UNIT_M

TURN_M: Final = 2**32 * TOTAL_DISTANCE_UNIT_M
"""Metres after which the counter of 32 bits begins anew: 429,497 km."""

MAX_SPEED_MPS: Final = 12.5
"""m/s. Nobody runs faster (world record, 100 m: 12.4 m/s at its fastest)."""

SLACK_M: Final = 20.0
"""Metres that a pod may add at once after a pause in its reports (design default)."""


class Distance:
    """Adds up what a counter went on by; it never goes back.

    Attributes
    ----------
    total_m : float or None
        Metres since the first report; None before it.
    resets : int
        Times that the counter began anew.
    """

    def __init__(self) -> None:
        self.total_m: float | None = None
        self.resets = 0
        self._last: tuple[float, float] | None = None

    def add(self, t_s: float, total_distance_m: float | None) -> None:
        """Take the next report's counter.

        Parameters
        ----------
        t_s : float
            Its arrival.
        total_distance_m : float or None
            As decoded; nothing changes where the report has none.
        """
        if total_distance_m is None:
            return
        if self._last is None:
            self.total_m = 0.0
        else:
            last_s, last_m = self._last
            step_m = (total_distance_m - last_m) % TURN_M
            if step_m <= MAX_SPEED_MPS * max(0.0, t_s - last_s) + SLACK_M:
                assert self.total_m is not None, "a report came before"
                self.total_m += step_m
            else:
                # No wrap takes the counter there: it was set back. What was run meanwhile is not
                # known, and is not guessed.
                self.resets += 1
        self._last = (t_s, total_distance_m)
