"""The work of a decision grows with the log, not with its square."""

import sys
from collections.abc import Callable
from typing import Any

import pytest

from monitor.gate.decision import decide
from monitor.gate.events import Enrol, Event, Pain, RedFlag, Session, Start, Unlock, When
from monitor.gate.times import DAY_S
from monitor.programme.file import load_programme

PROGRAMME = load_programme("hip-bsi")


def session(t_s: int, name: str, *, amber_pct: float = 0, valid_pct: float = 99) -> Session:
    return Session(t_s, name, "W1", valid_pct, 100, 100, amber_pct, 0, impact=True)


def usual(n: int) -> list[Event]:
    """Sessions every two days, each answered and most of them counted."""
    events: list[Event] = []
    for i in range(n):
        t_s = 2 * DAY_S * i
        events += [session(t_s, f"s{i}"), Pain(t_s, f"s{i}", When.DURING, 0)]
        events += [Pain(t_s, f"s{i}", When.AFTER, 0), Pain(t_s, f"s{i}", When.NEXT_MORNING, 0)]
    return events


def one_second(n: int) -> list[Event]:
    """Every session in the same second, so that every window holds all of them."""
    return [session(0, f"s{i}") for i in range(n)]


def late_fails(n: int) -> list[Event]:
    """Pending sessions far apart, then late answers from the last to the first."""
    events: list[Event] = [session(20 * DAY_S * i, f"s{i}") for i in range(n)]
    last_s = 20 * DAY_S * n
    events += [Pain(last_s, f"s{i}", When.DURING, 1) for i in reversed(range(n))]
    return events


def locks(n: int) -> list[Event]:
    """Sessions that lock, each unlocked at once and answered again."""
    events: list[Event] = []
    for i in range(n):
        events += [session(i, f"s{i}"), Pain(i, f"s{i}", When.DURING, 9), RedFlag(i, "limp")]
        events += [Unlock(i, "W1", "d", "r"), Pain(i, f"s{i // 2}", When.AFTER, 9)]
    return events


def gaps(n: int) -> list[Event]:
    """Sessions after every gap that can fall due."""
    return [session(27 * DAY_S * i, f"s{i}", valid_pct=0) for i in range(n)]


def calls(events: list[Event]) -> int:
    """Return how many functions a decision calls, of Python and of C."""
    number = 0

    def count(frame: object, event: str, arg: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    log = [Enrol(0, "p", "sacrum", "hip-bsi"), Start(0, "W1", "d", ahead=True, reason="r"), *events]
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        decide(PROGRAMME, log, log[-1].t_s)
    finally:
        sys.setprofile(before)
    return number


@pytest.mark.parametrize("make", [usual, one_second, late_fails, locks, gaps])
def test_twice_the_log_is_twice_the_work(make: Callable[[int], list[Event]]) -> None:
    few, many = calls(make(100)), calls(make(400))
    assert few > 500
    assert many < 4.5 * few
