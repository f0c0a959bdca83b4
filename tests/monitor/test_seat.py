"""A pod that was clipped on anew is marked (R17); who only walks, runs or waits is not."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from made_sessions import FS_HZ, START_S, inputs_of, made_setup, run_between_walks
from shared_recordings import DATA, needs_recordings, recording

from monitor.core import SessionCore
from monitor.journal import Kind
from monitor.replay import decide
from monitor.seat import MOVING_G, TURNED_DEG, WINDOW_S, Seat, angle_deg
from sensors.samples import FloatArray, ImuSamples
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.player import ArraySource

WALK_S, RUN_S = 15.0, 30.0
TURNED_S = 20.0
SETUP = made_setup(run_between_walks(RUN_S, WALK_S))
GAIT = GaitScript((walk(WALK_S), run(RUN_S, impact_g=4.5), walk(WALK_S + 2.0)))


def about_y(degrees: float) -> FloatArray:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def walked(degrees: float, from_s: float) -> SessionCore:
    """Run a session in which the pod is turned at a time of the gait."""
    blocks = list(GaitSource(GAIT, FS_HZ, 1).blocks())
    acc_g = np.concatenate([block.acc_g for block in blocks])
    gyro_dps = np.concatenate([block.gyro_dps for block in blocks if block.gyro_dps is not None])
    t_s = np.arange(len(acc_g)) / FS_HZ
    turned = t_s >= from_s
    acc_g[turned] = acc_g[turned] @ about_y(degrees).T
    gyro_dps[turned] = gyro_dps[turned] @ about_y(degrees).T
    return decide(SETUP, inputs_of(ArraySource(t_s, acc_g, gyro_dps, FS_HZ)))  # type: ignore[arg-type] # any source


def said(core: SessionCore) -> list[tuple[float, str]]:
    return [(e.t_s, e.text) for e in core.journal.entries if "has turned" in e.text]


def test_r17_a_pod_clipped_on_anew_is_marked_once_and_costs_no_step() -> None:
    core, usual = walked(60.0, TURNED_S), walked(0.0, TURNED_S)
    ((t_s, text),) = said(core)
    found = re.match(r"The pod has turned by (\d+)° on the leg", text)
    assert found is not None
    assert int(found[1]) == pytest.approx(60, abs=5)
    assert 2 * WINDOW_S <= t_s - START_S - TURNED_S <= 3 * WINDOW_S + 2.5
    assert said(usual) == []
    assert [step.t_ic_s for step in core.judge.steps] == pytest.approx(
        [step.t_ic_s for step in usual.judge.steps], abs=0.02
    )
    peaks = [[step.impact_g for step in one.judge.steps] for one in (core, usual)]
    assert peaks[0] == pytest.approx(peaks[1], rel=0.02)
    assert core.end_reason == "complete"
    assert [e.kind for e in core.journal.entries if "has turned" in e.text] == [Kind.POD]


def windows(*leans: tuple[float, float]) -> list[float]:
    """Push windows of so many degrees and so much movement; return what was found."""
    seat, found = Seat(), []
    seat.start()
    count = round(WINDOW_S * 50.0) + 1
    for k, (degrees, moving_g) in enumerate(leans):
        t_s = k * (WINDOW_S + 0.02) + np.arange(count) / 50.0
        length_g = 1.0 + moving_g * np.where(np.arange(count) % 2, 1.0, -1.0)
        acc_g = np.outer(length_g, about_y(degrees) @ [0.0, 0.0, 1.0])
        turned_deg = seat.push(ImuSamples(t_s, acc_g, None, 0), 50.0)
        found += [] if turned_deg is None else [turned_deg]
    assert found == seat.turns_deg
    return found


def test_two_windows_that_agree_are_needed_and_the_new_seat_is_the_usual_one_then() -> None:
    walks = 2.0 * MOVING_G
    assert windows((0, walks), (90, walks), (0, walks), (0, walks)) == []
    assert windows((0, walks), (90, walks), (-90, walks), (0, walks)) == []
    assert windows((0, walks), (90, walks), (90, walks), (90, walks)) == [pytest.approx(90.0)]
    assert len(windows((0, walks), (90, walks), (90, walks), (0, walks), (0, walks))) == 2
    assert windows((0, walks), *(((TURNED_DEG - 1.0), walks),) * 3) == []
    assert len(windows((0, walks), *(((TURNED_DEG + 1.0), walks),) * 3)) == 1


def test_a_leg_at_rest_lies_anyhow() -> None:
    walks, rests = 2.0 * MOVING_G, 0.5 * MOVING_G
    assert windows((0, walks), (90, rests), (90, rests), (0, walks)) == []


def test_a_window_with_a_hole_and_the_time_before_the_start_say_nothing() -> None:
    def window(begin_s: float, degrees: float, fs_hz: float) -> ImuSamples:
        t_s = begin_s + np.arange(0.0, WINDOW_S + 0.1, 1.0 / fs_hz)
        length_g = 1.0 + 0.5 * np.where(np.arange(len(t_s)) % 2, 1.0, -1.0)
        return ImuSamples(t_s, np.outer(length_g, about_y(degrees) @ [0.0, 0.0, 1.0]), None, 0)

    seat = Seat()
    for k in range(3):
        assert seat.push(window(20.0 * k, 90.0, 50.0), 50.0) is None
    seat.start()
    for k, (degrees, fs_hz) in enumerate([(0.0, 50.0), (90.0, 30.0), (90.0, 30.0), (0.0, 50.0)]):
        assert seat.push(window(100.0 + 20.0 * k, degrees, fs_hz), 50.0) is None


@given(hnp.arrays(float, 3, elements=st.floats(-4.0, 4.0)), st.floats(0.0, 180.0))
def test_an_angle_does_not_depend_on_lengths(axis: FloatArray, degrees: float) -> None:
    one = np.array([0.0, 0.0, 1.0 + float(np.abs(axis).sum())])
    assert angle_deg(one, about_y(degrees) @ [0.0, 0.0, 0.3]) == pytest.approx(degrees, abs=1e-6)


@needs_recordings
def test_r17_in_no_recording_of_people_a_pod_is_said_to_have_turned() -> None:
    paths = ["shoe_run/outdoor_first_10min", "ble_pod/run_102s"]
    clinic = sorted((DATA / "foot_walk_clinic").glob("*.events.csv"))
    paths += [f"foot_walk_clinic/{path.name.removesuffix('.events.csv')}" for path in clinic[::6]]
    windows = 0
    for path in paths:
        rec, seat = recording(path), Seat()
        seat.start()
        for begin in range(0, len(rec.t_s) - 50, 50):
            piece = slice(begin, begin + 50)
            seat.push(ImuSamples(rec.t_s[piece], rec.acc_g[piece], None, 0), rec.fs_hz)
        windows += round((rec.t_s[-1] - rec.t_s[0]) // WINDOW_S)
        assert seat.turns_deg == [], path
    assert windows > 70
