"""Left against right: impact and contact time of both feet as one symmetry index each.

Shown and asked about, never a limit: healthy runners differ between their legs too, each in their
own way (programme, section 1.6), so an index says something only beside the person's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import median
from typing import Final

from analysis.step import Step

MIN_SIDE_STEPS: Final = 20
"""Steps of each foot below which no index is given: the median of 20 impacts that scatter by 8 %
is known to 2 %. Design default."""


def symmetry_index_pct(left: float, right: float) -> float:
    """Return the symmetry index: the difference in per cent of the mean, above 0 if left is more.

    Parameters
    ----------
    left, right : float
        The same quantity of both feet, in the same unit, above 0.

    Notes
    -----
    Robinson, Herzog and Nigg 1987, J Manipulative Physiol Ther 10:172-176, with left for the first.
    """
    return 200.0 * (left - right) / (left + right)


@dataclass(frozen=True, slots=True)
class Symmetry:
    """The symmetry indices of some steps.

    Attributes
    ----------
    impact_pct : float or None
        Of the median impacts, in per cent; None with too few valid steps of a foot, or where half
        of them or more clipped.
    contact_pct : float or None
        Of the median contact times; None with too few steps whose end was found.
    left_steps, right_steps : int
        Steps that were looked at.
    """

    impact_pct: float | None
    contact_pct: float | None
    left_steps: int
    right_steps: int


@dataclass(frozen=True, slots=True)
class FootNumbers:
    """What an index is made of, of one foot.

    Attributes
    ----------
    impacts_g : sequence of float
        Impact of each valid step; infinite where it clipped: above every other.
    contacts_s : sequence of float
        Contact time of each step whose end was found.
    steps : int
        Steps in all.
    """

    impacts_g: Sequence[float]
    contacts_s: Sequence[float]
    steps: int


def impact_or_inf_g(step: Step) -> float | None:
    """Return a step's impact, infinite where it clipped; None where it was not measured."""
    if step.impact_g is not None:
        return step.impact_g
    return inf if step.is_clipped else None


def numbers_of(steps: Sequence[Step]) -> FootNumbers:
    """Return what the steps of one foot give to an index."""
    impacts_g = [impact_or_inf_g(step) for step in steps]
    contacts_s = [step.contact_s for step in steps]
    return FootNumbers(
        [g for g in impacts_g if g is not None],
        [s for s in contacts_s if s is not None],
        len(steps),
    )


def symmetry_of(left: FootNumbers, right: FootNumbers) -> Symmetry:
    """Return the symmetry indices of two feet."""
    return Symmetry(
        _index_pct(left.impacts_g, right.impacts_g),
        _index_pct(left.contacts_s, right.contacts_s),
        left.steps,
        right.steps,
    )


def _index_pct(left: Sequence[float], right: Sequence[float]) -> float | None:
    if min(len(left), len(right)) < MIN_SIDE_STEPS:
        return None
    middle = median(left), median(right)
    return None if inf in middle else symmetry_index_pct(*middle)
