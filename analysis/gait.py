"""Walk or run, step by step."""

from analysis.step import Gait, Placement

RUN_MOVEMENT_G = {Placement.SHANK: 0.95, Placement.FOOT: 0.90}
"""RMS of the limb's movement from which a step is a run (walking shank 0.57-0.70 g, running
1.28-1.57 g)."""
RUN_LONGEST_STRIDE_S = 0.96
"""A running stride is shorter than this (125 steps/min)."""


def gait_of(placement: Placement, movement_g: float, stride_s: float) -> Gait:
    """Name the gait of a step.

    Parameters
    ----------
    placement : Placement
        Where the pod is worn.
    movement_g : float
        RMS of the limb's movement in g.
    stride_s : float
        Stride period in seconds.
    """
    if movement_g > RUN_MOVEMENT_G[placement] and stride_s < RUN_LONGEST_STRIDE_S:
        return Gait.RUN
    return Gait.WALK
