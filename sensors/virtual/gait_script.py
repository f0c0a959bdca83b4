"""What a virtual walker does: stretches of standing, walking and running, one after the other."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

STANCE: Final = {"walk": 0.62, "run": 0.35}
"""Part of a stride during which the foot is on the ground: about 60 % in walking; in running less
than half, else there were no flight."""


class Motion(StrEnum):
    """What is done during a stretch; the words of the two gaits are those of the truth."""

    STAND = "stand"
    WALK = "walk"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch.

    Attributes
    ----------
    motion : Motion
        What is done.
    duration_s : float
        For how long.
    cadence_spm : float
        Steps per minute of both feet, on average; 0 while standing.
    impact_g : float
        Peak resultant at initial contact, on average, in g; 0 while standing.
    contact_fraction : float
        Contact time as a part of the stride; 1 while standing.

    Raises
    ------
    ValueError
        Where a number cannot be one of a person's.
    """

    motion: Motion
    duration_s: float
    cadence_spm: float = 0.0
    impact_g: float = 0.0
    contact_fraction: float = 1.0

    def __post_init__(self) -> None:
        if not self.duration_s > 0.0:
            raise ValueError(f"stretch: duration_s is {self.duration_s}; give seconds above 0")
        if self.motion is Motion.STAND:
            return
        if not 60.0 <= self.cadence_spm <= 240.0:
            raise ValueError(f"stretch: cadence_spm is {self.cadence_spm}; give 60 to 240")
        if not 1.2 <= self.impact_g <= 60.0:
            raise ValueError(f"stretch: impact_g is {self.impact_g}; give 1.2 to 60")
        if not 0.15 <= self.contact_fraction <= 0.8:
            raise ValueError(f"stretch: contact_fraction is {self.contact_fraction}; give .15-.8")


def stand(duration_s: float) -> Stretch:
    """Return a stretch of standing still."""
    return Stretch(Motion.STAND, duration_s)


def walk(
    duration_s: float,
    *,
    cadence_spm: float = 110.0,
    impact_g: float = 2.6,
    contact_fraction: float = STANCE["walk"],
) -> Stretch:
    """Return a stretch of walking; see ``Stretch``."""
    return Stretch(Motion.WALK, duration_s, cadence_spm, impact_g, contact_fraction)


def run(
    duration_s: float,
    *,
    cadence_spm: float = 165.0,
    impact_g: float = 6.0,
    contact_fraction: float = STANCE["run"],
) -> Stretch:
    """Return a stretch of running; see ``Stretch``."""
    return Stretch(Motion.RUN, duration_s, cadence_spm, impact_g, contact_fraction)


@dataclass(frozen=True, slots=True)
class GaitScript:
    """Stretches in their order."""

    stretches: tuple[Stretch, ...]

    @property
    def duration_s(self) -> float:
        """All of it."""
        return sum(stretch.duration_s for stretch in self.stretches)

    def bouts(self) -> list[list[tuple[float, Stretch]]]:
        """Return the stretches in motion with their starts, cut where the walker stands still."""
        starts_s = [0.0]
        for stretch in self.stretches:
            starts_s.append(starts_s[-1] + stretch.duration_s)
        found: list[list[tuple[float, Stretch]]] = []
        was_moving = False
        for (start_s, _), stretch in zip(pairwise(starts_s), self.stretches, strict=True):
            is_moving = stretch.motion is not Motion.STAND
            if is_moving and not was_moving:
                found.append([])
            if is_moving:
                found[-1].append((start_s, stretch))
            was_moving = is_moving
        return found
