"""A pod's road for who is in no hurry: the same steps, with samples handed on by the half minute.

A live session hands on each packet as it comes. A report or an export has them all, and the
analysis gives the same steps however its stream is cut.
"""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np

from monitor.core import Input
from monitor.pipeline import RATE_TOLERANCE, PodPipeline
from monitor.setup import PodSetup
from sensors.samples import FloatArray, ImuSamples, LinkEvent, Notification, PodReport

Span = tuple[float, float]

ALL_TIME: Final[Span] = (-math.inf, math.inf)

BATCH_S: Final = 30.0
"""s. Samples that go into the analysis at once. Design default: longer ones gain no more."""


class BatchPipeline(PodPipeline):
    """A ``PodPipeline`` that analyses in long pieces.

    Parameters
    ----------
    setup : PodSetup
        The pod and where it is worn.
    span : tuple of float
        From when to when its samples are wanted, in session seconds.

    Attributes
    ----------
    pieces : list of ImuSamples
        All samples of that time, on the session's clock.
    """

    def __init__(self, setup: PodSetup, span: Span = ALL_TIME) -> None:
        super().__init__(setup, with_strikes=False)
        self.pieces: list[ImuSamples] = []
        self._span = span
        self._waiting: list[ImuSamples] = []

    def flush(self) -> None:
        """End the stream."""
        if self.timebase is not None:
            self._analyse(self.timebase.flush())
        self._hand_on()
        super().flush()

    def _analyse(self, blocks: list[ImuSamples]) -> None:
        for block in _within(blocks, self._span):
            fs_hz = self.fs_hz
            assert fs_hz is not None, "samples leave the time base only after it measured the rate"
            if self._fs_hz is None or abs(fs_hz / self._fs_hz - 1.0) > RATE_TOLERANCE:
                self._open_analyser(fs_hz)
            self._waiting.append(block)
        if self._waiting and self._waiting[-1].t_s[-1] - self._waiting[0].t_s[0] >= BATCH_S:
            self._hand_on()

    def _open_analyser(self, fs_hz: float) -> None:
        # What waits was measured at the old rate or scale.
        self._hand_on()
        super()._open_analyser(fs_hz)

    def _hand_on(self) -> None:
        waiting, self._waiting = self._waiting, []
        for block in waiting:
            self.samples += len(block.t_s)
            self._note_hole(block)
        for piece in _pieces(waiting):
            self.pieces.append(piece)
            if self.analyser is not None:
                self.steps += self.analyser.push(piece.t_s, piece.acc_g, piece.gyro_dps)


def pipeline_of(pod: PodSetup, items: Iterable[Input], span: Span = ALL_TIME) -> BatchPipeline:
    """Return a pod's road after a whole recording, flushed.

    Parameters
    ----------
    pod : PodSetup
        The one whose steps are wanted.
    items : iterable of Input
        What was fed to the session, in order.
    span : tuple of float
        See ``BatchPipeline``.
    """
    pipeline = BatchPipeline(pod, span)
    for item in items:
        match item:
            case Notification() if item.slot == pod.slot:
                pipeline.feed(item)
            case LinkEvent() if item.slot == pod.slot:
                pipeline.link(item)
            case PodReport() if item.slot == pod.slot:
                pipeline.identify(item.identity)
    pipeline.flush()
    return pipeline


def _within(blocks: list[ImuSamples], span: Span) -> Iterable[ImuSamples]:
    low_s, high_s = span
    for block in blocks:
        is_in = (block.t_s >= low_s) & (block.t_s < high_s)
        if is_in.all():
            yield block
        elif is_in.any():
            gyro_dps = None if block.gyro_dps is None else block.gyro_dps[is_in]
            yield ImuSamples(block.t_s[is_in], block.acc_g[is_in], gyro_dps, block.lost_before)


def _pieces(blocks: list[ImuSamples]) -> Iterable[ImuSamples]:
    """Join blocks that belong together: a hole and a change of columns stay where they are."""
    start = 0
    for end in range(1, len(blocks) + 1):
        is_last = end == len(blocks)
        if not is_last and not blocks[end].lost_before and _alike(blocks[start], blocks[end]):
            continue
        yield _joined(blocks[start:end])
        start = end


def _alike(a: ImuSamples, b: ImuSamples) -> bool:
    return (a.gyro_dps is None) is (b.gyro_dps is None)


def _joined(blocks: list[ImuSamples]) -> ImuSamples:
    gyro: FloatArray | None = None
    if blocks[0].gyro_dps is not None:
        gyro = np.concatenate([b.gyro_dps for b in blocks if b.gyro_dps is not None])
    return ImuSamples(
        np.concatenate([b.t_s for b in blocks]),
        np.concatenate([b.acc_g for b in blocks]),
        gyro,
        blocks[0].lost_before,
    )
