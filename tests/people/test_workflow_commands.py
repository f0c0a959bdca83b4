"""From the enrolment to the first run day, by the commands that people use."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_clinic import PIN, Clinic
from made_people import DAY_S, HIP, HOUR_S
from made_stores import NOW_S, pragma
from simple_gait import WALK, made_gait

from analysis.baseline import CapturedSteps
from monitor.gate import decide, read_log
from monitor.gate.course import Course
from monitor.gate.log import LogReader
from monitor.store.chain import patient_chain
from monitor.store.gatelog import gate_events, gate_log

WORN = ("--shoe", "blue", "--surface", "treadmill", "--placement", "shank", "--full-scale", "16")


def steps(median_g: float, count: int = 300, clipped: int = 0) -> CapturedSteps:
    return CapturedSteps((median_g,) * count, clipped, (112.0,) * count)


@pytest.fixture
def anna(clinic: Clinic) -> Clinic:
    """Return a clinic whose patient anna walks, on W1."""
    clinic.enrol()
    clinic("conditions", "anna", *WORN)
    clinic.sign("start", "anna", "--stage", "W1", "--ahead", "--reason", "walks already")
    return clinic


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


def test_limits_hold_from_the_next_stage_and_keep_both_values(anna: Clinic) -> None:
    edit = ("limits", "anna", "--stage", "W1", "--stage", "W2", "--amber", "1.2")
    said = anna.sign(*edit, "--reason", "careful", "--json")
    assert json.loads(said.out)["changes"][0] == {
        "stage": "W1",
        "quantity": "amber_ratio",
        "before": 1.25,
        "after": 1.2,
    }
    assert "so already" in anna.refuse(*edit, "--reason", "careful")
    for wrong, says in (
        (("--amber", "9"), "out of bounds"),
        (("--amber", "1.6"), "must be below"),
        (("--amber", "nan"), "out of bounds"),
        ((), "changes nothing"),
    ):
        told = anna.refuse("limits", "anna", "--stage", "W2", "--reason", "why", *wrong)
        assert says in told
    told = anna.refuse("limits", "anna", "--stage", "W2", "--reason", " ", "--amber", "1.1")
    assert "needs a reason" in told


def test_two_sessions_give_a_baseline_that_is_accepted_with_its_limits(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S, steps=steps(2.5))
    assert "1 of 2 sessions" in anna.refuse("baseline", "accept", "anna", "W0")
    anna.session("s2", "W1", at_s=NOW_S + DAY_S, steps=steps(2.6))
    shown = json.loads(anna("baseline", "show", "anna", "W0", "--json").out)
    assert (shown["median_g"], shown["sessions"], shown["refusals"]) == (2.55, ["s1", "s2"], [])
    assert shown["limits"]["W1"]["red_g"] == pytest.approx(1.5 * 2.55)
    assert "--with-limits" in anna("baseline", "accept", "anna", "W0", pin=PIN).err[0]
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    kept = anna.store.entries(patient_chain("anna"))[-1].record
    assert (kept["median_g"], kept["by"], kept["conditions"]["shoe"]) == (2.55, "dr-x", "blue")
    assert kept["limits"]["WR0"]["red_g"] == pytest.approx(4.5 * 2.55)
    assert anna.decision()["baselines"]["W0"]["stale"] == []

    said = anna("conditions", "anna", "--shoe", "red")
    assert "W0 is stale, shoe changed" in said.out
    assert anna.decision()["baselines"]["W0"]["stale"] == ["shoe"]
    # What was measured with the old shoe says nothing about the new one.
    assert "0 of 2 sessions" in anna.refuse("baseline", "accept", "anna", "W0")
    assert "nothing changed" in anna("conditions", "anna", "--shoe", "red").out
    anna("conditions", "anna", "--shoe", "blue")
    assert anna.decision()["baselines"]["W0"]["stale"] == []


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (steps(2.5 * 1.16), "differ by 16.0 %"),
        (steps(2.5, 20, 40), "beyond the pod's scale"),
        (steps(2.5, 20), None),
    ],
)
def test_what_refuses_a_baseline(anna: Clinic, second: CapturedSteps, says: str | None) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S, steps=steps(2.5))
    anna.session("s2", "W1", at_s=NOW_S + DAY_S, steps=second)
    shown = json.loads(anna("baseline", "show", "anna", "W0", "--json").out)
    assert shown["refusals"] == [] if says is None else says in shown["refusals"][0]


def test_a_capped_limit_is_shown_with_the_baseline_and_kept(anna: Clinic) -> None:
    for i in (1, 2):
        anna.session(f"s{i}", "W1", at_s=NOW_S + i * DAY_S, steps=steps(4.0))
    out = anna("baseline", "show", "anna", "W0").out
    assert "WR0: amber 14.00 g, red 15.20 g, single step 15.20 g (capped)" in out
    assert "limits are capped at 15.2 g" in out
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    kept = anna.store.entries(patient_chain("anna"))[-1].record
    assert kept["capped_at_g"] == pytest.approx(15.2)
    assert kept["limits"]["WR0"]["is_capped"] is True


def test_a_baseline_without_a_known_shoe_or_scale_is_refused(clinic: Clinic) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "W1", "--ahead", "--reason", "walks")
    for i in (1, 2):
        clinic.session(f"s{i}", "W1", at_s=NOW_S + i * DAY_S, steps=steps(2.5))
    told = clinic.refuse("baseline", "accept", "anna", "W0", "--with-limits")
    assert "--shoe, --placement, --surface, --full-scale with stridegate conditions" in told


def test_r0_needs_the_clinician_also_to_be_raised(anna: Clinic) -> None:
    anna.sign("start", "anna", "--stage", "WR0", "--ahead", "--reason", "why")
    anna.now_s += 1
    for i, median_g in ((1, 6.0), (2, 6.0), (3, 7.0), (4, 7.0)):
        anna.session(f"s{i}", "WR0", at_s=NOW_S + 2 * i * DAY_S, steps=steps(median_g))
        if i == 2:
            anna.sign("baseline", "accept", "anna", "R0", "--with-limits")
    assert anna.decision()["baselines"]["R0"]["median_g"] == 6.0
    assert "it raises 6.00 g, accepted by dr-x" in anna("baseline", "show", "anna", "R0").out
    accept = ("baseline", "accept", "anna", "R0", "--with-limits", "--json")
    assert "no terminal" in anna.refuse(*accept, pin=None)
    assert anna.decision()["baselines"]["R0"]["median_g"] == 6.0


def test_steps_on_the_protected_foot_are_a_count_with_times(clinic: Clinic, tmp_path: Path) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "P0")
    t_s, acc_g, _ = made_gait([WALK], 208.0)
    rows = [f"{t:.6f},{x:.6f},{y:.6f},{z:.6f}" for t, (x, y, z) in zip(t_s, acc_g, strict=True)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["t_s,ax_g,ay_g,az_g", *rows]))
    said = clinic("steps", "anna", str(path))
    kept = clinic.store.entries(patient_chain("anna"))[-1].record
    assert kept["steps"] == len(kept["times_s"]) > 5
    assert f"{kept['steps']} steps on the protected foot" in said.out
    assert said.out.count(" s\n") == kept["steps"]
    assert "load" not in said.out
    assert f"{kept['steps']} steps on the protected foot" in clinic("patient", "show", "anna").out
    assert "not a file" in clinic.refuse("steps", "anna", str(tmp_path), pin=None)


def test_a_note_is_kept_and_shown_on_one_line(anna: Clinic) -> None:
    anna.sign("note", "anna", "first line\nsecond \u202eline")
    assert "note by dr-x: first line second  line" in anna("patient", "show", "anna").out
    assert "is empty" in anna.refuse("note", "anna", " \n ")


def test_a_full_disk_leaves_nothing_half_written(
    anna: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        pragma(patch, "PRAGMA max_page_count=1")
        assert "disk is full" in anna.refuse("note", "anna", "x" * 200_000)
    with monkeypatch.context() as patch:
        pragma(patch, "PRAGMA query_only=ON")
        for act in (("flag", "anna", "limp"), ("conditions", "anna", "--shoe", "red")):
            assert "cannot be written" in anna.refuse(*act, pin=None)
    assert not anna.store.audit().findings
    assert anna.decision()["status"] == "ready"


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


def test_a_patient_whose_record_is_harmed_is_named_and_the_others_listed(anna: Clinic) -> None:
    anna.enrol("ben")
    (anna.store.places.heads / f"{patient_chain('ben').file_id}.head").unlink()
    said = anna("patient", "list")
    assert said.status == 1
    assert said.out.startswith("anna")
    assert "patient ben" in said.err[0]
    assert anna("patient", "show", "ben").status == 2


def test_nobody_else_writes_while_a_session_runs(anna: Clinic) -> None:
    from monitor.store.lock import session_lock

    with session_lock(anna.store.places, patient_chain("anna")):
        assert "runs a session" in anna.refuse("flag", "anna", "limp", pin=None)
    assert anna("flag", "anna", "limp").status == 0


def test_ten_thousand_events_are_read_once_and_followed_once(
    anna: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    records: list[tuple[str, dict[str, Any]]] = []
    for i in range(2500):
        name = f"s{i}"
        line = {"id": name, "stage": "W1", "valid_pct": 99, "run_pct": 100, "load_pct": 100}
        records.append(("session", {**line, "amber_pct": 0, "red_events": 0, "impact": True}))
        records += [
            ("pain", {"session": name, "when": when, "site": 0})
            for when in ("during", "after", "evening")
        ]
    anna.store.append_all(patient_chain("anna"), records, NOW_S + DAY_S)
    events = len(gate_events(anna.store.entries(patient_chain("anna"))))
    assert events == 10_002
    count = {"read": 0, "followed": 0}
    real_take, real_course = LogReader.take, Course.take

    def read(self: LogReader, record: dict[str, object]) -> Any:
        count["read"] += 1
        return real_take(self, record)

    def follow(self: Course, event: Any) -> None:
        count["followed"] += 1
        real_course(self, event)

    monkeypatch.setattr(LogReader, "take", read)
    monkeypatch.setattr(Course, "take", follow)
    anna.now_s = NOW_S + 2 * DAY_S
    anna.decision()
    assert count == {"read": events, "followed": events}
    count.update(read=0, followed=0)
    anna("pain", "anna", "--when", "next_morning", "--site", "0", "--json")
    # Before, within the transaction, and for what is said afterwards.
    assert count["read"] <= 3 * (events + 1)
    assert count["followed"] <= events + 1
