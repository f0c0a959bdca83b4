"""Strikes: contacts announced at once, the same however the stream is cut, beside equal steps."""

import numpy as np
import pytest
from shared_recordings import Recording, matches, needs_recordings, recordings
from simple_gait import RUN, STAND, WALK, made_gait

from analysis.step import Placement, Step, Strike
from analysis.steps import FloatArray, StepAnalyser

T_S, ACC_G, CONTACTS_S = made_gait([STAND, WALK, RUN, WALK, STAND])


def _both(
    cuts: list[int],
    placement: Placement,
    t: FloatArray = T_S,
    acc: FloatArray = ACC_G,
    fs_hz: float = 208.0,
) -> tuple[list[Step], list[Strike]]:
    analyser = StepAnalyser(fs_hz=fs_hz, placement=placement, with_strikes=True)
    steps: list[Step] = []
    strikes: list[Strike] = []
    for a, b in zip([0, *cuts], [*cuts, len(t)], strict=True):
        steps += analyser.push(t[a:b], acc[a:b])
        strikes += analyser.take_strikes()
    steps += analyser.flush()
    return steps, strikes + analyser.take_strikes()


@pytest.mark.parametrize("placement", list(Placement))
def test_every_contact_is_announced_within_a_quarter_of_a_second(placement: Placement) -> None:
    _, strikes = _both([], placement)
    pairs = matches([s.t_ic_s for s in strikes], CONTACTS_S, 0.08)
    # Where walking turns into running, a contact comes before it is due, and toe-off when it is.
    assert len(pairs) >= len(CONTACTS_S) - 2
    assert len(strikes) - len(pairs) <= 1
    delays_s = [strikes[i].t_known_s - CONTACTS_S[j] for i, j in pairs]
    assert min(delays_s) > 0.05
    assert np.percentile(delays_s, 95) <= 0.25


@pytest.mark.parametrize("placement", list(Placement))
@pytest.mark.parametrize("block", [1, 7, 20, 333])
def test_strikes_and_steps_do_not_depend_on_the_cuts(placement: Placement, block: int) -> None:
    keep = np.ones(len(T_S), bool)
    for start, length in ((1200, 1), (2000, 10), (3600, 300)):
        keep[start : start + length] = False
    t, acc = T_S[keep], ACC_G[keep]
    whole = _both([], placement, t, acc)
    assert whole[1]
    assert _both(list(range(block, len(t), block)), placement, t, acc) == whole


@pytest.mark.parametrize("placement", list(Placement))
def test_a_long_push_forgets_nothing_that_its_strikes_still_need(placement: Placement) -> None:
    # At 100 Hz one piece of a long push holds 40 s: the signal may rest for most of it.
    t, acc, _ = made_gait([STAND] * 8 + [WALK, RUN] + [STAND] * 8, 100.0)
    analyser = StepAnalyser(fs_hz=100.0, placement=placement, with_strikes=True)
    steps = analyser.push(t, acc) + analyser.flush()
    strikes = analyser.take_strikes()
    assert strikes
    assert _both(list(range(20, len(t), 20)), placement, t, acc, 100.0) == (steps, strikes)


@pytest.mark.parametrize("placement", list(Placement))
def test_announcing_strikes_changes_no_step(placement: Placement) -> None:
    analyser = StepAnalyser(fs_hz=208.0, placement=placement)
    steps = analyser.push(T_S, ACC_G) + analyser.flush()
    assert steps == _both([], placement)[0]
    assert analyser.take_strikes() == []


def test_a_strike_is_announced_with_the_samples_that_show_it() -> None:
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.SHANK, with_strikes=True)
    announced = 0
    for k in range(0, len(T_S), 10):
        analyser.push(T_S[k : k + 10], ACC_G[k : k + 10])
        for strike in analyser.take_strikes():
            assert T_S[max(k - 1, 0)] < strike.t_known_s <= T_S[min(k + 9, len(T_S) - 1)]
            announced += 1
    assert announced > 25


def test_standing_and_taking_announce_nothing_twice() -> None:
    t, acc, _ = made_gait([STAND, STAND])
    assert _both([], Placement.FOOT, t, acc)[1] == []
    analyser = StepAnalyser(fs_hz=208.0, placement=Placement.SHANK, with_strikes=True)
    analyser.push(T_S, ACC_G)
    assert analyser.take_strikes()
    assert analyser.take_strikes() == []


def _announced(rec: Recording) -> tuple[list[Step], list[Strike]]:
    analyser = StepAnalyser(
        fs_hz=rec.fs_hz,
        placement=rec.placement,
        full_scale_g=rec.full_scale_g,
        with_strikes=True,
    )
    steps = analyser.push(rec.t_s, rec.acc_g, rec.gyro_dps) + analyser.flush()
    return steps, analyser.take_strikes()


@needs_recordings
@pytest.mark.parametrize(
    ("kind", "pattern", "least"),
    [
        ("shank_force", "*running*", 1.0),
        ("shank_force", "*walking*", 0.97),
        ("foot_vicon", "run*", 0.99),
        ("foot_vicon", "walk*", 0.95),
        ("foot_walk_clinic", "*", 0.96),
    ],
)
def test_strikes_of_real_recordings_foretell_the_steps(
    kind: str, pattern: str, least: float
) -> None:
    found = announced = foretold = 0
    delays_s: list[float] = []
    for rec in recordings(kind, pattern):
        steps, strikes = _announced(rec)
        pairs = matches([s.t_ic_s for s in strikes], [s.t_ic_s for s in steps], 0.08)
        delays_s += [strikes[i].t_known_s - steps[j].t_ic_s for i, j in pairs]
        found, announced, foretold = (
            found + len(steps), announced + len(strikes), foretold + len(pairs)
        )  # fmt: skip
    assert 2.0 * foretold / (found + announced) >= least
    assert np.percentile(delays_s, 95) <= 0.25
