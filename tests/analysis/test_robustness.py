"""Short forms of ``tests/accuracy.py``: what harms a recording harms the steps little."""

import numpy as np
import pytest
from accuracy import CONDITIONS, measure
from degraded import resampled, turned, with_loss
from label_faults import impossible_labels, is_torn
from shared_recordings import needs_recordings, recording, recordings

from analysis.step import Placement
from analysis.uncertainty import timing_sd_ms

pytestmark = needs_recordings

HARMS = [name for name in CONDITIONS if name not in ("as recorded", "accelerometer alone")]


@pytest.mark.parametrize("name", HARMS)
def test_a_harmed_running_shank_keeps_its_steps(name: str) -> None:
    rec = CONDITIONS[name](recording("shank_force/F69_running_01"))
    accuracy = measure([rec])
    assert accuracy.f1[150] == 1.0
    assert accuracy.f1[50] >= 0.90
    assert accuracy.ic_sd_ms <= 15.0


@pytest.mark.parametrize("name", HARMS)
def test_a_harmed_walking_foot_keeps_its_steps(name: str) -> None:
    rec = CONDITIONS[name](recording("foot_walk_clinic/19-3_lf"))
    accuracy = measure([rec])
    assert accuracy.f1[150] >= 0.94
    assert accuracy.f1[50] >= 0.86


def test_the_harms_do_what_they_say() -> None:
    rec = recording("foot_walk_clinic/19-3_lf")
    slow = resampled(rec, 52.0)
    assert np.diff(slow.t_s) == pytest.approx(1.0 / 52.0)
    assert slow.gyro_dps is not None
    assert slow.gyro_dps.shape == slow.acc_g.shape
    assert 0.93 < len(with_loss(rec).t_s) / len(rec.t_s) < 0.97
    askew = turned(rec)
    assert np.linalg.norm(askew.acc_g, axis=1) == pytest.approx(np.linalg.norm(rec.acc_g, axis=1))
    assert np.abs(askew.acc_g - rec.acc_g).max() > 0.5


def test_labels_that_drift_against_the_signal_are_found_by_the_gyroscope_alone() -> None:
    drifting = recording("foot_walk_clinic/7-1_lf")
    sound = recording("foot_walk_clinic/19-3_lf")
    assert len(impossible_labels(drifting)) >= 5
    assert impossible_labels(sound) == []
    assert is_torn(drifting)
    assert not is_torn(sound)


@pytest.mark.parametrize("fs_hz", [52.0, 104.0, 208.0])
@pytest.mark.parametrize("pattern", ["*running*", "*walking*"])
def test_the_stated_spread_of_a_contact_holds_on_people(fs_hz: float, pattern: str) -> None:
    recs = [resampled(rec, fs_hz) for rec in recordings("shank_force", pattern)]
    assert measure(recs).ic_sd_ms <= timing_sd_ms(Placement.SHANK, fs_hz)
