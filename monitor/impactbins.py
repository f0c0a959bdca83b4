"""The impacts of a whole session in few numbers: what a screen can show, and a viewer be sent."""

from statistics import median
from typing import Final

from analysis.step import Gait, Step
from monitor.snapshot import ImpactBin

BIN_S: Final = 10.0
"""s. At most about 15 steps of a foot, so its highest says as much as its median; an hour is then
360 of them. Design default."""


def peak_g(step: Step) -> float:
    """Return the impact of a valid step in g, or its lower bound where it clipped."""
    impact_g = step.impact_g if step.impact_g is not None else step.impact_at_least_g
    assert impact_g is not None, "a valid step has an impact or a lower bound of it"
    return impact_g


class ImpactBins:
    """Gathers the valid steps of one pod.

    Attributes
    ----------
    bins : tuple of ImpactBin
        Those that are over, oldest first, and the running one.
    """

    def __init__(self) -> None:
        self._over: tuple[ImpactBin, ...] = ()
        self._begin_s = 0.0
        self._steps: list[Step] = []

    @property
    def bins(self) -> tuple[ImpactBin, ...]:
        """The session so far; a bin without a valid step is not there."""
        return (*self._over, self._bin()) if self._steps else self._over

    def add(self, step: Step) -> None:
        """Take the next step; one that is not valid has no impact and is passed over."""
        if not step.is_valid:
            return
        begin_s = step.t_ic_s // BIN_S * BIN_S
        if begin_s > self._begin_s and self._steps:
            self._over = (*self._over, self._bin())
            self._steps = []
        self._begin_s = begin_s if not self._steps else self._begin_s
        self._steps.append(step)

    def _bin(self) -> ImpactBin:
        peaks_g = [peak_g(step) for step in self._steps]
        runs = sum(step.gait is Gait.RUN for step in self._steps)
        return ImpactBin(
            t_s=self._begin_s,
            gait=Gait.RUN if 2 * runs >= len(self._steps) else Gait.WALK,
            steps=len(self._steps),
            median_g=median(peaks_g),
            highest_g=max(peaks_g),
            is_clipped=any(step.is_clipped for step in self._steps),
        )
