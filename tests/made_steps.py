"""Steps made for tests: only what the limits and alarms look at."""

from analysis.step import Gait, NoImpact, Step


def made_step(
    t_ic_s: float,
    impact_g: float | None,
    *,
    gait: Gait = Gait.RUN,
    known_s: float | None = None,
    is_clipped: bool = False,
    at_least_g: float | None = None,
) -> Step:
    """Return a step; without an impact it lies in a hole, unless it is clipped."""
    reason = NoImpact.CLIPPED if is_clipped else None if impact_g is not None else NoImpact.HOLE
    return Step(
        t_ic_s=t_ic_s,
        t_tc_s=None,
        t_known_s=t_ic_s if known_s is None else known_s,
        stride_s=None,
        cadence_spm=None,
        impact_g=None if is_clipped else impact_g,
        impact_at_least_g=at_least_g,
        impact_reason=reason,
        gait=gait,
        flags=(),
    )
