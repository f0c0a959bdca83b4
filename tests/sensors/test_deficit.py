"""Loss without a counter: what is told, from when on, and what never is. Figures: docs/pods.md."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pod_clocks import Arrival, PodClocks, fed, jitter, joined

from sensors.timebase import Timebase
from sensors.timing.deficit import LEAST_LACK_S, MAX_CLOCK_ERROR, WINDOW_S, RateWatch

FS_HZ = 200.0
PACKET = 8
CLEAN_S = 16.0
"""Seconds without loss in which the pod's own pace is learnt."""


def sent(seconds: float, seed: int = 1, fs_hz: float = FS_HZ) -> list[Arrival]:
    return PodClocks(fs_hz=fs_hz, packet=PACKET).packets(seconds, jitter(seed))


def thinned(
    arrivals: list[Arrival], loss: float, burst: int, seed: int, from_s: float = CLEAN_S
) -> list[Arrival]:
    """Lose a share of the packets, ``burst`` in a row, from a time on."""
    rng, left, kept = np.random.default_rng(seed), 0, []
    for block, at_s in arrivals:
        if left == 0 and at_s >= from_s and rng.random() < loss / burst:
            left = burst * (at_s < arrivals[-1][1] - 5.0)
        if left:
            left -= 1
        else:
            kept.append((block, at_s))
    return kept


def unsure_share(timebase: Timebase, begin_s: float, end_s: float) -> float:
    grid_s = np.arange(begin_s, end_s, 0.05)
    return float(np.mean([any(a <= t <= b for a, b in timebase.unsure) for t in grid_s]))


def seen_share(timebase: Timebase, arrivals: list[Arrival], kept: list[Arrival]) -> float:
    """Return which share of the lost packets lies in time that is known to be unsure."""
    came = {at_s for _, at_s in kept}
    # What the last second loses is not known any more.
    lost = [at_s for _, at_s in arrivals[:-50] if at_s not in came]
    unsure = timebase.unsure
    return float(np.mean([any(a - 0.05 <= t <= b + 0.05 for a, b in unsure) for t in lost]))


@pytest.mark.parametrize("error", [-MAX_CLOCK_ERROR, -0.01, 0.0, 0.01, MAX_CLOCK_ERROR])
def test_a_slow_or_fast_clock_is_no_loss(error: float) -> None:
    timebase = Timebase(None, FS_HZ)
    fed(timebase, sent(60.0, fs_hz=FS_HZ * (1.0 + error)))
    assert timebase.unsure == []
    assert timebase.lost_samples == 0


def bursty(seed: int, most_s: float) -> Callable[[int], float]:
    """Return delays of a radio that holds everything up now and then."""
    rng, until_s = np.random.default_rng(seed), 0.0

    def delay_s(number: int) -> float:
        nonlocal until_s
        at_s = number * PACKET / FS_HZ
        if at_s > until_s and rng.random() < 0.02:
            until_s = at_s + rng.uniform(0.0, most_s)
        return float(max(0.005, until_s - at_s))

    return delay_s


@pytest.mark.parametrize("most_s", [0.15, 0.4])
def test_bursts_are_no_loss(most_s: float) -> None:
    arrivals = PodClocks(fs_hz=FS_HZ, packet=PACKET).packets(90.0, bursty(2, most_s))
    timebase = Timebase(None, FS_HZ)
    t_s, _ = joined(fed(timebase, arrivals))
    assert timebase.unsure == []
    assert np.diff(t_s).max() < 1.5 / FS_HZ


@pytest.mark.parametrize("burst", [1, 4])
@pytest.mark.parametrize("loss", [0.02, 0.03, 0.1, 0.3])
def test_a_loss_that_begins_later_is_seen_and_counted(loss: float, burst: int) -> None:
    arrivals = sent(80.0)
    kept = thinned(arrivals, loss, burst, seed=3)
    timebase = Timebase(None, FS_HZ)
    t_s, index = joined(fed(timebase, kept))
    assert unsure_share(timebase, 0.0, CLEAN_S - 2.5) == 0.0
    assert seen_share(timebase, arrivals, kept) > 0.95
    lost = PACKET * (len(arrivals) - len(kept))  # none in the last seconds: nobody counts those
    assert timebase.lost_samples == pytest.approx(lost, rel=0.1, abs=LEAST_LACK_S * FS_HZ)
    # Time is not squeezed: a sample is off by what a few seconds lose, never by the sum.
    true_s = PodClocks(fs_hz=FS_HZ, packet=PACKET).time_s(index)
    assert np.abs(t_s - true_s).max() < 2.0 * LEAST_LACK_S + 4.0 * loss
    assert (np.diff(t_s) > 0.0).all()


@pytest.mark.parametrize("loss", [0.1, 0.2, 0.3])
def test_a_loss_from_the_first_packet_on_is_seen_beyond_any_clock_s_error(loss: float) -> None:
    arrivals = sent(60.0)
    kept = thinned(arrivals, loss, 1, seed=4, from_s=0.0)
    timebase = Timebase(None, FS_HZ)
    fed(timebase, kept)
    assert seen_share(timebase, arrivals, kept) > 0.85


def test_half_of_the_rate_is_another_rate_and_all_of_it_unsure() -> None:
    timebase = Timebase(None, FS_HZ)
    fed(timebase, sent(30.0, fs_hz=FS_HZ / 2))
    assert timebase.fs_hz == pytest.approx(FS_HZ / 2, rel=0.02)
    assert timebase.lost_samples == 0
    assert unsure_share(timebase, 5.0, 28.0) == 1.0


def test_a_beginning_that_was_held_up_is_no_faster_rate() -> None:
    arrivals = [(b, max(at_s, 1.6)) for b, at_s in sent(40.0)]
    timebase = Timebase(None, FS_HZ)
    fed(timebase, arrivals)
    assert timebase.unsure == []
    assert timebase.fs_hz == pytest.approx(FS_HZ, rel=0.002)


@pytest.mark.parametrize("hole_s", [0.3, 0.5, 1.2])
def test_a_hole_is_put_where_nothing_came(hole_s: float) -> None:
    arrivals = [(b, at_s) for b, at_s in sent(40.0) if not 30.0 <= at_s < 30.0 + hole_s]
    timebase = Timebase(None, FS_HZ)
    t_s, index = joined(fed(timebase, arrivals))
    place = int(np.argmax(np.diff(t_s)))
    assert t_s[place] == pytest.approx(30.0, abs=0.06)
    assert t_s[place + 1] - t_s[place] == pytest.approx(hole_s, abs=0.06)
    assert timebase.lost_samples == pytest.approx(hole_s * FS_HZ, abs=0.04 * FS_HZ)
    assert any(a <= 30.0 <= b for a, b in timebase.unsure)
    assert np.abs(t_s - PodClocks(fs_hz=FS_HZ, packet=PACKET).time_s(index)).max() < 0.06


@pytest.mark.parametrize("hole_s", [0.3, 0.5, 1.2])
def test_what_was_only_held_up_is_no_hole(hole_s: float) -> None:
    arrivals = [
        (b, 30.0 + hole_s if 30.0 <= at_s < 30.0 + hole_s else at_s) for b, at_s in sent(40.0)
    ]
    timebase = Timebase(None, FS_HZ)
    t_s, _ = joined(fed(timebase, arrivals))
    assert timebase.unsure == []
    assert timebase.lost_samples == 0
    assert np.diff(t_s).max() < 1.5 / FS_HZ


def test_a_gap_of_which_half_comes_later_is_a_hole_of_the_other_half() -> None:
    arrivals = [
        (b, 31.0 if 30.0 <= at_s < 31.0 else at_s) for b, at_s in sent(40.0)
        if not 30.0 <= at_s < 30.5
    ]  # fmt: skip
    timebase = Timebase(None, FS_HZ)
    t_s, _ = joined(fed(timebase, arrivals))
    assert np.diff(t_s).max() == pytest.approx(0.5, abs=0.06)
    assert unsure_share(timebase, 30.1, 31.0) == 1.0


def test_a_packet_that_comes_twice_counts_once() -> None:
    arrivals = sent(10.0)
    doubled = [copy for arrival in arrivals for copy in (arrival, arrival)]
    timebase = Timebase(None, FS_HZ)
    _, index = joined(fed(timebase, doubled))
    np.testing.assert_array_equal(index, np.arange(len(arrivals) * PACKET))
    assert timebase.counts.duplicates == len(arrivals)


def watched(behind_s: Iterator[float], unsure: list[tuple[float, float]]) -> int:
    """Feed a watch 10 packets a second of 20 samples; returns what it finds missing."""
    watch = RateWatch(0.005, unsure)
    return sum(watch.add(20, 0.1 * k + late_s) for k, late_s in enumerate(behind_s))


@pytest.mark.parametrize(("lack", "is_told"), [(0.9, False), (1.2, True)])
def test_so_much_has_to_be_missing_at_once(lack: float, is_told: bool) -> None:
    unsure: list[tuple[float, float]] = []
    step_s = lack * LEAST_LACK_S
    lost = watched((step_s * (k >= 300) for k in range(500)), unsure)
    assert (lost > 0) is is_told
    assert lost == (round(step_s / 0.005) if is_told else 0)
    assert len(unsure) == is_told


@pytest.mark.parametrize(("pace", "is_told"), [(0.8, False), (1.3, True)])
def test_so_much_has_to_be_missing_within_the_window(pace: float, is_told: bool) -> None:
    unsure: list[tuple[float, float]] = []
    per_s = pace * LEAST_LACK_S / WINDOW_S
    watched((per_s * max(0.0, 0.1 * k - 30.0) for k in range(800)), unsure)
    assert bool(unsure) is is_told


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_any_arrivals_at_all_give_rising_times_and_every_sample_once(data: st.DataObject) -> None:
    steps_s = data.draw(st.lists(st.floats(0.0, 2.5), min_size=2, max_size=60))
    arrivals = PodClocks(fs_hz=FS_HZ, packet=8).packets(60 * 8 / FS_HZ, lambda _: 0.0)
    at_s = np.cumsum(steps_s)
    timebase = Timebase(None, FS_HZ)
    out = fed(timebase, [(b, float(t)) for (b, _), t in zip(arrivals, at_s, strict=False)])
    t_s, index = joined(out)
    assert np.isfinite(t_s).all()
    assert (np.diff(t_s) > 0.0).all()
    assert len(index) == 8 * len(steps_s)
    assert sum(samples.lost_before for samples in out) == timebase.lost_samples
    assert all(a <= b for a, b in timebase.unsure)
