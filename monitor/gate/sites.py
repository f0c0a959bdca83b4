"""Where a bone can be injured: its risk, and the days that each phase takes there at least.

The table of ``docs/programme.md``, section 5.1; every number is a design default that a clinician
replaces at enrolment. A phase that a site does not name keeps the programme's own days.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Risk(StrEnum):
    """How bad a wrong progress can end: a femoral neck can displace and need surgery."""

    HIGH = "high"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Site:
    """A site of injury.

    Attributes
    ----------
    risk : Risk
        Decides at which pain the gate locks.
    min_days : mapping of str to int
        Phase to days.
    given_at_enrolment : tuple of str
        Phases without a default: a surgeon sets their days.
    """

    risk: Risk
    min_days: Mapping[str, int]
    given_at_enrolment: tuple[str, ...] = ()


def _days(*days: int) -> Mapping[str, int]:
    return MappingProxyType(dict(zip(("P0", "P1", "P2", "P3"), days, strict=True)))


SITES: Final[Mapping[str, Site]] = MappingProxyType(
    {
        "fn_compression": Site(Risk.HIGH, _days(42, 14, 28, 21)),
        "fn_fixed_postop": Site(
            Risk.HIGH, MappingProxyType({"P2": 28, "P3": 28}), given_at_enrolment=("P0", "P1")
        ),
        "sacrum": Site(Risk.OTHER, _days(7, 7, 21, 21)),
        "pubic_ramus": Site(Risk.OTHER, _days(0, 14, 21, 21)),
        "femoral_shaft": Site(Risk.OTHER, _days(14, 14, 21, 21)),
        "tibia_posteromedial": Site(Risk.OTHER, _days(0, 7, 14, 21)),
        "metatarsal_2_4": Site(Risk.OTHER, _days(0, 7, 14, 21)),
    }
)
"""Site to profile."""
