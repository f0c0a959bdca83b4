"""Coverage: how much of the main set is spanned by strides between valid steps.

By the clock: a hole counts against it, and time on hold does not count (programme, section 3).
"""

from dataclasses import dataclass

from analysis.step import Step
from monitor.plan import Plan
from monitor.programme.model import Part

MAX_STRIDE_STRETCH = 1.4
"""Ratio. Two contacts further apart than this many strides have lost a step between them
(strides of one person vary by about 1 %; a missed step gives 2). Design default."""

Span = tuple[float, float]


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


@dataclass(frozen=True, slots=True)
class Covered:
    """A stride between two valid steps, and how much of it lies in the main set."""

    span: Span
    main_s: float


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
        self._strides: list[Covered] = []
        self._unsure: list[Span] = []

    def add(self, step: Step) -> None:
        """Take the next step of the foot, in order."""
        before, self._before = self._before, step
        if before is None or not (before.is_valid and step.is_valid):
            return
        if not are_neighbours(before, step):
            return
        span = before.t_ic_s, step.t_ic_s
        if any(_touches(span, unsure) for unsure in self._unsure):
            return
        covered = Covered(span, self._main_s(span))
        self._strides.append(covered)
        self._covered_s += covered.main_s

    def doubt(self, unsure: Span) -> None:
        """Take off what was covered where samples are missing, nobody knows which.

        A stride that touches such a stretch of session time covers nothing, whether it came before
        this was known or comes after it.
        """
        self._unsure.append(unsure)
        kept = [stride for stride in self._strides if not _touches(stride.span, unsure)]
        if len(kept) < len(self._strides):
            self._strides = kept
            self._covered_s = sum(stride.main_s for stride in kept)

    def _main_s(self, span: Span) -> float:
        return sum(
            stretch.common_s(*span)
            for stretch in self._plan.stretches(span[1])
            if stretch.part is Part.MAIN
        )

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


def _touches(span: Span, other: Span) -> bool:
    return span[0] <= other[1] and other[0] <= span[1]
