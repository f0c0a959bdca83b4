"""Which steps of a session are judged: those of the prescribed kind, where it is prescribed.

Run steps in the run segments of a walk-run, walk steps in a walking stage, every contact in a
preparation stage; in the main set, not on hold, and not after a red event made it walking.
"""

from analysis.step import Step
from monitor.limits import count_above
from monitor.plan import Plan
from monitor.programme.model import Part
from monitor.programme.rules import Judged


class JudgedSteps:
    """The judged steps of one session so far.

    Parameters
    ----------
    plan : Plan
        The session's plan.
    judged : Judged or None
        Whose steps are judged; None where nobody's are.

    Attributes
    ----------
    steps : list of Step
        In order, valid or not.
    """

    def __init__(self, plan: Plan, judged: Judged | None) -> None:
        self._plan = plan
        self._judged = judged
        self.steps: list[Step] = []

    def add(self, step: Step) -> None:
        """Take the next step of the foot, in order."""
        if self.takes(step):
            self.steps.append(step)

    def takes(self, step: Step) -> bool:
        """Whether a step is of the prescribed kind, where that is prescribed."""
        if self._judged is None or not self._judged.takes(step):
            return False
        stretch = self._plan.stretch_at(step.t_ic_s)
        return (
            stretch is not None
            and stretch.part is Part.MAIN
            and stretch.gait is self._judged.prescribed
        )

    @property
    def valid(self) -> list[Step]:
        """Those whose impact was measured whole, or clipped."""
        return [step for step in self.steps if step.is_valid]

    def above_pct(self, limit_g: float | None) -> float | None:
        """Return the share of the valid ones above a limit, in per cent.

        Returns
        -------
        float or None
            None without a limit or without valid steps: that is not 0 %.
        """
        valid = self.valid
        if limit_g is None or not valid:
            return None
        return 100.0 * count_above(valid, limit_g) / len(valid)
