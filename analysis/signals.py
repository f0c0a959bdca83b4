"""The front end: from raw samples to the few signals that the detectors read.

Everything is invariant to how the pod is mounted: norms, the projection on the own gravity
estimate, and (in ``stride_period``) vector products.
"""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from analysis.filters import CausalFilter, RunningMean
from analysis.grid import Stretch
from analysis.smoothing import RunningSum, Triangle
from analysis.step import Placement

FloatArray = NDArray[np.float64]

SPLIT_HZ = 12.0
"""First-order split between the limb's own movement (below) and the bursts of contacts (above).
Contacts stand out best in walking at 8-16 Hz, below the strap's resonance."""
BURST_WIDTH_S = {Placement.SHANK: 0.06, Placement.FOOT: 0.10}
"""Half the width of the hump one contact makes. On the foot heel strike and the fall of the
forefoot, up to 0.1 s apart in walking, must become one."""
GRAVITY_TAU_S = 4.0
"""Time constant of the gravity estimate: several strides, shorter than a turn of the strap."""
CLIP_SHARE = 0.98
"""An axis at or above this share of full scale counts as clipped (programme rule)."""


class Column(IntEnum):
    """The columns of the tape."""

    TIME = 0
    RESULTANT = 1
    BURST = 2
    """Envelope of the high-passed norm, ``FrontEnd.burst_delay`` samples late."""
    AXIAL = 3
    MOVED = 4
    """Running sum of the norm of the low-passed acceleration less gravity."""
    FILLED = 5
    """Running count of filled samples."""
    CLIPPED = 6
    """Running count of samples with an axis at full scale."""
    TURNED = 7
    """Running sum of the norm of the angular velocity; this and the rest with a gyroscope only."""
    ACC_X = 8
    ACC_Y = 9
    ACC_Z = 10
    GYRO_X = 11
    GYRO_Y = 12
    GYRO_Z = 13


COLUMNS_WITHOUT_GYRO = int(Column.TURNED)
"""Columns of a pod that has no gyroscope: the first ones."""


class FrontEnd:
    """Turns stretches into the columns of a tape and the limb's low-passed movement.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    full_scale_g : float or None
        Full scale of the accelerometer; None: clipping cannot be seen.

    Attributes
    ----------
    burst_delay : int
        Samples by which the burst column is late.
    """

    def __init__(self, fs_hz: float, placement: Placement, full_scale_g: float | None) -> None:
        self._clip_g = np.inf if full_scale_g is None else CLIP_SHARE * full_scale_g
        self._low = CausalFilter(1, SPLIT_HZ, "lowpass", fs_hz)
        self._gravity = RunningMean(GRAVITY_TAU_S, fs_hz)
        self._hump = Triangle(max(1, round(BURST_WIDTH_S[placement] * fs_hz)))
        self._moved = RunningSum()
        self._turned = RunningSum()
        self._filled = RunningSum()
        self._clipped = RunningSum()
        self.burst_delay = self._hump.delay

    def step(self, stretch: Stretch, columns: FloatArray) -> FloatArray:
        """Process the next block.

        Parameters
        ----------
        stretch : Stretch
            At least one sample.
        columns : ndarray, shape (len(Column) or COLUMNS_WITHOUT_GYRO, n)
            Where the columns are written to.

        Returns
        -------
        ndarray, shape (3, n)
            The limb's movement: low-passed acceleration less gravity, in g.
        """
        acc, gyro = stretch.acc_g, stretch.gyro_dps
        low, gravity = self._low.step(acc), self._gravity.step(acc)
        movement: FloatArray = low - gravity
        resultant, burst = norm(acc), norm(acc - low)
        weight, moved = norm(gravity), norm(movement)
        columns[Column.TIME] = stretch.t_s
        columns[Column.RESULTANT] = resultant
        columns[Column.BURST] = self._hump.step(burst)
        along = acc * gravity
        axial = along[0] + along[1]
        axial += along[2]
        weight += 1e-9
        np.divide(axial, weight, out=columns[Column.AXIAL])
        columns[Column.MOVED] = self._moved.step(moved)
        columns[Column.FILLED] = self._filled.count(stretch.filled)
        # No axis exceeds the resultant: mostly the axes need no look.
        if resultant.max() < self._clip_g:
            columns[Column.CLIPPED] = self._clipped.total
        else:
            at_scale = np.abs(acc).max(axis=0) >= self._clip_g
            columns[Column.CLIPPED] = self._clipped.count(at_scale & ~stretch.filled)
        if gyro is not None:
            columns[Column.TURNED] = self._turned.step(norm(gyro))
            columns[Column.ACC_X : Column.ACC_Z + 1] = acc
            columns[Column.GYRO_X : Column.GYRO_Z + 1] = gyro
        return movement

    @property
    def clipped(self) -> int:
        """Samples so far with an axis at full scale."""
        return int(self._clipped.total)


def norm(rows: FloatArray) -> FloatArray:
    """Return the Euclidean norm over three rows, the same bits for every length of block.

    Parameters
    ----------
    rows : ndarray, shape (3, n)
    """
    squares = rows * rows
    total = squares[0] + squares[1]
    total += squares[2]
    return np.asarray(np.sqrt(total, out=total))
