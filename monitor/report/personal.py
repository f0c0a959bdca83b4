"""What leaves of a person beside the pseudonym: nothing that was not asked for."""

from dataclasses import dataclass
from datetime import date

from monitor.errors import UsageError
from monitor.people.zones import calendar_day
from monitor.store.names import plain_name


@dataclass(frozen=True, slots=True)
class Personal:
    """Name and day of birth (``YYYY-MM-DD``); the record holds neither."""

    name: str | None = None
    born: str | None = None


NOBODY = Personal()
"""The pseudonym alone."""


def personal_of(name: str | None, born: str | None, today: date) -> Personal:
    """Return what a command line asks to be named; raises UsageError where it cannot be."""
    return Personal(
        None if name is None else plain_name(name, "person"),
        None if born is None else _day_of_birth(born, today).isoformat(),
    )


def _day_of_birth(born: str, today: date) -> date:
    day = calendar_day(born, "--born")
    if day > today:
        raise UsageError(f"--born {day}: lies in the future: give the day of birth as YYYY-MM-DD")
    return day
