"""Symmetry index, double stomp, and whether two pods sit on two feet."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_cores import clipped, steps_of, unmeasured
from shared_recordings import DATA, needs_recordings

from analysis.feet import Order, SwingAxis, alternation, is_turned
from analysis.step import Gait
from analysis.stomp import FloatArray, StompFinder
from analysis.symmetry import MIN_SIDE_STEPS, numbers_of, symmetry_index_pct, symmetry_of

FS_HZ = 208.0
BOTH_FEET = DATA / "foot_walk_clinic"


def test_the_index_is_the_difference_in_per_cent_of_the_mean() -> None:
    assert symmetry_index_pct(6.0, 4.0) == 40.0
    assert symmetry_index_pct(4.0, 6.0) == -40.0
    assert symmetry_index_pct(5.0, 5.0) == 0.0


@given(st.floats(0.1, 50.0), st.floats(0.1, 50.0), st.floats(0.1, 10.0))
def test_it_changes_its_sign_with_the_sides_and_knows_no_unit(
    left: float, right: float, unit: float
) -> None:
    index_pct = symmetry_index_pct(left, right)
    assert symmetry_index_pct(right, left) == pytest.approx(-index_pct)
    assert symmetry_index_pct(left * unit, right * unit) == pytest.approx(index_pct)
    assert abs(index_pct) < 200.0


def test_too_few_steps_or_half_of_them_clipped_give_no_index() -> None:
    left = steps_of(Gait.RUN, 0.0, 0.7 * MIN_SIDE_STEPS, 0.7, 6.0)
    right = steps_of(Gait.RUN, 0.35, 0.35 + 0.7 * MIN_SIDE_STEPS, 0.7, 4.0)
    assert len(left) == MIN_SIDE_STEPS
    full = symmetry_of(numbers_of(left), numbers_of(right))
    assert full.impact_pct == 40.0
    assert full.contact_pct is None, "no end of a contact was found"
    assert symmetry_of(numbers_of(left[1:]), numbers_of(right)).impact_pct is None
    holes = [unmeasured(left[0]), *left[1:]]
    assert symmetry_of(numbers_of(holes), numbers_of(right)).impact_pct is None
    some = [*map(clipped, left[:5]), *left[5:]]
    assert symmetry_of(numbers_of(some), numbers_of(right)).impact_pct == 40.0
    half = [*map(clipped, left[:11]), *left[11:]]
    assert inf in numbers_of(half).impacts_g
    assert symmetry_of(numbers_of(half), numbers_of(right)).impact_pct is None


def test_contact_times_have_an_index_of_their_own() -> None:
    def with_contact(contact_s: float) -> list[object]:
        steps = steps_of(Gait.RUN, 0.0, 0.7 * MIN_SIDE_STEPS, 0.7, 5.0)
        return [replace(step, t_tc_s=step.t_ic_s + contact_s) for step in steps]

    found = symmetry_of(numbers_of(with_contact(0.30)), numbers_of(with_contact(0.20)))  # type: ignore[arg-type]
    assert found.contact_pct == pytest.approx(40.0)


# ---- whose feet


def test_two_feet_take_turns_and_two_pods_on_one_leg_do_not() -> None:
    one_s = [0.7 * k for k in range(20)]
    assert alternation(one_s, [t + 0.35 for t in one_s]).order is Order.TURNS
    assert alternation(one_s, [t + 0.02 for t in one_s]).order is Order.TOGETHER
    assert alternation(one_s, [t - 0.02 for t in one_s]).order is Order.TOGETHER
    assert alternation(one_s, [t + 0.35 for t in one_s[:8]]).order is Order.UNKNOWN
    assert alternation(one_s, []).phase is None
    other_s = [0.61 * k for k in range(20)]
    assert alternation(one_s, other_s).order is Order.UNKNOWN, "two people"


@needs_recordings
def test_ten_people_take_turns_in_every_walk() -> None:
    files = sorted(BOTH_FEET.glob("*_lf.events.csv"))
    assert len(files) == 20
    for file in files:
        left, right = (
            sorted(np.genfromtxt(path, delimiter=",", skip_header=1)[:, 0].tolist())
            for path in (file, file.with_name(file.name.replace("_lf", "_rf")))
        )
        found = alternation(left, right)
        assert found.order is Order.TURNS, file.name
        assert found.phase is not None
        assert 0.46 < found.phase < 0.52


@needs_recordings
def test_the_same_foot_swings_alike_on_two_days_and_its_mirror_image_mostly_does_not() -> None:
    seen = 0
    for person in range(1, 20, 2):
        for foot in ("lf", "rf"):
            axes = []
            for day in ("1", "3"):
                rows = np.genfromtxt(
                    BOTH_FEET / f"{person}-{day}_{foot}.csv", delimiter=",", skip_header=1
                )
                swing = SwingAxis()
                for part in np.array_split(rows[:, 4:7], 7):
                    swing.push(part)
                assert swing.axis is not None
                axes.append(swing.axis)
            assert not is_turned(axes[1], axes[0]), (person, foot)
            seen += is_turned((-axes[1][0], -axes[1][1], axes[1][2]), axes[0])
    assert seen >= 19


def test_what_never_turned_has_no_axis() -> None:
    swing = SwingAxis()
    assert swing.axis is None
    swing.push(np.zeros((5, 3)))
    assert swing.axis is None


# ---- double stomps


def stomps(at_s: list[float], seconds: float = 6.0, peak_g: float = 6.0) -> FloatArray:
    """Return rows of time and acceleration: standing, with short knocks at these times."""
    t_s = np.arange(int(seconds * FS_HZ)) / FS_HZ
    up_g = np.ones(len(t_s))
    for knock_s in at_s:
        up_g += (peak_g - 1.0) * np.exp(-0.5 * ((t_s - knock_s) / 0.01) ** 2)
    return np.column_stack([t_s, np.zeros((len(t_s), 2)), up_g])


def found_in(rows: FloatArray, cuts: list[int] = []) -> list[tuple[float, float]]:  # noqa: B006
    finder = StompFinder()
    parts = np.split(rows, sorted(cuts))
    found = [stomp for part in parts for stomp in finder.push(part[:, 0], part[:, 1:])]
    return [(stomp.first_s, stomp.second_s) for stomp in found]


def test_two_knocks_after_quiet_are_a_double_stomp_at_their_peaks() -> None:
    ((first_s, second_s),) = found_in(stomps([2.5, 3.0]))
    assert first_s == pytest.approx(2.5, abs=1.0 / FS_HZ)
    assert second_s == pytest.approx(3.0, abs=1.0 / FS_HZ)


@pytest.mark.parametrize(
    "rows",
    [
        stomps([1.0, 1.5]),  # not quiet for long enough
        stomps([2.5, 2.62]),  # too near
        stomps([2.5, 3.5]),  # too far apart
        stomps([2.5]),  # one
        stomps([2.5, 3.0], peak_g=2.2),  # too soft
        np.delete(stomps([2.5, 3.0]), slice(540, 600), axis=0),  # samples are missing between
        stomps([0.2 + 0.7 * k for k in range(8)]),  # somebody runs
    ],
)
def test_nothing_else_is_one(rows: FloatArray) -> None:
    assert found_in(rows) == []


def test_a_push_is_no_knock() -> None:
    rows = stomps([2.5, 3.0])
    rows[(rows[:, 0] > 2.4) & (rows[:, 0] < 2.7), 3] = 4.0
    assert found_in(rows) == []


def test_after_a_single_knock_and_quiet_a_double_stomp_is_found_again() -> None:
    assert len(found_in(stomps([1.8, 5.0, 5.4], 7.0))) == 1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 1240), max_size=8))
def test_however_the_stream_is_cut_the_stomps_are_the_same(cuts: list[int]) -> None:
    rows = stomps([2.5, 3.0])
    assert found_in(rows, cuts) == found_in(rows)
