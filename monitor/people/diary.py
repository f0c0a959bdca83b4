"""What is kept between the sessions: notes, daily answers, steps on the protected foot."""

from dataclasses import dataclass
from typing import Final

NOTE: Final = "note"
DAILY: Final = "daily"
PROTECTED_STEPS: Final = "protected_steps"
LIMITS: Final = "limits"
"""Kind of a clinician's edit of limits: the fields of ``monitor.programme.edits.LimitEdit``."""


@dataclass(frozen=True, slots=True)
class Note:
    """Kind ``note``: a clinician's words."""

    t_s: int
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class DailyAnswer:
    """Kind ``daily``: asked each day of P0 and P1.

    Attributes
    ----------
    date : str
        The patient's own day, ``YYYY-MM-DD``.
    night_pain, rest_pain : bool
        A yes is written as a red flag too.
    """

    t_s: int
    date: str
    night_pain: bool
    rest_pain: bool


@dataclass(frozen=True, slots=True)
class ProtectedSteps:
    """Kind ``protected_steps``: steps on the foot that must not bear weight; a count, no load.

    Attributes
    ----------
    date : str
        The patient's own day on which they were counted, ``YYYY-MM-DD``.
    source : str
        The recording or file.
    steps : int or None
        None where the pod sent no samples to find them in.
    times_s : tuple of float
        When, in the file's own time base, in seconds.
    """

    t_s: int
    date: str
    source: str
    steps: int | None
    times_s: tuple[float, ...] = ()
