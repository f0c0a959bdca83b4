"""The recorded streams: whole, described, replayed to the same decisions, and true to the truth."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.step import Gait
from monitor.record import RecordedSession, read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.setup import ANALYSIS_VERSION
from sensors.errors import PacketFault

FOLDER = Path(__file__).parents[2] / "fixtures"
NAMES = sorted(path.stem for path in FOLDER.glob("*.mcap"))
WITH_STEPS = ["demo", "faulty"]

CONTACT_S = 0.08
"""s. A found contact within it of a true one is that one."""

MAX_BYTES = 400_000


def beside(name: str, kind: str) -> dict[str, Any]:
    text = (FOLDER / f"{name}.{kind}.json").read_text(encoding="utf-8")
    value: dict[str, Any] = json.loads(text)
    return value


def session_of(name: str) -> RecordedSession:
    return read_session(FOLDER / f"{name}.mcap")


def test_there_are_fixtures_and_each_is_small_with_truth_and_provenance() -> None:
    assert NAMES == ["demo", "faulty", "rsc"]
    for name in NAMES:
        assert (FOLDER / f"{name}.mcap").stat().st_size < MAX_BYTES
        assert beside(name, "truth")
        assert beside(name, "provenance")["made_by"]


@pytest.mark.parametrize("name", NAMES)
def test_a_replay_gives_the_stored_result_and_decisions(name: str) -> None:
    session = session_of(name)
    assert session.recording.is_finished
    assert not session.recording.damage
    assert session.setup.analysis == ANALYSIS_VERSION, "record the fixtures anew: make fixtures"
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert result_of(core).to_json() == session.result
    assert [entry.to_json() for entry in core.journal.entries] == list(session.decisions)


@pytest.mark.parametrize("name", WITH_STEPS)
def test_the_steps_are_those_of_the_truth_where_there_were_data(name: str) -> None:
    session = session_of(name)
    core = decide(session.setup, session.inputs(), session.ended_s)
    found_s = np.array([step.t_ic_s for step in core.judge.steps])
    gaps = lost_spans(session)
    seen = [
        step
        for step in beside(name, "truth")["steps"]
        if step["t_ic_s"] < core.t_s - 1.5
        and not any(a - 1.0 < step["t_ic_s"] < b + 1.0 for a, b in gaps)
    ]
    missed = [s["t_ic_s"] for s in seen if np.abs(found_s - s["t_ic_s"]).min() > CONTACT_S]
    assert len(seen) > 25
    assert len(missed) <= 0.1 * len(seen), missed
    true_s = np.array([step["t_ic_s"] for step in beside(name, "truth")["steps"]])
    invented = [t for t in found_s if np.abs(true_s - t).min() > 2 * CONTACT_S]
    assert len(invented) <= 2, invented


def lost_spans(session: RecordedSession) -> list[tuple[float, float]]:
    """Return the spans of session time in which no notification came for 0.3 s or more."""
    times = [item.t_s for item in session.inputs()]
    return [(a, b) for a, b in pairwise(times) if b - a > 0.3]


def test_the_bad_radio_is_counted_and_harms_nothing_else() -> None:
    session = session_of("faulty")
    core = decide(session.setup, session.inputs(), session.ended_s)
    timebase = core.judge.timebase
    assert timebase is not None
    assert timebase.lost_samples > 0
    assert timebase.counts.duplicates > 0
    assert timebase.counts.resets == 1
    assert core.judge.bad_packets[PacketFault.OUT_OF_ORDER] > 0
    assert core.links.drops_recovered == core.links.drops == 1
    assert core.judge.battery_pct == 15
    assert core.end_reason == "complete"


def test_a_step_counter_gives_cadence_and_judges_nothing() -> None:
    session = session_of("rsc")
    core = decide(session.setup, session.inputs(), session.ended_s)
    result = result_of(core)
    assert core.judge.report is not None
    assert result.steps is None
    assert result.median_impact_g is None
    assert result.alarms == 0
    assert core.judge.cadence_spm in (110, 166)
    assert Gait.RUN in {segment.gait for segment in session.setup.segments}
