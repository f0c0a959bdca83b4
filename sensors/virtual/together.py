"""Several virtual pods on one walker: they stand still until all of them are listened to.

Each pod plays from its own first subscription on, and pods are subscribed one after the other.
"""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Final, TypeVar

import numpy as np

from sensors.virtual.player import SampleSource, SourceBlock

T = TypeVar("T")

BLOCK: Final = 8
"""Samples of a block of standing: the walker begins within so many of all pods' being there."""

STANDING_G: Final = (0.0, 0.0, 1.0)
"""g. What a pod feels that stands upright."""


class Together:
    """What the pods of one walker share.

    Parameters
    ----------
    pods : int
        How many there are.
    """

    def __init__(self, pods: int) -> None:
        self._missing = pods

    @property
    def is_complete(self) -> bool:
        """Whether all are listened to."""
        return self._missing <= 0

    def join(self) -> None:
        """One more pod is listened to."""
        self._missing -= 1

    def joined(self, items: Iterable[T]) -> Iterator[T]:
        """Yield what a pod without samples plays; it joins as it is asked for the first."""
        self.join()
        yield from items


class TogetherSource:
    """A source that plays once all pods of its walker are listened to: a ``SampleSource``.

    Parameters
    ----------
    source : SampleSource
        What is played then, with a gyroscope.
    together : Together
        Shared with the other pods of the walker.
    """

    def __init__(self, source: SampleSource, together: Together) -> None:
        self._source = source
        self._together = together

    @property
    def fs_hz(self) -> float:
        """Samples per second."""
        return self._source.fs_hz

    def blocks(self) -> Iterator[SourceBlock]:
        """Yield standing until all are there, then the source, later by as much."""
        self._together.join()
        standing = np.tile(STANDING_G, (BLOCK, 1))
        still = np.zeros((BLOCK, 3))
        for number in count():
            t_s = number * BLOCK / self.fs_hz
            if self._together.is_complete:
                break
            yield SourceBlock(t_s, standing, still)
        for block in self._source.blocks():
            yield SourceBlock(t_s + block.t_s, block.acc_g, block.gyro_dps)
