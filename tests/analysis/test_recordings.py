"""What the pipeline reaches on real recordings, against force plates and motion capture."""

from statistics import mean, median

import numpy as np
import pytest
from label_faults import against_swings, is_torn
from outdoor_run import compare
from shared_recordings import (
    Recording,
    f1_of,
    matches,
    needs_recordings,
    recording,
    recordings,
    score,
)

from analysis.step import Gait, NoImpact, Step
from analysis.summary import summarise

pytestmark = needs_recordings


def _analysed(kind: str, pattern: str) -> list[tuple[list[Step], Recording]]:
    return [(rec.steps_in_truth(), rec) for rec in recordings(kind, pattern)]


def _timing_ms(pairs: list[tuple[list[Step], Recording]]) -> tuple[list[float], list[float]]:
    """Errors of initial contact and of contact time, of the contacts matched within 50 ms."""
    contact, duration = [], []
    for steps, rec in pairs:
        for i, j in matches([s.t_ic_s for s in steps], rec.truth[:, 0], 0.05):
            contact.append(1e3 * (steps[i].t_ic_s - rec.truth[j, 0]))
            found_s = steps[i].contact_s
            if found_s is not None:
                duration.append(1e3 * (found_s - (rec.truth[j, 1] - rec.truth[j, 0])))
    return contact, duration


def _label_pct(pairs: list[tuple[list[Step], Recording]], gait: Gait) -> float:
    steps = [s for found, _ in pairs for s in found]
    return 100.0 * sum(s.gait is gait for s in steps) / len(steps)


def _delays_s(pairs: list[tuple[list[Step], Recording]]) -> list[float]:
    return [s.t_known_s - s.t_ic_s for found, _ in pairs for s in found]


def test_running_shank_against_force() -> None:
    pairs = _analysed("shank_force", "*running*")
    assert score(pairs, 0.05).f1 == 1.0
    assert score(pairs, 0.02).f1 == 1.0
    contact_ms, duration_ms = _timing_ms(pairs)
    assert abs(mean(contact_ms)) <= 1.8
    assert float(np.std(contact_ms)) <= 4.1
    assert mean(abs(e) for e in duration_ms) <= 7.0
    assert _label_pct(pairs, Gait.RUN) == 100.0
    assert float(np.percentile(_delays_s(pairs), 95)) <= 1.5


def test_walking_shank_against_force() -> None:
    pairs = _analysed("shank_force", "*walking*")
    assert score(pairs, 0.15).f1 == 1.0
    assert score(pairs, 0.05).f1 >= 0.99
    assert score(pairs, 0.02).f1 >= 0.98
    _, duration_ms = _timing_ms(pairs)
    assert mean(abs(e) for e in duration_ms) <= 10.0
    assert _label_pct(pairs, Gait.WALK) >= 99.0
    assert float(np.percentile(_delays_s(pairs), 95)) <= 1.5


def test_running_foot_against_motion_capture() -> None:
    pairs = _analysed("foot_vicon", "run*")
    assert score(pairs, 0.15).f1 >= 0.98
    assert score(pairs, 0.05).f1 >= 0.93
    assert _label_pct(pairs, Gait.RUN) >= 99.0
    assert float(np.percentile(_delays_s(pairs), 95)) <= 1.5


def test_walking_foot_against_motion_capture() -> None:
    pairs = _analysed("foot_vicon", "walk*")
    assert score(pairs, 0.15).f1 >= 0.95
    assert score(pairs, 0.05).f1 >= 0.84
    assert _label_pct(pairs, Gait.WALK) >= 99.0
    assert float(np.percentile(_delays_s(pairs), 95)) <= 1.5


def test_walking_foot_against_hand_labels() -> None:
    """In one recording of five the signal has lost time against its labels: counted apart."""
    pairs = [(rec.steps(), rec) for rec in recordings("foot_walk_clinic")]
    assert score(pairs, 0.15).f1 >= 0.90
    assert score(pairs, 0.05).f1 >= 0.86
    whole = [(steps, rec) for steps, rec in pairs if not is_torn(rec)]
    assert len(whole) >= 32
    assert score(whole, 0.15).f1 >= 0.97
    assert score(whole, 0.05).f1 >= 0.93
    assert _label_pct(whole, Gait.WALK) >= 99.0


@pytest.mark.parametrize("path", [("foot_walk_clinic", "*"), ("foot_vicon", "walk*")])
def test_a_second_witness_agrees_with_us_rather_than_with_the_labels(path: tuple[str, str]) -> None:
    recs = recordings(*path)
    ours = [against_swings(rec, np.array([s.t_ic_s for s in rec.steps()])) for rec in recs]
    labels = [against_swings(rec, rec.truth[:, 0]) for rec in recs]
    assert f1_of(ours) >= 0.97
    assert f1_of(ours) > f1_of(labels) + 0.02


def _without_gyroscope(rec: Recording) -> list[Step]:
    analyser = rec.analyser()
    return analyser.push(rec.t_s, rec.acc_g) + analyser.flush()


def test_the_foot_needs_no_gyroscope() -> None:
    pairs = []
    for rec in recordings("foot_vicon", "run*"):
        first, last = rec.truth[0, 0] - 0.3, rec.truth[-1, 0] + 0.3
        pairs.append(([s for s in _without_gyroscope(rec) if first < s.t_ic_s < last], rec))
    assert score(pairs, 0.15).f1 >= 0.98
    assert score(pairs, 0.05).f1 >= 0.96
    pairs = [(_without_gyroscope(rec), rec) for rec in recordings("foot_walk_clinic")]
    assert score(pairs, 0.15).f1 >= 0.90
    assert score(pairs, 0.05).f1 >= 0.84


def test_an_outdoor_run_with_stops() -> None:
    outdoor = compare()
    assert outdoor.windows >= 40
    assert outdoor.cadence_mae_spm <= 0.6
    assert outdoor.standing_s >= 100.0
    assert outdoor.standing_steps == 0


def test_a_real_pod_with_missing_slots() -> None:
    rec = recording("ble_pod/run_102s")
    analyser = rec.analyser()
    steps = analyser.push(rec.t_s, rec.acc_g, rec.gyro_dps) + analyser.flush()
    summary = summarise(steps, analyser.quality)
    runs = [s for s in steps if s.gait is Gait.RUN]
    assert median(60.0 / s.stride_s for s in runs if s.stride_s) == pytest.approx(85.0, abs=3.0)
    missing = round((rec.t_s[-1] - rec.t_s[0]) * 100.0) + 1 - len(rec.t_s)
    assert summary.missing_samples == missing
    at_scale = int((np.abs(rec.acc_g).max(axis=1) >= 0.98 * 16.0).sum())
    assert summary.clipped_samples == at_scale > 0
    assert all(s.impact_g is None for s in steps)
    assert {s.impact_reason for s in steps} <= {NoImpact.RATE, NoImpact.HOLE, NoImpact.CLIPPED}


def test_no_step_while_the_runner_waits_at_lights() -> None:
    rec = recording("shoe_run/outdoor_first_10min")
    steps = rec.steps()
    norm = np.linalg.norm(rec.acc_g, axis=1)
    still = [k for k in range(0, len(norm) - 200, 100) if np.ptp(norm[k : k + 200]) < 0.15]
    assert len(still) > 20
    for k in still:
        begin, end = rec.t_s[k] + 0.3, rec.t_s[k + 199] - 0.3
        assert not [s for s in steps if begin < s.t_ic_s < end]
    moving = [s.cadence_spm for s in steps if s.gait is Gait.RUN and s.cadence_spm]
    assert 150.0 < median(moving) < 170.0
