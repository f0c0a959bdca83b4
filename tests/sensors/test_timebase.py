"""The time base on an honest link: even times, the real rate, and the pod's clock followed."""

from collections.abc import Callable

import numpy as np
import pytest
from pod_clocks import PodClocks, fed, jitter, joined

from sensors.pods.pod import PodClock
from sensors.samples import FloatArray, ImuBlock
from sensors.timebase import Timebase

MILLISECONDS = PodClock(0.001, 32)


def errors_ms(
    pod: PodClocks,
    seconds: float,
    delay_s: Callable[[int], float],
    clock: PodClock | None = MILLISECONDS,
    nominal_hz: float = 208.0,
) -> FloatArray:
    """Return each sample's error; nothing may be missing."""
    timebase = Timebase(clock, nominal_hz)
    arrivals = pod.packets(seconds, delay_s)
    t_s, index = joined(fed(timebase, arrivals))
    np.testing.assert_array_equal(index, np.arange(len(arrivals) * pod.packet))
    assert (np.diff(t_s) > 0.0).all()
    assert timebase.lost_samples == 0
    return 1000.0 * (t_s - pod.time_s(index))


def moved_ms(error_ms: FloatArray, count: int) -> float:
    """Return by how much samples ``count`` apart moved against each other at most."""
    return float(np.abs(error_ms[count:] - error_ms[:-count]).max())


def test_rounded_stamps_do_not_jitter_the_samples() -> None:
    error_ms = errors_ms(PodClocks(), 30.0, lambda _: 0.01)
    assert moved_ms(error_ms, 1) < 0.05
    assert moved_ms(error_ms, 208) < 0.7


def test_arrivals_may_jitter_the_samples_stay() -> None:
    error_ms = errors_ms(PodClocks(), 90.0, jitter(1))
    assert moved_ms(error_ms, 208) < 1.0
    assert moved_ms(error_ms[20 * 208 :], 208) < 0.4
    assert 0.0 < error_ms.min() < error_ms.max() < 15.0


@pytest.mark.parametrize("speed", [0.97, 0.999, 1.001, 1.03])
def test_a_clock_that_runs_wrong_is_followed(speed: float) -> None:
    error_ms = errors_ms(PodClocks(speed=speed), 120.0, jitter(2))
    assert np.abs(error_ms).max() < 250.0
    assert np.abs(error_ms[60 * 208 :]).max() < 20.0
    assert moved_ms(error_ms[60 * 208 :], 208) < 1.0


def test_bursts_do_not_move_the_samples() -> None:
    spread = jitter(3)

    def delay_s(number: int) -> float:
        place = number % 200  # a second of packets is held up, and then sent at once
        return spread(number) + max(0, 26 - place) * 8.0 / 208.0 * (number > 200)

    error_ms = errors_ms(PodClocks(speed=0.99), 120.0, delay_s)
    assert np.abs(error_ms[60 * 208 :]).max() < 20.0
    assert moved_ms(error_ms[60 * 208 :], 208) < 1.0


def test_a_delayed_beginning_is_forgotten() -> None:
    error_ms = errors_ms(PodClocks(), 90.0, lambda n: 0.01 if n > 26 else 0.4)
    assert error_ms[0] > 300.0
    assert np.abs(error_ms[60 * 208 :]).max() < 20.0


@pytest.mark.parametrize(
    ("fs_hz", "nominal_hz", "packet"),
    [
        (100.0, 104.0, 8),
        (142.857, 208.0, 8),
        (61.0, 208.0, 8),
        (208.0, 208.0, 1),
        (833.0, 833.0, 1),
        (833.0, 833.0, 8),
        (52.0, 52.0, 3),
    ],
)
def test_the_real_rate_is_measured(fs_hz: float, nominal_hz: float, packet: int) -> None:
    timebase = Timebase(MILLISECONDS, nominal_hz)
    pod = PodClocks(fs_hz=fs_hz, packet=packet)
    before_first: set[float | None] = set()
    measured: float | None = None
    for block, arrival_s in pod.packets(20.0, jitter(4)):
        before_first.add(timebase.fs_hz)
        if timebase.push(block, arrival_s):
            measured = timebase.fs_hz
            break
    assert before_first == {None}
    assert measured == pytest.approx(fs_hz, rel=0.005)
    error_ms = errors_ms(pod, 20.0, jitter(4), nominal_hz=nominal_hz)
    assert moved_ms(error_ms, packet) < 0.25


def test_the_rate_is_measured_through_holes() -> None:
    rng = np.random.default_rng(5)
    kept = [a for a in PodClocks(fs_hz=143.0).packets(2.0, jitter(5)) if rng.random() > 0.3]
    timebase = Timebase(MILLISECONDS, 208.0)
    fed(timebase, kept)
    assert timebase.fs_hz == pytest.approx(143.0, rel=0.005)


@pytest.mark.parametrize("lost_share", [0.0, 0.12])
def test_single_samples_stamped_in_tens_of_milliseconds(lost_share: float) -> None:
    pod = PodClocks(fs_hz=100.0, packet=1, tick_ms=10)
    rng = np.random.default_rng(6)
    arrivals = pod.packets(60.0, jitter(6))
    # The first and the last stay, so that every loss lies between two samples.
    kept = [
        arrival
        for number, arrival in enumerate(arrivals)
        if number in (0, len(arrivals) - 1) or rng.random() >= lost_share
    ]
    timebase = Timebase(MILLISECONDS, 104.0)
    t_s, index = joined(fed(timebase, kept))
    assert len(index) == len(kept)
    assert timebase.lost_samples == len(arrivals) - len(kept)
    np.testing.assert_allclose(np.diff(t_s) / np.diff(index), 0.01, rtol=0.01)


def test_without_a_counter_the_samples_are_counted() -> None:
    assert np.abs(errors_ms(PodClocks(), 60.0, jitter(7), clock=None)).max() < 15.0
    error_ms = errors_ms(PodClocks(fs_hz=203.0), 90.0, jitter(7), clock=None)
    assert np.abs(error_ms[60 * 203 :]).max() < 20.0
    slow_ms = errors_ms(PodClocks(fs_hz=100.0), 60.0, jitter(7), clock=None)
    assert np.abs(slow_ms[30 * 100 :]).max() < 20.0


def test_without_a_counter_a_silence_begins_anew() -> None:
    arrivals = PodClocks().packets(30.0, lambda _: 0.01)
    timebase = Timebase(None, 208.0)
    t_s, index = joined(fed(timebase, arrivals[:260] + arrivals[520:]))
    assert timebase.counts.resets == 1
    assert len(index) == 520 * 8
    assert np.diff(t_s).max() == pytest.approx(10.0, abs=0.1)


def test_the_same_input_gives_the_same_bits() -> None:
    arrivals = PodClocks(speed=1.01).packets(40.0, jitter(8))
    first, second = (fed(Timebase(MILLISECONDS, 208.0), arrivals) for _ in range(2))
    assert [s.t_s.tobytes() for s in first] == [s.t_s.tobytes() for s in second]


def test_a_block_keeps_its_samples_and_an_empty_one_is_nothing() -> None:
    gyro = np.ones((8, 3))
    block = ImuBlock(5, np.zeros((8, 3)), gyro)
    timebase = Timebase(MILLISECONDS, 208.0)
    assert timebase.push(ImuBlock(5, np.empty((0, 3)), None), 1.0) == []
    assert timebase.push(block, 1.0) == []
    (samples,) = timebase.flush()
    assert samples.gyro_dps is gyro
    assert samples.acc_g is block.acc_g
    assert timebase.flush() == []


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        Timebase(MILLISECONDS, 0.0)
