"""What a virtual pod plays: blocks of samples that stand on the source's own clock."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sensors.samples import FloatArray

MAX_STEP_PERIODS = 1.5
"""Periods. A longer step between two samples means that at least one slot is empty."""


@dataclass(frozen=True, slots=True, eq=False)
class SourceBlock:
    """Contiguous samples: no slot is empty between the first and the last.

    Attributes
    ----------
    t_s : float
        Time of the first sample on the source's clock, in seconds.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.
    """

    t_s: float
    acc_g: FloatArray
    gyro_dps: FloatArray | None


class SampleSource(Protocol):
    """Anything that a pod with samples can play.

    Attributes
    ----------
    fs_hz : float
        Samples per second on the source's clock.
    """

    @property
    def fs_hz(self) -> float:
        """Samples per second."""
        ...

    def blocks(self) -> Iterator[SourceBlock]:
        """Yield the blocks in rising time; a block ends before an empty slot."""
        ...


class ArraySource:
    """Arrays as a source, for example the columns of a CSV.

    Parameters
    ----------
    t_s : ndarray, shape (n,)
        Strictly rising times, in seconds.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.
    fs_hz : float
        Nominal sample rate: what counts as an empty slot is measured with it.
    block_size : int
        Samples of a block at most. Short blocks keep the times true where the real rate is not
        the nominal one.

    Raises
    ------
    ValueError
        Where the lengths differ, the times do not rise, or the rate is not above 0.
    """

    def __init__(
        self,
        t_s: FloatArray,
        acc_g: FloatArray,
        gyro_dps: FloatArray | None,
        fs_hz: float,
        block_size: int = 8,
    ) -> None:
        if not fs_hz > 0.0:
            raise ValueError(f"source: fs_hz is {fs_hz}; give a rate above 0")
        if acc_g.shape != (len(t_s), 3):
            raise ValueError(
                f"source: acc_g is {acc_g.shape}; give {(len(t_s), 3)}, one row a time"
            )
        if gyro_dps is not None and gyro_dps.shape != acc_g.shape:
            raise ValueError(f"source: gyro_dps is {gyro_dps.shape}; give {acc_g.shape}, as acc_g")
        if not np.all(np.diff(t_s) > 0.0):
            raise ValueError(
                "source: t_s does not rise everywhere; sort it and drop repeated times"
            )
        self.fs_hz = fs_hz
        self._block_size = block_size
        self._t_s = t_s
        self._acc_g = acc_g
        self._gyro_dps = gyro_dps

    def blocks(self) -> Iterator[SourceBlock]:
        """Yield the samples in blocks of ``block_size``, fewer where a slot is empty."""
        cuts = np.flatnonzero(np.diff(self._t_s) > MAX_STEP_PERIODS / self.fs_hz) + 1
        edges = [0, *cuts.tolist(), len(self._t_s)]
        for run_start, run_stop in itertools.pairwise(edges):
            for start in range(run_start, run_stop, self._block_size):
                stop = min(start + self._block_size, run_stop)
                gyro = None if self._gyro_dps is None else self._gyro_dps[start:stop]
                yield SourceBlock(float(self._t_s[start]), self._acc_g[start:stop], gyro)


def packets(source: SampleSource, size: int) -> Iterator[SourceBlock]:
    """Cut a source's blocks into packets of at most ``size`` samples.

    Parameters
    ----------
    source : SampleSource
        What is played.
    size : int
        Samples of a full packet; the last one of a block may be shorter.

    Yields
    ------
    SourceBlock
        In the order of the source, with the time of its own first sample.
    """
    for block in source.blocks():
        for start in range(0, len(block.acc_g), size):
            gyro = None if block.gyro_dps is None else block.gyro_dps[start : start + size]
            yield SourceBlock(
                block.t_s + start / source.fs_hz, block.acc_g[start : start + size], gyro
            )
