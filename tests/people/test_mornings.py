"""The next morning of a patient: a later day there, and ten hours."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.gate.times import HOUR_S
from monitor.people.mornings import REST_S, is_next_morning, next_morning_s
from monitor.people.zones import calendar_day, local_text, past_text, zone_of

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = st.sampled_from(
    [
        *("Europe/Zurich", "America/Sao_Paulo", "Asia/Beirut", "Pacific/Apia", "Asia/Kathmandu"),
        *("America/Havana", "Australia/Lord_Howe", "America/Los_Angeles", "UTC"),
    ]
).map(ZoneInfo)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZURICH).timestamp())


@pytest.mark.parametrize(
    ("ended", "first"),
    [
        ("2026-09-21 08:00", "2026-09-22 00:00"),  # the day decides
        ("2026-09-21 22:00", "2026-09-22 08:00"),  # the hours decide
        ("2026-09-21 14:00", "2026-09-22 00:00"),  # both
        ("2026-09-22 00:30", "2026-09-23 00:00"),  # after midnight it is that day's
        ("2026-10-24 20:00", "2026-10-25 05:00"),  # the night of 25 hours
        ("2027-03-27 20:00", "2027-03-28 07:00"),  # the night of 23 hours
    ],
)
def test_worked_examples(ended: str, first: str) -> None:
    assert next_morning_s(at(ended), ZURICH) == at(first)
    assert is_next_morning(at(ended), at(first), ZURICH)
    assert not is_next_morning(at(ended), at(first) - 1, ZURICH)


@given(st.integers(0, 2_200_000_000), ZONES)
def test_what_is_told_is_a_next_morning_and_none_came_before(ended_s: int, zone: ZoneInfo) -> None:
    first_s = next_morning_s(ended_s, zone)
    assert is_next_morning(ended_s, first_s, zone)
    assert first_s - ended_s >= REST_S == 10 * HOUR_S
    # Where a clock goes back over midnight, a later day may have been there before for minutes.
    assert not is_next_morning(ended_s, first_s - HOUR_S, zone)


@given(st.integers(0, 2_200_000_000), st.integers(-(10**6), 10**6), ZONES)
def test_it_is_the_rule_of_the_programme(ended_s: int, later_s: int, zone: ZoneInfo) -> None:
    day = datetime.fromtimestamp(ended_s + later_s, zone).date()
    rule = day > datetime.fromtimestamp(ended_s, zone).date() and later_s >= REST_S
    assert is_next_morning(ended_s, ended_s + later_s, zone) == rule


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Base", "../etc/passwd", "/etc/localtime", "Europe", "a\nb", "CET\0", "x" * 999],
)
def test_a_zone_that_is_none_is_one_sentence(name: str) -> None:
    with pytest.raises(UsageError, match="give an IANA name") as told:
        zone_of(name)
    assert "\n" not in str(told.value)


def test_every_zone_of_the_table_is_one() -> None:
    assert all(zone_of(name).key == name for name in available_timezones())


@pytest.mark.parametrize("text", ["", "2026-9-1", "20260901", "2026-02-30", "2026-W01-1", "today"])
def test_a_day_that_is_none_is_one_sentence(text: str) -> None:
    with pytest.raises(UsageError, match="no such day"):
        calendar_day(text, "--diagnosed")


def test_a_time_that_is_past_is_told_as_the_clock_showed_it() -> None:
    assert past_text(at("2026-09-22 07:00"), ZURICH) == "Tue 2026-09-22 07:00"
    assert past_text(at("2026-09-22 07:00") + 59, ZURICH) == "Tue 2026-09-22 07:00"
    assert past_text(at("2026-09-22 00:00") - 1, ZURICH) == "Mon 2026-09-21 23:59"


def test_a_time_is_told_up_to_the_minute_and_never_too_early() -> None:
    assert local_text(at("2026-09-22 07:00"), ZURICH) == "Tue 2026-09-22 07:00"
    assert local_text(at("2026-09-22 07:00") + 1, ZURICH) == "Tue 2026-09-22 07:01"
