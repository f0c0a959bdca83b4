"""A file played over Bluetooth gives the steps of the file: every sample crosses the radio."""

import numpy as np
import pytest
from rig import bench
from shared_recordings import DATA, needs_recordings

from analysis.step import Placement
from monitor.commands.analyse import Analysis, analyse_csv
from monitor.pipeline import PodPipeline
from monitor.setup import PodSetup
from sensors.clock import SessionClock
from sensors.csvfile import CsvRecording, read_csv
from sensors.pods.registry import pod_of_kind
from sensors.samples import FloatArray, Notification
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import ArraySource

REAL_RUN = DATA / "ble_pod" / "run_102s.csv"
"""A real foot pod, 100 Hz slots of which 11 % are empty; not part of this repository."""

ASKED_HZ = 104
"""Hz. The nearest rate that the protocol can name; the file's own is measured."""


async def played(csv: CsvRecording, speed: float) -> tuple[PodPipeline, VirtualPod]:
    """Play a file through the virtual pod, the radio and the link into a pipeline."""
    clock = SessionClock(speed)
    profile = Movesense(ArraySource(csv.t_s, csv.acc_g, csv.gyro_dps, csv.fs_hz))
    pod = VirtualPod(profile, clock, name="Movesense 000000000001")
    pipeline = PodPipeline(PodSetup("pod", "movesense", ASKED_HZ, Placement.FOOT))
    async with bench([pod], pod_of_kind("movesense", ASKED_HZ), clock) as link:
        await link.until(lambda: pod.tally.samples_sent >= len(csv.t_s))
        await link.until(lambda: len(link.notifications(DATA_UUID)) >= pod.tally.notifications)
        for item in link.inbox:
            if isinstance(item, Notification):
                pipeline.feed(item)
    pipeline.flush()
    return pipeline, pod


def same_steps(pipeline: PodPipeline, file: Analysis) -> None:
    """Assert that both found the same contacts, one more or less at either end."""
    assert abs(len(pipeline.steps) - len(file.steps)) <= 1
    ours = np.diff([step.t_ic_s for step in pipeline.steps])
    theirs = np.diff([step.t_ic_s for step in file.steps])
    shift = min(range(-1, 2), key=lambda k: _distance(ours, theirs, k))
    assert _distance(ours, theirs, shift) < 0.5 / ASKED_HZ


def _distance(a: FloatArray, b: FloatArray, shift: int) -> float:
    first, second = (a[shift:], b) if shift >= 0 else (a, b[-shift:])
    n = min(len(first), len(second))
    return float(np.median(np.abs(first[:n] - second[:n])))


@pytest.mark.slow
@needs_recordings
async def test_a_real_run_played_over_bluetooth_gives_the_steps_of_its_file() -> None:
    csv = read_csv(REAL_RUN)
    pipeline, pod = await played(csv, speed=10.0)
    assert pod.tally.subscriptions[0] == f"/Meas/IMU6/{ASKED_HZ}"
    assert pipeline.samples == len(csv.t_s)
    assert pipeline.lost_samples == csv.missing_slots
    assert not pipeline.bad_packets
    same_steps(pipeline, analyse_csv(REAL_RUN, Placement.FOOT, 16.0))
