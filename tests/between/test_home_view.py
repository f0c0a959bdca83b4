"""What a patient is shown between the runs, by values: the word, when, what is missing, the key."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from made_desks import add_session
from made_people import DAY_S, HOUR_S
from made_runs import READY, home_places, made_patient
from made_stores import NOW_S

from monitor.between.home import HomeView, MayRun, NextKey, home_view
from monitor.people.casefile import read_casefile
from monitor.people.outlook import outlook_of
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.store import Store
from monitor.store.writing import Record

ZONE = ZoneInfo("Europe/Zurich")


def view_of(store: Store, now_s: int) -> HomeView:
    case = read_casefile(store, "anna")
    outlook = outlook_of(case.programme, case.patient.events, now_s)
    return home_view(case.programme, case.patient, outlook, ZONE, now_s)


def add(store: Store, record: Record, at_s: int) -> None:
    check = GateCheck(read_casefile(store, "anna").programme)
    store.append_all(patient_chain("anna"), [record], at_s, check)


def test_ready_is_yes_now_by_r(tmp_path: Path) -> None:
    view = view_of(made_patient(home_places(tmp_path)), NOW_S + HOUR_S)
    assert (view.may_run, view.when, view.next_key) == (MayRun.YES, "now", NextKey.RUN)
    assert (view.stage, view.counted) == ("WR1", "0 of 3 clean sessions")
    assert view.missing == ()
    assert view.last_session is None


def test_after_a_session_the_time_is_told_and_the_morning_asked_only_when_it_has_come(
    tmp_path: Path,
) -> None:
    store = made_patient(home_places(tmp_path))
    at_s = NOW_S + DAY_S
    add_session(store, "s-1", at_s, answers={"during": 0, "after": 0})
    view = view_of(store, at_s + HOUR_S)
    assert (view.may_run, view.next_key) == (MayRun.NOT_YET, NextKey.HISTORY)
    assert view.when.startswith("from ")
    morning, rest = view.missing[0], view.missing[-1]
    assert morning.startswith("Answer: pain on the next morning of Tue, from Wed ")
    assert rest == f"Rest until {view.when.removeprefix('from ').removesuffix(' on')}"
    later = view_of(store, at_s + DAY_S)
    assert later.next_key is NextKey.ANSWER
    assert later.when == "once the open questions are answered"


def test_a_question_that_is_not_needed_gives_way_to_one_that_is(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path))
    at_s = NOW_S + DAY_S
    add_session(store, "s-1", at_s, answers={"during": 0})
    assert not any("if you like" in line for line in view_of(store, at_s + DAY_S).missing)
    for when in ("after", "next_morning"):
        add(store, ("pain", {"session": "s-1", "when": when, "site": 0}), at_s + DAY_S)
    told = view_of(store, at_s + DAY_S).missing
    assert "Answer: pain before the session of Tue (if you like)" in told


def test_a_lock_is_no_and_the_clinician_s(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path))
    flag = read_casefile(store, "anna").programme.red_flags[0].id
    add(store, ("red_flag", {"flag": flag}), NOW_S + HOUR_S)
    view = view_of(store, NOW_S + 2 * HOUR_S)
    assert (view.may_run, view.next_key) == (MayRun.NO, NextKey.CLINIC)
    assert view.when == "once your clinician has opened it"
    assert view.missing == ("The clinician looks at you and unlocks the programme",)


def test_before_the_first_start_there_is_no_stage(tmp_path: Path) -> None:
    view = view_of(made_patient(home_places(tmp_path), READY[:1]), NOW_S)
    assert (view.stage, view.phase, view.counted) == ("–", "–", "")
    assert (view.may_run, view.next_key) == (MayRun.NOT_YET, NextKey.CLINIC)
    assert view.missing == ("The clinician starts the programme",)


def test_a_phase_without_sessions_asks_each_day(tmp_path: Path) -> None:
    start: Record = ("start", {"stage": "P0", "by": "dr-x"})
    store = made_patient(home_places(tmp_path), [start])
    view = view_of(store, NOW_S + HOUR_S)
    assert (view.may_run, view.when, view.next_key) == (
        MayRun.NOT_YET,
        "not in this phase",
        NextKey.ANSWER,
    )
    assert view.missing[0].startswith("The days of P0 are over on ")
    assert view.missing[-1] == "Answer today: pain in the night, and at rest"
    daily = {"date": "2026-09-21", "night_pain": False, "rest_pain": False}
    add(store, ("daily", daily), NOW_S + HOUR_S)
    assert view_of(store, NOW_S + 2 * HOUR_S).next_key is NextKey.HISTORY
    assert view_of(store, NOW_S + DAY_S).next_key is NextKey.ANSWER


@pytest.mark.parametrize(("days", "key"), [(8, NextKey.CLINIC), (6, NextKey.HISTORY)])
def test_a_phase_that_is_done_waits_for_a_signature(
    tmp_path: Path, days: int, key: NextKey
) -> None:
    start: Record = ("start", {"stage": "P0", "by": "dr-x"})
    store = made_patient(home_places(tmp_path), [start])
    told: Record = ("daily", {"date": "2026-09-27", "night_pain": False, "rest_pain": False})
    add(store, told, NOW_S + 6 * DAY_S)
    told = ("daily", {"date": "2026-09-29", "night_pain": False, "rest_pain": False})
    if days > 6:
        add(store, told, NOW_S + days * DAY_S)
    view = view_of(store, NOW_S + days * DAY_S)
    assert view.next_key is key
