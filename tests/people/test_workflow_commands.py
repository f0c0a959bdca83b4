"""From the enrolment to the first run day: acts of clinicians, and who waits for them."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from made_clinic import PIN, WORN, Clinic, steps
from made_people import DAY_S, HIP, HOUR_S

from monitor.gate import decide, read_log
from monitor.store.chain import patient_chain
from monitor.store.gatelog import gate_events, gate_log

ZURICH = ZoneInfo("Europe/Zurich")


def test_a_whole_story_up_to_the_first_run_day(clinic: Clinic) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "P0")
    for phase, items in (("P0", ("imaging", "rest_pain")), ("P1", ("full_weight_walk", "no_limp"))):
        for _ in range(7):
            clinic.now_s += DAY_S
            assert clinic("daily", "anna", "--no-night-pain", "--no-rest-pain").status == 0
        confirm = [word for item in items for word in ("--confirm", item)]
        clinic.sign("signoff", "anna", *confirm)
        assert clinic.decision()["stage"] == {"P0": "P1", "P1": "W1"}[phase]
    assert "7 of the last 7 days answered, 0 with pain" in clinic("patient", "show", "anna").out
    clinic("conditions", "anna", *WORN)
    number = 0
    for stage in ("W1", "W2", "W3", "W4", "W5"):
        assert clinic.decision()["stage"] == stage
        for _ in range(3):
            clinic.session(f"s{number}", stage, at_s=clinic.now_s + DAY_S, steps=steps(2.5))
            clinic.answers(f"s{number}", at_s=clinic.now_s + DAY_S)
            number += 1
        clinic.now_s += HOUR_S
    clinic.sign("baseline", "accept", "anna", "W0", "--with-limits")
    clinic.now_s += HOUR_S
    assert clinic.decision()["reasons"] == ["phase-complete"]
    assert clinic("patient", "list").out.startswith("anna  needs_signoff  W5")
    exits = [word for item in HIP.phase("P2").exit for word in ("--confirm", item.id)]
    clinic.sign("signoff", "anna", *exits)
    for stage, sessions in (("L1", 3), ("L2", 2), ("L3", 2), ("L4", 2)):
        assert clinic.decision()["stage"] == stage
        for _ in range(sessions):
            clinic.session(f"s{number}", stage, at_s=clinic.now_s + 2 * DAY_S)
            clinic.answers(f"s{number}", at_s=clinic.now_s + DAY_S)
            number += 1
        clinic.now_s += HOUR_S
    clinic.sign("signoff", "anna", "--confirm", "l4", "--confirm", "battery")
    assert (clinic.decision()["stage"], clinic.decision()["may_run"]) == ("WR0", False)
    clinic.now_s += DAY_S
    assert clinic.decision()["may_run"] is True
    assert "0 of 3 clean sessions on WR0" in clinic("patient", "show", "anna").out
    # What was written is the gate's own log, and nothing in it is without effect.
    log = gate_log(clinic.store.entries(patient_chain("anna")))
    assert decide(HIP, read_log(log, HIP), clinic.now_s).ignored == ()
    assert not clinic.store.audit().findings


def test_a_stage_ahead_needs_a_flag_and_a_reason(clinic: Clinic) -> None:
    clinic.enrol()
    start = ("start", "anna", "--stage", "WR1")
    assert "stands after P0" in clinic.refuse(*start)
    assert "stands after P0" in clinic.refuse(*start, "--reason", "fit")
    assert "needs a reason" in clinic.refuse(*start, "--ahead")
    assert "needs a reason" in clinic.refuse(*start, "--ahead", "--reason", "  ")
    assert "use one of P0" in clinic.refuse("start", "anna", "--stage", "WR99")
    clinic.sign(*start, "--ahead", "--reason", "comes from another clinic")
    (_, entry) = gate_events(clinic.store.entries(patient_chain("anna")))
    assert (entry["ahead"], entry["reason"]) == (True, "comes from another clinic")


def test_an_act_without_effect_is_refused_with_its_reason(anna: Clinic) -> None:
    assert "not locked" in anna.refuse("unlock", "anna", "--stage", "W1", "--reason", "why")
    assert "W1 has 0 of 3" in anna.refuse("signoff", "anna", "--confirm", "w0")
    anna("flag", "anna", "limp")
    assert "locked (red-flag)" in anna.refuse("start", "anna", "--stage", "W1")
    assert "needs a reason" in anna.refuse("unlock", "anna", "--stage", "W1")
    anna.sign("unlock", "anna", "--stage", "W1", "--reason", "walks without a limp again")
    assert anna.decision()["ignored"] == []


def test_each_act_needs_the_clinicians_pin(anna: Clinic) -> None:
    acts: list[tuple[str, ...]] = [
        ("start", "anna", "--stage", "W1"),
        ("limits", "anna", "--stage", "W2", "--amber", "1.2", "--reason", "why"),
        ("note", "anna", "well"),
    ]
    for act in acts:
        assert "no terminal to ask" in anna.refuse(*act, pin=None)
        said = anna(*act, pin="000001")
        assert (said.status, "wrong PIN" in said.err[0]) == (2, True)
        anna.sign(*act)


def test_a_signature_needs_each_exit_item(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.enrol("anna", site="pubic_ramus")
    clinic.sign("start", "anna", "--stage", "P0")
    sign = ("signoff", "anna")
    told = clinic.refuse(*sign)
    assert "imaging (repeat imaging shows healing); rest_pain" in told
    assert "rest_pain" in clinic.refuse(*sign, "--confirm", "imaging")
    assert "use each of imaging, rest_pain" in clinic.refuse(*sign, "--confirm", "all")
    assert "rest and night pain 0 for 7 days is not confirmed" in clinic.refuse(
        *sign, typed="y\nn\n"
    )
    monkeypatch.setattr("getpass.getpass", lambda _: PIN)
    assert clinic(*sign, typed="y\nyes\n").status == 0
    entry = clinic.store.entries(patient_chain("anna"))[-1].record
    assert (entry["phase"], entry["confirmed"]) == ("P0", ["imaging", "rest_pain"])


def test_exit_items_of_another_site_are_not_asked(clinic: Clinic) -> None:
    assert {item.id for item in HIP.phase("P3").exit_items("sacrum")} == {"l4", "battery"}


def test_a_note_is_kept_and_shown_on_one_line(anna: Clinic) -> None:
    anna.sign("note", "anna", "first line\nsecond \u202eline")
    assert "note by dr-x: first line second  line" in anna("patient", "show", "anna").out
    assert "is empty" in anna.refuse("note", "anna", " \n ")


def test_when_a_session_was_is_told_as_the_clock_showed_it(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=int(datetime(2026, 9, 21, 23, 59, 30, tzinfo=ZURICH).timestamp()))
    assert "session s1, W1, Mon 2026-09-21 23:59 " in anna("patient", "show", "anna").out


def test_who_waits_for_a_clinician_stands_first(anna: Clinic) -> None:
    for name, site in (("ben", "sacrum"), ("cleo", "pubic_ramus"), ("dora", "sacrum")):
        anna.enrol(name, site=site)
        anna.sign("start", name, "--stage", "P0")
    anna("flag", "dora", "limp")
    rows = json.loads(anna("patient", "list", "--json").out)["patients"]
    assert [(row["patient"], row["status"]) for row in rows] == [
        ("dora", "locked"),
        ("cleo", "needs_signoff"),
        ("ben", "needs_signoff"),
        ("anna", "ready"),
    ]
