"""The demo end to end: virtual pod, real Bluetooth client, recording, decisions, replay."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.demo.options import DemoOptions
from monitor.demo.session import open_demo
from monitor.journal import Kind
from monitor.record import read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.session import SessionRunner
from monitor.snapshot import Snapshot, Word
from sensors.samples import LinkEvent, LinkState, Notification

pytestmark = pytest.mark.slow

SECONDS, SPEED = 60.0, 3.0


class Played:
    """One demo that ran to its end, with all that it showed."""

    def __init__(self, runner: SessionRunner, shown: list[Snapshot]) -> None:
        self.runner = runner
        self.shown = shown


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    path = tmp_path_factory.mktemp("demo") / "demo.mcap"
    shown: list[Snapshot] = []
    options = DemoOptions(SECONDS, SPEED, "virtual", 1, path)
    runner = open_demo(options, shown.append)
    asyncio.run(runner.run())
    return Played(runner, shown)


def test_it_passes_walk_and_run_segments_with_a_prompt_for_each(played: Played) -> None:
    result = played.runner.result
    assert result is not None
    assert result.end == "complete"
    assert [s.gait for s in result.segments] == ["walk", "run", "walk", "run", "walk"]
    assert [s.done_s for s in result.segments] == [s.planned_s for s in result.segments]
    assert played.runner.core.journal.count(Kind.SEGMENT) == 5
    words = {snapshot.word for snapshot in played.shown}
    assert {Word.READY, Word.WALK, Word.RUN, Word.EASE_OFF, Word.DONE} <= words


def test_an_over_limit_stretch_raises_its_alarm_and_clears_it(played: Played) -> None:
    entries = played.runner.core.journal.entries
    (raised,) = [e.t_s for e in entries if e.kind is Kind.ALARM]
    (cleared,) = [e.t_s for e in entries if e.kind is Kind.CLEARED]
    segments = [e.t_s for e in entries if e.kind is Kind.SEGMENT]
    assert segments[1] < raised < cleared
    # Cleared by easier steps, within the run, and not by the run's end.
    assert cleared < segments[2] - 0.05
    result = played.runner.result
    assert result is not None
    assert (result.alarms, result.alarms_cleared, result.red_events) == (1, 1, 0)


def test_it_survives_a_link_drop(played: Played) -> None:
    result = played.runner.result
    assert result is not None
    assert (result.drops, result.drops_recovered) == (1, 1)
    assert result.lost_samples is not None
    assert result.lost_samples > 0
    assert Word.NO_SIGNAL in {snapshot.word for snapshot in played.shown}


def test_its_steps_are_those_of_the_known_gait(played: Played) -> None:
    result = played.runner.result
    assert result is not None
    run_strides = 40.0 * 165.0 / 120.0
    assert result.run_steps is not None
    assert abs(result.run_steps - run_strides) <= 4
    assert result.coverage_pct is not None
    assert result.coverage_pct > 80.0


def test_the_recording_holds_raw_notifications_and_the_link_s_states(played: Played) -> None:
    assert played.runner.recording is not None
    session = read_session(played.runner.recording)
    assert session.recording.is_finished
    assert not session.recording.damage
    items = session.recording.items
    assert sum(isinstance(item, Notification) for item in items) > 1000
    states = {item.state for item in items if isinstance(item, LinkEvent)}
    assert {LinkState.SEARCHING, LinkState.STREAMING, LinkState.LOST} <= states
    assert session.setup == played.runner.setup


def test_a_replay_decides_the_same_byte_for_byte(played: Played) -> None:
    assert played.runner.recording is not None
    assert played.runner.result is not None
    session = read_session(played.runner.recording)
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert result_of(core).to_json() == played.runner.result.to_json() == session.result
    assert [entry.to_json() for entry in core.journal.entries] == list(session.decisions)


def stridegate(*argv: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", "from monitor.cli import main; main()", *argv],
        capture_output=True,
        text=True,
        check=False,
        env={"STRIDEGATE_HOME": str(home), "PATH": "/usr/bin:/bin"},
        stdin=subprocess.DEVNULL,
    )


def test_the_commands_print_one_object_and_a_replay_the_same(tmp_path: Path) -> None:
    demo = stridegate(
        "demo", "--headless", "--seconds", "30", "--speed", "8", "--json", home=tmp_path
    )
    assert demo.returncode == 0, demo.stderr
    assert demo.stdout.count("\n") == 1
    first = json.loads(demo.stdout)
    replay = stridegate("replay", first["recording"], "--json", home=tmp_path)
    assert replay.returncode == 0, replay.stderr
    assert json.loads(replay.stdout) == first
    live = stridegate("replay", first["recording"], "--json", "--speed", "50", home=tmp_path)
    assert json.loads(live.stdout) == first


def test_without_a_terminal_it_prints_lines_and_ends_by_itself(tmp_path: Path) -> None:
    demo = stridegate("demo", "--seconds", "30", "--speed", "8", home=tmp_path)
    assert demo.returncode == 0, demo.stderr
    lines = demo.stdout.splitlines()
    assert any("RUN" in line for line in lines)
    assert any("The session is complete" in line for line in lines)
    assert any(line.startswith("Recording: ") for line in lines)
