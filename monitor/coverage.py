"""Coverage: how much of the main set is spanned by strides between valid steps.

By the clock: a hole counts against it, and time on hold does not count (programme, section 3).
"""

from analysis.step import Step
from monitor.plan import Plan
from monitor.programme.model import Part

MAX_STRIDE_STRETCH = 1.4
"""Ratio. Two contacts further apart than this many strides have lost a step between them
(strides of one person vary by about 1 %; a missed step gives 2). Design default."""


def usual_stride_s(before: Step, step: Step) -> float | None:
    """Return the stride that two steps in a row suggest; None where neither knows one.

    A stride says how far apart two contacts may be, never how far apart they are: that is told by
    their times alone.
    """
    return step.stride_s if before.stride_s is None else before.stride_s


def are_neighbours(before: Step, step: Step, lost: int = 0) -> bool:
    """Return whether no more than ``lost`` steps of the foot are missing between two contacts."""
    stride_s = usual_stride_s(before, step)
    longest_s = 0.0 if stride_s is None else (lost + 1) * MAX_STRIDE_STRETCH * stride_s
    return step.t_ic_s - before.t_ic_s <= longest_s


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
        if not are_neighbours(before, step):
            return
        for stretch in self._plan.stretches(step.t_ic_s):
            if stretch.part is Part.MAIN:
                self._covered_s += stretch.common_s(before.t_ic_s, step.t_ic_s)

    def restart(self) -> None:
        """Forget what was covered: it was of the other foot."""
        self._before, self._covered_s = None, 0.0

    def pct(self, t_s: float) -> float | None:
        """Return the covered share of the main set done until ``t_s``, in per cent.

        Returns
        -------
        float or None
            None where nothing of the main set is done: that is not 0 %.
        """
        done_s = sum(
            stretch.end_s - stretch.begin_s
            for stretch in self._plan.stretches(t_s)
            if stretch.part is Part.MAIN
        )
        return None if done_s <= 0.0 else min(100.0, 100.0 * self._covered_s / done_s)
