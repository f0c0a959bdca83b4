"""Coverage: how much of the main set is spanned by strides between valid steps.

By the clock: a hole counts against it, and time on hold does not count (programme, section 3).
"""

from analysis.step import Step
from monitor.plan import Plan
from monitor.programme.model import Part

MAX_STRIDE_STRETCH = 1.4
"""Ratio. Two contacts further apart than this many strides have lost a step between them
(strides of one person vary by about 1 %; a missed step gives 2). Design default."""


class Coverage:
    """A running sum of the covered time of the main set.

    Parameters
    ----------
    plan : Plan
        The session's plan: its main set is what has to be covered.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._before: Step | None = None
        self._covered_s = 0.0

    def add(self, step: Step) -> None:
        """Take the next step of the foot, in order."""
        before, self._before = self._before, step
        if before is None or not (before.is_valid and step.is_valid):
            return
        stride_s = step.t_ic_s - before.t_ic_s
        if before.stride_s is None or stride_s > MAX_STRIDE_STRETCH * before.stride_s:
            return
        for begin, end in self._plan.spans(Part.MAIN, step.t_ic_s):
            self._covered_s += max(0.0, min(end, step.t_ic_s) - max(begin, before.t_ic_s))

    def pct(self, t_s: float) -> float | None:
        """Return the covered share of the main set done until ``t_s``, in per cent.

        Returns
        -------
        float or None
            None where nothing of the main set is done: that is not 0 %.
        """
        done_s = sum(end - begin for begin, end in self._plan.spans(Part.MAIN, t_s))
        return None if done_s <= 0.0 else min(100.0, 100.0 * self._covered_s / done_s)
