"""Fresh, stale and gone on both sides of each bound, and wherever a value is shown."""

from dataclasses import replace

import made_snapshots as made
import pytest

from monitor.freshness import BATTERY, LIVE, Bound, Freshness, freshness
from monitor.plain import PlainLines
from monitor.snapshot import Aged, Snapshot
from monitor.tui.numbers import Look, aged_text, live, side_rows
from sensors.stream import BATTERY_EVERY_S

JUST = 1e-6


@pytest.mark.parametrize("bound", [LIVE, BATTERY, Bound(1.0, 1.5)])
def test_both_sides_of_each_bound(bound: Bound) -> None:
    states = [
        freshness(age_s, bound)
        for age_s in (
            0.0,
            bound.stale_s,
            bound.stale_s + JUST,
            bound.gone_s,
            bound.gone_s + JUST,
            None,
        )
    ]
    assert states == [
        Freshness.FRESH,
        Freshness.FRESH,
        Freshness.STALE,
        Freshness.STALE,
        Freshness.GONE,
        Freshness.GONE,
    ]


def test_the_bounds_are_those_of_the_programme() -> None:
    assert Bound(2.0, 5.0) == LIVE
    # A charge that is read in time is never stale, and one reading may fail.
    assert BATTERY.stale_s > 2 * BATTERY_EVERY_S


def steps_row(s: Snapshot) -> tuple[str, Look]:
    row = next(row for row in side_rows(s) if row.name.startswith("Steps"))
    return row.value, row.look


@pytest.mark.parametrize(
    ("age_s", "shown"),
    [
        (2.0, ("164", Look.PLAIN)),
        (2.1, ("164", Look.OLD)),
        (5.0, ("164", Look.OLD)),
        (5.1, ("–", Look.PLAIN)),
    ],
)
def test_steps_and_rate_are_as_old_as_the_data(age_s: float, shown: tuple[str, Look]) -> None:
    s = replace(made.RUNNING, data_age_s=age_s)
    assert steps_row(s) == shown
    text, _, look = aged_text(live(s.fs_hz, s), 0)
    assert (text == "–", look) == (shown[0] == "–", shown[1])


def test_what_a_session_ended_with_does_not_age() -> None:
    assert steps_row(replace(made.RUNNING, data_age_s=60.0, is_over=True)) == ("164", Look.PLAIN)


@pytest.mark.parametrize(
    ("age_s", "is_low"), [(0.0, True), (150.1, True), (600.0, True), (600.1, False), (None, False)]
)
def test_a_charge_that_is_gone_is_no_longer_low(age_s: float | None, is_low: bool) -> None:
    s = replace(made.RUNNING, battery_pct=14, battery_age_s=age_s)
    assert s.is_battery_low is is_low
    said = "\n".join(PlainLines().update(s))
    assert ("battery is at 14 %" in said) is is_low
    assert (aged_text(s.battery, 0, BATTERY)[0] == "14") is is_low


def test_no_value_is_no_age() -> None:
    assert replace(made.RUNNING, battery_pct=None).battery is None
    assert made.RUNNING.battery == Aged(83, 12.0)
    assert live(None, made.RUNNING) is None
    assert live(5.0, replace(made.RUNNING, data_age_s=None)) is None
