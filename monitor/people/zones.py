"""Where a patient lives: the time zones by which a next morning and a day are meant."""

from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from monitor.errors import UsageError
from monitor.store.names import shown_name


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name.

    Raises
    ------
    UsageError
        Where there is none of that name.
    """
    try:
        # A name with a folder out of the table, or one that is no text at all, is a ValueError; the
        # name of one of the table's folders is an OSError.
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(
            f"time zone {shown_name(name)!r}: not known: give an IANA name such as Europe/Zurich"
        ) from None


def calendar_day(text: str, what: str) -> date:
    """Return a day that was written ``YYYY-MM-DD``; raises UsageError with ``what`` it is for."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day.isoformat() != text:
        raise UsageError(
            f"{what} {shown_name(text)!r}: no such day: write it as YYYY-MM-DD, like 2026-09-21"
        )
    return day


def local_day(t_s: int, zone: ZoneInfo) -> date:
    """Return the patient's day at a time in UTC seconds since 1970."""
    return datetime.fromtimestamp(t_s, zone).date()


def local_text(t_s: int, zone: ZoneInfo) -> str:
    """Return a time from when something may be done: ``Tue 2026-09-22 07:00``.

    The minute is rounded up: such a time must not be told too early.
    """
    return past_text(-(-t_s // 60) * 60, zone)


def past_text(t_s: int, zone: ZoneInfo) -> str:
    """Return a time of what has happened, as a clock showed it then: the minute is rounded down."""
    return f"{datetime.fromtimestamp(t_s, zone):%a %Y-%m-%d %H:%M}"
