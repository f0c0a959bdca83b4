"""Is the rate that was asked for the rate that comes? A claimed rate is never believed (R4, R12).

After each connection the time base measures anew what the pod sends. Below the least rate of an
impact the analysis gives none; here it is said, so that nothing is under-read in silence.
"""

from typing import Final

from sensors.pods.pod import MIN_IMPACT_FS_HZ

CLAIM_TOLERANCE: Final = 0.1
"""Relative. So far a measured rate may lie from the claimed one: a pod's clock may be 3 % off, and
sensors keep their rate to some per cent (design default)."""


class RateWatch:
    """Holds the measured rate of one pod against the claimed one.

    Parameters
    ----------
    claimed_hz : float or None
        What the pod was asked for; None where it sends no samples.
    """

    def __init__(self, claimed_hz: float | None) -> None:
        self._claimed_hz = claimed_hz
        self._wrong_hz: float | None = None

    def look(self, measured_hz: float | None, title: str = "The pod") -> str | None:
        """Return what is to be said of the rate; None where nothing is, or it was said already.

        Parameters
        ----------
        measured_hz : float or None
            Samples a second as measured; None before they are.
        title : str
            What the pod is called in a sentence.
        """
        claimed_hz, wrong_hz = self._claimed_hz, self._wrong_hz
        if claimed_hz is None or measured_hz is None:
            return None
        if not self._is_wrong(claimed_hz, measured_hz):
            self._wrong_hz = None
            return None if wrong_hz is None else f"{title} sends {measured_hz:.0f} Hz again"
        if wrong_hz is not None and abs(measured_hz / wrong_hz - 1.0) <= CLAIM_TOLERANCE:
            return None
        self._wrong_hz = measured_hz
        lost = ": no impact" if measured_hz < MIN_IMPACT_FS_HZ <= claimed_hz else ""
        return f"{title} sends {measured_hz:.0f} Hz, not {claimed_hz:.0f} Hz{lost}"

    @staticmethod
    def _is_wrong(claimed_hz: float, measured_hz: float) -> bool:
        is_off = abs(measured_hz / claimed_hz - 1.0) > CLAIM_TOLERANCE
        return is_off or measured_hz < MIN_IMPACT_FS_HZ <= claimed_hz
