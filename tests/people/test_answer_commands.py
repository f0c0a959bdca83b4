"""``stridegate pain``, ``answer``, ``flag``, ``daily``: what patients tell, and when."""

import json

from made_clinic import Clinic
from made_people import DAY_S, HOUR_S
from made_stores import NOW_S

from monitor.store.chain import patient_chain
from monitor.store.gatelog import gate_events


def test_pain_at_lock_out_level_locks_in_words(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S)
    said = anna("pain", "anna", "--when", "during", "--site", "3")
    assert "Locked: do not run." in said.out
    assert "stridegate unlock anna --stage W1" in said.out
    assert anna.decision()["reasons"] == ["pain"]


def test_a_missing_answer_stays_missing(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S)
    assert anna("pain", "anna", "--when", "after").status == 2
    assert anna("pain", "anna", "--when", "after", "--site", "11").status == 2
    answer = ("pain", "anna", "--site", "0", "--when")
    assert "use one of before" in anna.refuse(*answer, "now", pin=None)
    told = anna.refuse(*answer, "after", "--session", "s9", pin=None)
    assert "use one of s1" in told
    open_now = anna.decision()["open_questions"]
    assert [q["when"] for q in open_now] == [
        "before",
        "during",
        "after",
        "evening",
        "next_morning",
    ]
    events = gate_events(anna.store.entries(patient_chain("anna")))
    assert [event["kind"] for event in events] == ["enrol", "start", "session"]


def test_the_next_morning_is_refused_before_it_comes_and_told_from_when(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S)  # 16:13 in Zurich
    morning = ("pain", "anna", "--when", "next_morning", "--site", "0")
    told = anna.refuse(*morning, pin=None)
    assert "answer from Tue 2026-09-22 02:14 (Europe/Zurich) on" in told
    anna.now_s = NOW_S + 10 * HOUR_S - 1
    assert "has not come yet" in anna.refuse(*morning, pin=None)
    # A clock that was set back lets nothing in, neither does one that a later entry has outrun.
    anna.now_s = NOW_S - 400 * DAY_S
    assert "has not come yet" in anna.refuse(*morning, pin=None)
    anna.now_s = NOW_S + 10 * HOUR_S
    assert anna(*morning).status == 0


def test_a_clock_set_back_is_told_and_the_answer_kept(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S)
    anna.now_s = NOW_S - 2 * DAY_S
    said = anna("pain", "anna", "--when", "during", "--site", "0")
    assert said.status == 0
    assert "2 days behind the record" in said.err[0]


def test_answer_asks_all_that_is_open_and_enter_leaves_it_open(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S)
    said = anna("answer", "anna", typed="\n0\n1\n\n")
    assert said.status == 0, said
    assert "on the next morning (session s1): from Tue 2026-09-22 02:14" in said.out
    left = json.loads(anna("answer", "anna", "--json").out)["open"]
    assert [(q["when"], q["required"]) for q in left] == [
        ("before", False),
        ("evening", False),
        ("next_morning", True),
    ]
    anna.now_s = NOW_S + 20 * HOUR_S
    said = anna("answer", "anna", typed="\n\nabc\n12\n0\n4\n")
    assert said.status == 0, said
    entry = anna.store.entries(patient_chain("anna"))[-1].record
    assert (entry["when"], entry["site"], entry["soreness"]) == ("next_morning", 0, 4)


def test_answers_that_end_early_keep_what_was_given(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S)
    said = anna("answer", "anna", typed="0\n1\n")
    assert said.status == 2
    kinds = [e["when"] for e in gate_events(anna.store.entries(patient_chain("anna")))[3:]]
    assert kinds == ["before", "during"]


def test_an_unknown_warning_sign_lists_those_that_there_are(anna: Clinic) -> None:
    assert "use one of night_or_rest_pain" in anna.refuse("flag", "anna", "limping", pin=None)
    said = anna("flag", "anna", "limp", "--json")
    assert json.loads(said.out)["reasons"] == ["red-flag"]


def test_a_yes_of_the_day_is_a_warning_sign(clinic: Clinic) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "P0")
    for half in ((), ("--no-night-pain",), ("--no-rest-pain",)):
        assert "silence is no no" in clinic.refuse("daily", "anna", *half, pin=None)
    said = clinic("daily", "anna", typed="n\ny\n")
    assert "Locked: do not run." in said.out
    daily, flag = clinic.store.entries(patient_chain("anna"))[-2:]
    assert (daily.record["night_pain"], daily.record["rest_pain"]) == (False, True)
    assert flag.record["flag"] == "night_or_rest_pain"


def test_the_day_is_asked_where_no_session_asks(anna: Clinic) -> None:
    told = anna.refuse("daily", "anna", "--no-night-pain", "--no-rest-pain", pin=None)
    assert "use stridegate answer" in told
