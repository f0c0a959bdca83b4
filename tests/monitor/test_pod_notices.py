"""What a session says of its pod: a small range, and a stream that nobody can read."""

import struct
from collections.abc import Iterator

import numpy as np
import pytest
from made_sessions import decided, inputs_of, made_setup, run_between_walks

from monitor.core import Input
from monitor.journal import Kind
from monitor.pipeline import UNREADABLE_IN_A_ROW
from monitor.replay import decide
from monitor.snapshot import Priority
from sensors.pods.movesense_start import IMU6_REFERENCE, RANGE_REFERENCE
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.gsp import DATA_UUID

SETUP = made_setup(run_between_walks(12.0, 6.0))
GAIT = GaitScript((walk(6.0), run(12.0, impact_g=9.0), walk(10.0)))


def with_range(*ranges_g: int) -> Iterator[Input]:
    """Yield a session's inputs, with the answers to the question for the range before them."""
    for place, range_g in enumerate(ranges_g):
        answer = bytes([1, RANGE_REFERENCE, 200, 0, range_g])
        yield Notification(0.1 + 0.1 * place, "pod", DATA_UUID, answer)
    yield from inputs_of(GaitSource(GAIT, 208, 1))


def notices(inputs: Iterator[Input]) -> list[tuple[Priority, str]]:
    core = decide(SETUP, inputs)
    return [(e.priority, e.text) for e in core.journal.entries if e.kind is Kind.POD]


def test_a_small_range_is_told_once_and_clipping_follows_it() -> None:
    core = decide(SETUP, with_range(8, 8))
    (entry,) = [entry for entry in core.journal.entries if entry.kind is Kind.POD]
    assert entry.priority is Priority.TECHNICAL
    assert "±8 g" in entry.text
    assert core.judge.full_scale_g == 8.0
    wide = decided(SETUP, GAIT)
    assert wide.clipped_steps == 0
    peaks_g = [step.impact_g for step in wide.judge.steps if step.impact_g is not None]
    assert max(peaks_g) > 8.0
    narrow = decide(SETUP, with_range(2))
    assert narrow.clipped_steps > 10


@pytest.mark.parametrize("ranges_g", [(), (16,), (16, 16)])
def test_a_wide_range_needs_no_word(ranges_g: tuple[int, ...]) -> None:
    assert notices(with_range(*ranges_g)) == []


def test_a_range_that_is_set_smaller_meanwhile_is_told() -> None:
    texts = [text for _, text in notices(with_range(16, 8, 4, 8))]
    assert len(texts) == 3
    assert all(f"±{range_g} g" in text for range_g, text in zip((8, 4, 8), texts, strict=True))


def test_a_stream_in_another_unit_is_refused_and_the_reason_told_once() -> None:
    resting_mg = np.tile([0.0, 0.0, 1000.0], (16, 1)).astype("<f4").tobytes()

    def streaming() -> Iterator[Input]:
        for packet in range(3 * UNREADABLE_IN_A_ROW):
            body = struct.pack("<I", 40 * packet) + resting_mg
            payload = bytes([2, IMU6_REFERENCE]) + body
            yield Notification(1.0 + 0.04 * packet, "pod", DATA_UUID, payload)

    ((priority, text),) = notices(streaming())
    assert priority is Priority.TECHNICAL
    assert "another unit than m/s²; update the firmware" in text


def test_single_bad_packets_are_no_reason_for_a_word() -> None:
    def spoilt() -> Iterator[Input]:
        for item in inputs_of(GaitSource(GAIT, 208, 1)):
            yield item
            if isinstance(item, Notification):
                yield Notification(item.t_s, "pod", DATA_UUID, b"\x07\x63")

    assert notices(spoilt()) == []
