"""The rows of numbers: what is said of each value."""

from dataclasses import replace

import made_snapshots as made

from monitor.snapshot import Aged, Snapshot
from monitor.tui.numbers import Look, Row, aged_text, main_rows, side_rows


def row(name: str, s: Snapshot) -> Row:
    return next(r for r in (*main_rows(s), *side_rows(s)) if r.name == name)


def test_impact_against_its_limits() -> None:
    def said(g: float) -> tuple[str, str, Look]:
        r = row("Impact", replace(made.RUNNING, impact=Aged(g, 0.5)))
        return r.value, r.note, r.look

    assert said(5.75) == ("5.8", "amber 5.8 · red 6.5", Look.PLAIN)
    assert said(5.76) == ("5.8", "above amber 5.8", Look.AMBER)
    assert said(6.5) == ("6.5", "above amber 5.8", Look.AMBER)
    assert said(6.51) == ("6.5", "above red 6.5", Look.RED)


def test_a_clipped_impact_is_at_least_and_above_any_limit() -> None:
    r = row("Impact", made.CLIPPED)
    assert (r.value, r.unit, r.look) == ("≥16.0", "g", Look.RED)
    high = replace(made.CLIPPED, amber_g=17.0, red_g=19.0)
    assert row("Impact", high).look is Look.RED
    free = replace(made.CLIPPED, amber_g=None, red_g=None)
    assert (row("Impact", free).note, row("Impact", free).look) == ("no limit now", Look.PLAIN)


def test_one_limit_alone_is_named_alone() -> None:
    assert row("Impact", replace(made.RUNNING, red_g=None)).note == "amber 5.8"
    assert row("Impact", replace(made.RUNNING, amber_g=None)).note == "red 6.5"


def test_age_greys_and_hides() -> None:
    assert aged_text(Aged(4.9, 2.0), 1) == ("4.9", "", Look.PLAIN)
    assert aged_text(Aged(4.9, 2.01), 1) == ("4.9", "2 s ago", Look.OLD)
    assert aged_text(Aged(4.9, 5.0), 1) == ("4.9", "5 s ago", Look.OLD)
    assert aged_text(Aged(4.9, 5.01), 1) == ("–", "", Look.PLAIN)
    assert aged_text(None, 1) == ("–", "", Look.PLAIN)


def test_an_old_value_above_the_limit_is_old_not_alarming() -> None:
    r = row("Impact", replace(made.RUNNING, impact=Aged(9.0, 3.0)))
    assert (r.note, r.look) == ("3 s ago", Look.OLD)


def test_share_is_unknown_below_8_steps_and_a_dash_where_nothing_is_judged() -> None:
    assert row("Above amber", made.UNKNOWN_SHARE).value == "unknown"
    assert row("Above amber", made.WALKING).value == "–"
    r = row("Above amber", replace(made.RUNNING, over_amber_pct=0.0, over_red_pct=0.0))
    assert (r.value, r.unit, r.note) == ("0", "%", "above red 0 %")


def test_cadence_against_its_band() -> None:
    def said(spm: float) -> tuple[str, Look]:
        r = row("Cadence", replace(made.RUNNING, cadence_spm=Aged(spm, 0.1)))
        return r.note, r.look

    assert said(160.0) == ("160–176 steps/min", Look.PLAIN)
    assert said(159.9) == ("below band 160–176", Look.AMBER)
    assert said(176.1) == ("above band 160–176", Look.AMBER)
    assert row("Cadence", made.WALKING).note == "steps/min"


def test_counts_are_known_once_there_were_data() -> None:
    assert {r.value for r in side_rows(made.NOTHING_YET)} == {"–"}
    first = replace(made.NOTHING_YET, data_age_s=0.0)
    assert row("Steps", first).value == "0"
    assert row("Coverage", first).value == "–"


def test_a_fresh_contact_lights_its_dot() -> None:
    def name(age_s: float | None) -> str:
        return side_rows(replace(made.RUNNING, strike_age_s=age_s))[1].name

    assert name(0.25) == "Steps ●"
    assert name(0.5) == name(None) == "Steps"
