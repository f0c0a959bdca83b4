"""How old a value may be to be shown: one rule for the view, the plain lines and the screen.

Ages are of the session's monotonic clock. A value that is too old is greyed first and says its
age; then it is a dash, for nobody should act on it (failure cases R5, R6).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Freshness(StrEnum):
    """Whether a value is shown as live, greyed with its age, or as a dash."""

    FRESH = "fresh"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Bound:
    """Ages in seconds: beyond the first a value is stale, beyond the second it is gone."""

    stale_s: float
    gone_s: float


LIVE: Final = Bound(2.0, 5.0)
"""s. Of everything that the pod sends all the time (programme, section 4; R6)."""

BATTERY: Final = Bound(150.0, 600.0)
"""s. A charge is read every 60 s and falls by less than 1 % in ten minutes: two readings may fail
before it is stale. Design default."""


def freshness(age_s: float | None, bound: Bound = LIVE) -> Freshness:
    """Return how a value of an age is shown.

    Parameters
    ----------
    age_s : float or None
        In seconds of the session's clock; None where there never was a value.
    bound : Bound
        Of this sort of value.
    """
    if age_s is None or age_s > bound.gone_s:
        return Freshness.GONE
    return Freshness.STALE if age_s > bound.stale_s else Freshness.FRESH
