"""Baselines that a clinician accepted, with the limits that were shown and accepted with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.people.conditions import Conditions
from monitor.programme.rules import Baseline
from monitor.sides import SidesBaseline

BASELINE: Final = "baseline"
"""Kind of the entry of an accepted baseline."""


@dataclass(frozen=True, slots=True)
class AcceptedLimits:
    """Impact limits of one stage as they were shown with the baseline, in g; None: there is none.

    Attributes
    ----------
    amber_g, red_g, single_g : float or None
        As in ``monitor.limits.StageLimits``.
    is_capped : bool
        Whether one of them stands at the top of the pod's scale and not at its ratio.
    """

    amber_g: float | None
    red_g: float | None
    single_g: float | None
    is_capped: bool


@dataclass(frozen=True, slots=True)
class AcceptedBaseline:
    """A baseline on record.

    Attributes
    ----------
    t_s : int
        When it was accepted, in seconds since 1970 in UTC.
    which : Baseline
        W0 or R0.
    median_g, iqr_g : float or None
        Median impact of its steps, and the range of their middle half; the latter may be None.
    steps, clipped_steps : int
        What it is made of.
    cadence_spm : float or None
        Median cadence, steps per minute of both feet.
    sessions : tuple of str
        Identifiers of the sessions.
    conditions : Conditions
        With what they were measured.
    limits : mapping of str to AcceptedLimits
        Stage to what was accepted with it.
    capped_at_g : float or None
        Where limits are capped; None where none is.
    by : str
        The clinician.
    sides : SidesBaseline or None
        Left against right in its sessions; None where one of them was without both pods.
    """

    t_s: int
    which: Baseline
    median_g: float
    iqr_g: float | None
    steps: int
    clipped_steps: int
    cadence_spm: float | None
    sessions: tuple[str, ...]
    conditions: Conditions
    limits: Mapping[str, AcceptedLimits]
    capped_at_g: float | None
    by: str
    sides: SidesBaseline | None = None
