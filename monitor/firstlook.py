"""The first half minute of a pod's signal: is it on shank or shoe, tight, and in g? It asks only.

The check is one of the analysis (``analysis.placement``). What it looks at is gathered here: the
first walk of the session, with a moment before it in which the patient often still stands.
"""

from collections import deque
from typing import Final

import numpy as np

from analysis.placement import LOOK_S, QUESTIONS, Doubt, PlacementCheck, check_placement
from sensors.samples import ImuSamples

REST_BEFORE_S: Final = 3.0
"""s. What is looked at before the start: a pod at rest tells its units. Design default."""


UNITS: Final = (Doubt.METRES, Doubt.MILLI_G, Doubt.UNITS)
"""Doubts that hold whatever the patient does."""


class FirstLook:
    """Gathers samples around the start, and looks at them once.

    Attributes
    ----------
    check : PlacementCheck or None
        What was found; None while nothing was looked at.
    """

    def __init__(self) -> None:
        self.check: PlacementCheck | None = None
        self._blocks: deque[ImuSamples] = deque()
        self._has_started = False
        self._fs_hz = 0.0

    def start(self) -> None:
        """Begin to look: the session has started."""
        self._has_started = True

    def push(self, block: ImuSamples, fs_hz: float) -> None:
        """Take the next samples; what is not needed any more is dropped."""
        if self.check is not None:
            return
        self._fs_hz = fs_hz
        self._blocks.append(block)
        while not self._has_started and self._length_s() > REST_BEFORE_S:
            self._blocks.popleft()

    def look(self) -> PlacementCheck | None:
        """Return the check once enough was gathered, and None at every other time."""
        if self.check is not None or not self._blocks or self._length_s() < LOOK_S:
            return None
        blocks = tuple(self._blocks)
        self._blocks.clear()
        gyros = [block.gyro_dps for block in blocks if block.gyro_dps is not None]
        self.check = check_placement(
            np.concatenate([block.t_s for block in blocks]),
            np.concatenate([block.acc_g for block in blocks]),
            np.concatenate(gyros) if len(gyros) == len(blocks) else None,
            self._fs_hz,
        )
        return self.check

    def _length_s(self) -> float:
        return self._blocks[-1].t_s.item(-1) - self._blocks[0].t_s.item(0)


def question_of(check: PlacementCheck, *, walks: bool) -> str | None:
    """Return what to ask the patient; None where all fits.

    Parameters
    ----------
    check : PlacementCheck
        What was found.
    walks : bool
        Whether the session begins with walking or running: hops on both feet look like a hip's
        walking, so that they tell of the units only.
    """
    doubts = [doubt for doubt in check.doubts if walks or doubt in UNITS]
    return QUESTIONS[doubts[0]] if doubts else None
