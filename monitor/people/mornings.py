"""The next morning: a later day of the patient, and the night's hours behind it.

The gate's own rule, six hours after the session, knows no time zone and stands behind this one.
"""

from datetime import datetime, timedelta, tzinfo
from typing import Final

from monitor.gate.times import HOUR_S

REST_S: Final = 10 * HOUR_S
"""s. Between the end of a session and the answer, at least (programme, section 3)."""


def is_next_morning(ended_s: int, t_s: int, zone: tzinfo) -> bool:
    """Return whether a time is a next morning after a session.

    Parameters
    ----------
    ended_s, t_s : int
        When the session was closed, and the time, UTC seconds since 1970.
    zone : tzinfo
        The patient's.
    """
    day, of_session = (datetime.fromtimestamp(s, zone).date() for s in (t_s, ended_s))
    return day > of_session and t_s - ended_s >= REST_S


def next_morning_s(ended_s: int, zone: tzinfo) -> int:
    """Return from when the question about the next morning may be answered, UTC seconds."""
    ended = datetime.fromtimestamp(ended_s, zone)
    midnight = datetime.combine(ended.date() + timedelta(days=1), datetime.min.time(), zone)
    from_s = max(ended_s + REST_S, int(midnight.timestamp()))
    # Where a clock goes back over midnight, the day before comes again after it began.
    while not is_next_morning(ended_s, from_s, zone):
        from_s += HOUR_S // 4
    return from_s
