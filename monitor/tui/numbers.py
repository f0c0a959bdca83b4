"""The numbers of a session as rows: name, value, and what the value is held against."""

from dataclasses import dataclass
from enum import StrEnum

from monitor.freshness import LIVE, Bound, Freshness, freshness
from monitor.sidewords import NO_OWN, signed_pct
from monitor.snapshot import Aged, SidesView, Snapshot
from monitor.text import NOT_KNOWN, in_words, known

STRIKE_SHOWN_S = 0.4
"""s. A contact lights its dot this long: announced after 0.2 s, gone before the next (design
default)."""


class Look(StrEnum):
    """How a value is drawn; its row says the same in words."""

    PLAIN = "plain"
    OLD = "old"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Row:
    """One number.

    Attributes
    ----------
    name : str
        What it is.
    value : str
        The number without its unit, or a dash.
    unit : str
        Its unit; empty where the value is a dash.
    note : str
        Limits, age, or what else belongs to it.
    look : Look
        How the value is drawn.
    """

    name: str
    value: str
    unit: str
    note: str
    look: Look = Look.PLAIN


def aged_text(aged: Aged | None, digits: int, bound: Bound = LIVE) -> tuple[str, str, Look]:
    """Return a value's text, a note on its age, and its look: old is greyed, very old is a dash."""
    state = freshness(None if aged is None else aged.age_s, bound)
    if aged is None or state is Freshness.GONE:
        return NOT_KNOWN, "", Look.PLAIN
    text = known(aged.value, digits)
    if state is Freshness.STALE:
        return text, f"{aged.age_s:.0f} s ago", Look.OLD
    return text, "", Look.PLAIN


def live(value: float | None, s: Snapshot) -> Aged | None:
    """Return a value that is as old as the pod's newest data; after the end it is final."""
    if value is None or s.data_age_s is None:
        return None
    return Aged(value, 0.0 if s.is_over else s.data_age_s)


def main_rows(s: Snapshot) -> tuple[Row, Row, Row]:
    """Return the three numbers that matter while running: impact, share above, cadence."""
    return _impact(s), _share(s), _cadence(s)


def side_rows(s: Snapshot) -> tuple[Row, ...]:
    """Return what is looked at now and then. Counts of data are a dash before the first data."""
    has_data = s.data_age_s is not None

    def count(n: int | None) -> str:
        return str(n) if has_data and n is not None else NOT_KNOWN

    coverage = known(s.coverage_pct)
    steps, steps_age, steps_look = aged_text(live(s.steps, s), 0)
    so_far = f"{count(s.run_steps)} run · load {_load(s)}"
    return (
        Row(
            "Coverage",
            coverage,
            _unit("%", coverage),
            f"clipped {count(s.clipped_steps)} · lost {count(s.lost_samples)}",
        ),
        Row(_steps_name(s), steps, "", steps_age or so_far, steps_look),
        Row(
            "Alarms",
            count(s.alarms),
            "",
            f"red events {count(s.red_events)} · drops {count(s.drops_recovered)}",
        ),
        _pain(s),
        *(_sides(sides) for sides in s.sides),
        *_baseline(s),
    )


def _baseline(s: Snapshot) -> tuple[Row, ...]:
    """Return the last accepted baseline with its age; no row where no record is behind it."""
    if s.ladder is None:
        return ()
    if not s.ladder.baselines:
        return (Row("Baseline", NOT_KNOWN, "", "none accepted"),)
    value, _, age = s.ladder.baselines[-1].partition(", ")
    return (Row("Baseline", value, "", age),)


def _pain(s: Snapshot) -> Row:
    """Return the last score that was told in this session: the time since says what it is worth."""
    if s.last_pain is None:
        return Row("Pain", NOT_KNOWN, "", "not told yet")
    look = Look.RED if s.last_pain.value else Look.PLAIN
    note = f"of 10 · {in_words(s.last_pain.age_s)} ago"
    return Row("Pain", known(s.last_pain.value), "", note, look)


def _sides(sides: SidesView) -> Row:
    value = signed_pct(sides.now_pct)
    own = NO_OWN if sides.own_pct is None else f"own {signed_pct(sides.own_pct)}"
    note = f"moved, {own}" if sides.is_beyond else own
    # Shown, and no alarm: it never has an alarm's colour.
    return Row(f"L/R {sides.name.split()[0]}", value, "", note)


def _steps_name(s: Snapshot) -> str:
    """Return the name with a dot that lights at each contact: the pod feels the foot."""
    is_fresh = s.strike_age_s is not None and s.strike_age_s <= STRIKE_SHOWN_S
    return "Steps ●" if is_fresh else "Steps"


def _load(s: Snapshot) -> str:
    return NOT_KNOWN if s.load_pct is None else f"{s.load_pct:.0f} %"


def limits_text(s: Snapshot) -> str:
    """Return the limits in force in words; a limit that is not there is not named."""
    parts = [
        f"{name} {limit:.1f}"
        for name, limit in (("amber", s.amber_g), ("red", s.red_g))
        if limit is not None
    ]
    return " · ".join(parts) or "no limit now"


def _unit(unit: str, value: str) -> str:
    return "" if value == NOT_KNOWN else unit


def _impact(s: Snapshot) -> Row:
    value, age, look = aged_text(s.impact, 1)
    if value == NOT_KNOWN or s.impact is None:
        return Row("Impact", value, "", limits_text(s))
    if s.impact_is_at_least:
        value = f"≥{value}"
    note = age or limits_text(s)
    if look is Look.PLAIN:
        # A clipped step is above any limit: its number is only a lower bound.
        above = s.impact_is_at_least
        if s.red_g is not None and (above or s.impact.value > s.red_g):
            look, note = Look.RED, f"above red {s.red_g:.1f}"
        elif s.amber_g is not None and (above or s.impact.value > s.amber_g):
            look, note = Look.AMBER, f"above amber {s.amber_g:.1f}"
    return Row("Impact", value, "g", note, look)


def _share(s: Snapshot) -> Row:
    if s.amber_g is None and s.red_g is None:
        return Row("Above amber", NOT_KNOWN, "", "nothing judged now")
    if s.over_amber_pct is None:
        return Row("Above amber", "unknown", "", "fewer than 8 steps")
    return Row("Above amber", known(s.over_amber_pct), "%", f"above red {known(s.over_red_pct)} %")


def _cadence(s: Snapshot) -> Row:
    value, age, look = aged_text(s.cadence_spm, 0)
    low, high = s.cadence_low_spm, s.cadence_high_spm
    band = "" if low is None and high is None else f"{known(low)}–{known(high)}"
    note = s.cadence_source or age or f"{band} steps/min".strip()
    is_own = not s.cadence_source
    if s.cadence_spm is not None and value != NOT_KNOWN and look is Look.PLAIN and is_own:
        if low is not None and s.cadence_spm.value < low:
            look, note = Look.AMBER, f"below band {band}"
        elif high is not None and s.cadence_spm.value > high:
            look, note = Look.AMBER, f"above band {band}"
    return Row("Cadence", value, "", note, look)
