"""The mapping that is really applied: it runs after the fit without a step."""

from typing import Final

SETTLE_S: Final = 10.0
"""Seconds in which a difference to the fit shrinks to a third (design default)."""

MAX_SLEW: Final = 0.02
"""Greatest correction, as a part of elapsed time: 2 % (design default)."""


class Slew:
    """A line from pod to session seconds whose slope, never whose place, is corrected.

    Parameters
    ----------
    pod_s, session_s : float
        Where it begins.
    slope : float
        Session seconds per pod second.

    Attributes
    ----------
    rate : float
        Slope in use: that of the fit and the correction.
    """

    def __init__(self, pod_s: float, session_s: float, slope: float) -> None:
        self._pod_s = pod_s
        self._session_s = session_s
        self.rate = slope

    def session_s(self, pod_s: float) -> float:
        """Return the session time of a pod time."""
        return self._session_s + self.rate * (pod_s - self._pod_s)

    def steer(self, pod_s: float, target_s: float, slope: float) -> None:
        """Turn the line at a pod time so that it runs towards the fit.

        Parameters
        ----------
        pod_s : float
            Where it turns.
        target_s : float
            Session time of ``pod_s`` by the fit.
        slope : float
            Slope of the fit.
        """
        here_s = self.session_s(pod_s)
        correction = max(-MAX_SLEW, min(MAX_SLEW, (target_s - here_s) / SETTLE_S))
        self._pod_s, self._session_s, self.rate = pod_s, here_s, slope + correction
