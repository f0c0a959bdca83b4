"""What a virtual pod plays: runs of samples, cut where a slot is empty."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.virtual.player import ArraySource, packets


def source(t_s: list[float], fs_hz: float = 100.0, block_size: int = 8) -> ArraySource:
    times = np.array(t_s)
    acc_g = np.column_stack([np.arange(len(t_s)), np.zeros(len(t_s)), np.ones(len(t_s))])
    return ArraySource(times, acc_g.astype(np.float64), None, fs_hz, block_size)


def test_block_ends_before_an_empty_slot() -> None:
    t_s = [0.00, 0.01, 0.02, 0.04, 0.05, 0.30]
    blocks = list(source(t_s).blocks())
    assert [block.t_s for block in blocks] == [0.00, 0.04, 0.30]
    assert [len(block.acc_g) for block in blocks] == [3, 2, 1]


def test_step_of_one_and_a_half_periods_is_no_hole() -> None:
    assert len(list(source([0.0, 0.0149, 0.0298]).blocks())) == 1
    assert len(list(source([0.0, 0.0151, 0.0302]).blocks())) == 3


@given(
    slots=st.sets(st.integers(0, 400), min_size=1, max_size=200),
    fs_hz=st.sampled_from([52.0, 208.0, 1000.0]),
    size=st.integers(1, 16),
)
def test_packets_hold_every_sample_once_at_its_own_time(
    slots: set[int], fs_hz: float, size: int
) -> None:
    wanted = sorted(slots)
    t_s = np.array(wanted) / fs_hz
    acc_g = np.column_stack([wanted, wanted, wanted]).astype(np.float64)
    got: list[int] = []
    for packet in packets(ArraySource(t_s, acc_g, acc_g, fs_hz), size):
        count = len(packet.acc_g)
        assert 1 <= count <= min(size, 8)
        numbers = packet.acc_g[:, 0].astype(int).tolist()
        assert numbers == list(range(numbers[0], numbers[0] + count))
        assert packet.t_s == pytest.approx(numbers[0] / fs_hz)
        assert packet.gyro_dps is not None
        assert np.array_equal(packet.gyro_dps, packet.acc_g)
        got += numbers
    assert got == wanted


def test_times_stay_true_where_the_real_rate_is_not_the_nominal_one() -> None:
    t_s = (np.arange(2000) / 99.0).tolist()
    last = list(source(t_s).blocks())[-1]
    assert last.t_s == pytest.approx(t_s[-len(last.acc_g)])


@pytest.mark.parametrize(
    ("t_s", "rows", "gyro_rows", "fs_hz", "says"),
    [
        ([0.0, 1.0], 2, None, 0.0, "rate above 0"),
        ([0.0, 1.0], 3, None, 1.0, "acc_g is"),
        ([0.0, 1.0], 2, 1, 1.0, "gyro_dps is"),
        ([0.0, 0.0], 2, None, 1.0, "does not rise"),
        ([1.0, 0.0], 2, None, 1.0, "does not rise"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    t_s: list[float], rows: int, gyro_rows: int | None, fs_hz: float, says: str
) -> None:
    gyro = None if gyro_rows is None else np.zeros((gyro_rows, 3))
    with pytest.raises(ValueError, match=says):
        ArraySource(np.array(t_s), np.zeros((rows, 3)), gyro, fs_hz)
