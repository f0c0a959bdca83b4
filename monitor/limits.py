"""Impact and cadence limits of a stage, from the patient's own baselines.

A foot pod does not measure what a bone carries, so no limit is an absolute number: each is a ratio
of the programme times a baseline of the same person, shoe and placement. Where the baseline that
a limit needs is missing, the limit is None and nothing is judged by it: it is never guessed.

A *stale* baseline (another shoe, pod, firmware, placement or surface class) is as good as none for
R0: impact limits fall back to the programme's W0 rule for this case, the single-step limit to the
red one, and the cadence band is dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.step import Step
from monitor.programme.model import Stage
from monitor.programme.rules import Baseline, LimitRule

SINGLE_STEP_RATIO: Final = 2.0
"""Ratio to R0. One step above it is logged. Design default (programme, section 3)."""

SINGLE_STEP_RED_RATIO: Final = 1.5
"""Ratio to the red limit; replaces the above without a current R0. Design default."""

MAX_FULL_SCALE_SHARE: Final = 0.95
"""Share of the accelerometer's full scale above which a limit is capped: a limit that the sensor
cannot tell from clipping would never be met by a measured step. Design default."""


@dataclass(frozen=True, slots=True)
class Baselines:
    """The patient's accepted baselines; None where one is absent.

    Attributes
    ----------
    w0_g, r0_g : float or None
        Median impact of walking and running, in g.
    w0_cadence_spm, r0_cadence_spm : float or None
        Median cadence, in steps per minute of both feet.
    is_stale : bool
        Whether shoe, pod, firmware, placement or surface class have changed since.
    """

    w0_g: float | None = None
    r0_g: float | None = None
    w0_cadence_spm: float | None = None
    r0_cadence_spm: float | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class StageLimits:
    """The limits in force; None where there is none. "Above" is strictly greater.

    Attributes
    ----------
    amber_g, red_g : float or None
        Impact limits of the judged steps.
    single_g : float or None
        Impact above which one step is logged by itself.
    cadence_low_spm : float or None
        Below it the patient is told.
    cadence_target_spm, cadence_target_low_spm, cadence_high_spm : float or None
        What is aimed at, and the band around it.
    baseline : Baseline or None
        What the impact limits are relative to; None where there are none.
    is_fallback : bool
        Whether the rule for a stale baseline was used.
    amber_is_capped, red_is_capped, single_is_capped : bool
        Whether the limit stands at the top of the accelerometer's scale and not at its ratio.
    """

    amber_g: float | None = None
    red_g: float | None = None
    single_g: float | None = None
    cadence_low_spm: float | None = None
    cadence_target_spm: float | None = None
    cadence_target_low_spm: float | None = None
    cadence_high_spm: float | None = None
    baseline: Baseline | None = None
    is_fallback: bool = False
    amber_is_capped: bool = False
    red_is_capped: bool = False
    single_is_capped: bool = False

    @property
    def is_capped(self) -> bool:
        """Whether any limit is capped: a clinician accepts that with the baseline."""
        return self.amber_is_capped or self.red_is_capped or self.single_is_capped


def stage_limits(
    stage: Stage, baselines: Baselines, full_scale_g: float | None = None
) -> StageLimits:
    """Return the limits in force for a stage.

    Parameters
    ----------
    stage : Stage
        Its ratios are used.
    baselines : Baselines
        The patient's.
    full_scale_g : float or None
        Full scale of the accelerometer in g; None where the pod sends no samples.

    Returns
    -------
    StageLimits
        None fields where the stage has no such limit or the baseline it needs is missing.
    """
    r0_g = None if baselines.is_stale else baselines.r0_g
    r0_cadence_spm = None if baselines.is_stale else baselines.r0_cadence_spm
    rule, is_fallback = _rule(stage, baselines)
    reference_g = None if rule is None else _reference(rule, baselines)
    amber_g = None if rule is None else _times(rule.amber_ratio, reference_g)
    red_g = None if rule is None else _times(rule.red_ratio, reference_g)
    if rule is not None and r0_g is not None:
        single_g: float | None = SINGLE_STEP_RATIO * r0_g
    else:
        single_g = _times(SINGLE_STEP_RED_RATIO, red_g)
    cap_g = _times(full_scale_g, MAX_FULL_SCALE_SHARE)
    cadence = stage.limits.cadence
    return StageLimits(
        amber_g=_capped(amber_g, cap_g),
        red_g=_capped(red_g, cap_g),
        single_g=_capped(single_g, cap_g),
        cadence_low_spm=_times(None if cadence is None else cadence.low_ratio, r0_cadence_spm),
        cadence_target_spm=_times(
            None if cadence is None else cadence.target_ratio, r0_cadence_spm
        ),
        cadence_target_low_spm=_times(
            None if cadence is None else cadence.target_low_ratio, r0_cadence_spm
        ),
        cadence_high_spm=_times(
            None if cadence is None else cadence.target_high_ratio, r0_cadence_spm
        ),
        baseline=None if amber_g is None or rule is None else rule.baseline,
        is_fallback=is_fallback and amber_g is not None,
        amber_is_capped=_is_over(amber_g, cap_g),
        red_is_capped=_is_over(red_g, cap_g),
        single_is_capped=_is_over(single_g, cap_g),
    )


def is_above(step: Step, limit_g: float) -> bool:
    """Return whether a valid step is above a limit; a clipped one is above any."""
    return step.is_clipped if step.impact_g is None else step.impact_g > limit_g


def count_above(steps: Sequence[Step], limit_g: float) -> int:
    """Return how many of the steps are above a limit."""
    return sum(is_above(step, limit_g) for step in steps)


def _rule(stage: Stage, baselines: Baselines) -> tuple[LimitRule | None, bool]:
    rule = stage.limits.impact
    if rule is not None and rule.baseline is Baseline.R0 and baselines.is_stale:
        return stage.limits.impact_when_stale, True
    return rule, False


def _reference(rule: LimitRule, baselines: Baselines) -> float | None:
    return baselines.w0_g if rule.baseline is Baseline.W0 else baselines.r0_g


def _times(ratio: float | None, value: float | None) -> float | None:
    return None if ratio is None or value is None else ratio * value


def _is_over(limit_g: float | None, cap_g: float | None) -> bool:
    return limit_g is not None and cap_g is not None and limit_g > cap_g


def _capped(limit_g: float | None, cap_g: float | None) -> float | None:
    return cap_g if _is_over(limit_g, cap_g) else limit_g
