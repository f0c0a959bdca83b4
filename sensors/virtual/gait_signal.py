"""What an accelerometer and a gyroscope on the shin feel of a schedule of strides.

Axes while standing: x to the front, y to the left, z up along the shin. On the slow movement of the
gait sit the bursts of the contacts.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sensors.samples import FloatArray
from sensors.virtual.gait_schedule import Schedule, TrueStep
from sensors.virtual.gait_shapes import RUN, WALK, Movement

IndexArray = NDArray[np.intp]

DENSE_HZ: Final = 4000.0
"""Hz. The grid on which the true impact is found: a burst is 250 points long there."""

BEFORE_S: Final = 0.050
AFTER_S: Final = 0.100
"""Seconds around initial contact in which the impact is the largest resultant."""

CHUNK: Final = 256
"""Contacts whose dense windows are computed at once."""

RING_HZ: Final = {"walk": 14.0, "run": 12.5}
RING_DECAY_S: Final = {"walk": 0.040, "run": 0.055}
"""The oscillation of soft tissue and strap after a contact (design default within 10-25 Hz)."""

DELAY_S: Final = 0.015
RISE_S: Final = 0.012
"""Seconds from contact until the shin feels it, and in which the oscillation then sets in: the peak
comes 30-40 ms after the force begins, as heel pad, shoe and strap give way first."""

PUSH_HZ: Final = 12.0
PUSH_WIDTH_S: Final = 0.022
PUSH_PART: Final = {"walk": 0.20, "run": 0.04}
"""The burst of push-off, as a part of the impact: smaller and slower than that of contact."""

OTHER_PART: Final = 0.05
"""What arrives of the other foot's contact, as a part of the impact."""

RING_DPS_PER_G: Final = 12.0
"""Rotation that shakes along with a contact (design default)."""

SIDE_PART: Final = 0.12
"""Rotation about the other two axes, as a part of the sagittal one."""


class GaitSignal:
    """The clean signal of a schedule at any times.

    Parameters
    ----------
    plan : Schedule
        The strides.
    """

    def __init__(self, plan: Schedule) -> None:
        self._plan = plan
        self._tc_s = plan.t_ic_s + plan.contact_s
        self._ring_hz = np.where(plan.is_run, RING_HZ["run"], RING_HZ["walk"])
        self._ring_hz *= 1.0 + 0.06 * plan.shape[:, 0]
        self._decay_s = np.where(plan.is_run, RING_DECAY_S["run"], RING_DECAY_S["walk"])
        self._decay_s *= 1.0 + 0.10 * plan.shape[:, 1]
        push = np.where(plan.is_run, PUSH_PART["run"], PUSH_PART["walk"])
        self._push_g = push * plan.impact_g * (1.0 + 0.10 * plan.shape[:, 2]) * plan.is_left
        self._along = _directions(plan.shape[:, 3:5])
        self._across = np.cross(self._along, _directions(plan.shape[:, 5:7] + [0.0, 4.0]))
        self._ring_g = np.zeros(len(plan.t_ic_s))
        self._peak_g = np.zeros(len(plan.t_ic_s))
        contacts = np.flatnonzero(plan.is_contact)
        for start in range(0, len(contacts), CHUNK):
            self._reach(contacts[start : start + CHUNK])

    def truth(self) -> tuple[TrueStep, ...]:
        """Return the steps with the impact that the clean signal really reaches."""
        plan = self._plan
        return tuple(
            TrueStep(
                t_ic_s=float(plan.t_ic_s[k]),
                t_tc_s=float(self._tc_s[k]) if plan.is_left[k] else None,
                impact_g=float(self._peak_g[k]),
                gait="run" if plan.is_run[k] else "walk",
            )
            for k in np.flatnonzero(plan.is_contact)
        )

    def acc_g(self, t_s: FloatArray) -> FloatArray:
        """Return the acceleration with gravity, in g, shape (n, 3)."""
        stride = self._stride(t_s)
        acc_g = self._slow_g(t_s, stride)
        if len(self._ring_g):
            acc_g += self._ring_g[stride, None] * self._ring(t_s, stride)
        return acc_g

    def gyro_dps(self, t_s: FloatArray) -> FloatArray:
        """Return the angular velocity in degrees per second, shape (n, 3)."""
        half_s = 0.0005
        pitch_deg = [self._pitch_deg(t, self._stride(t)) for t in (t_s - half_s, t_s + half_s)]
        sagittal = (pitch_deg[1] - pitch_deg[0]) / (2.0 * half_s)
        gyro_dps = np.column_stack([SIDE_PART * sagittal, sagittal, -SIDE_PART * sagittal])
        if len(self._ring_g):
            stride = self._stride(t_s)
            shake = RING_DPS_PER_G * self._ring_g[stride, None] * self._ring(t_s, stride)
            gyro_dps += shake[:, [1, 2, 0]]
        return gyro_dps

    def _reach(self, contacts: IndexArray) -> None:
        """Choose each contact's burst so that the resultant's peak is the one planned."""
        offsets_s = np.arange(-BEFORE_S, AFTER_S, 1.0 / DENSE_HZ)
        t_s = (self._plan.t_ic_s[contacts, None] + offsets_s).ravel()
        stride = self._stride(t_s)
        base = self._slow_g(t_s, stride)
        base += self._ring_g[stride, None] * self._ring(t_s, stride)
        burst = np.where(
            (stride == np.repeat(contacts, len(offsets_s)))[:, None], self._ring(t_s, stride), 0.0
        )
        shape = (len(contacts), len(offsets_s))
        base2 = (base * base).sum(axis=1).reshape(shape)
        mixed = (base * burst).sum(axis=1).reshape(shape)
        burst2 = (burst * burst).sum(axis=1).reshape(shape)
        # |base + a burst| = target is quadratic in a; the least positive root touches the target.
        left = self._plan.impact_g[contacts, None] ** 2 - base2
        root = np.sqrt(np.maximum(0.0, mixed**2 + burst2 * left)) - mixed
        has_root = (burst2 > 1e-6) & (left > 0.0)
        height = np.where(has_root, root / np.where(has_root, burst2, 1.0), np.inf).min(axis=1)
        self._ring_g[contacts] = np.where((left > 0.0).all(axis=1), height, 0.0)
        reached = base2 + self._ring_g[contacts, None] * (
            2.0 * mixed + self._ring_g[contacts, None] * burst2
        )
        self._peak_g[contacts] = np.sqrt(reached.max(axis=1))

    def _stride(self, t_s: FloatArray) -> IndexArray:
        return np.maximum(0, np.searchsorted(self._plan.t_ic_s, t_s, side="right") - 1)

    def _share(self, knots: FloatArray, t_s: FloatArray) -> FloatArray:
        share = np.interp(t_s, knots[:, 0], knots[:, 1])
        return share * share * (3.0 - 2.0 * share)

    def _turns(self, gait: Movement, t_s: FloatArray, stride: IndexArray) -> FloatArray:
        """Return ``exp(2 pi i phase)``: stance and swing last as planned, the shape stays."""
        plan = self._plan
        since_s = t_s - plan.t_ic_s[stride]
        contact_s, stride_s = plan.contact_s[stride], plan.stride_s[stride]
        in_swing = (since_s - contact_s) / (stride_s - contact_s)
        phase = np.where(
            in_swing < 0.0,
            gait.stance * since_s / contact_s,
            gait.stance + (1.0 - gait.stance) * in_swing,
        )
        return np.exp(2j * np.pi * np.clip(phase, 0.0, 1.0))

    def _pitch_deg(self, t_s: FloatArray, stride: IndexArray) -> FloatArray:
        if not len(self._ring_g):
            return np.zeros(len(t_s))
        run = self._share(self._plan.run_knots, t_s)
        pitch_deg = (1.0 - run) * WALK.pitch.at(self._turns(WALK, t_s, stride))
        pitch_deg += run * RUN.pitch.at(self._turns(RUN, t_s, stride))
        return self._share(self._plan.moving_knots, t_s) * pitch_deg

    def _slow_g(self, t_s: FloatArray, stride: IndexArray) -> FloatArray:
        pitch = np.radians(self._pitch_deg(t_s, stride))
        acc_g = np.column_stack([-np.sin(pitch), np.zeros(len(t_s)), np.cos(pitch)])
        if not len(self._ring_g):
            return acc_g
        moving = self._share(self._plan.moving_knots, t_s)
        run = self._share(self._plan.run_knots, t_s)
        for gait, share in ((WALK, moving * (1.0 - run)), (RUN, moving * run)):
            turns = self._turns(gait, t_s, stride)
            for axis, course in enumerate(gait.slow):
                acc_g[:, axis] += share * gait.scale * course.at(turns)
        to_push_s = (t_s - self._tc_s[stride]) + PUSH_WIDTH_S
        push = self._push_g[stride] * moving * _packet(to_push_s, PUSH_HZ)
        acc_g += push[:, None] * self._across[stride]
        plan = self._plan
        to_other_s = t_s - plan.t_ic_s[stride] - 0.5 * plan.stride_s[stride]
        other = OTHER_PART * plan.impact_g[stride] * moving * plan.is_left[stride]
        acc_g[:, 1] += other * _packet(to_other_s, PUSH_HZ)
        return acc_g

    def _ring(self, t_s: FloatArray, stride: IndexArray) -> FloatArray:
        """Return the contact's burst of each time's stride, for a height of 1."""
        since_s = np.maximum(0.0, t_s - self._plan.t_ic_s[stride] - DELAY_S)
        envelope = np.exp(-since_s / self._decay_s[stride]) * -np.expm1(-((since_s / RISE_S) ** 2))
        turn = 2.0 * np.pi * self._ring_hz[stride] * since_s
        along = (envelope * np.sin(turn))[:, None]
        across = (0.4 * envelope * np.sin(1.6 * turn + self._plan.shape[stride, 7]))[:, None]
        burst: FloatArray = along * self._along[stride] + across * self._across[stride]
        return burst


def _packet(since_s: FloatArray, tone_hz: float) -> FloatArray:
    envelope = np.exp(-0.5 * (since_s / PUSH_WIDTH_S) ** 2)
    packet: FloatArray = envelope * np.cos(2.0 * np.pi * tone_hz * since_s)
    return packet


def _directions(tilts: FloatArray) -> FloatArray:
    """Return unit vectors mostly upwards and backwards, each tilted a little by two numbers."""
    raw = np.column_stack([-0.6 + 0.15 * tilts[:, 0], 0.15 * tilts[:, 1], np.full(len(tilts), 0.8)])
    unit: FloatArray = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return unit
