"""The history by values: fourteen days of the patient, each session, and no data is never 0."""

from pathlib import Path
from zoneinfo import ZoneInfo

from made_desks import add_session, with_history
from made_people import DAY_S, HOUR_S
from made_runs import home_places, made_patient
from made_stores import NOW_S

from monitor.between.history import DAYS, OUTCOME_GLYPHS, OUTCOME_WORDS, HistoryView, history_view
from monitor.gate.outcome import Outcome
from monitor.people.casefile import read_casefile
from monitor.people.outlook import outlook_of
from monitor.people.zones import local_day
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.store import Store

ZONE = ZoneInfo("Europe/Zurich")


def view_of(store: Store, now_s: int, zone: ZoneInfo = ZONE) -> HistoryView:
    case = read_casefile(store, "anna")
    outlook = outlook_of(case.programme, case.patient.events, now_s)
    return history_view(case.patient, outlook, zone, now_s)


def test_the_strip_ends_today_and_has_what_fell_on_each_day(tmp_path: Path) -> None:
    now_s = NOW_S + 8 * DAY_S
    view = view_of(with_history(made_patient(home_places(tmp_path))), now_s)
    assert len(view.days) == DAYS
    assert view.days[-1].day == local_day(now_s, ZONE)
    by_day = {day.day: day for day in view.days}
    first = by_day[local_day(NOW_S + 2 * DAY_S, ZONE)]
    assert (first.stages, first.outcome, first.pain) == (("WR1",), Outcome.SUCCESS, 0)
    second = by_day[local_day(NOW_S + 4 * DAY_S, ZONE)]
    assert second.outcome is Outcome.HOLD
    empty = by_day[local_day(NOW_S + 6 * DAY_S, ZONE)]
    assert (empty.stages, empty.outcome, empty.pain) == ((), None, None)


def test_each_session_has_its_numbers_and_what_was_not_measured_is_none(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path))
    unknown = {"median_impact_g": None, "median_cadence_spm": None, "load_pct": None}
    add_session(store, "s-1", NOW_S + DAY_S, measures=unknown, answers={})
    (done,) = view_of(store, NOW_S + DAY_S + HOUR_S).sessions
    assert (done.impact_g, done.cadence_spm, done.load_pct, done.pain) == (None, None, None, None)
    assert (done.coverage_pct, done.outcome) == (96.0, Outcome.PENDING)


def test_the_worst_of_a_day_and_a_warning_sign_are_kept(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path))
    add_session(store, "s-1", NOW_S + DAY_S, answers={"during": 2})
    add_session(store, "s-2", NOW_S + DAY_S + 3 * HOUR_S, answers={"during": 0})
    case = read_casefile(store, "anna")
    flag = ("red_flag", {"flag": case.programme.red_flags[0].id})
    at_s = NOW_S + DAY_S + 4 * HOUR_S
    store.append_all(patient_chain("anna"), [flag], at_s, GateCheck(case.programme))
    day = view_of(store, at_s).days[-1]
    assert (day.stages, day.outcome, day.pain) == (("WR1", "WR1"), Outcome.REGRESS, 2)
    assert day.has_warning


def test_a_day_is_the_patient_s_own(tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path))
    late_s = NOW_S + DAY_S + 16 * HOUR_S
    add_session(store, "s-1", late_s, answers={})
    days = {
        zone: next(d.day for d in view_of(store, late_s, ZoneInfo(zone)).days if d.stages)
        for zone in ("Europe/Zurich", "America/Los_Angeles")
    }
    assert days["Europe/Zurich"] > days["America/Los_Angeles"]


def test_every_outcome_has_a_shape_and_a_word_of_its_own() -> None:
    for words in (OUTCOME_GLYPHS, OUTCOME_WORDS):
        assert set(words) == set(Outcome)
        assert len(set(words.values())) == len(Outcome)
