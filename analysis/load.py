"""Session load in run-step equivalents (RSE) of the affected foot.

One run step at the own baseline counts 1; a harder one more, by the fourth power of its impact
relative to the baseline, because bone tires by a power of the load and not in proportion. A walk
step counts a tenth. The number compares one person's sessions with the plan; it is not a force,
nor what a bone carries. Always show it beside plain minutes and steps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.step import Gait, Step

LOAD_POWER: Final = 4.0
"""Exponent of the impact ratio. Design default of the programme, within 4-9 used for bone."""

LOWEST_RATIO: Final = 0.5
"""Ratio to R0. Softer steps count as this: a pod that slips must not make a run look free."""

HIGHEST_RATIO: Final = 1.5
"""Ratio to R0. Harder steps count as this (5.1 run steps): one blow must not fill a session."""

WALK_STEP_RSE: Final = 0.10
"""RSE of one walk step, whatever its impact. Design default of the programme."""

RUN_CADENCE_SPM: Final = 165.0
"""Planning cadence of running, steps per minute of both feet (programme)."""

WALK_CADENCE_SPM: Final = 110.0
"""Planning cadence of walking, steps per minute of both feet (programme)."""


@dataclass(frozen=True, slots=True)
class SessionLoad:
    """The load of a run of steps, and what it rests on.

    Attributes
    ----------
    rse : float
        Run-step equivalents of the instrumented foot. 0 means that no step was taken; whether the
        pod was there to see one is for the caller to know (coverage), not for this number.
    run_steps, walk_steps : int
        Steps of the instrumented foot.
    clipped_run_steps : int
        Run steps at the accelerometer's full scale, counted at the highest ratio.
    unmeasured_run_steps : int
        Run steps whose impact is not known (a hole, or a slow rate), counted with ratio 1.
    is_without_baseline : bool
        Whether there was no accepted R0, so that every run step counts 1.
    """

    rse: float
    run_steps: int
    walk_steps: int
    clipped_run_steps: int
    unmeasured_run_steps: int
    is_without_baseline: bool

    def pct_of(self, planned_rse: float) -> float | None:
        """Return the load in per cent of a plan; None where nothing was planned."""
        return 100.0 * self.rse / planned_rse if planned_rse > 0.0 else None


class LoadSum:
    """The load of a session that is still going on.

    Parameters
    ----------
    r0_g : float or None
        Accepted, current baseline of running in g; None where there is none.

    Raises
    ------
    ValueError
        Where the baseline is not a number above 0.
    """

    def __init__(self, r0_g: float | None) -> None:
        if r0_g is not None and not 0.0 < r0_g < float("inf"):
            raise ValueError(f"load: r0_g is {r0_g}; give the accepted baseline in g, or None")
        self._r0_g = r0_g
        self._run_rse = 0.0
        self._run_steps = self._walk_steps = 0
        self._clipped = self._unmeasured = 0

    def add(self, step: Step) -> None:
        """Take one more step of the affected foot."""
        if step.gait is not Gait.RUN:
            self._walk_steps += 1
            return
        self._run_rse += run_step_rse(step, self._r0_g)
        self._run_steps += 1
        self._clipped += step.is_clipped
        self._unmeasured += not step.is_valid

    @property
    def sum(self) -> SessionLoad:
        """The load so far."""
        return SessionLoad(
            rse=self._run_rse + WALK_STEP_RSE * self._walk_steps,
            run_steps=self._run_steps,
            walk_steps=self._walk_steps,
            clipped_run_steps=self._clipped,
            unmeasured_run_steps=self._unmeasured,
            is_without_baseline=self._r0_g is None,
        )


def session_load(steps: Sequence[Step], r0_g: float | None) -> SessionLoad:
    """Return the load of the steps.

    A step whose impact was not measured was taken all the same: leaving it out would make a session
    with holes look lighter than it was. It counts with ratio 1, and is told apart.

    Parameters
    ----------
    steps : sequence of Step
        The session's steps of the affected foot.
    r0_g : float or None
        Accepted, current baseline of running in g; None where there is none.

    Returns
    -------
    SessionLoad

    Raises
    ------
    ValueError
        Where the baseline is not a number above 0.
    """
    load = LoadSum(r0_g)
    for step in steps:
        load.add(step)
    return load.sum


def run_step_rse(step: Step, r0_g: float | None) -> float:
    """Return what one run step counts, between 0.0625 and 5.0625; 1 without a baseline."""
    if r0_g is None or not step.is_valid:
        return 1.0
    # The true peak of a clipped step is not known: it counts as the most a step can.
    ratio = HIGHEST_RATIO if step.impact_g is None else step.impact_g / r0_g
    return float(min(max(ratio, LOWEST_RATIO), HIGHEST_RATIO) ** LOAD_POWER)


def planned_load(
    run_min: float,
    walk_min: float,
    *,
    run_cadence_spm: float = RUN_CADENCE_SPM,
    walk_cadence_spm: float = WALK_CADENCE_SPM,
) -> float:
    """Return the RSE that a plan amounts to, every run step being at the baseline.

    Parameters
    ----------
    run_min, walk_min : float
        Planned minutes.
    run_cadence_spm, walk_cadence_spm : float
        Steps per minute of both feet; half of them are the affected foot's.

    Raises
    ------
    ValueError
        Where a number is negative.
    """
    if min(run_min, walk_min, run_cadence_spm, walk_cadence_spm) < 0.0:
        raise ValueError("load: minutes and cadences of a plan cannot be negative")
    return run_min * run_cadence_spm / 2.0 + WALK_STEP_RSE * walk_min * walk_cadence_spm / 2.0
