"""Times of the gate: whole seconds since 1970-01-01T00:00:00Z, and the one way to write them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S

FORM: Final = "YYYY-MM-DDTHH:MM:SSZ"
"""How a time is written, always in UTC."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WRITTEN: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9])Z"
)


def time_s(text: str) -> int:
    """Return the seconds of a written time.

    Parameters
    ----------
    text : str
        ``YYYY-MM-DDTHH:MM:SSZ`` and nothing else: no fraction, no other zone, no hour 24, no leap
        second, years 0001 to 9999.

    Raises
    ------
    ValueError
        Where it is written in another way, or the calendar has no such day.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(f"not of the form {FORM}")
    year, month, day, hour, minute, second = map(int, found.groups())
    since = datetime(year, month, day, hour, minute, second, tzinfo=UTC) - _EPOCH
    return since.days * DAY_S + since.seconds


def time_text(t_s: int) -> str | None:
    """Return a time as it is written; None where it lies beyond the year 9999.

    ``enrol`` bounds its days from below only, so a waiting time may end after every date.
    """
    try:
        moment = _EPOCH + timedelta(seconds=t_s)
    except OverflowError:
        return None
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}Z"
