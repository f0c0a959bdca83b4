"""Stride and cadence of a step."""

from analysis.stride_period import LONGEST_S

NEIGHBOUR_STRIDES = 1.75
"""Two contacts at most this many periods apart are neighbours: from running to walking a stride
grows by half, a lost contact makes 2."""


def stride_since(before_s: float | None, period_s: float | None) -> float | None:
    """Return the stride of a step in seconds.

    Parameters
    ----------
    before_s : float or None
        Time since the contact before; None where there was none.
    period_s : float or None
        Stride period by the rhythm.

    Returns
    -------
    float or None
        The time since the contact before where that is the neighbour, else the period; None where
        neither is known.
    """
    if before_s is None:
        return period_s
    longest_s = LONGEST_S if period_s is None else NEIGHBOUR_STRIDES * period_s
    return before_s if 0.0 < before_s <= longest_s else period_s


def cadence_spm(stride_s: float | None) -> float | None:
    """Return the cadence of both feet in steps per minute; None without a stride."""
    return None if stride_s is None else 120.0 / stride_s
