"""What no pod on a leg can send is not fed; what a hard step gives always is."""

from dataclasses import replace

import numpy as np
import pytest
from made_sessions import made_setup, run_between_walks
from rig import RSC_MEASUREMENT_UUID

from analysis.step import Placement
from monitor.core import SessionCore
from monitor.journal import Journal
from monitor.plausibility import MAX_ACC_G, MAX_GYRO_DPS, MAX_SPEED_MPS, doubt_of
from monitor.setup import PodSetup
from sensors.samples import Battery, ImuBlock, Notification, StepReport


def block(acc_g: float, gyro_dps: float = 0.0) -> ImuBlock:
    acc = np.tile([0.0, 0.0, 1.0], (8, 1))
    acc[3, 1] = acc_g
    gyro = np.zeros((8, 3))
    gyro[3, 1] = gyro_dps
    return ImuBlock(0, acc, gyro)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_both_sides_of_each_bound(sign: float) -> None:
    assert doubt_of(block(sign * MAX_ACC_G)) is None
    assert "250 g" in str(doubt_of(block(sign * (MAX_ACC_G + 0.1))))
    assert doubt_of(block(1.0, sign * MAX_GYRO_DPS)) is None
    assert "5000 deg/s" in str(doubt_of(block(1.0, sign * (MAX_GYRO_DPS + 1.0))))
    assert "250 g" in str(doubt_of(block(float("nan"))))
    assert doubt_of(block(1.0)._replace(gyro_dps=None)) is None
    assert doubt_of(Battery(0)) is None


def test_a_runner_has_a_speed_of_a_runner() -> None:
    def report(speed_mps: float) -> StepReport:
        return StepReport(speed_mps, 84, True, None, None)

    assert doubt_of(report(MAX_SPEED_MPS)) is None
    assert "15 m/s" in str(doubt_of(report(MAX_SPEED_MPS + 0.01)))


def test_what_is_quarantined_is_no_data_and_is_told_once() -> None:
    pod = PodSetup("pod", "rsc", None, Placement.FOOT)
    core = SessionCore(replace(made_setup(run_between_walks(10.0)), pods=(pod,)), Journal())

    def send(t_s: float, speed_mps: float) -> None:
        payload = bytes([0x04]) + round(speed_mps * 256).to_bytes(2, "little") + bytes([84])
        core.feed(Notification(t_s, "pod", RSC_MEASUREMENT_UUID, payload))
        core.step(t_s)

    for t_s in (0.1, 1.1, 2.1):
        send(t_s, 60.0)
    assert core.judge.quarantined == 3
    assert core.data_age_s(2.1) is None
    assert core.judge.report is None
    told = [e.text for e in core.journal.entries if "not used" in e.text]
    assert told == ["What the pod sends is not used: a speed above 15 m/s"]
    send(3.1, 2.5)
    assert core.data_age_s(3.1) == 0.0
