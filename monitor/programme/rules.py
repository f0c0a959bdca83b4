"""What bounds the sessions of a stage, as the programme's file says it.

Ratios and percentages only: they become numbers of a patient in ``monitor.limits``.
"""

from dataclasses import dataclass
from enum import StrEnum

from analysis.step import Gait, Step


class Evidence(StrEnum):
    """Where a number comes from."""

    READ = "V"
    """Read in the source."""
    RECALLED = "R"
    """Recalled from the literature, to be checked before it is cited."""
    DESIGN = "D"
    """A design default: no validated threshold exists, a clinician may change it."""


class Baseline(StrEnum):
    """The patient's own reference that a limit is relative to."""

    W0 = "W0"
    """Walking."""
    R0 = "R0"
    """Running."""


class Judged(StrEnum):
    """Whose steps the impact limits of a stage are for."""

    WALK = "walk"
    RUN = "run"
    CONTACTS = "contacts"
    """Every contact of a preparation stage: a hop is neither a walk nor a run step."""

    @property
    def prescribed(self) -> Gait:
        """The gait of the segments in which these steps are taken; contacts replace running."""
        return Gait.WALK if self is Judged.WALK else Gait.RUN

    def takes(self, step: Step) -> bool:
        """Return whether a step is one of them."""
        return self is Judged.CONTACTS or step.gait is self.prescribed


@dataclass(frozen=True, slots=True)
class LimitRule:
    """Impact limits as ratios to a baseline: a step *above* them is over."""

    baseline: Baseline
    amber_ratio: float
    red_ratio: float
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True)
class CadenceRule:
    """Cadence as ratios to the R0 cadence.

    Attributes
    ----------
    low_ratio : float
        Below it the patient is told.
    target_ratio : float
        What is aimed at.
    target_low_ratio, target_high_ratio : float
        The band around the target.
    evidence : Evidence
        Where the numbers come from.
    source : str or None
        The work that was read or recalled; in every rule.
    """

    low_ratio: float
    target_ratio: float
    target_low_ratio: float
    target_high_ratio: float
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LoadRule:
    """Session load in per cent of the planned load (contacts where the stage counts contacts)."""

    amber_pct: float
    red_pct: float
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True)
class DoseRule:
    """Run time in per cent of the plan that counts: from ``low_pct`` to ``high_pct``."""

    low_pct: float
    high_pct: float
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True)
class LongestRunRule:
    """No run longer than ``max_pct`` of the longest one of the last ``days`` days."""

    max_pct: float
    days: int
    evidence: Evidence
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the sessions of a group of stages; None where nothing does.

    Attributes
    ----------
    impact : LimitRule or None
        Impact of the judged steps.
    impact_when_stale : LimitRule or None
        Impact limits in force while the R0 baseline is stale.
    cadence : CadenceRule or None
        Cadence of the run segments.
    load : LoadRule or None
        Session load.
    dose : DoseRule or None
        Run time.
    longest_run : LongestRunRule or None
        A single run against the last weeks.
    """

    impact: LimitRule | None = None
    impact_when_stale: LimitRule | None = None
    cadence: CadenceRule | None = None
    load: LoadRule | None = None
    dose: DoseRule | None = None
    longest_run: LongestRunRule | None = None
