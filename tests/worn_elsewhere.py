"""What a pod feels that is not strapped to a foot or shank: from measured forces and mechanics.

The vertical acceleration of a body's centre is the sum of both feet's ground forces over its
weight (Newton), and the shank recordings come with the force of one foot. The other foot is the
same foot half a stride later. Sideways and forward sway, and the swing of an arm, are textbook
pendulums.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import bilinear, lfilter, lfilter_zi
from shared_recordings import DATA

FloatArray = NDArray[np.float64]

FS_HZ = 1.0 / 0.007
GRAVITY = 9.80665


@dataclass(frozen=True, slots=True, eq=False)
class Worn:
    """Samples of one pod."""

    t_s: FloatArray
    acc_g: FloatArray
    gyro_dps: FloatArray


def trunk(name: str) -> Worn:
    """Return a pod on the hip or chest in the shank recording ``name``."""
    t_s, stride, weight_g = _body(name)
    sway_g = 0.12 * np.sin(2.0 * np.pi * stride)
    brake_g = 0.15 * np.sin(4.0 * np.pi * stride)
    turn_dps = 30.0 * np.cos(2.0 * np.pi * stride)
    acc_g = np.column_stack([brake_g, sway_g, weight_g])
    return Worn(t_s, acc_g, np.outer(turn_dps, [0.3, 0.2, 1.0]))


def hand(name: str, swing_deg: float = 25.0, arm_m: float = 0.6) -> Worn:
    """Return a pod in the swinging hand: a pendulum that hangs from that trunk."""
    t_s, stride, weight_g = _body(name)
    angle = np.radians(swing_deg) * np.sin(2.0 * np.pi * stride)
    rate = np.gradient(angle, t_s)
    along = weight_g * np.cos(angle) + rate**2 * arm_m / GRAVITY
    across = weight_g * np.sin(angle) + np.gradient(rate, t_s) * arm_m / GRAVITY
    acc_g = np.column_stack([across, np.zeros_like(along), along])
    # An arm passes on little above 6 Hz: soft joints between shoulder and hand.
    keep = np.exp(-2.0 * np.pi * 6.0 / FS_HZ)
    rest = np.array([keep])
    acc_g = np.column_stack(
        [lfilter([1.0 - keep], [1.0, -keep], column, zi=rest * column[0])[0] for column in acc_g.T]
    )
    return Worn(t_s, acc_g, np.outer(np.degrees(rate), [0.0, 1.0, 0.0]))


def loose(acc_g: FloatArray, fs_hz: float, own_hz: float, damping: float) -> FloatArray:
    """Return the same on a strap that gives: a mass on a spring, moved at its foot."""
    omega = 2.0 * np.pi * own_hz
    b, a = bilinear(
        [2.0 * damping * omega, omega**2], [1.0, 2.0 * damping * omega, omega**2], fs_hz
    )
    rest = lfilter_zi(b, a)
    return np.column_stack([lfilter(b, a, x, zi=rest * x[0])[0] for x in acc_g.T])


def _body(name: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return time, stride number with its phase, and the acceleration of the body's centre."""
    folder = DATA / "shank_force"
    force = np.loadtxt(folder / f"{name}.force.csv", delimiter=",", skiprows=1)
    contacts = np.loadtxt(folder / f"{name}.events.csv", delimiter=",", skiprows=1)[:, 0]
    numbers = np.arange(len(contacts), dtype=float)
    inside = (force[:, 0] >= contacts[0]) & (force[:, 0] <= contacts[-2])
    t_s = force[inside, 0]
    stride = np.interp(t_s, contacts, numbers)
    later_s = np.interp(stride + 0.5, numbers, contacts)
    both = force[inside, 1] + np.interp(later_s, force[:, 0], force[:, 1])
    return t_s, stride, both
