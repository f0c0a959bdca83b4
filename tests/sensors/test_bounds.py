"""The glance at a packet's values never passes what a closer look would not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sensors.bounds import are_finite, are_surely_within

ANY = st.floats(width=32)
VALUES = arrays(np.float32, st.tuples(st.integers(1, 16), st.just(3)), elements=ANY)


@given(VALUES)
def test_finite_is_what_numpy_calls_so(values: np.ndarray) -> None:
    assert are_finite(values) is bool(np.isfinite(values).all())


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_one_value_that_is_no_number_is_seen(value: float) -> None:
    values = np.zeros((8, 3))
    values[3, 1] = value
    assert not are_finite(values)
    assert not are_surely_within(values, 250.0)


def test_finite_values_whose_squares_are_not_are_finite() -> None:
    assert are_finite(np.full((8, 3), 3e38, np.float32))


@given(VALUES, st.floats(1.0, 1e4))
def test_what_is_surely_within_has_no_longer_vector(values: np.ndarray, bound: float) -> None:
    vectors = values.astype(np.float64)
    if are_surely_within(vectors, bound):
        assert np.linalg.norm(vectors, axis=1).max() <= bound


def test_a_step_is_surely_within_the_range_of_its_pod() -> None:
    acc_g = np.tile([0.0, 0.0, 1.0], (8, 1))
    acc_g[3] = [6.0, 2.0, 9.0]
    assert are_surely_within(acc_g, 28.0)
    assert not are_surely_within(acc_g, 11.0)
