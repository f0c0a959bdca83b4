"""However the stream is cut, and however the pod is turned: the same steps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_recordings import needs_recordings, recording
from simple_gait import RUN, STAND, WALK, made_gait, turned

from analysis.step import Placement, Step
from analysis.steps import PIECE, FloatArray, StepAnalyser

T_S, ACC_G, CONTACTS_S = made_gait([STAND, WALK, RUN, WALK, STAND])


def _damaged() -> tuple[FloatArray, FloatArray]:
    """Holes of every kind, a bad sample, a doubled one."""
    keep = np.ones(len(T_S), bool)
    for start, length in ((1200, 1), (2000, 10), (2900, 20), (3600, 300), (4500, 3)):
        keep[start : start + length] = False
    t, acc = T_S[keep], ACC_G[keep].copy()
    acc[1500] = np.nan
    acc[2500, 1] = np.inf
    return np.insert(t, 700, t[699]), np.insert(acc, 700, acc[699], axis=0)


DAMAGED = _damaged()


def _steps(
    t: FloatArray,
    acc: FloatArray,
    cuts: list[int],
    placement: Placement = Placement.SHANK,
    gyro: FloatArray | None = None,
    fs_hz: float = 208.0,
) -> tuple[list[Step], object]:
    analyser = StepAnalyser(fs_hz=fs_hz, placement=placement, full_scale_g=8.0)
    steps: list[Step] = []
    for a, b in zip([0, *cuts], [*cuts, len(t)], strict=True):
        steps += analyser.push(t[a:b], acc[a:b], None if gyro is None else gyro[a:b])
    return steps + analyser.flush(), analyser.quality


WHOLE = {p: _steps(*DAMAGED, [], p) for p in Placement}


@pytest.mark.parametrize("placement", list(Placement))
def test_one_sample_at_a_time(placement: Placement) -> None:
    assert _steps(*DAMAGED, list(range(1, len(DAMAGED[0]))), placement) == WHOLE[placement]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(0, len(DAMAGED[0])), max_size=60).map(sorted),
    st.sampled_from(list(Placement)),
)
def test_any_cuts(cuts: list[int], placement: Placement) -> None:
    assert _steps(*DAMAGED, cuts, placement) == WHOLE[placement]


@pytest.mark.parametrize("block", [2, 7, 20, 21, 333])
def test_even_blocks(block: int) -> None:
    cuts = list(range(block, len(DAMAGED[0]), block))
    assert _steps(*DAMAGED, cuts) == WHOLE[Placement.SHANK]


def test_a_push_longer_than_one_piece() -> None:
    t, acc, _ = made_gait([WALK, RUN] * 20)
    assert len(t) > PIECE
    in_blocks = _steps(t, acc, list(range(97, len(t), 97)))
    assert _steps(t, acc, []) == in_blocks
    assert len(in_blocks[0]) > 240


@needs_recordings
@pytest.mark.parametrize(
    "path",
    [
        "shank_force/F69_running_01",
        "shank_force/M76_walking_11",
        "foot_vicon/run_2017-11-27-11-14-03",
        "foot_walk_clinic/15-3_lf",
        "ble_pod/lossy_41s",
    ],
)
def test_random_cuts_of_real_recordings(path: str) -> None:
    rec = recording(path)
    rng = np.random.default_rng(3)
    whole = _steps(rec.t_s, rec.acc_g, [], rec.placement, rec.gyro_dps, rec.fs_hz)
    assert whole[0]
    for longest in (60, 400):
        cuts = np.cumsum(rng.integers(0, longest, size=len(rec.t_s))).tolist()
        cuts = [c for c in cuts if c < len(rec.t_s)]
        cut = _steps(rec.t_s, rec.acc_g, cuts, rec.placement, rec.gyro_dps, rec.fs_hz)
        assert cut == whole


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_turning_the_pod_changes_no_event(placement: Placement, seed: int) -> None:
    straight, _ = _steps(T_S, ACC_G, [], placement)
    askew, _ = _steps(T_S, turned(ACC_G, seed), [], placement)
    assert len(askew) == len(straight)
    for a, b in zip(askew, straight, strict=True):
        assert a.t_ic_s == pytest.approx(b.t_ic_s, abs=1e-6)
        assert a.contact_s == pytest.approx(b.contact_s, abs=1e-6)
        assert a.gait is b.gait
