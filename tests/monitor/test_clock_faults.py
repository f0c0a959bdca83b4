"""Clock faults (T12): wall clocks that jump, sleeps of the computer, crystals that drift."""

import time
from collections.abc import Iterator
from itertools import pairwise
from statistics import fmean

import pytest
from made_sessions import FS_HZ, LATENCY_S, made_setup, run_between_walks

from monitor.core import Input, SessionCore
from monitor.marks import Mark, MarkKind
from monitor.pipeline import PodPipeline
from monitor.replay import decide
from sensors.clock import SessionClock, SleepWatch, utc_now_ns
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.gsp import DATA_UUID, encode, split

HOUR_S = 3600.0
NIGHT_S = 8 * HOUR_S


def heard(
    script: GaitScript, *, ppm: float = 0.0, slept_at_s: float = 1e9, slept_s: float = 0.0
) -> Iterator[Notification]:
    """Yield what a pod sends whose crystal drifts, and whose listener sleeps for a while.

    The pod's counter goes on through the sleep; the session's clock does not.
    """
    for block in GaitSource(script, FS_HZ).blocks():
        pod_s = block.t_s + (slept_s if block.t_s >= slept_at_s else 0.0)
        ticks = round(pod_s * 1000.0 * (1.0 + ppm * 1e-6)) % 2**32
        arrival_s = 1.0 + block.t_s + len(block.acc_g) / FS_HZ + LATENCY_S
        for part in split(IMU6_REFERENCE, encode(ticks, block, with_gyro=True), payload_size=244):
            yield Notification(arrival_s, "pod", DATA_UUID, part)


@pytest.mark.parametrize("ppm", [-200.0, 0.0, 200.0])
def test_a_crystal_that_drifts_leaves_the_cadence_true_to_a_thousandth(ppm: float) -> None:
    pipeline = PodPipeline(made_setup(run_between_walks(10.0)).pods[0])
    script = GaitScript((run(60.0, cadence_spm=168.0),))
    for notification in heard(script, ppm=ppm):
        pipeline.feed(notification)
    pipeline.flush()
    times_s = [step.t_ic_s for step in pipeline.steps[2:-2]]
    assert len(times_s) > 70
    assert all(b > a for a, b in pairwise(times_s))
    # The true contacts beside the first and the last one found; the pod began at 1 s.
    true_s = [step.t_ic_s + 1.0 for step in GaitSource(script, FS_HZ).truth]
    first_s, last_s = (
        min(true_s, key=lambda t: abs(t - end)) for end in times_s[:: len(times_s) - 1]
    )
    strides = len(times_s) - 1
    assert strides == true_s.index(last_s) - true_s.index(first_s)
    found_spm = 120.0 * strides / (times_s[-1] - times_s[0])
    assert found_spm == pytest.approx(120.0 * strides / (last_s - first_s), rel=1e-3)


@pytest.mark.parametrize("jump_s", [HOUR_S, -HOUR_S, -30 * 86_400.0, NIGHT_S])
def test_a_wall_clock_that_jumps_moves_no_session(
    monkeypatch: pytest.MonkeyPatch, jump_s: float
) -> None:
    clock = SessionClock(1.0)
    before_s = clock.now_s()
    at_ns = utc_now_ns()
    monkeypatch.setattr(time, "time_ns", lambda: at_ns + round(jump_s * 1e9))
    after_s = clock.now_s()
    assert utc_now_ns() - at_ns == round(jump_s * 1e9)
    assert 0.0 <= after_s - before_s < 60.0


def test_a_sleep_is_told_by_the_clock_that_goes_on() -> None:
    slept_ns = iter([5 * 10**9, 5 * 10**9, (5 + 28_800) * 10**9, 4 * 10**9, None, 7 * 10**9])
    watch = SleepWatch(lambda: next(slept_ns))
    assert [watch.look() for _ in range(5)] == [0.0, NIGHT_S, 0.0, 0.0, 0.0]


def test_this_computer_has_not_slept_since_a_moment_ago() -> None:
    watch = SleepWatch()
    assert watch.look() < 1.0


def slept_through(sleep_s: float = 14.0) -> tuple[SessionCore, SessionCore]:
    """Return a session with a sleep of eight hours in it, and the same one without."""
    script = GaitScript((walk(5.0), run(30.0, cadence_spm=168.0, impact_g=5.0)))
    setup = made_setup(run_between_walks(20.0, 3.0))

    def inputs(slept_s: float) -> Iterator[Input]:
        yield LinkEvent(0.5, "pod", LinkState.STREAMING)
        yield Mark(1.0, MarkKind.START)
        waiting = [
            Mark(sleep_s, MarkKind.SLEPT, text="480:00 min"),
            Mark(sleep_s + 2.0, MarkKind.RESUME),
        ]
        for item in heard(script, slept_at_s=sleep_s - 1.0, slept_s=slept_s):
            while slept_s and waiting and waiting[0].t_s <= item.t_s:
                yield waiting.pop(0)
            yield item

    return decide(setup, inputs(NIGHT_S)), decide(setup, inputs(0.0))


def test_a_night_of_sleep_holds_the_plan_and_is_told() -> None:
    slept, awake = slept_through()
    (entry,) = [e for e in slept.journal.entries if "slept" in e.text]
    assert "480:00 min" in entry.text
    assert "on hold" in entry.text
    # Two seconds of hold, and not eight hours: the plan ends so much later by the session's clock.
    assert slept.end_reason == awake.end_reason == "complete"
    assert slept.t_s - awake.t_s == pytest.approx(2.0, abs=0.15)


def test_a_night_of_sleep_makes_no_duration_negative_and_steps_go_on() -> None:
    slept, _ = slept_through()
    times_s = [step.t_ic_s for step in slept.judge.steps]
    assert all(b > a for a, b in pairwise(times_s))
    assert all(step.stride_s is None or step.stride_s > 0.0 for step in slept.judge.steps)
    assert sum(t_s > 17.0 for t_s in times_s) > 8
    assert max(times_s) < 60.0
    cadences = [s.cadence_spm for s in slept.judge.steps if s.t_ic_s > 18.0 and s.cadence_spm]
    assert fmean(cadences) == pytest.approx(168.0, rel=0.01)
