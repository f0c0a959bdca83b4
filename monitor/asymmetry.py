"""Left against right as it runs: the last minute's symmetry beside the person's own.

It is shown, and it asks about pain. It limits nothing, and the gate never hears of it: that an
asymmetry tells an injury is not shown (programme, section 1.6).
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from analysis.step import Gait, Step
from analysis.symmetry import Symmetry, numbers_of, symmetry_of
from monitor.sides import LEFT, RIGHT, SidesBaseline
from monitor.sidewords import signed_pct

LOOK_BACK_S: Final = 60.0
"""s of steps that an index is made of. Design default."""

BEYOND_PCT: Final = {"impact": 15.0, "contact": 5.0}
"""Points of the index away from the own baseline from which it is asked about: with 8 % between the
impacts of one leg and 2.5 % between its contacts, a minute's index is known to 3 and 1 points.
Design default."""

BACK_PCT: Final = {"impact": 10.0, "contact": 3.0}
"""Points within which it counts as back. Design default."""

ASK_EVERY_S: Final = 300.0
"""s. It is asked at most once in so long. Design default."""


class Quantity(StrEnum):
    """What an index is of."""

    IMPACT = "impact"
    CONTACT = "contact"


WORDS: Final = {Quantity.IMPACT: "impact", Quantity.CONTACT: "contact time"}


@dataclass(frozen=True, slots=True)
class SidesNow:
    """The index of one quantity beside the person's own.

    Attributes
    ----------
    quantity : Quantity
        Impact or contact time.
    now_pct : float or None
        Symmetry index of the last minute, per cent, above 0 where left is more.
    own_pct : float or None
        The same with the person's baseline; None where that has none of it.
    is_beyond : bool
        Whether it has moved away from the own one, and is not back.
    """

    quantity: Quantity
    now_pct: float | None
    own_pct: float | None
    is_beyond: bool


class AsymmetryWatch:
    """The symmetry of the last minute, and whether it has left the person's own.

    Parameters
    ----------
    own : mapping of Gait to SidesBaseline or None
        The person's, of walking and of running.

    Attributes
    ----------
    gait : Gait or None
        Of which steps it is: of the kind of the newest one.
    """

    def __init__(self, own: dict[Gait, SidesBaseline | None]) -> None:
        self.gait: Gait | None = None
        self._own = own
        self._steps: dict[str, deque[Step]] = {LEFT: deque(), RIGHT: deque()}
        self._beyond: set[tuple[Gait, Quantity]] = set()
        self._asked_s: float | None = None
        self._is_new = False
        self._now = Symmetry(None, None, 0, 0)

    def add(self, side: str, steps: Sequence[Step]) -> None:
        """Take the next steps of one foot, in order."""
        if steps:
            self._steps[side].extend(steps)
            self.gait = steps[-1].gait
            self._is_new = True

    def clear(self) -> None:
        """Forget the last minute: the labels of the pods were wrong."""
        for steps in self._steps.values():
            steps.clear()
        self._is_new = True

    def look(self, t_s: float) -> str | None:
        """Look at the last minute; return what to ask, None for nothing."""
        for steps in self._steps.values():
            while steps and steps[0].t_ic_s <= t_s - LOOK_BACK_S:
                steps.popleft()
                self._is_new = True
        if not self._is_new or self.gait is None:
            return None
        self._is_new = False
        of_gait = {
            side: numbers_of([step for step in steps if step.gait is self.gait])
            for side, steps in self._steps.items()
        }
        self._now = symmetry_of(of_gait[LEFT], of_gait[RIGHT])
        return self._question(t_s, self.gait)

    @property
    def now(self) -> tuple[SidesNow, SidesNow]:
        """Impact and contact time."""
        own = None if self.gait is None else self._own.get(self.gait)
        beyond = {quantity for gait, quantity in self._beyond if gait is self.gait}
        own_pct = (None, None) if own is None else (own.impact_pct, own.contact_pct)
        return (
            SidesNow(Quantity.IMPACT, self._now.impact_pct, own_pct[0], Quantity.IMPACT in beyond),
            SidesNow(
                Quantity.CONTACT, self._now.contact_pct, own_pct[1], Quantity.CONTACT in beyond
            ),
        )

    @property
    def has_own(self) -> bool:
        """Whether there is a baseline of left and right for the gait of now."""
        return any(sides.own_pct is not None for sides in self.now)

    def _question(self, t_s: float, gait: Gait) -> str | None:
        moved = []
        for sides in self.now:
            if sides.now_pct is None or sides.own_pct is None:
                continue
            away_pct = abs(sides.now_pct - sides.own_pct)
            key = (gait, sides.quantity)
            if away_pct > BEYOND_PCT[sides.quantity] and key not in self._beyond:
                self._beyond.add(key)
                moved.append(sides)
            elif away_pct <= BACK_PCT[sides.quantity]:
                self._beyond.discard(key)
        if not moved or (self._asked_s is not None and t_s - self._asked_s < ASK_EVERY_S):
            return None
        self._asked_s = t_s
        texts = [
            f"{WORDS[sides.quantity]} {signed_pct(sides.now_pct)} (own {signed_pct(sides.own_pct)})"
            for sides in moved
        ]
        return f"Left against right has changed: {', '.join(texts)}. Any pain at the injury?"
