"""From notifications to steps: the rate that the pod really has, and data that are none."""

from collections.abc import Iterator
from itertools import count

import numpy as np
import pytest
from made_sessions import FS_HZ, LATENCY_S, made_setup, packets_of, run_between_walks

from analysis.step import Gait, NoImpact
from monitor.pipeline import PodPipeline
from sensors.samples import Notification, PodIdentity, StepReport
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run
from sensors.virtual.gsp import DATA_UUID

POD = made_setup(run_between_walks(10.0)).pods[0]
GAIT = GaitScript((run(30.0, impact_g=5.0),))


def notifications(fs_hz: float = FS_HZ) -> Iterator[tuple[int, Notification]]:
    """Yield the packets of a run, numbered."""
    number = count()
    for block, parts in packets_of(GaitSource(GAIT, fs_hz, 1)):
        packet = next(number)
        arrival_s = 1.0 + block.t_s + len(block.acc_g) / fs_hz + LATENCY_S
        for part in parts:
            yield packet, Notification(arrival_s, "pod", DATA_UUID, part)


def test_a_run_gives_run_steps_with_an_impact() -> None:
    pipeline = PodPipeline(POD)
    for _, notification in notifications():
        pipeline.feed(notification)
    pipeline.flush()
    assert len(pipeline.steps) > 35
    assert all(step.gait is Gait.RUN for step in pipeline.steps[1:-1])
    assert sum(step.impact_g is not None for step in pipeline.steps) > 35
    assert pipeline.fs_hz == pytest.approx(FS_HZ, rel=0.005)


@pytest.mark.parametrize("kept", [2, 4, 5])
def test_a_bad_start_does_not_fix_a_wrong_rate_for_the_session(kept: int) -> None:
    pipeline = PodPipeline(POD)
    for packet, notification in notifications():
        if packet > 16 or packet % kept == 0:
            pipeline.feed(notification)
    pipeline.flush()
    assert pipeline.too_slow is None
    assert pipeline.fs_hz == pytest.approx(FS_HZ, rel=0.01)
    assert sum(step.impact_g is not None for step in pipeline.steps) > 25


def test_a_pod_that_repeats_one_packet_for_ever_sends_no_data() -> None:
    pipeline = PodPipeline(POD)
    packets = [n for _, n in notifications()]
    for notification in packets[:260]:
        pipeline.feed(notification)
    fresh_s = pipeline.data_t_s
    assert fresh_s is not None
    for k in range(200):
        stuck = packets[259]
        pipeline.feed(Notification(stuck.t_s + 0.04 * (k + 1), "pod", DATA_UUID, stuck.payload))
    assert pipeline.data_t_s == fresh_s
    assert pipeline.dropped_packets == 200


def test_a_slow_pod_gives_steps_without_an_impact() -> None:
    pipeline = PodPipeline(POD)
    for _, notification in notifications(104.0):
        pipeline.feed(notification)
    pipeline.flush()
    assert len(pipeline.steps) > 30
    assert {step.impact_reason for step in pipeline.steps} == {NoImpact.RATE}
    assert all(step.impact_g is None for step in pipeline.steps)


def test_a_model_that_counts_steps_is_known_by_its_name() -> None:
    rsc = PodPipeline(type(POD)("pod", "rsc", None, POD.placement))
    report = StepReport(2.75, 84, True, None, None)
    assert rsc.lost_samples is None
    assert not rsc.has_samples
    rsc.identify(PodIdentity("rsc", "TICKR X 12", "AA"))
    assert rsc._cadence.steps_per_min(report, 0.0) == 84


def test_a_contact_is_announced_long_before_its_step_is_final() -> None:
    pipeline = PodPipeline(POD)
    announced: list[tuple[float, float]] = []
    for _, notification in notifications():
        before = pipeline.strike_t_s
        pipeline.feed(notification)
        if pipeline.strike_t_s is not None and pipeline.strike_t_s != before:
            announced.append((pipeline.strike_t_s, notification.t_s))
    pipeline.flush()
    late_s = [heard_s - t_s for t_s, heard_s in announced]
    assert len(announced) > 0.8 * len(pipeline.steps)
    assert float(np.percentile(late_s, 95)) <= 0.25 + 8 / FS_HZ + LATENCY_S, (
        "and a packet on its way"
    )
    assert min(step.t_known_s - step.t_ic_s for step in pipeline.steps) > 0.5
