"""A gait whose every step is known: what a virtual pod on a shin plays.

The signal has what a step detector meets on a real shank: gravity that turns with the segment,
the slow accelerations of stance and swing, a damped oscillation at each initial contact, a smaller
burst at toe-off, a trace of the other foot, strides that vary in length, strength and shape,
noise, clipping and any mounting. It is made from textbook shapes, not from recordings: that a
detector finds these steps is no evidence of its accuracy on people.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sensors.samples import FloatArray
from sensors.virtual.gait_schedule import Schedule, TrueStep, other_foot, schedule
from sensors.virtual.gait_script import GaitScript
from sensors.virtual.gait_signal import GaitSignal
from sensors.virtual.player import SourceBlock

__all__ = ["GaitSource", "Mounting", "OtherFoot", "TrueStep"]

CHUNK_S: Final = 10.0
"""Seconds that are computed at once: long enough for speed, short enough for memory."""

ACC_NOISE_G: Final = 0.015
"""g. Noise of each axis: a cheap accelerometer at 200 Hz, and a strap (design default)."""

GYRO_NOISE_DPS: Final = 1.0
"""Degrees per second. The same for the gyroscope (design default)."""


@dataclass(frozen=True, slots=True)
class Mounting:
    """How the pod sits, and where it clips.

    Attributes
    ----------
    full_scale_g : float or None
        Each axis is cut here; None for a sensor without end.
    turned : bool
        Whether the pod is strapped on in a random position, drawn from the source's seed.
    """

    full_scale_g: float | None = 16.0
    turned: bool = False


@dataclass(frozen=True, slots=True)
class OtherFoot:
    """The foot that takes turns with that of the same script and seed.

    Attributes
    ----------
    impact_ratio, contact_ratio : float
        Its impacts and contact times, over those of the one foot.
    """

    impact_ratio: float = 1.0
    contact_ratio: float = 1.0


class GaitSource:
    """A script played by one foot: a ``SampleSource`` with its truth.

    Parameters
    ----------
    script : GaitScript
        What is done, and for how long.
    fs_hz : float
        Sample rate.
    seed : int
        Same script, rate, seed and mounting: same samples, to the last bit.
    mounting : Mounting
        Position and range of the sensor; the truth does not depend on it.
    block_size : int
        Samples of a block.
    other : OtherFoot, optional
        Play the other foot of the same walk.

    Attributes
    ----------
    fs_hz : float
        As given.
    truth : tuple of TrueStep
        The steps of the instrumented foot, in order.

    Raises
    ------
    ValueError
        Where the rate or the block size is not above 0.
    """

    def __init__(
        self,
        script: GaitScript,
        fs_hz: float = 208.0,
        seed: int = 1,
        *,
        mounting: Mounting = Mounting(),
        block_size: int = 8,
        other: OtherFoot | None = None,
    ) -> None:
        if not fs_hz > 0.0 or block_size < 1:
            raise ValueError(
                f"gait: fs_hz is {fs_hz}, block_size {block_size}; both have to be above 0"
            )
        # One stream for each purpose: the strides do not depend on the rate, nor on the mounting.
        stride_seed, noise_seed, mounting_seed = np.random.SeedSequence(seed).spawn(3)
        plan: Schedule = schedule(script, np.random.default_rng(stride_seed))
        if other is not None:
            plan = other_foot(plan, other.impact_ratio, other.contact_ratio)
            noise_seed = noise_seed.spawn(1)[0]
        self.fs_hz = fs_hz
        self._signal = GaitSignal(plan)
        self.truth: tuple[TrueStep, ...] = self._signal.truth()
        self._noise_seed = noise_seed
        self._full_scale_g = mounting.full_scale_g
        self._rotation = (
            random_rotation(np.random.default_rng(mounting_seed)) if mounting.turned else np.eye(3)
        )
        self._count = int(script.duration_s * fs_hz)
        self._block_size = block_size

    def blocks(self) -> Iterator[SourceBlock]:
        """Yield the samples from the beginning, at every call the same ones."""
        noise = np.random.default_rng(self._noise_seed)
        chunk = self._block_size * max(1, int(CHUNK_S * self.fs_hz / self._block_size))
        for start in range(0, self._count, chunk):
            count = min(chunk, self._count - start)
            acc_g, gyro_dps = self._samples(start, count, noise)
            for first in range(0, count, self._block_size):
                part = slice(first, first + self._block_size)
                t_s = (start + first) / self.fs_hz
                yield SourceBlock(t_s, acc_g[part], gyro_dps[part])

    def _samples(
        self, start: int, count: int, noise: np.random.Generator
    ) -> tuple[FloatArray, FloatArray]:
        t_s = np.arange(start, start + count) / self.fs_hz
        white = noise.standard_normal((count, 6))
        acc_g = self._signal.acc_g(t_s) @ self._rotation.T + ACC_NOISE_G * white[:, :3]
        gyro_dps = self._signal.gyro_dps(t_s) @ self._rotation.T + GYRO_NOISE_DPS * white[:, 3:]
        if self._full_scale_g is not None:
            acc_g = np.clip(acc_g, -self._full_scale_g, self._full_scale_g)
        return acc_g, gyro_dps


def random_rotation(rng: np.random.Generator) -> FloatArray:
    """Return a rotation matrix, all rotations being equally likely (Shoemake 1992)."""
    w, x, y, z = (lambda q: q / np.linalg.norm(q))(rng.standard_normal(4))
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )
