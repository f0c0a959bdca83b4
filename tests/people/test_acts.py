"""An act is refused exactly where the gate would ignore it."""

import json

import pytest
from gate_histories import make_history
from made_people import CLEAN, DAY_S, ENROL, HIP, Record, chain_of
from made_stores import NOW_S

from monitor.errors import StoreError
from monitor.gate.decision import follow
from monitor.gate.events import Signoff, Start, Unlock
from monitor.gate.log import read_log
from monitor.people.acts import Act, ActCheck, refusal
from monitor.people.patient import patient_of


def acts_at(t_s: int, stage: str, phase: str) -> list[Act]:
    return [
        Start(t_s, stage, "dr"),
        Start(t_s, stage, "dr", True, "why"),
        Start(t_s, stage, "dr", True, None),
        Unlock(t_s, stage, "dr", "why"),
        Unlock(t_s, stage, "dr", "why", True),
        Signoff(t_s, phase, "dr"),
    ]


@pytest.mark.parametrize("seed", range(0, 400, 4))
def test_refused_is_what_the_gate_ignores(seed: int) -> None:
    history = make_history(HIP, seed)
    log = [json.loads(line) for line in history.content.splitlines()]
    events = read_log(history.content, HIP)
    stage = log[-1].get("stage", "W2")
    end_s = events[-1].t_s
    for t_s in (end_s, end_s + 20 * DAY_S):
        for phase in HIP.phases:
            for act in acts_at(t_s, stage, phase.id):
                course = follow(HIP, events)
                told = refusal(course, act, str)
                before = len(course.ignored)
                course.take(act)
                assert (told is not None) == (len(course.ignored) > before), act


STARTED: list[Record] = [(0, "enrol", ENROL), (1, "start", {"stage": "P0", "by": "dr-x"})]


def told(records: list[Record], act: Act) -> str:
    patient = patient_of(chain_of(records), HIP)
    with pytest.raises(StoreError) as error:
        ActCheck(HIP, lambda t_s: f"+{t_s - NOW_S}").judge(patient.events, (act,))
    return str(error.value)


def test_each_refusal_says_why_and_what_to_do() -> None:
    t_s = NOW_S + 100
    new = STARTED[:1]
    assert "use stridegate start" in told(new, Signoff(t_s, "P0", "dr"))
    assert "--ahead and --reason" in told(new, Start(t_s, "W1", "dr"))
    assert "not locked" in told(STARTED, Unlock(t_s, "P0", "dr", "why"))
    assert "phase P0, not in P1" in told(STARTED, Signoff(t_s, "P1", "dr"))
    assert f"until +{7 * DAY_S + 1}" in told(STARTED, Signoff(t_s, "P0", "dr"))
    locked: list[Record] = [*STARTED, (50, "red_flag", {"flag": "limp"})]
    assert "locked (red-flag)" in told(locked, Start(t_s, "P0", "dr"))
    assert "locked (red-flag)" in told(locked, Signoff(t_s, "P0", "dr"))
    walking: list[Record] = [
        *STARTED[:1],
        (1, "start", {"stage": "W5", "by": "dr", "ahead": True, "reason": "r"}),
    ]
    assert "W5 has 0 of 3 clean sessions" in told(walking, Signoff(t_s, "P2", "dr"))


def test_a_phase_that_is_done_still_wants_answers_days_and_a_late_session() -> None:
    records: list[Record] = [
        *STARTED[:1],
        (1, "start", {"stage": "W5", "by": "dr", "ahead": True, "reason": "r"}),
    ]
    for i in range(3):
        t_s = DAY_S * (2 * i + 1)
        records.append((t_s, "session", {"id": f"s{i}", "stage": "W5", **CLEAN}))
        records += [
            (t_s + DAY_S, "pain", {"session": f"s{i}", "when": when, "site": 0})
            for when in ("during", "after", "next_morning")
        ]
    end_s = NOW_S + 6 * DAY_S
    assert "P2 has its days until" in told(records, Signoff(end_s + 1, "P2", "dr"))
    assert "repeat stage W5" in told(records, Signoff(end_s + 24 * DAY_S, "P2", "dr"))
    one_more: list[Record] = [
        *records,
        (7 * DAY_S, "session", {"id": "s3", "stage": "W5", **CLEAN}),
    ]
    assert "missing for s3" in told(one_more, Signoff(NOW_S + 8 * DAY_S, "P2", "dr"))
    late: list[Record] = [*records, (21 * DAY_S, "session", {"id": "s3", "stage": "W5", **CLEAN})]
    late += [
        (22 * DAY_S, "pain", {"session": "s3", "when": when, "site": 0})
        for when in ("during", "after", "next_morning")
    ]
    patient = patient_of(chain_of(late), HIP)
    check = ActCheck(HIP, str)
    check.judge(patient.events, (Signoff(NOW_S + 23 * DAY_S, "P2", "dr"),))
