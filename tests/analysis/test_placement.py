"""The placement check: real pods on feet and shanks fit, other places and units are asked about."""

from collections import Counter

import numpy as np
import pytest
from shared_recordings import DATA, Recording, needs_recordings, recording
from simple_gait import RUN, STAND, WALK, Phase, made_gait, turned
from worn_elsewhere import FS_HZ, hand, loose, trunk

from analysis.gait_windows import GaitWindow
from analysis.placement import (
    ALIKE,
    LITTLE_TURN_DPS,
    LOOK_S,
    MIN_WINDOWS,
    QUESTIONS,
    QUICK_CONTACT_G,
    QUICK_STRIDE_S,
    SHAKING,
    SHORTEST_STRIDE_S,
    SLOW_CONTACT_G,
    Doubt,
    PlacementCheck,
    Verdict,
    check_placement,
    doubts_of,
)

LONG_WALK = Phase(20.0, 1.1, 0.62, 1.5, 0.1)


def _check(rec: Recording, factor: float = 1.0) -> PlacementCheck:
    return check_placement(rec.t_s, factor * rec.acc_g, rec.gyro_dps, rec.fs_hz)


def _names(kind: str) -> list[str]:
    return [
        f"{kind}/{path.stem}"
        for path in sorted((DATA / kind).glob("*.csv"))
        if not path.name.endswith((".events.csv", ".force.csv"))
    ]


def _window(**changed: float | None) -> GaitWindow:
    values: dict[str, float | None] = {
        "period_s": 1.1,
        "half": 0.1,
        "contact_g": 1.0,
        "turn_dps": 250.0,
        "shaking": 0.3,
    }
    values |= changed
    return GaitWindow(**values)  # type: ignore[arg-type]  # only turn_dps is ever None


@needs_recordings
def test_every_real_foot_and_shank_fits() -> None:
    kinds = ("shank_force", "foot_vicon", "foot_walk_clinic", "shoe_run")
    names = [name for kind in kinds for name in _names(kind)]
    names += ["ble_pod/run_102s", "ble_pod/lossy_41s"]
    verdicts = {name: _check(recording(name)).verdict for name in names}
    # One running recording lasts 5 s: too short to say anything.
    too_short = {"shank_force/M76_running_13"}
    assert {name for name, verdict in verdicts.items() if verdict is not Verdict.FITS} <= too_short
    assert Counter(verdicts.values()) == {Verdict.FITS: 77, Verdict.UNKNOWN: 1}


@needs_recordings
def test_a_real_chest_is_asked_about() -> None:
    check = _check(recording("ble_pod/duplicates_and_backwards_time"))
    assert check.verdict is Verdict.DOUBTFUL
    assert check.doubts == (Doubt.SOFT, Doubt.LITTLE_TURN)
    assert check.question == QUESTIONS[Doubt.SOFT]


@needs_recordings
def test_a_real_leg_at_rest_is_not_judged() -> None:
    check = _check(recording("ble_pod/leg"))
    assert check.verdict is Verdict.UNKNOWN
    assert check.question == QUESTIONS[Doubt.NO_GAIT]


@needs_recordings
@pytest.mark.parametrize(
    "name", [n.split("/")[1] for n in _names("shank_force") if "M76_r" not in n]
)
@pytest.mark.parametrize("with_gyro", [True, False])
def test_trunk_and_hand_are_asked_about(name: str, with_gyro: bool) -> None:
    for worn in (trunk(name), hand(name)):
        gyro = worn.gyro_dps if with_gyro else None
        check = check_placement(worn.t_s, worn.acc_g, gyro, FS_HZ)
        if worn.t_s[-1] - worn.t_s[0] < 7.5:
            assert check.verdict is Verdict.UNKNOWN
        else:
            assert check.verdict is Verdict.DOUBTFUL
            assert check.doubts[0] in {Doubt.BOTH_FEET, Doubt.SOFT}
            assert Doubt.LOOSE not in check.doubts


@needs_recordings
@pytest.mark.parametrize(("own_hz", "damping"), [(10.0, 0.03), (15.0, 0.03), (15.0, 0.1)])
def test_a_pod_that_swings_on_its_strap_is_seen(own_hz: float, damping: float) -> None:
    seen = []
    for name in _names("foot_vicon") + _names("foot_walk_clinic"):
        rec = recording(name)
        shaken = loose(rec.acc_g, rec.fs_hz, own_hz, damping)
        seen.append(Doubt.LOOSE in check_placement(rec.t_s, shaken, None, rec.fs_hz).doubts)
    assert sum(seen) >= 0.95 * len(seen) > 50


@needs_recordings
@pytest.mark.parametrize(("factor", "doubt"), [(9.80665, Doubt.METRES), (1000.0, Doubt.MILLI_G)])
def test_wrong_units_are_named_first_and_alone(factor: float, doubt: Doubt) -> None:
    for kind in ("foot_vicon", "foot_walk_clinic", "shank_force", "ble_pod"):
        for name in _names(kind):
            check = _check(recording(name), factor)
            assert (check.verdict, check.doubts) == (Verdict.DOUBTFUL, (doubt,)), name


@pytest.mark.parametrize("seed", range(3))
def test_the_mounting_does_not_matter(seed: int) -> None:
    t_s, acc_g, _ = made_gait([STAND, LONG_WALK])
    straight = check_placement(t_s, acc_g, None, 208.0)
    other = check_placement(t_s, turned(acc_g, seed), None, 208.0)
    assert straight.verdict is other.verdict is Verdict.FITS
    assert straight.doubts == ()
    assert straight.question is None
    for one, two in zip(straight.windows, other.windows, strict=True):
        assert one.period_s == two.period_s
        assert one.half == pytest.approx(two.half)
        assert one.contact_g == pytest.approx(two.contact_g)
        assert one.shaking == pytest.approx(two.shaking)


def test_standing_is_unknown_and_asks_for_steps() -> None:
    t_s, acc_g, _ = made_gait([STAND] * 6)
    check = check_placement(t_s, acc_g, None, 208.0)
    assert check.verdict is Verdict.UNKNOWN
    assert check.doubts == (Doubt.NO_GAIT,)
    assert check.question is not None
    assert "ten steps" in check.question
    assert check.rest == pytest.approx(1.0, abs=0.01)


def test_shaking_without_a_rhythm_is_no_gait() -> None:
    rng = np.random.default_rng(3)
    acc_g = rng.normal((0.0, 0.0, 1.0), 0.5, (6240, 3))
    check = check_placement(np.arange(6240) / 208.0, acc_g, None, 208.0)
    assert check.verdict is Verdict.UNKNOWN


def test_no_samples() -> None:
    check = check_placement(np.empty(0), np.empty((0, 3)), None, 208.0)
    assert (check.verdict, check.rest) == (Verdict.UNKNOWN, None)


def test_only_the_first_half_minute_counts() -> None:
    t_s, acc_g, _ = made_gait([STAND] * 6 + [LONG_WALK])
    assert LOOK_S == 30.0
    assert check_placement(t_s, acc_g, None, 208.0).verdict is Verdict.UNKNOWN
    assert check_placement(t_s[4160:], acc_g[4160:], None, 208.0).verdict is Verdict.FITS


def test_two_windows_are_the_least() -> None:
    assert MIN_WINDOWS == 2
    for seconds, verdict in ((7.4, Verdict.UNKNOWN), (8.0, Verdict.FITS)):
        t_s, acc_g, _ = made_gait([RUN])
        n = int(seconds * 208.0)
        assert (
            check_placement(t_s[300 : 300 + n], acc_g[300 : 300 + n], None, 208.0).verdict
            is verdict
        )


def test_bad_samples_and_backward_times_are_dropped() -> None:
    t_s, acc_g, _ = made_gait([WALK, WALK])
    sound = check_placement(t_s, acc_g, None, 208.0)
    order = np.insert(np.arange(len(t_s)), [500, 900], [200, 300])
    worse = acc_g[order]
    worse[500] = 90.0
    worse[901] = np.nan
    assert check_placement(t_s[order], worse, None, 208.0) == sound


def test_windows_with_a_hole_are_left_out() -> None:
    t_s, acc_g, _ = made_gait([WALK, WALK])
    keep = (t_s < 8.0) | (t_s > 8.2)
    whole = check_placement(t_s, acc_g, None, 208.0)
    holed = check_placement(t_s[keep], acc_g[keep], None, 208.0)
    assert len(holed.windows) == len(whole.windows) - 2
    assert holed.verdict is Verdict.FITS


@pytest.mark.parametrize(
    ("window", "doubts"),
    [
        (_window(), []),
        (_window(half=ALIKE), [Doubt.BOTH_FEET]),
        (_window(half=ALIKE - 0.01), []),
        (_window(period_s=SHORTEST_STRIDE_S - 0.01, contact_g=3.0), [Doubt.BOTH_FEET]),
        (_window(period_s=SHORTEST_STRIDE_S, contact_g=3.0), []),
        (_window(contact_g=SLOW_CONTACT_G - 0.01), [Doubt.SOFT]),
        (_window(contact_g=SLOW_CONTACT_G), []),
        (_window(period_s=QUICK_STRIDE_S - 0.01, contact_g=QUICK_CONTACT_G - 0.01), [Doubt.SOFT]),
        (_window(period_s=QUICK_STRIDE_S - 0.01, contact_g=QUICK_CONTACT_G), []),
        (_window(period_s=QUICK_STRIDE_S, contact_g=QUICK_CONTACT_G - 0.01), []),
        (_window(turn_dps=LITTLE_TURN_DPS - 1.0), [Doubt.LITTLE_TURN]),
        (_window(turn_dps=LITTLE_TURN_DPS), []),
        (_window(turn_dps=None), []),
        (_window(shaking=SHAKING), []),
        (_window(shaking=SHAKING + 0.01), [Doubt.LOOSE]),
        (_window(shaking=0.9, contact_g=0.1), [Doubt.SOFT]),
    ],
)
def test_each_threshold(window: GaitWindow, doubts: list[Doubt]) -> None:
    assert doubts_of(window) == doubts


def test_the_thresholds_are_what_the_recordings_leave_room_for() -> None:
    """Between what tight pods on feet and shanks show and what other places do."""
    assert 0.2 < ALIKE < 0.6
    assert 0.15 < SLOW_CONTACT_G < 0.6
    assert 0.3 < QUICK_CONTACT_G < 3.0
    assert 32.0 < LITTLE_TURN_DPS < 150.0
    assert 0.57 < SHAKING < 0.67


def test_every_doubt_has_one_line_that_asks() -> None:
    assert set(QUESTIONS) == set(Doubt)
    for question in QUESTIONS.values():
        assert "?" in question
        assert "\n" not in question
        assert len(question) <= 90
