"""Recorded sessions of every kind replay bit for bit: the short form of 50.

``make sessions`` runs all of them.
"""

from pathlib import Path

import pytest
from recorded_sessions import STAGES, differences, inputs, played, recorded, setup

from monitor.record import read_session

SESSIONS = 12
"""Each stage with two sets of baselines."""


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_a_recorded_session_replays_to_the_same_log_and_event(tmp_path: Path, part: int) -> None:
    for seed in range(part, SESSIONS, 4):
        result, found = played(tmp_path, seed)
        assert found == [], f"session {seed} ({result.stage})"
        assert result.gate_event["id"] == f"s-{seed}"


def test_the_sessions_are_of_every_kind() -> None:
    made = [setup(seed) for seed in range(SESSIONS)]
    assert {s.stage for s in made} == set(STAGES)
    assert {s.limits.is_fallback for s in made} == {True, False}


def test_a_changed_input_is_noticed(tmp_path: Path) -> None:
    made = setup(0)
    items = inputs(made, 0)
    recorded(tmp_path / "a.mcap", made, items)
    session = read_session(tmp_path / "a.mcap")
    other = recorded(tmp_path / "b.mcap", made, items[: len(items) // 2])
    assert session.result is not None
    session.result["gate_event"] = other.to_json()["gate_event"]
    assert differences(session) == ["gate_event"]
