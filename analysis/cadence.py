"""Stride and cadence of a step."""

from analysis.stride_period import LONGEST_S

NEIGHBOUR_STRIDES = 1.6
"""Two contacts at most this many periods apart are neighbours: from running to walking a stride
grows by half, a lost contact makes 2."""

SAME_STRIDES = 1.25
"""And where the period had not settled yet, at most this many periods of the next contact."""


def stride_between(
    period_s: float | None, to_next_s: float | None, next_period_s: float | None = None
) -> float | None:
    """Return the stride of a step in seconds.

    Parameters
    ----------
    period_s : float or None
        Stride period by the rhythm.
    to_next_s : float or None
        Time to the next contact; None at the end of a bout.
    next_period_s : float or None
        Stride period by the rhythm at the next contact.

    Returns
    -------
    float or None
        The time to the next contact where that is the neighbour, else the period; None where
        neither is known.
    """
    if to_next_s is None:
        return period_s
    if period_s is None:
        return to_next_s if 0.0 < to_next_s <= LONGEST_S else None
    longest_s = max(NEIGHBOUR_STRIDES * period_s, SAME_STRIDES * (next_period_s or 0.0))
    return to_next_s if to_next_s <= longest_s else period_s


def cadence_spm(stride_s: float | None) -> float | None:
    """Return the cadence of both feet in steps per minute; None without a stride."""
    return None if stride_s is None else 120.0 / stride_s
