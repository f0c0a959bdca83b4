"""A session that is not closed: nobody reads leave to run before what it did is known."""

import json
from pathlib import Path

from made_clinic import Clinic
from made_desks import add_session
from made_people import DAY_S, HOUR_S
from made_runs import SHORT, home_places, made_patient
from made_stores import NOW_S

from monitor.between.home import HomeView, MayRun, NextKey, home_view
from monitor.between.patients import patient_line, rank
from monitor.people.casefile import Casefile, read_casefile
from monitor.people.outlook import outlook_of
from monitor.people.unclosed import UNCLOSED
from monitor.people.zones import zone_of
from monitor.report.page import as_json, report_page
from monitor.report.personal import NOBODY
from monitor.report.standing import standing_of
from monitor.store.chain import patient_chain
from monitor.store.store import Store

OPENED = {"id": "s-1", "stage": "WR1", "sha256": SHORT.sha256, "recording": None}


def broken_off(folder: Path) -> Store:
    store = made_patient(home_places(folder))
    store.append(patient_chain("anna"), "session_opened", OPENED, NOW_S + HOUR_S)
    return store


def home_of(case: Casefile, now_s: int) -> HomeView:
    outlook = outlook_of(case.programme, case.patient.events, now_s)
    return home_view(case.programme, case.patient, outlook, zone_of("Europe/Zurich"), now_s)


def test_home_says_so_and_its_key_closes_the_session(tmp_path: Path) -> None:
    view = home_of(read_casefile(broken_off(tmp_path), "anna"), NOW_S + 2 * HOUR_S)
    assert (view.may_run, view.next_key) == (MayRun.NOT_YET, NextKey.RUN)
    assert (view.headline, view.when) == (UNCLOSED, "once the session is closed")
    assert "stridegate recover anna" in view.missing[0]
    assert "close" in view.next_words


def test_a_report_says_not_closed_and_no_machine_reads_leave_to_run(tmp_path: Path) -> None:
    standing = standing_of(read_casefile(broken_off(tmp_path), "anna"), NOW_S + 2 * HOUR_S)
    assert standing.decision.may_run
    page = report_page(None, standing, "now", [], NOBODY)
    assert page.word == "NOT CLOSED"
    assert page.line.startswith(UNCLOSED)
    assert "stridegate recover anna" in page.next[0]
    decision = as_json(None, standing, None)["decision"]
    assert (decision["may_run"], decision["unclosed"]) == (False, "s-1")


def test_once_it_is_closed_the_gate_decides_again(tmp_path: Path) -> None:
    store = broken_off(tmp_path)
    add_session(store, "s-1", NOW_S + 2 * HOUR_S)
    view = home_of(read_casefile(store, "anna"), NOW_S + 3 * DAY_S)
    assert (view.may_run, view.is_unclosed) == (MayRun.YES, False)


def test_the_clinicians_list_has_it_first(tmp_path: Path) -> None:
    case = read_casefile(broken_off(tmp_path), "anna")
    outlook = outlook_of(case.programme, case.patient.events, NOW_S + 2 * HOUR_S)
    assert patient_line(case.patient, outlook, ()).why == UNCLOSED
    assert rank(case.patient, outlook)[0] == 0


def test_list_and_show_say_so(anna: Clinic) -> None:
    opened = {**OPENED, "stage": "W1"}
    anna.store.append(patient_chain("anna"), "session_opened", opened, anna.now_s)
    shown = anna("patient", "show", "anna").out
    assert "stridegate recover anna" in shown
    assert "may run: no" in shown
    assert "session not closed" in anna("patient", "list").out
    (row,) = json.loads(anna("patient", "list", "--json").out)["patients"]
    assert (row["may_run"], row["unclosed"]) == (False, "s-1")
