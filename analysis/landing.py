"""When a foot with a gyroscope lands: the mean of three signs of landing.

None of them is initial contact itself, and they err apart: the hump of the shock (heel strike and
the fall of the forefoot), the fastest turn of the forefoot towards the ground, and the instant at
which the foot has given up most of its swing speed. Their mean is steadier than each: against
motion capture and hand labels alike, fewer steps are more than 50 ms away.

The pod may sit in any position: the axis of the foot's pitch is the main axis of its own angular
velocity around the step (Falbriard 2018, 10.3389/fphys.2018.00610, uses the pitch of a foot whose
axes are known), and its sense is that of the swing before.
"""

from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from analysis.signals import Column
from analysis.smoothing import triangle_window, vertex
from analysis.tape import Tape

FloatArray = NDArray[np.float64]

BEFORE_S = 0.40
"""Swing looked at before the hump."""
AFTER_S = 0.25
"""Stance looked at after it; short of ``bursts.EARLY_S``, when a contact may be decided."""
SWING_S = (0.25, 0.06)
"""The part before the hump in which the foot turns in the sense of the swing."""
NEAR_S = 0.12
"""Signs of landing are sought this near to the hump."""
SMOOTH_S = 0.03
"""Half the base of the triangle that smooths the pitch rate: shorter than the fall of the
forefoot (about 0.1 s), longer than the strap's ringing."""
REST_S = 0.08
"""Length of the stillest part of stance, where the foot's speed is taken as zero."""
LANDED_SHARE = 0.20
"""Share of its swing speed at which the foot has landed (design default, 0.15-0.35 serve)."""
OFFSET_S = 0.015
"""From initial contact to the mean of the three signs: half-way between hand labels and the end
of the foot's swing by motion capture, which lie 30 ms apart."""


def landing_index(tape: Tape, hump: float, fs_hz: float) -> float:
    """Return initial contact as a sample index with a fraction.

    Parameters
    ----------
    tape : Tape
        The signals, with those of a gyroscope, up to ``AFTER_S`` after the hump where it does not
        end before.
    hump : float
        Top of the shock's hump, as a sample index.
    fs_hz : float
        Sampling rate in Hz.
    """
    top = int(hump)
    low = max(top - int(BEFORE_S * fs_hz), tape.start)
    motion = tape.rows(Column.ACC_X, Column.GYRO_Z, low, top + int(AFTER_S * fs_hz))
    acc, gyro = motion[:3], motion[3:]
    here = top - low
    near = int(NEAR_S * fs_hz)
    if here < near + 2 or gyro.shape[1] < here + near + 2:
        return hump - OFFSET_S * fs_hz
    axis = np.linalg.eigh(gyro @ gyro.T)[1][:, -1]
    pitch = axis @ gyro
    if pitch[here - int(SWING_S[0] * fs_hz) : here - int(SWING_S[1] * fs_hz)].sum() < 0.0:
        pitch, axis = -pitch, -axis
    fall = low + _fall(pitch, here, near, max(1, round(SMOOTH_S * fs_hz)))
    landed = _landed(acc, gyro, pitch, axis.tolist(), here, fs_hz)
    if landed is None or abs(low + landed - hump) > near:
        return 0.5 * (hump + fall) - OFFSET_S * fs_hz
    return (hump + fall + low + landed) / 3.0 - OFFSET_S * fs_hz


def _fall(pitch_dps: FloatArray, here: int, near: int, width: int) -> float:
    """Return where the foot turns fastest against the sense of its swing."""
    first = max(here - near - width + 1, 0)
    x = np.convolve(pitch_dps[first : here + near + width - 1], triangle_window(width), "valid")
    k = int(x.argmin())
    return first + k + vertex(x, k) + width - 1


def _landed(
    acc_g: FloatArray,
    gyro_dps: FloatArray,
    pitch_dps: FloatArray,
    axis: list[float],
    here: int,
    fs_hz: float,
) -> float | None:
    """Return where the foot's speed in the sagittal plane last falls below its share.

    The acceleration is integrated backwards from the stillest part of stance, in the plane across
    the pitch axis; half a second is too short for drift.
    """
    rest = max(3, int(REST_S * fs_hz))
    first = here + int(0.10 * fs_hz) - rest // 2
    turning = np.abs(gyro_dps[:, first:]).sum(axis=0)
    if len(turning) < rest:
        return None
    start = first + int(np.convolve(turning, np.ones(rest), "valid").argmin())
    zero = start + rest // 2
    u, v, w = axis
    x, y, z = (acc_g[:, start : start + rest].sum(axis=1) / rest).tolist()
    along = x * u + y * v + z * w
    x, y, z = x - along * u, y - along * v, z - along * w
    height = sqrt(x * x + y * y + z * z)
    if height < 0.1:
        return None
    x, y, z = x / height, y / height, z / height
    frame = np.array(((x, y, z), (v * z - w * y, w * x - u * z, u * y - v * x)))
    up, on = frame @ acc_g[:, zero::-1]
    angle = pitch_dps[zero::-1].cumsum() * (pi / 180.0 / fs_hz)
    cos, sin = np.cos(angle), np.sin(angle)
    # Turned back into the axes at rest, less gravity; from rest back to the swing.
    rise = (up * cos + on * sin - height).cumsum()
    run = (on * cos - up * sin).cumsum()
    squared = rise * rise + run * run
    level = LANDED_SHARE**2 * float(squared[zero + 1 - here :].max())
    k = int((squared > level).argmax())
    if k == 0:
        return None
    over, under = sqrt(squared.item(k)), sqrt(squared.item(k - 1))
    return zero - k + (over - sqrt(level)) / (over - under)
