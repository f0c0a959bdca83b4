"""Worked examples of the gate's rules, each by hand from the text; both evaluators must agree."""

import json
from typing import Any

import pytest
from gate_by_text import by_text

from monitor.gate import decide, read_log
from monitor.gate.times import DAY_S, HOUR_S, time_s, time_text
from monitor.programme.file import load_programme

PROGRAMME = load_programme("hip-bsi")
BEGIN_S = time_s("2026-03-02T07:00:00Z")


class Diary:
    """A log written in days after its begin; a clean session comes with its answers."""

    def __init__(self, site: str = "sacrum", **days: int) -> None:
        self.lines: list[dict[str, Any]] = []
        self.write(0, "enrol", patient="p", site=site, programme="hip-bsi", min_days=days)

    def write(self, day: float, kind: str, **fields: Any) -> None:
        self.lines.append({"t": moment(day), "kind": kind, **fields})

    def start(self, day: float, stage: str) -> None:
        self.write(day, "start", stage=stage, by="d", ahead=True, reason="r")

    def unlock(self, day: float, stage: str) -> None:
        self.write(day, "unlock", stage=stage, by="d", reason="r")

    def session(self, day: float, name: str, stage: str, **numbers: Any) -> None:
        usual = {"valid_pct": 97, "run_pct": 100, "load_pct": 100, "amber_pct": 0}
        usual |= {"red_events": 0, "impact": True}
        self.write(day, "session", id=name, stage=stage, **{**usual, **numbers})

    def pain(self, day: float, name: str, when: str, site: int) -> None:
        self.write(day, "pain", session=name, when=when, site=site)

    def clean(self, day: float, name: str, stage: str) -> None:
        self.session(day, name, stage)
        self.pain(day, name, "during", 0)
        self.pain(day, name, "after", 0)
        self.pain(day + 0.5, name, "next_morning", 0)

    def at(self, day: float) -> dict[str, Any]:
        """The decision on a day, from the lines that are written so far."""
        content = "\n".join(json.dumps(line) for line in self.lines).encode()
        decided = decide(PROGRAMME, read_log(content, PROGRAMME), time_s(moment(day))).as_dict()
        assert decided == by_text(self.lines, moment(day))
        return decided


def moment(day: float) -> str:
    text = time_text(BEGIN_S + round(day * DAY_S))
    assert text is not None
    return text


SECOND = 1 / DAY_S
HOUR = HOUR_S / DAY_S


def climbed() -> Diary:
    """Three clean sessions of W1 on the days 1, 3 and 5; the stage began on day 1."""
    diary = Diary()
    diary.start(1, "W1")
    for day in (1, 3, 5):
        diary.clean(day, f"s{day}", "W1")
    return diary


def test_progress_comes_after_its_due_time_not_at_it() -> None:
    diary = climbed()
    assert diary.at(6)["stage"] == "W1"
    assert diary.at(6)["count"] == 3
    assert diary.at(6 + SECOND)["stage"] == "W2"
    assert diary.at(6 + SECOND)["count"] == 0


def test_a_hold_at_the_due_time_still_stops_the_progress() -> None:
    diary = climbed()
    diary.pain(6, "s5", "evening", 1)
    assert (diary.at(7)["stage"], diary.at(7)["count"]) == ("W1", 0)


def test_progress_comes_before_a_gap_that_is_due_at_the_same_time() -> None:
    diary = Diary()
    diary.start(1, "W1")
    diary.clean(1, "s1", "W1")
    diary.clean(3, "s3", "W1")
    diary.session(5, "s5", "W1")
    diary.pain(5, "s5", "during", 0)
    diary.pain(5, "s5", "after", 0)
    diary.pain(5 + 7.5, "s5", "next_morning", 0)
    assert diary.at(12.5 + SECOND)["stage"] == "W2"


def test_a_gap_costs_the_count_then_two_stages_then_the_way_on() -> None:
    diary = Diary()
    diary.start(1, "W4")
    diary.clean(1, "s1", "W4")
    assert diary.at(8.5)["count"] == 1
    assert diary.at(8.5 + SECOND)["count"] == 0
    assert diary.at(15 + SECOND)["stage"] == "W4", "fourteen days are not yet fourteen and a half"
    assert diary.at(15.5)["stage"] == "W4"
    assert diary.at(15.5 + SECOND)["stage"] == "W2"
    assert diary.at(29)["status"] == "ready"
    assert diary.at(29 + SECOND)["reasons"] == ["gap-28"]


def test_a_short_session_does_not_end_a_gap() -> None:
    diary = Diary()
    diary.start(1, "W4")
    diary.clean(1, "s1", "W4")
    diary.session(7, "s7", "W4", run_pct=89.9)
    assert diary.at(8.5 + SECOND)["count"] == 0
    diary.session(8.6, "s8", "W4", run_pct=90)
    assert diary.at(15.5)["stage"] == "W4"


def test_a_late_hold_takes_back_the_progress_that_its_success_made() -> None:
    diary = climbed()
    diary.clean(7, "s7", "W2")
    diary.pain(8, "s3", "evening", 1)
    assert (diary.at(8)["stage"], diary.at(8)["count"]) == ("W1", 0)


def test_a_late_hold_takes_back_nothing_after_a_new_start() -> None:
    diary = climbed()
    diary.clean(7, "s7", "W2")
    diary.start(7.6, "W2")
    diary.pain(8, "s3", "evening", 1)
    assert diary.at(8)["stage"] == "W2"


def test_a_late_hold_of_two_stages_ago_takes_back_nothing() -> None:
    diary = climbed()
    for day in (7, 9, 11):
        diary.clean(day, f"s{day}", "W2")
    assert diary.at(12)["stage"] == "W3"
    diary.pain(12, "s3", "evening", 1)
    assert diary.at(12)["stage"] == "W3"


def test_a_session_moves_the_patient_back_once() -> None:
    diary = climbed()
    for day in (7, 9, 11):
        diary.clean(day, f"s{day}", "W2")
    diary.pain(12, "s9", "evening", 1)
    assert diary.at(12)["stage"] == "W2"
    diary.pain(12, "s9", "evening", 2)
    assert diary.at(12)["stage"] == "W2"
    diary.pain(12, "s7", "evening", 2)
    assert diary.at(12)["stage"] == "W1"


def test_two_holds_in_a_row_move_back_and_three_fails_lock() -> None:
    diary = Diary()
    diary.start(1, "W3")
    diary.session(1, "a", "W3", red_events=1)
    assert diary.at(1)["stage"] == "W3"
    diary.session(2, "b", "W3", valid_pct=0)
    diary.session(3, "c", "W3", red_events=1)
    assert diary.at(3)["stage"] == "W2"
    diary.session(15, "d", "W2", amber_pct=20.1)
    assert diary.at(15)["reasons"] == ["three-fails"]


def test_fails_far_apart_lock_where_no_success_is_between() -> None:
    diary = Diary()
    diary.start(1, "W3")
    for number, day in enumerate((1, 8.4, 15.8)):
        assert diary.at(day)["status"] != "locked"
        diary.session(day, f"s{number}", "W1", load_pct=125.1)
    assert diary.at(15.8)["reasons"] == ["three-fails"]


@pytest.mark.parametrize(("apart", "is_locked"), [(14, True), (14 + SECOND, False)])
def test_three_fails_within_fourteen_days_lock(apart: float, is_locked: bool) -> None:
    diary = Diary()
    diary.start(1, "W5")
    diary.session(1, "a", "W1", load_pct=126)
    diary.clean(4, "b", "W1")
    diary.session(8, "c", "W1", load_pct=126)
    diary.clean(12, "d", "W1")
    diary.session(1 + apart, "e", "W1", load_pct=126)
    assert (diary.at(1 + apart)["status"] == "locked") is is_locked


def test_danger_locks_also_before_the_first_start_and_each_reason_stands_once() -> None:
    diary = Diary("fn_compression")
    diary.session(1, "a", "W1")
    diary.pain(1, "a", "before", 2)
    assert diary.at(1)["reasons"] == ["pain"]
    diary.pain(1, "a", "after", 9)
    diary.pain(1.25 - SECOND, "a", "next_morning", 1)
    assert diary.at(1.25)["reasons"] == ["pain"]
    diary.pain(1.25, "a", "next_morning", 1)
    diary.write(1.3, "red_flag", flag="limp")
    assert diary.at(1.3)["reasons"] == ["pain", "pain-next-morning", "red-flag"]
    diary.start(1.4, "P0")
    diary.unlock(1.4, "W1")
    assert diary.at(1.4)["ignored"] == ["start", "unlock"]
    diary.unlock(1.4, "P0")
    assert diary.at(1.4)["stage"] == "P0"


def test_a_pain_that_the_clinician_has_seen_is_no_news() -> None:
    diary = Diary()
    diary.start(1, "W1")
    diary.session(1, "a", "W1")
    diary.pain(1, "a", "after", 4)
    diary.unlock(2, "W1")
    diary.pain(2, "a", "evening", 4)
    diary.pain(2, "a", "next_morning", 3)
    assert diary.at(2)["status"] == "ready"
    diary.pain(2, "a", "evening", 5)
    assert diary.at(2)["reasons"] == ["pain"]


def test_a_lock_out_after_the_unlock_pardons_nothing() -> None:
    diary = Diary()
    diary.start(1, "W2")
    diary.session(1, "a", "W2")
    diary.pain(1, "a", "evening", 2)
    diary.write(1, "red_flag", flag="limp")
    diary.unlock(2, "W1")
    diary.write(2, "red_flag", flag="limp", session="a")
    diary.pain(2, "a", "next_morning", 2)
    assert diary.at(2)["reasons"] == ["red-flag", "pain-next-morning"]


def discharged() -> Diary:
    diary = Diary(P5=20)
    diary.start(0, "T8")
    for day in (0, 3, 6):
        diary.clean(day, f"s{day}", "T8")
    diary.write(19, "signoff", phase="P5", by="d")
    assert diary.at(19)["ignored"] == ["signoff"]
    diary.write(20, "signoff", phase="P5", by="d")
    return diary


def test_a_discharge_begins_the_phase_anew_once() -> None:
    diary = discharged()
    assert diary.at(20)["status"] == "discharged"
    assert diary.at(90)["count"] == 3
    diary.start(30, "T8")
    diary.start(31, "T8")
    for day in (31, 34, 37):
        diary.clean(day, f"s{day}", "T8")
    decided = diary.at(38 + SECOND)
    assert decided["reasons"] == ["phase-min-days"]
    assert decided["earliest"] == moment(50)


def test_danger_after_the_discharge_locks_and_the_unlock_begins_the_phase_anew() -> None:
    diary = discharged()
    diary.pain(21, "s6", "evening", 3)
    assert diary.at(21)["reasons"] == ["pain"]
    diary.unlock(22, "T8")
    for day in (22, 25, 28):
        diary.clean(day, f"s{day}", "T8")
    assert diary.at(30)["earliest"] == moment(42)


@pytest.mark.parametrize(
    ("days", "reason"), [(14, "phase-complete"), (14 + SECOND, "repeat-session")]
)
def test_a_phase_is_not_signed_long_after_the_last_session(days: float, reason: str) -> None:
    diary = Diary(P2=0)
    diary.start(1, "W5")
    for day in (1, 3, 5):
        diary.clean(day, f"s{day}", "W5")
    decided = diary.at(5 + days)
    assert decided["reasons"] == [reason]
    assert decided["may_run"] is True
    diary.write(5 + days, "signoff", phase="P2", by="d")
    signed = diary.at(5 + days)
    assert signed["stage"] == ("L1" if reason == "phase-complete" else "W5")


@pytest.mark.parametrize(("hours", "is_ahead"), [(3, True), (3 - 1 / HOUR_S, False)])
def test_a_run_of_the_stage_of_a_moment_ago_is_not_ahead(hours: float, is_ahead: bool) -> None:
    diary = Diary()
    diary.start(1, "W3")
    diary.start(2, "W2")
    diary.clean(2 + hours * HOUR, "a", "W3")
    diary.session(3 + hours * HOUR, "b", "W3", amber_pct=21)
    diary.session(3.8 + hours * HOUR, "c", "W2", amber_pct=21)
    assert (diary.at(4)["status"] == "locked") is is_ahead


def test_nothing_is_ahead_before_the_first_stage() -> None:
    diary = Diary()
    diary.session(0, "a", "T8")
    diary.start(1, "W5")
    diary.pain(1, "a", "during", 1)
    diary.session(2, "b", "W1", amber_pct=21)
    diary.session(3, "c", "W1", amber_pct=21)
    # The hold after the start is the session's first, so it is one of three fails.
    assert diary.at(3)["reasons"] == ["three-fails"]


def test_waits_come_in_order_with_the_time_when_all_are_over() -> None:
    diary = Diary()
    diary.start(0, "WR3")
    for day in (0, 2, 4):
        diary.clean(day, f"s{day}", "WR3")
    decided = diary.at(5)
    assert decided["reasons"] == ["gap-hours", "week-full"]
    assert decided["earliest"] == moment(7)
    assert diary.at(7)["status"] == "ready"
    diary.session(7, "s7", "WR3")
    decided = diary.at(7.75)
    assert decided["reasons"] == ["answers-missing", "gap-hours", "week-full"]
    assert decided["earliest"] is None
    assert diary.at(7.75 - SECOND)["reasons"] == ["gap-hours", "week-full"]


def test_missing_answers_bar_the_next_run_for_two_days_after_a_new_start() -> None:
    diary = Diary()
    diary.start(0, "W3")
    diary.session(0, "a", "W3")
    diary.start(0.1, "W3")
    assert "answers-missing" in diary.at(2 - SECOND)["reasons"]
    assert diary.at(2)["status"] == "ready"


LAST_STAGES = {"P0": "P0", "P1": "P1", "P2": "W5", "P3": "L4", "P4": "WR12", "P5": "T8"}
SITE_DAYS = {
    "fn_compression": (42, 14, 28, 21, 73, 56),
    "fn_fixed_postop": (33, 44, 28, 28, 73, 56),
    "sacrum": (7, 7, 21, 21, 73, 56),
    "pubic_ramus": (0, 14, 21, 21, 73, 56),
    "femoral_shaft": (14, 14, 21, 21, 73, 56),
    "tibia_posteromedial": (0, 7, 14, 21, 73, 56),
    "metatarsal_2_4": (0, 7, 14, 21, 73, 56),
}


@pytest.mark.parametrize("site", SITE_DAYS)
@pytest.mark.parametrize("phase", LAST_STAGES)
def test_a_phase_takes_the_days_of_its_site(site: str, phase: str) -> None:
    days = dict(zip(LAST_STAGES, SITE_DAYS[site], strict=True))[phase]
    diary = Diary(site, **({"P0": 33, "P1": 44} if site == "fn_fixed_postop" else {}))
    stage = LAST_STAGES[phase]
    diary.start(0, stage)
    for day in range(0, max(9, days), 3) if stage != phase else ():
        diary.clean(day, f"s{day}", stage)
    if days:
        before = diary.at(days - SECOND)
        assert before["reasons"] == ["phase-min-days"]
        assert before["earliest"] == moment(days)
    assert diary.at(days)["reasons"] == ["phase-complete"]


def test_the_clinician_s_days_replace_those_of_the_phases_that_are_named() -> None:
    diary = Diary("sacrum", P1=3)
    diary.start(0, "P0")
    assert diary.at(0)["earliest"] == moment(7)
    diary.write(7, "signoff", phase="P0", by="d")
    assert diary.at(7)["stage"] == "P1"
    assert diary.at(7)["earliest"] == moment(10)
