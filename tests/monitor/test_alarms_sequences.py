"""Made-up sessions against a second, slow and literal evaluation of the alarm rule.

The evaluator below works in whole milliseconds on the whole list of steps at each grid time and
shares no code with the rule.
"""

import random
from dataclasses import dataclass

import pytest
from made_steps import made_step

from analysis.step import Gait, Step
from monitor.alarms import AlarmKind, AlarmRule
from monitor.limits import StageLimits
from monitor.programme.rules import Judged

AMBER_G, RED_G, SINGLE_G = 9.2, 10.4, 16.0
LIMITS = StageLimits(amber_g=AMBER_G, red_g=RED_G, single_g=SINGLE_G)
SEEDS = range(50)

Seen = tuple[int, str, bool]
"""Time in ms, kind, raised."""


@dataclass(frozen=True)
class Contact:
    """A step in whole milliseconds; the impact is infinite where it clipped, None in a hole."""

    at_ms: int
    known_ms: int
    impact_g: float | None
    is_run: bool

    def as_step(self) -> Step:
        clipped = self.impact_g == float("inf")
        return made_step(
            self.at_ms / 1000,
            None if clipped else self.impact_g,
            gait=Gait.RUN if self.is_run else Gait.WALK,
            known_s=self.known_ms / 1000,
            is_clipped=clipped,
        )


@dataclass(frozen=True)
class Made:
    """A made-up session; ``judged`` are the run segments, from and to in ms."""

    contacts: tuple[Contact, ...]
    judged: tuple[tuple[int, int], ...]
    length_ms: int


def made_session(seed: int) -> Made:
    """Return walk and run segments with stretches of known levels, holes and late steps."""
    rng = random.Random(seed)
    judged, contacts, now = [], [], 0
    for _ in range(2):
        now += 100 * rng.randint(50, 150)
        end = now + 100 * rng.randint(200, 700)
        judged.append((now, end))
        at = now
        while at < end:
            stretch_end = at + 100 * rng.randint(60, 300)
            levels = rng.choice([(0.0, 0.0), (0.0, 0.0), (0.3, 0.0), (0.9, 0.0), (0.2, 0.5)])
            obeys = rng.random() < 0.3
            while at < min(stretch_end, end):
                contacts.append(_contact(rng, at, *levels, is_run=not obeys))
                # One in three contacts stands on a whole 0.1 s, where comparisons may differ.
                at += rng.choice([700, 800, rng.randint(650, 800)])
            if rng.random() < 0.2:
                at += 100 * rng.randint(20, 350)
        now = end
    return Made(tuple(contacts), tuple(judged), now + 25_000)


def _contact(rng: random.Random, at: int, amber: float, red: float, *, is_run: bool) -> Contact:
    drawn = rng.random()
    if drawn < red:
        impact = rng.choice([rng.uniform(10.5, 15.9), rng.uniform(10.5, 17.0), float("inf")])
    elif drawn < red + amber:
        impact = rng.choice([RED_G, rng.uniform(9.3, 10.3)])
    else:
        impact = rng.choice([AMBER_G, rng.uniform(5.0, 9.1)])
    is_hole = rng.random() < 0.05
    return Contact(at, at + rng.choice([0, 300, 2000]), None if is_hole else impact, is_run)


def evaluated(made: Made) -> list[Seen]:
    """Return what the rule has to say, the slow way."""
    seen: list[Seen] = []
    ease_off = walk_now = calm = None
    window_from = -1
    segment_before = None
    valid = [c for c in made.contacts if c.impact_g is not None]
    for now in range(0, made.length_ms, 100):
        segment = next(((a, b) for a, b in made.judged if a <= now < b), None)
        if segment != segment_before and ease_off is not None:
            seen.append((now, "ease-off", False))
            ease_off = calm = None
        segment_before = segment
        for c in valid:
            newly = now - 100 < c.known_ms <= now
            if newly and c.is_run and _judged(made, c) and _impact(c) > SINGLE_G:
                seen.append((now, "single", True))
        if walk_now is not None and now == walk_now + 20_000:
            evidence = [
                _impact(c) > RED_G
                for c in valid
                if c.known_ms <= now
                and walk_now + 5_000 < c.at_ms <= now
                and c.is_run
                and _judged(made, c)
            ]
            red_event = bool(evidence) and sum(evidence) / len(evidence) > 0.2
            seen.append((now, "red-event", True) if red_event else (now, "walk-now", False))
            walk_now, window_from, calm = None, now, None
        window = [
            _impact(c)
            for c in valid
            if segment is not None
            and c.known_ms <= now
            and segment[0] <= c.at_ms
            and now - 30_000 < c.at_ms
            and c.at_ms > window_from
            and c.is_run
        ]
        if walk_now is not None:
            continue
        if len(window) < 8:
            calm = None
        elif sum(g > RED_G for g in window) / len(window) > 0.2:
            if ease_off is not None:
                seen.append((now, "ease-off", False))
            ease_off = calm = None
            walk_now = now
            seen.append((now, "walk-now", True))
        elif sum(g > AMBER_G for g in window) / len(window) > 0.2:
            calm = None
            if ease_off is None:
                ease_off = now
                seen.append((now, "ease-off", True))
        elif ease_off is not None:
            calm = now if calm is None else calm
            if now - calm >= 10_000:
                ease_off = calm = None
                seen.append((now, "ease-off", False))
    return seen


def _impact(contact: Contact) -> float:
    assert contact.impact_g is not None
    return contact.impact_g


def _judged(made: Made, contact: Contact) -> bool:
    return any(a <= contact.at_ms < b for a, b in made.judged)


def played(made: Made, arrivals: random.Random | None = None) -> list[Seen]:
    """Return what the rule says; ``arrivals`` hands steps over early, shuffled and in bunches."""
    rule = AlarmRule(LIMITS, Judged.RUN)
    handed: dict[int, list[Step]] = {}
    for contact in made.contacts:
        due = -(-contact.known_ms // 100)
        if arrivals is not None:
            due = max(0, due - arrivals.randint(0, 30))
        handed.setdefault(due, []).append(contact.as_step())
    seen: list[Seen] = []
    for tick in range(made.length_ms // 100):
        steps = handed.get(tick, [])
        if arrivals is not None:
            arrivals.shuffle(steps)
        segment = next((a / 1000 for a, b in made.judged if a <= 100 * tick < b), None)
        seen += [
            (round(1000 * event.t_s), event.kind.value, event.is_raised)
            for event in rule.step(tick / 10, segment, steps)
        ]
    return seen


@pytest.mark.parametrize("seed", SEEDS)
def test_every_alarm_comes_when_it_is_due_and_none_besides(seed: int) -> None:
    made = made_session(seed)
    assert played(made) == evaluated(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_how_arrivals_are_grouped_changes_nothing(seed: int) -> None:
    made = made_session(seed)
    assert played(made, random.Random(seed)) == played(made)


def test_the_made_up_sessions_hold_every_kind_of_event_often() -> None:
    kinds = [(kind, raised) for seed in SEEDS for _, kind, raised in evaluated(made_session(seed))]
    for kind in AlarmKind:
        assert kinds.count((kind.value, True)) >= 10
    assert kinds.count(("ease-off", False)) >= 10
    assert kinds.count(("walk-now", False)) >= 5


@pytest.mark.parametrize("seed", range(10))
def test_a_red_stretch_is_called_within_9_s(seed: int) -> None:
    """30 s of fine steps hold at most 46; 21 % of the window are then red after 12 contacts."""
    rng = random.Random(seed)
    times = [0]
    while times[-1] < 60_000:
        times.append(times[-1] + rng.randint(650, 730))
    contacts = tuple(Contact(t, t + 300, 12.0 if t >= 30_000 else 8.0, is_run=True) for t in times)
    seen = played(Made(contacts, ((0, 60_000),), 60_000))
    # Amber is crossed at the same step as red, so WALK NOW comes alone.
    assert [kind for _, kind, _ in seen][:1] == ["walk-now"]
    assert 30_000 < seen[0][0] <= 39_100


@pytest.mark.parametrize("seed", range(10))
def test_a_patient_within_the_limits_never_hears_an_alarm(seed: int) -> None:
    rng = random.Random(seed)
    contacts = tuple(
        Contact(t, t + 300, rng.uniform(5.0, AMBER_G), is_run=True) for t in range(0, 90_000, 720)
    )
    assert played(Made(contacts, ((0, 90_000),), 90_000)) == []
