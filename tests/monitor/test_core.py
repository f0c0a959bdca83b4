"""The session's mind: segments, marks, signal, battery and the end, from inputs alone."""

import pytest
from made_sessions import LIMITS, START_S, decided, inputs_of, made_setup, run_between_walks

from monitor.core import Input, SessionCore
from monitor.journal import Journal, Kind
from monitor.marks import Mark, MarkKind
from monitor.replay import decide
from monitor.result import result_of
from monitor.snapshot import Word
from monitor.view import snapshot_of
from sensors.pods.battery import BATTERY_LEVEL_UUID
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

SETUP = made_setup(run_between_walks(20.0, 5.0))
GAIT = GaitScript((walk(5.0), run(20.0, impact_g=4.5), walk(10.0)))


@pytest.fixture(scope="module")
def inputs() -> tuple[Input, ...]:
    """The inputs of a quiet session."""
    return tuple(inputs_of(GaitSource(GAIT, 208.0, 1)))


def with_marks(inputs: tuple[Input, ...], *marks: Mark | LinkEvent | Notification) -> list[Input]:
    return sorted((*inputs, *marks), key=lambda item: item.t_s)


def kinds(core: SessionCore) -> list[Kind]:
    return [entry.kind for entry in core.journal.entries]


def test_a_quiet_session_ends_complete_with_every_segment_done(inputs: tuple[Input, ...]) -> None:
    core = decide(SETUP, inputs)
    result = result_of(core)
    assert result.end == "complete"
    assert [s.done_s for s in result.segments] == [5.0, 20.0, 5.0]
    assert result.alarms == result.red_events == result.drops == 0
    assert kinds(core).count(Kind.SEGMENT) == 3
    assert result.run_steps is not None
    assert result.run_steps > 20


def test_nothing_is_decided_after_the_end(inputs: tuple[Input, ...]) -> None:
    core = decide(SETUP, inputs)
    before = core.journal.sha256()
    core.feed(Mark(40.0, MarkKind.STOP))
    core.step(41.0)
    core.close("stopped")
    assert core.journal.sha256() == before
    assert core.end_reason == "complete"


def test_without_any_data_there_is_no_signal_and_nothing_is_zero() -> None:
    core = SessionCore(SETUP, Journal())
    core.feed(Mark(0.5, MarkKind.START))
    for k in range(1, 60):
        core.step(k / 10)
    snapshot = snapshot_of(core, 5.9)
    assert snapshot.word is Word.NO_SIGNAL
    assert snapshot.impact is None
    assert snapshot.cadence_spm is None
    assert snapshot.coverage_pct is None
    assert snapshot.data_age_s is None
    assert snapshot.over_amber_pct is None
    assert snapshot.fs_hz is None
    assert snapshot.steps is None
    assert result_of(core).steps is None
    assert snapshot.battery_pct is None


def test_a_hole_in_the_data_is_told_within_two_and_a_half_seconds_and_its_end_too(
    inputs: tuple[Input, ...],
) -> None:
    hole = [i for i in inputs if not (isinstance(i, Notification) and 10.0 < i.t_s < 15.0)]
    core = decide(SETUP, hole)
    signal = [entry for entry in core.journal.entries if entry.kind is Kind.SIGNAL]
    assert [round(entry.t_s) for entry in signal] == [12, 15]
    assert signal[0].t_s <= 12.5
    coverage = result_of(core).coverage_pct
    quiet = result_of(decide(SETUP, inputs)).coverage_pct
    assert coverage is not None
    assert quiet is not None
    assert coverage < quiet - 15.0


def test_a_lost_link_is_a_drop_and_a_silent_one_is_not(inputs: tuple[Input, ...]) -> None:
    link = [
        LinkEvent(8.0, "pod", LinkState.SILENT),
        LinkEvent(8.5, "pod", LinkState.STREAMING),
        LinkEvent(10.0, "pod", LinkState.LOST),
        LinkEvent(10.1, "pod", LinkState.SEARCHING),
        LinkEvent(10.5, "pod", LinkState.LOST),
        LinkEvent(11.0, "pod", LinkState.STREAMING),
        LinkEvent(12.0, "stranger", LinkState.LOST),
    ]
    result = result_of(decide(SETUP, with_marks(inputs, *link)))
    assert (result.drops, result.drops_recovered) == (1, 1)


def test_a_hold_stretches_the_session(inputs: tuple[Input, ...]) -> None:
    marks = Mark(10.0, MarkKind.HOLD), Mark(13.0, MarkKind.RESUME)
    core = decide(SETUP, with_marks(inputs, *marks))
    assert core.end_reason == "complete"
    assert core.t_s == pytest.approx(START_S + 30.0 + 3.0, abs=0.11)


def test_a_stop_ends_early_and_keeps_what_was_done(inputs: tuple[Input, ...]) -> None:
    result = result_of(decide(SETUP, with_marks(inputs, Mark(11.0, MarkKind.STOP))))
    assert result.end == "stopped"
    assert [s.done_s for s in result.segments] == pytest.approx([5.0, 5.0, 0.0])


@pytest.mark.parametrize(
    ("score", "end"), [(0, "complete"), (1, "complete"), (2, "pain"), (9, "pain")]
)
def test_pain_stops_from_the_sites_level_on(
    inputs: tuple[Input, ...], score: int, end: str
) -> None:
    core = decide(SETUP, with_marks(inputs, Mark(11.0, MarkKind.PAIN, score)))
    result = result_of(core)
    assert result.end == end
    assert result.pain == (score,)


def test_a_low_battery_is_said_once(inputs: tuple[Input, ...]) -> None:
    low = [
        Notification(t, "pod", BATTERY_LEVEL_UUID, bytes([c]))
        for t, c in ((3.0, 20), (6.0, 19), (9.0, 12))
    ]
    core = decide(SETUP, with_marks(inputs, *low))
    said = [entry.text for entry in core.journal.entries if entry.kind is Kind.BATTERY]
    assert said == ["The pod's battery is at 19 %"]


def test_bad_packets_are_counted_and_the_session_goes_on(inputs: tuple[Input, ...]) -> None:
    uuid = next(i.uuid for i in inputs if isinstance(i, Notification))
    bad = [
        Notification(9.0 + k / 100, "pod", uuid, p)
        for k, p in enumerate((b"", b"\x02", b"\xff\x63\x00", b"\x03\x63ab"))
    ]
    good = decide(SETUP, inputs)
    core = decide(SETUP, with_marks(inputs, *bad))
    assert core.judge.bad_packets.total() == 4
    assert core.end_reason == "complete"
    assert abs(len(core.judge.steps) - len(good.judge.steps)) <= 1


def test_a_red_event_turns_the_rest_of_the_main_set_into_walking() -> None:
    setup = made_setup(run_between_walks(60.0, 5.0))
    gait = GaitScript((walk(5.0), run(60.0, impact_g=14.0), walk(10.0)))
    core = decided(setup, gait)
    result = result_of(core)
    assert result.red_events == 1
    assert result.end == "complete"
    assert result.segments[1].done_s < 60.0
    assert core.red_alarm_stands
    (red,) = [e for e in core.journal.entries if e.kind is Kind.RED_EVENT]
    assert snapshot_of(core, red.t_s + 1.0).segments[1].done_s == pytest.approx(
        red.t_s - START_S - 5.0
    )


def test_a_clinician_who_lets_go_on_keeps_the_run() -> None:
    setup = made_setup(run_between_walks(60.0, 5.0))
    gait = GaitScript((walk(5.0), run(60.0, impact_g=14.0), walk(10.0)))
    items = tuple(inputs_of(GaitSource(gait, 208.0, 1)))
    (prompt,) = [
        e.t_s
        for e in decide(setup, items).journal.entries
        if "WALK NOW" in e.text and e.kind is Kind.ALARM
    ]
    core = decide(setup, with_marks(items, Mark(prompt + 3.0, MarkKind.LET_GO_ON, text="Dr A")))
    result = result_of(core)
    assert result.red_events >= 1
    assert result.segments[1].done_s > prompt - START_S - 5.0 + 20.0


def test_an_acknowledged_red_alarm_stands_no_more() -> None:
    setup = made_setup(run_between_walks(60.0, 5.0))
    gait = GaitScript((walk(5.0), run(60.0, impact_g=14.0), walk(10.0)))
    items = tuple(inputs_of(GaitSource(gait, 208.0, 1)))
    core = decide(setup, with_marks(items, Mark(64.0, MarkKind.ACKNOWLEDGE)))
    assert core.red_events == 1
    assert not core.red_alarm_stands


def test_without_limits_nothing_is_judged_and_the_verdict_is_unknown(
    inputs: tuple[Input, ...],
) -> None:
    bare = made_setup(run_between_walks(20.0, 5.0), limits=type(LIMITS)())
    core = decide(bare, inputs)
    assert core.alarm is not None
    assert core.alarm.over_amber_pct is None
    assert core.alarms == 0
