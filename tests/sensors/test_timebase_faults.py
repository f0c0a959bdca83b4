"""The time base on a bad link: lost, doubled, late and restarted, and nothing given out twice."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pod_clocks import Arrival, PodClocks, fed, jitter, joined

from sensors.pods.pod import PodClock
from sensors.samples import ImuBlock
from sensors.timebase import Timebase

MILLISECONDS = PodClock(0.001, 32)
PACKET_S = 8 / 208.0


def arrivals(seconds: float = 30.0, pod: PodClocks | None = None) -> list[Arrival]:
    return (pod or PodClocks()).packets(seconds, jitter(11))


def worst_ms(t_s: np.ndarray, index: np.ndarray, pod: PodClocks | None = None) -> float:
    return float(np.abs(t_s - (pod or PodClocks()).time_s(index)).max() * 1000.0)


def test_lost_packets_are_counted_and_leave_their_time() -> None:
    rng = np.random.default_rng(1)
    sent = arrivals()
    kept = [sent[0], *(a for a in sent[1:-1] if rng.random() > 0.2), sent[-1]]
    timebase = Timebase(MILLISECONDS, 208.0)
    out = fed(timebase, kept)
    t_s, index = joined(out)
    assert len(index) == 8 * len(kept)
    assert timebase.lost_samples == 8 * (len(sent) - len(kept))
    assert sum(samples.lost_before for samples in out) == timebase.lost_samples
    assert worst_ms(t_s, index) < 15.0


def test_a_long_hole_is_counted_too() -> None:
    sent = arrivals(400.0)
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, sent[:300] + sent[-300:]))
    assert timebase.lost_samples == pytest.approx(8 * (len(sent) - 600), abs=8)
    assert timebase.counts.resets == 0
    assert worst_ms(t_s, index) < 50.0


def test_a_rate_measured_wrong_is_measured_again() -> None:
    sent = arrivals(60.0)
    halved = sent[:30:2] + sent[30:]  # half of the first second is lost, packet by packet
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, halved))
    assert timebase.fs_hz == pytest.approx(208.0, rel=0.005)
    assert timebase.counts.late_dropped <= 5
    assert (np.diff(t_s) > 0.0).all()
    assert worst_ms(t_s[index > 400], index[index > 400]) < 50.0


def test_the_loss_of_short_packets_after_long_ones_is_no_slow_pod() -> None:
    sizes = [80, 32] * 12 + [40] * 60
    starts = np.cumsum([0, *sizes[:-1]])
    is_lost = [size == 32 and number < 8 for number, size in enumerate(sizes)]
    timebase = Timebase(PodClock(1e-9, 64), 208.0)
    sent: list[Arrival] = []
    for start, size, lost in zip(starts, sizes, is_lost, strict=True):
        index = start + np.arange(float(size))
        block = ImuBlock(round(index[0] / 208.0 * 1e9), np.column_stack([index] * 3), None)
        if not lost:
            sent.append((block, 1.0 + float(index[-1]) / 208.0))
    t_s, index = joined(fed(timebase, sent))
    assert timebase.lost_samples == 4 * 32
    assert timebase.counts.dropped == 0
    np.testing.assert_allclose(t_s, 1.0 + index / 208.0, atol=0.001)


def test_copies_are_dropped() -> None:
    sent = arrivals()
    doubled = [copy for arrival in sent for copy in (arrival, arrival)]
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, doubled))
    plain_s, plain_index = joined(fed(Timebase(MILLISECONDS, 208.0), sent))
    np.testing.assert_array_equal(index, plain_index)
    np.testing.assert_array_equal(t_s, plain_s)
    assert timebase.counts.duplicates == len(sent)


def test_packets_that_overtook_others_are_put_back() -> None:
    sent = arrivals()
    sent[100], sent[104] = (sent[104][0], sent[100][1]), (sent[100][0], sent[104][1])
    sent[5], sent[6] = (sent[6][0], sent[5][1]), (sent[5][0], sent[6][1])
    timebase = Timebase(MILLISECONDS, 208.0)
    _, index = joined(fed(timebase, sent))
    np.testing.assert_array_equal(index, np.arange(8.0 * len(sent)))
    assert timebase.lost_samples == 0
    assert timebase.counts.late_restored > 0


def test_blocks_wait_only_while_a_gap_is_open_and_half_a_second_at_most() -> None:
    sent = arrivals()
    timebase = Timebase(MILLISECONDS, 208.0)
    given_out = [len(timebase.push(block, at_s)) for block, at_s in sent[:100] + sent[101:200]]
    assert set(given_out[20:100]) == {1}
    waiting = given_out[100:].index(max(given_out[100:]))
    assert set(given_out[100 : 100 + waiting]) == {0}
    assert 0.4 <= waiting * PACKET_S <= 0.5
    assert set(given_out[101 + waiting :]) == {1}


def test_what_comes_after_its_place_was_given_up_is_dropped() -> None:
    sent = arrivals()
    late_block, _ = sent[100]
    reordered = [*sent[:100], *sent[101:130], (late_block, sent[130][1]), *sent[130:]]
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, reordered))
    assert len(index) == 8 * (len(sent) - 1)
    assert (np.diff(t_s) > 0.0).all()
    assert timebase.counts.late_dropped == 1
    assert timebase.lost_samples == 8


@pytest.mark.parametrize(
    ("bits", "boot_ms"), [(32, 2.0**32 - 10_000.0), (16, 60_000.0), (16, 2.0**32)]
)
def test_a_counter_that_wraps_goes_on(bits: int, boot_ms: float) -> None:
    pod = PodClocks(boot_ms=boot_ms, bits=bits)
    timebase = Timebase(PodClock(0.001, bits), 208.0)
    t_s, index = joined(fed(timebase, arrivals(150.0, pod)))
    assert timebase.counts.resets == 0
    assert timebase.lost_samples == 0
    assert worst_ms(t_s, index, pod) < 15.0


def test_wraps_during_a_long_hole_are_found_by_the_arrivals() -> None:
    pod = PodClocks(bits=16)
    sent = arrivals(300.0, pod)
    timebase = Timebase(PodClock(0.001, 16), 208.0)
    t_s, index = joined(fed(timebase, sent[:200] + sent[-200:]))
    assert timebase.counts.resets == 0
    assert worst_ms(t_s, index, pod) < 20.0


def test_a_restarted_counter_is_anchored_anew_and_time_goes_on() -> None:
    pod = PodClocks()
    before = arrivals(30.0, pod)
    restarted = pod.restarted(first_s=45.0, first_index=8 * len(before))
    after = arrivals(60.0, restarted)
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, before + after))
    np.testing.assert_array_equal(index, np.arange(8.0 * (len(before) + len(after))))
    assert (np.diff(t_s) > 0.0).all()
    assert timebase.counts.resets == 1
    new = index >= 8 * len(before)
    assert worst_ms(t_s[new], index[new], restarted) < 20.0
    lost = (45.0 - before[-1][1]) * 208.0
    assert timebase.lost_samples == pytest.approx(lost, abs=15)


def test_a_restart_never_turns_time_back() -> None:
    pod = PodClocks()
    before = pod.packets(20.0, lambda _: 0.5)
    # The new pod's packets are not held up, so its samples seem to lie before the old ones'.
    after = pod.restarted(first_s=20.7, first_index=8 * len(before)).packets(20.0, lambda _: 0.0)
    t_s, index = joined(fed(Timebase(MILLISECONDS, 208.0), before + after))
    assert len(index) == 8 * (len(before) + len(after))
    assert (np.diff(t_s) > 0.0).all()


def test_one_wild_counter_is_no_restart() -> None:
    sent = arrivals()
    block, at_s = sent[200]
    wild = [*sent[:200], (type(block)(77, block.acc_g, None), at_s), *sent[201:]]
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, wild))
    assert timebase.counts.resets == 0
    assert timebase.counts.implausible == 1
    assert timebase.lost_samples == 8
    assert worst_ms(t_s, index) < 15.0


def test_packets_held_up_for_seconds_are_no_restart() -> None:
    sent = arrivals(60.0)
    stalled = [(block, max(at_s, 28.0) if at_s > 20.0 else at_s) for block, at_s in sent]
    timebase = Timebase(MILLISECONDS, 208.0)
    t_s, index = joined(fed(timebase, stalled))
    assert timebase.counts.resets == 0
    assert len(index) == 8 * len(sent)
    assert worst_ms(t_s, index) < 20.0


@settings(max_examples=60, deadline=None)
@given(data=st.data(), packet=st.integers(1, 12), speed=st.floats(0.97, 1.03))
def test_nothing_is_given_out_twice_or_out_of_order(
    data: st.DataObject, packet: int, speed: float
) -> None:
    pod = PodClocks(fs_hz=104.0, packet=packet, speed=speed)
    sent = pod.packets(6.0, jitter(12))
    fate = data.draw(st.lists(st.sampled_from("....lds"), min_size=len(sent), max_size=len(sent)))
    received: list[Arrival] = []
    for arrival, what in zip(sent, fate, strict=True):
        received += {"l": [], "d": [arrival, arrival]}.get(what, [arrival])
    for place in [k for k, what in enumerate(fate) if what == "s" and 0 < k < len(received)]:
        received[place - 1], received[place] = received[place], received[place - 1]
    timebase = Timebase(MILLISECONDS, 104.0)
    out = fed(timebase, received)
    t_s, index = joined(out)
    assert (np.diff(t_s) > 0.0).all()
    assert (np.diff(index) > 0.0).all()
    counts = timebase.counts
    dropped = counts.duplicates + counts.late_dropped + counts.implausible
    assert len(out) + dropped == len(received)
    assert sum(samples.lost_before for samples in out) == timebase.lost_samples


@settings(max_examples=60, deadline=None)
@given(
    ticks=st.lists(st.integers(0, 2**16 - 1), max_size=60),
    delays=st.lists(st.floats(0.0, 3.0), min_size=60, max_size=60),
)
def test_any_ticks_at_all_give_rising_times(ticks: list[int], delays: list[float]) -> None:
    timebase = Timebase(PodClock(0.001, 16), 208.0)
    at_s = 0.0
    received: list[Arrival] = []
    pod = PodClocks()
    for (block, _), tick, delay_s in zip(
        pod.packets(6.0, lambda _: 0.0), ticks, delays, strict=False
    ):
        at_s += delay_s
        received.append((type(block)(tick, block.acc_g, None), at_s))
    out = fed(timebase, received)
    t_s, _ = joined(out)
    assert np.isfinite(t_s).all()
    assert (np.diff(t_s) > 0.0).all()
    counts = timebase.counts
    dropped = counts.duplicates + counts.late_dropped + counts.implausible
    assert len(out) + dropped == len(received)


def test_r09_packets_that_share_a_stamp_are_told_apart_from_copies_and_counted() -> None:
    pod = PodClocks(fs_hz=200.0, packet=1, tick_ms=10)
    timebase = Timebase(MILLISECONDS, 200.0)
    arrivals = pod.packets(30.0, jitter(6))
    t_s, index = joined(fed(timebase, arrivals))
    # Nobody knows when the second of two was taken: it is refused, never placed on the first.
    assert timebase.counts.duplicates == 0
    assert timebase.counts.late_dropped == len(arrivals) - len(index)
    assert timebase.lost_samples == pytest.approx(len(arrivals) / 2, rel=0.02)
    assert (np.diff(t_s) > 0.0).all()
    assert (np.diff(index) > 0.0).all()
