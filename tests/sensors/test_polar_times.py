"""The times of Polar frames: lost ones are holes, whatever the pod's true rate and clock are."""

from itertools import pairwise

import numpy as np
import pytest
from polar_streams import BASE_NS, NUMBERS, NumberedPod, numbers, placed

from sensors.pods.polar_times import HELD_FRAMES, KEPT_FRAMES, OTHER_PERIODS, FrameTimes
from sensors.samples import ImuSamples, Notification
from sensors.virtual.faults import Air, Faults
from sensors.virtual.polar_wire import Content, Layout


def on_the_air(pod: NumberedPod, faults: Faults) -> list[Notification]:
    """Return what arrives, in the order in which it does."""
    air = Air(faults)
    heard = [
        pod.notification(content, 0.02 + due_s - content.last_s)
        for content in pod.contents()
        for due_s in air.fate(content.last_s).deliveries_s
    ]
    return sorted(heard, key=lambda notification: notification.t_s)


def holes(out: list[ImuSamples]) -> list[tuple[int, int]]:
    """Return the samples that are missing between blocks in truth, and as they are told."""
    return [
        (int((numbers(after)[0] - numbers(before)[-1] - 1) % NUMBERS), after.lost_before)
        for before, after in pairwise(out)
    ]


@pytest.mark.parametrize("loss", [0.0, 0.01, 0.1, 0.3])
@pytest.mark.parametrize(("fs_hz", "speed"), [(208.0, 1.0), (208.0, 1.03), (199.0, 0.99)])
def test_lost_frames_are_holes_and_nothing_is_smeared(
    loss: float, fs_hz: float, speed: float
) -> None:
    pod = NumberedPod(fs_hz, speed, seconds=20.0)
    for seed in (10, 46):
        heard = on_the_air(pod, Faults(seed=seed, loss=loss))
        timebase, out = placed(heard)
        assert sum(told for _, told in holes(out)) == timebase.lost_samples
        assert [true for true, _ in holes(out)] == [told for _, told in holes(out)]
        if loss == 0.0:
            assert timebase.lost_samples == 0
        assert sum(len(samples.t_s) for samples in out) == sum(
            content.samples
            for content, fate in fates(pod, seed, loss)
            if fate
        )  # fmt: skip
        assert timebase.fs_hz == pytest.approx(fs_hz, rel=0.002)


def fates(pod: NumberedPod, seed: int, loss: float) -> list[tuple[Content, bool]]:
    air = Air(Faults(seed=seed, loss=loss))
    return [(content, bool(air.fate(content.last_s).deliveries_s)) for content in pod.contents()]


@pytest.mark.parametrize("layout", [Layout(1), Layout(1, is_compressed=True)])
def test_samples_stand_where_they_were_taken(layout: Layout) -> None:
    pod = NumberedPod(seconds=20.0, layout=layout)
    _, out = placed(on_the_air(pod, Faults(seed=2, loss=0.1)))
    t_s = np.concatenate([samples.t_s for samples in out])
    true_s = 1.02 + np.concatenate([numbers(samples) for samples in out]) / pod.fs_hz
    assert np.abs(t_s - true_s).max() < 0.001


def test_copies_and_frames_that_overtook_others_cost_nothing() -> None:
    pod = NumberedPod(seconds=20.0, layout=Layout(1))
    faults = Faults(seed=4, duplicate=0.2, late=0.1, late_by_s=0.2, jitter_s=0.03)
    heard = on_the_air(pod, faults)
    timebase, out = placed(heard)
    assert [lost for lost, _ in holes(out)] == [0] * (len(out) - 1)
    assert timebase.lost_samples == 0
    copies = len(heard) - len(pod.contents())
    assert copies - HELD_FRAMES <= timebase.counts.duplicates <= copies
    assert timebase.counts.late_restored > 0


@pytest.mark.parametrize(("fs_hz", "loss"), [(61.0, 0.0), (61.0, 0.1), (100.0, 0.0)])
def test_a_pod_with_another_rate_than_asked_for_is_found_out(fs_hz: float, loss: float) -> None:
    pod = NumberedPod(fs_hz, seconds=40.0)
    timebase, out = placed(on_the_air(pod, Faults(seed=1, loss=loss)))
    assert timebase.fs_hz == pytest.approx(fs_hz, rel=0.002)
    assert [true for true, _ in holes(out)] == [told for _, told in holes(out)]


def test_a_clock_set_back_is_a_restart_of_the_counter() -> None:
    pod = NumberedPod(seconds=20.0)
    heard = on_the_air(pod, Faults())
    middle = len(heard) // 2
    early = (BASE_NS - 10**17).to_bytes(8, "little")
    shift_ns = BASE_NS - int.from_bytes(early, "little")
    moved = [
        Notification(
            one.t_s,
            one.slot,
            one.uuid,
            one.payload[:1]
            + (int.from_bytes(one.payload[1:9], "little") - shift_ns).to_bytes(8, "little")
            + one.payload[9:],
        )
        for one in heard[middle:]
    ]
    timebase, out = placed(heard[:middle] + moved)
    assert timebase.counts.resets == 1
    assert sum(len(samples.t_s) for samples in out) == sum(c.samples for c in pod.contents())
    assert (np.diff(np.concatenate([samples.t_s for samples in out])) > 0.0).all()


@pytest.mark.parametrize("wrong_ns", [2**64 - 1, BASE_NS + 10**18, 10**12])
def test_a_single_impossible_time_is_dropped(wrong_ns: int) -> None:
    pod = NumberedPod(seconds=10.0)
    heard = on_the_air(pod, Faults())
    one = heard[20]
    payload = one.payload[:1] + wrong_ns.to_bytes(8, "little") + one.payload[9:]
    heard[20] = Notification(one.t_s, one.slot, one.uuid, payload)
    timebase, out = placed(heard)
    assert timebase.counts.implausible == 1
    assert timebase.counts.resets == 0
    lost = pod.contents()[20].samples
    assert [true for true, _ in holes(out) if true] == [lost] == [timebase.lost_samples]


def test_frames_wait_for_a_period_and_no_longer() -> None:
    ones = np.ones((40, 3))
    period_ns = 4_900_000
    times = FrameTimes(208.0)
    assert times.place(BASE_NS, ones) == ()
    first, second = times.place(BASE_NS + 40 * period_ns, ones)
    assert times.period_ns == period_ns
    assert first.tick == BASE_NS - 39 * period_ns
    assert second.tick == BASE_NS + period_ns
    erratic = FrameTimes(208.0)
    last_ns, given = BASE_NS, 0
    for number in range(OTHER_PERIODS + 1):
        last_ns += (number + 2) * 40 * period_ns
        given += len(erratic.place(last_ns, ones))
    assert given == HELD_FRAMES  # the newest, by the nominal rate
    assert erratic.period_ns == 1e9 / 208.0


def test_no_more_frames_are_remembered_than_are_of_use() -> None:
    times = FrameTimes(208.0)
    for number in range(3 * KEPT_FRAMES):
        times.place(BASE_NS + number * 10**8, np.ones((20, 3)))
    assert len(times._known) == KEPT_FRAMES


def measured_times(period_ns: int, count: int) -> tuple[FrameTimes, int]:
    """Return the times after four frames in a row, and the last one's."""
    times = FrameTimes(208.0)
    for number in range(4):
        times.place(BASE_NS + number * count * period_ns, np.ones((count, 3)))
    return times, BASE_NS + 3 * count * period_ns


def test_a_hole_of_one_sample_is_a_hole() -> None:
    period_ns = 4_900_000
    times, last_ns = measured_times(period_ns, 40)
    (block,) = times.place(last_ns + 41 * period_ns, np.ones((40, 3)))
    assert block.tick == last_ns + 2 * period_ns


def test_a_short_frame_that_was_lost_at_the_start_is_no_period() -> None:
    period_ns = 4_900_000
    times = FrameTimes(208.0)
    assert times.place(BASE_NS, np.ones((80, 3))) == ()
    assert times.place(BASE_NS + 100 * period_ns, np.ones((80, 3))) == ()  # 20 are missing
    blocks = times.place(BASE_NS + 140 * period_ns, np.ones((40, 3)))
    assert times.period_ns == period_ns
    assert [block.tick for block in blocks] == [
        BASE_NS + first * period_ns for first in (-79, 21, 101)
    ]


def test_a_copy_has_the_time_of_the_first_one_though_the_period_moved() -> None:
    period_ns = 4_900_000
    times, last_ns = measured_times(period_ns, 40)
    after_ns = last_ns + 100 * period_ns
    (block,) = times.place(after_ns, np.ones((40, 3)))
    for number in range(1, 8):
        times.place(after_ns + number * 40 * (period_ns + 20_000), np.ones((40, 3)))
    assert times.period_ns > period_ns
    (copy,) = times.place(after_ns, np.ones((40, 3)))
    assert copy.tick == block.tick
