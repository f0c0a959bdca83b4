"""Sessions that broke off and go on: in the same recording, with the hole as missing data."""

import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from made_runs import NO_PAIN, READY, Driven, Wall, begun, driven, home_places, stridegate
from made_runs import made_patient as made
from recorded_files import abandon

from analysis.step import Gait
from monitor.analysed import Analysed
from monitor.errors import UsageError
from monitor.journal import Entry, Kind
from monitor.marks import Mark, MarkKind
from monitor.record import RecordedSession, RecordingSink, read_session
from monitor.replay import decide
from monitor.result import SessionResult, result_of
from monitor.running.options import RunOptions
from monitor.running.refusal import RefusalError
from monitor.running.resuming import RESUME_S
from monitor.store.chain import patient_chain
from monitor.store.store import Store
from sensors.recording import records

ANNA = patient_chain("anna")
BROKE_S, GAP_S, GOES_ON_S = 10.0, 3, 13.5
"""s. The plan begins at 2 s: 6 s of walking, 12 s of running from 8 s on, 3 s of walking."""

GO_ON = RunOptions("anna", answers={"resume": 1})


class LostSink(RecordingSink):
    """The recording of a process that is killed: it gets neither end nor result."""

    def entry(self, entry: Entry) -> None:
        if entry.kind is not Kind.END:
            super().entry(entry)

    def result(self, _: SessionResult, __: Analysed | None) -> None:
        self.flush()

    def close(self) -> None:
        abandon(self._writer)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    return made(home_places(tmp_path))


def broken_off(store: Store, wall: Wall, marks: tuple[Mark, ...] = ()) -> Path:
    with patch("monitor.running.graded.RecordingSink", LostSink):
        _, done = begun(store, wall, NO_PAIN, marks, until_s=BROKE_S)
    wall.later(round(BROKE_S))
    return done.runner.recording


def gone_on(store: Store, wall: Wall, resume: int = 1, **named: Any) -> Driven:
    marks = [Mark(GOES_ON_S, MarkKind.RESUME)]
    return driven(store, wall, {**NO_PAIN, "resume": resume}, marks, from_s=GOES_ON_S, **named)


def kinds(store: Store) -> list[str]:
    return [entry.kind for entry in store.entries(ANNA)]


def assert_replays(session: RecordedSession) -> None:
    assert session.recording.is_finished
    assert not session.recording.damage
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert result_of(core).to_json() == session.result
    assert [entry.to_json() for entry in core.journal.entries] == list(session.decisions)


def test_a_session_goes_on_in_its_recording_and_the_replay_decides_the_same(store: Store) -> None:
    wall = Wall()
    path = broken_off(store, wall)
    before = path.read_bytes()
    wall.later(GAP_S)
    done = gone_on(store, wall)
    assert done.closed.is_written
    assert done.runner.recording == path
    session = read_session(path)
    assert_replays(session)
    first = read_session_bytes(path.with_name("before.mcap"), before)
    assert session.recording.items[: len(first.recording.items)] == first.recording.items
    assert kinds(store)[-1] == "session_measured"
    assert [entry.kind for entry in store.entries(ANNA)].count("session_opened") == 1
    assert any("broke off" in ask.text for ask in done.asked)


def read_session_bytes(path: Path, data: bytes) -> RecordedSession:
    path.write_bytes(data)
    return read_session(path)


def test_the_hole_counts_against_the_session_and_the_plan_holds_until_somebody_goes_on(
    store: Store,
) -> None:
    whole = driven(made(home_places(store.places.key.parent / "whole")), Wall())
    whole.runner.recording.unlink()
    wall = Wall()
    broken_off(store, wall)
    wall.later(GAP_S)
    done = gone_on(store, wall)
    result, unbroken = done.runner.live.result, whole.runner.live.result
    assert result is not None
    assert unbroken is not None
    assert result.coverage_pct is not None
    assert unbroken.coverage_pct is not None
    # 3 s of the 15 s of the main set are missing, and the strides at both sides of the hole.
    assert result.coverage_pct <= unbroken.coverage_pct - 100 * GAP_S / 15
    assert result.end == "complete"
    assert [s.done_s for s in result.segments if s.gait == Gait.RUN] == [12.0]
    # The plan's time went on over the hole, and stood still from 13 s to 13.5 s.
    assert result.ended_s - unbroken.ended_s == pytest.approx(GOES_ON_S - BROKE_S - GAP_S, abs=0.11)
    texts = [e.text for e in done.runner.core.journal.entries if e.kind is Kind.SIGNAL]
    assert any("broke off for 3 s" in text and "on hold" in text for text in texts), texts
    assert (result.drops, unbroken.drops) == (1, 0)


def test_a_session_can_break_off_twice(store: Store) -> None:
    wall = Wall()
    path = broken_off(store, wall)
    with patch("monitor.running.graded.RecordingSink", LostSink):
        begun(store, wall, {**NO_PAIN, "resume": 1}, from_s=BROKE_S + 0.5, until_s=BROKE_S + 2.0)
    wall.later(4)
    gone_on(store, wall)
    session = read_session(path)
    assert_replays(session)
    broken = [i for i in session.inputs() if isinstance(i, Mark) and i.kind is MarkKind.BROKE_OFF]
    assert len(broken) == 2


def test_a_torn_end_is_cut_off_and_what_was_lost_is_said(store: Store) -> None:
    wall = Wall()
    path = broken_off(store, wall)
    path.write_bytes(path.read_bytes()[:-7])
    wall.later(GAP_S)
    done = gone_on(store, wall)
    assert any("cut off at byte" in line for line in done.said)
    assert_replays(read_session(path))


@pytest.mark.parametrize("resume", [0, None])
def test_unless_somebody_says_so_a_session_is_closed_as_it_is(
    store: Store, resume: int | None
) -> None:
    wall = Wall()
    broken_off(store, wall)
    wall.later(GAP_S)
    answers = {**NO_PAIN, "open:during": 0, "open:after": 0}
    if resume is not None:
        answers["resume"] = resume
    with pytest.raises(RefusalError):
        driven(store, wall, answers)
    assert "session_measured" in kinds(store)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        ("late", "more than 10"),
        ("clock", "set back"),
        ("gone", "cannot be used"),
        ("damaged", "cannot be used"),
        ("stopped", "was over"),
        ("ended", "had ended"),
        ("none", "no session has broken off"),
    ],
)
def test_where_nothing_can_go_on_resume_says_why_and_writes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, harm: str, says: str
) -> None:
    monkeypatch.setattr(records, "TORN_BYTES", 100)
    wall = Wall()
    if harm == "ended":
        begun(store, wall, until_s=BROKE_S)
    elif harm != "none":
        marks = (Mark(9.0, MarkKind.STOP),) if harm == "stopped" else ()
        path = broken_off(store, wall, marks)
        if harm == "gone":
            path.unlink()
        elif harm == "damaged":
            data = bytearray(path.read_bytes())
            data[len(data) // 4] ^= 1
            path.write_bytes(data)
        wall.later({"late": round(RESUME_S) + 1, "clock": -30}.get(harm, GAP_S))
    before = store.entries(ANNA)
    with pytest.raises(UsageError, match=says):
        driven(store, wall, {**NO_PAIN, "resume": 1}, options=GO_ON)
    assert store.entries(ANNA) == before


def test_what_this_version_decides_otherwise_does_not_go_on(store: Store) -> None:
    wall = Wall()
    broken_off(store, wall)
    wall.later(GAP_S)
    with (
        patch("monitor.core.in_words", lambda _: "some time"),
        pytest.raises(UsageError, match="was over"),
    ):
        driven(store, wall, NO_PAIN, options=GO_ON)


def test_a_killed_process_is_gone_on_with_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    store = made(home_places(tmp_path), READY, enrol={"is_demo": True}, t_s=int(time.time()) - 60)
    common = ["run", "anna", "--virtual", "--speed", "4", "--headless"]
    before = ["--pain-before", "0", "--no-red-flags"]
    process = stridegate(*common, *before, home=tmp_path)
    recordings = tmp_path / "recordings"
    deadline = time.monotonic() + 60
    while not any(f.stat().st_size > 40_000 for f in recordings.glob("*.mcap")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.kill()
    process.communicate()
    after = ["--pain-during", "0", "--pain-after", "0", "--soreness", "0", "--resume", "--json"]
    process = stridegate(*common, *before, *after, home=tmp_path)
    out, err = process.communicate(timeout=100)
    assert process.returncode == 0, err
    (path,) = recordings.glob("*.mcap")
    session = read_session(path)
    assert f'"recording": "{path}"' in out
    assert session.result is not None
    assert session.result["end"] == "complete"
    assert_replays(session)
    assert kinds(store).count("session") == 1
