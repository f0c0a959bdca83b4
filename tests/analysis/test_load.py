"""Session load: worked examples by hand, and what each missing thing does to it."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_steps import made_step

from analysis.load import planned_load, run_step_rse, session_load
from analysis.step import Gait, NoImpact


def test_a_worked_example() -> None:
    """R0 6 g; steps of 6, 7.2 and 4.8 g: 1 + 1.2**4 + 0.8**4; five walk steps: 0.5."""
    steps = [made_step(float(k), g) for k, g in enumerate([6.0, 7.2, 4.8])]
    steps += [made_step(10.0 + k, 2.6, gait=Gait.WALK) for k in range(5)]
    load = session_load(steps, 6.0)
    assert load.rse == pytest.approx(1.0 + 2.0736 + 0.4096 + 0.5)
    assert (load.run_steps, load.walk_steps) == (3, 5)
    assert not load.is_without_baseline


@pytest.mark.parametrize(
    ("impact_g", "rse"),
    [(10.0, 1.0), (15.0, 5.0625), (15.1, 5.0625), (40.0, 5.0625), (5.0, 0.0625), (1.0, 0.0625)],
)
def test_the_ratio_is_clamped(impact_g: float, rse: float) -> None:
    assert run_step_rse(made_step(0.0, impact_g), 10.0) == pytest.approx(rse)


@pytest.mark.parametrize(("impact_g", "rse"), [(14.0, 1.4**4), (6.0, 0.6**4)])
def test_within_the_clamp_it_is_the_fourth_power(impact_g: float, rse: float) -> None:
    assert run_step_rse(made_step(0.0, impact_g), 10.0) == pytest.approx(rse)


def test_without_a_baseline_each_run_step_is_one() -> None:
    steps = [made_step(0.0, 3.0), made_step(1.0, None, is_clipped=True), made_step(2.0, None)]
    load = session_load(steps, None)
    assert load.rse == 3.0
    assert load.is_without_baseline
    assert load.clipped_run_steps == 1
    assert load.unmeasured_run_steps == 1


def test_a_clipped_step_counts_as_the_most() -> None:
    """Also where the lower bound alone would give less."""
    step = made_step(0.0, None, is_clipped=True, at_least_g=8.0)
    assert session_load([step], 10.0).rse == pytest.approx(1.5**4)


def test_unmeasured_steps_were_taken_and_are_told() -> None:
    hole = made_step(0.0, None)
    slow = dataclasses.replace(hole, impact_reason=NoImpact.RATE)
    load = session_load([hole, slow, made_step(2.0, 10.0)], 10.0)
    assert load.rse == 3.0
    assert load.unmeasured_run_steps == 2
    assert load.clipped_run_steps == 0


def test_a_walk_step_counts_a_tenth_however_hard() -> None:
    steps = [made_step(0.0, 12.0, gait=Gait.WALK), made_step(1.0, None, gait=Gait.WALK)]
    load = session_load(steps, 6.0)
    assert load.rse == pytest.approx(0.2)
    assert load.unmeasured_run_steps == 0


def test_the_plan_of_the_first_walk_run_stage() -> None:
    """WR1: 6 min run at 165, and 24 + 10 min walk at 110: 495 + 187."""
    assert planned_load(6.0, 34.0) == pytest.approx(495.0 + 187.0)


def test_a_plan_at_own_cadences() -> None:
    own = planned_load(10.0, 10.0, run_cadence_spm=180.0, walk_cadence_spm=100.0)
    assert own == pytest.approx(900.0 + 50.0)


def test_per_cent_of_the_plan() -> None:
    load = session_load([made_step(float(k), 6.0) for k in range(99)], 6.0)
    assert load.pct_of(planned_load(1.0, 1.0)) == pytest.approx(100.0 * 99.0 / 88.0)
    assert load.pct_of(0.0) is None


@pytest.mark.parametrize("r0_g", [0.0, -1.0, float("nan"), float("inf")])
def test_a_baseline_that_is_none(r0_g: float) -> None:
    with pytest.raises(ValueError, match="r0_g"):
        session_load([], r0_g)


def test_a_plan_cannot_be_negative() -> None:
    with pytest.raises(ValueError, match="negative"):
        planned_load(-1.0, 3.0)


@given(st.lists(st.floats(0.1, 60.0), max_size=60), st.floats(0.5, 30.0))
def test_a_harder_step_never_lowers_the_load(impacts_g: list[float], r0_g: float) -> None:
    softer = session_load([made_step(0.0, g) for g in impacts_g], r0_g).rse
    harder = session_load([made_step(0.0, 1.1 * g) for g in impacts_g], r0_g).rse
    assert harder >= softer
    assert 0.0625 * len(impacts_g) <= softer <= 5.0625 * len(impacts_g)
