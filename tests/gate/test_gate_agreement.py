"""Two readings of one text: the gate and a second evaluator agree on made histories."""

import pytest
from gate_agreement import disagreement
from gate_histories import make_history

from monitor.gate import decide, read_log
from monitor.gate.course import Course
from monitor.gate.decision import Status, follow
from monitor.gate.outcome import Shortfall
from monitor.gate.reasons import Reason
from monitor.gate.times import time_s
from monitor.programme.file import load_programme
from monitor.programme.model import Programme

BLOCKS = 8
PER_BLOCK = 260
REACHING = 700


@pytest.fixture(scope="module")
def programme() -> Programme:
    return load_programme("hip-bsi")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_gate_agrees_with_the_text(programme: Programme, block: int) -> None:
    for seed in range(block * PER_BLOCK, (block + 1) * PER_BLOCK):
        found = disagreement(programme, make_history(programme, seed))
        assert found is None, f"history {seed}: {found}"


def test_the_histories_reach_every_reason_and_every_stage(programme: Programme) -> None:
    statuses: set[str] = set()
    reasons: set[str] = set()
    shortfalls: set[str] = set()
    stages: set[str | None] = set()
    ignored: set[str] = set()
    for seed in range(REACHING):
        history = make_history(programme, seed)
        events = read_log(history.content, programme)
        decision = decide(programme, events, time_s(history.at))
        course: Course = follow(programme, events)
        statuses.add(decision.status)
        reasons.update(decision.reasons)
        stages.add(decision.stage)
        ignored.update(decision.ignored)
        shortfalls.update(*(record.reasons for record in course.history.records))
    assert statuses == set(Status)
    assert reasons == set(Reason)
    assert shortfalls == set(Shortfall)
    assert stages == {None, *(stage.id for stage in programme.stages)}
    assert ignored == {"start", "unlock", "signoff"}
