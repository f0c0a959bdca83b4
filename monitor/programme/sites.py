"""Where a bone can be injured: its risk, and the days that each phase takes there at least.

The profiles stand in the programme's file and the gate takes them from there: there is no second
table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from monitor.programme.rules import Evidence


class Risk(StrEnum):
    """How bad a wrong progress can end: a femoral neck can displace and need surgery."""

    HIGH = "high"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Site:
    """A site of injury that a programme is for.

    Attributes
    ----------
    id, title : str
        For example ``fn_compression``, and its name for a person.
    risk : Risk
        Decides at which pain the gate locks.
    min_days : mapping of str to int
        Phase to days; a phase that is not named keeps its own days.
    surgeon_sets : tuple of str
        Phases without a default: their days are given at enrolment.
    evidence : Evidence
        Where the days come from.
    source : str or None
        The work that was read or recalled.
    """

    id: str
    title: str
    risk: Risk
    min_days: Mapping[str, int]
    surgeon_sets: tuple[str, ...]
    evidence: Evidence
    source: str | None = None
