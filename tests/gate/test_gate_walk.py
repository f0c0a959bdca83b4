"""The gate keeps its promises on random walks through a record: see ``gate_walk``."""

from collections import Counter

import pytest
from gate_walk import GateWalk, Snapshot, is_no_better, walk

from monitor.gate.course import Standing
from monitor.gate.decision import Decision, Status
from monitor.gate.events import Event, Signoff

STEPS = 2000


def test_the_gate_keeps_its_promises(monkeypatch: pytest.MonkeyPatch) -> None:
    # Walks in which nothing happens would keep every promise, so what happens is counted.
    seen: Counter[str] = Counter()
    keep, keep_time = GateWalk.acted, GateWalk.time_passed

    def time_passed(self: GateWalk, old: Snapshot, due: Snapshot) -> None:
        seen["progressed"] += due.place > old.place
        seen["completed"] += due.is_completed and not old.is_completed
        keep_time(self, old, due)

    def acted(self: GateWalk, event: Event, due: Snapshot, new: Snapshot) -> None:
        seen["events"] += 1
        seen["signed"] += isinstance(event, Signoff) and new.phase != due.phase
        seen["opened"] += due.standing is Standing.LOCKED and new.standing is Standing.ACTIVE
        seen["locked"] += due.standing is Standing.ACTIVE and new.standing is Standing.LOCKED
        seen["counted"] += new.count > due.count
        seen["missing"] += new.missing > 0
        keep(self, event, due, new)

    monkeypatch.setattr(GateWalk, "acted", acted)
    monkeypatch.setattr(GateWalk, "time_passed", time_passed)
    walk(STEPS, is_repeatable=True)
    assert len(seen) == 8
    assert seen["events"] >= 2000
    assert min(seen.values()) > 0, seen


def test_no_better_is_an_order() -> None:
    locked = Decision(Status.LOCKED, "W3", 2, False, (), None, ())
    ready = Decision(Status.READY, "W3", 2, True, (), None, ())
    behind = Decision(Status.READY, "W2", 3, True, (), None, ())
    waits = Decision(Status.WAIT, "W3", 2, False, (), None, ())
    assert is_no_better(locked, ready)
    assert not is_no_better(ready, locked)
    assert is_no_better(behind, ready)
    assert not is_no_better(ready, behind)
    assert is_no_better(waits, ready)
    assert not is_no_better(ready, waits)
