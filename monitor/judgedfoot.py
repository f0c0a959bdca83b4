"""The foot that is judged: its pod now, and every step taken from it so far.

With one pod there is nothing to it. With two, the labels may turn out to be swapped: from there on
the other pod is that of the judged foot, and the steps go on with it.
"""

import math

from analysis.step import Step
from monitor.pipeline import PodPipeline

LAG_S = 2.0
"""s. Samples are in the analysis at the latest so long after their arrival, where none is lost."""

Span = tuple[float, float]


class JudgedFoot:
    """The judged foot of one session.

    Parameters
    ----------
    pipeline : PodPipeline
        Of the pod that it wears.

    Attributes
    ----------
    pipeline : PodPipeline
        Of the pod that it wears now.
    steps : list of Step
        All that were taken, in order.
    from_s : float
        Since when that pod is the foot's; minus infinity for one that was from the beginning.
    """

    def __init__(self, pipeline: PodPipeline) -> None:
        self.pipeline = pipeline
        self.steps: list[Step] = []
        self.from_s = -math.inf
        self._taken = 0
        self._doubts_taken = 0
        self._holes_before: list[Span] = []

    @property
    def holes(self) -> tuple[Span, ...]:
        """Where samples of the foot are missing, in session seconds, from end to end."""
        if self.from_s == -math.inf:
            return self.pipeline.holes
        return (*self._holes_before, *_after(self.pipeline.holes, self.from_s))

    def take(self) -> list[Step]:
        """Return the steps that became final since the last call."""
        new = self.pipeline.steps[self._taken :]
        self._taken += len(new)
        new = [step for step in new if step.t_ic_s >= self.from_s]
        self.steps += new
        return new

    def take_doubts(self) -> list[Span]:
        """Return the stretches that became known since the last call as missing samples."""
        new = self.pipeline.unsure[self._doubts_taken :]
        self._doubts_taken += len(new)
        return [(max(low, self.from_s), high) for low, high in new if high > self.from_s]

    def change(self, pipeline: PodPipeline, t_s: float) -> None:
        """Let another pod be the foot's from ``t_s`` on.

        The steps before it that are not final yet are left out: they were of the other foot.
        """
        self._holes_before = [
            (low, min(high, t_s))
            for low, high in self.holes
            if low < (t_s if high < math.inf else t_s - LAG_S)
        ]
        self.pipeline, self.from_s = pipeline, t_s
        self._taken = self._doubts_taken = 0


def _after(holes: tuple[Span, ...], t_s: float) -> list[Span]:
    return [(max(low, t_s), high) for low, high in holes if high > t_s]
