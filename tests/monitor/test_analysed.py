"""What the analysis found, kept in a recording: the same as found anew, or not used at all."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from recorded_sessions import inputs, recorded, setup
from reliability.traced import Trace
from two_feet import leg, together, two_setup

from analysis.step import Gait
from monitor.analysed import Analysed, analysed_from, kept_of, sha256_of
from monitor.commands.replay import run_replay
from monitor.marks import MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import ANALYSED, RESULT, RecordedSession, RecordingSink, read_session
from monitor.replay import decide
from monitor.report.session import session_facts
from monitor.result import result_of
from monitor.sides import LEFT, RIGHT
from sensors.recording.layout import RecordedMessage
from sensors.recording.records import TORN_BYTES
from sensors.recording.writer import RecordingWriter
from sensors.samples import LinkEvent, Notification
from sensors.virtual.gait_script import GaitScript, run, walk

SEEDS = range(6)
ROOT = Path(__file__).parents[2]


def session(folder: Path, seed: int) -> RecordedSession:
    """Return a session recorded as the runner does: nothing comes behind its end."""
    made = setup(seed)
    items = inputs(made, seed)
    ended_s = recorded(folder / f"{seed}-long.mcap", made, items).ended_s
    path = folder / f"{seed}.mcap"
    recorded(path, made, [item for item in items if item.t_s < ended_s])
    return read_session(path)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_kept_is_what_is_found_anew_to_the_last_bit(tmp_path: Path, seed: int) -> None:
    made = session(tmp_path, seed)
    kept = made.analysed()
    assert kept is not None
    assert kept.steps
    anew = session_facts(made, with_samples=True)
    assert anew.samples
    assert session_facts(made) == replace(anew, samples=())


Messages = list[dict[str, Any]]


def kept_json(found: Analysed) -> Messages:
    messages: Messages = json.loads(json.dumps(list(found.messages())))
    return messages


def a_later_step(messages: Messages) -> None:
    messages[1]["steps"][3]["t_ic_s"] += 0.01


def one_step_less(messages: Messages) -> None:
    del messages[1]["steps"][-1]


def one_message_less(messages: Messages) -> None:
    del messages[-1]


def the_first_message_lost(messages: Messages) -> None:
    del messages[0]


def another_version(messages: Messages) -> None:
    messages[0]["analysis"] = "4"


def a_word_for_a_number(messages: Messages) -> None:
    messages[0]["fs_hz"] = "fast"


def no_quality(messages: Messages) -> None:
    del messages[0]["quality"]


def an_unknown_gait(messages: Messages) -> None:
    messages[1]["steps"][0]["gait"] = "hop"


def no_list(messages: Messages) -> None:
    messages[1]["steps"] = 5


@pytest.mark.parametrize(
    "spoil",
    [
        a_later_step,
        one_step_less,
        one_message_less,
        the_first_message_lost,
        no_list,
        another_version,
        a_word_for_a_number,
        no_quality,
        an_unknown_gait,
    ],
)
def test_what_is_not_that_is_not_used(tmp_path: Path, spoil: Callable[[Messages], None]) -> None:
    found = session(tmp_path, 1).analysed()
    assert found is not None
    sha256 = sha256_of(found.steps)
    value = kept_json(found)
    assert analysed_from(value, sha256) == found
    # Of a session that was closed, broke off and was closed again the last counts.
    assert analysed_from([*value[:2], *value], sha256) == found
    spoil(value)
    assert analysed_from(value, sha256) is None


def test_steps_of_many_messages_come_back_and_no_write_is_longer_than_a_power_cut_may_tear(
    tmp_path: Path,
) -> None:
    made = session(tmp_path, 1)
    core = decide(made.setup, made.inputs(), made.ended_s)
    few = kept_of(core)
    assert few is not None
    steps = tuple(replace(few.steps[0], t_ic_s=0.5 * n) for n in range(2_000))
    found = replace(few, steps=steps)
    result = replace(result_of(core), steps_sha256=sha256_of(steps))
    trace, path = Trace(), tmp_path / "long.mcap"
    with trace.installed():
        sink = RecordingSink(path, made.setup, 0)
        sink.result(result, found)
        sink.close()
    growing = trace.ops[0].inode
    written = [len(op.data) for op in trace.ops if op.kind == "write" and op.inode == growing]
    assert sum(written) > 5 * TORN_BYTES
    assert max(written) <= TORN_BYTES
    assert read_session(path).analysed() == found


def test_a_replay_tells_where_more_than_the_steps_was_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = session(tmp_path, 1)
    path = tmp_path / "changed.mcap"
    assert run_replay(made.recording.path, speed=None, plain=True, as_json=False) == 0
    rewritten(made, path, holes=[[1.0, 2.0]])
    assert session_facts(read_session(path)).holes == ((1.0, 2.0),)
    assert run_replay(path, speed=None, plain=True, as_json=False) == 1
    assert "what the analysis found, beside the steps" in capsys.readouterr().err


def rewritten(
    made: RecordedSession, path: Path, without: Sequence[str] = (), **changed: object
) -> None:
    """Write a recording anew, without some topics, and with other values kept."""
    writer = RecordingWriter(path, made.recording.header, made.recording.t0_utc_ns)
    for item in made.recording.items:
        match item:
            case Notification():
                writer.notification(item)
            case LinkEvent():
                writer.link_event(item)
            case RecordedMessage(topic=topic) if topic not in without:
                value = {**item.value, **(changed if "analysis" in item.value else {})}
                writer.message(topic, item.t_s, value, topic)
    writer.close()


def test_a_session_that_never_ended_is_analysed_anew(tmp_path: Path) -> None:
    made = session(tmp_path, 2)
    path = tmp_path / "killed.mcap"
    rewritten(made, path, without=(ANALYSED, RESULT))
    killed = read_session(path)
    assert killed.analysed() is None
    assert session_facts(killed).steps == session_facts(made).steps


def test_pods_that_send_little_keep_no_steps_and_are_analysed_anew() -> None:
    slow = read_session(ROOT / "fixtures" / "polar.mcap")
    core = decide(slow.setup, slow.inputs(), slow.ended_s)
    assert core.steps
    assert kept_of(core) is None
    assert session_facts(slow).steps == tuple(core.steps)


def test_a_foot_whose_pod_was_swapped_keeps_none() -> None:
    plan = (Segment(Gait.WALK, 8.0, Part.WARM_UP), Segment(Gait.RUN, 8.0))
    script = GaitScript((walk(8.0), run(8.0), walk(3.0)))
    pods = (leg(LEFT, script), leg(RIGHT, script))
    assert kept_of(decide(two_setup(plan), together(*pods))) is not None
    marks = {10.0: MarkKind.SWAP_SIDES}
    assert kept_of(decide(two_setup(plan), together(*pods, marks=marks))) is None


def test_a_report_loads_no_filters_before_there_is_something_to_filter() -> None:
    """``scipy.signal`` takes longer to load than matplotlib."""
    code = (
        "import sys, monitor.commands.report, monitor.report.figures\n"
        "sys.exit('scipy.signal' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
