"""Under the commands: disks that refuse, records that were harmed, sessions that run, long logs."""

from typing import Any

import pytest
from made_clinic import Clinic
from made_people import DAY_S
from made_stores import NOW_S, pragma

from monitor.gate.course import Course
from monitor.gate.log import LogReader
from monitor.store.chain import patient_chain
from monitor.store.gatelog import gate_events


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
