"""A simple made signal of one shank with known contacts: gravity, swing, shock, stance load."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Phase:
    """Some seconds of one gait; ``stride_s`` None is standing."""

    seconds: float
    stride_s: float | None
    duty: float = 0.6
    shock_g: float = 2.0
    load_g: float = 0.0


WALK = Phase(10.0, 1.1, 0.62, 1.5, 0.1)
RUN = Phase(10.0, 0.72, 0.36, 8.0, 1.8)
STAND = Phase(5.0, None)


def made_gait(
    phases: list[Phase], fs_hz: float = 208.0, noise_g: float = 0.01
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return sample times (n,), acceleration (n, 3) in g and the times of the contacts."""
    rng = np.random.default_rng(7)
    n = int(sum(p.seconds for p in phases) * fs_hz)
    t = np.arange(n) / fs_hz
    acc = np.zeros((n, 3))
    acc[:, 2] = 1.0
    contacts = []
    start = 0.0
    for phase in phases:
        end = start + phase.seconds
        if phase.stride_s is not None:
            for contact in np.arange(start + phase.stride_s, end - 0.01, phase.stride_s):
                _add_stride(t, acc, contact, phase)
                contacts.append(float(contact))
        start = end
    return t, acc + rng.normal(0.0, noise_g, acc.shape), np.array(contacts)


def _add_stride(t: FloatArray, acc: FloatArray, contact: float, phase: Phase) -> None:
    assert phase.stride_s is not None
    swing_s = (1.0 - phase.duty) * phase.stride_s
    stance_s = phase.duty * phase.stride_s
    swing = (t >= contact - swing_s) & (t < contact)
    u = (t[swing] - contact + swing_s) / swing_s
    strength = 0.9 / max(stance_s, 0.4)
    acc[swing, 0] += strength * np.sin(2.0 * np.pi * u)
    acc[swing, 2] -= 0.7 * strength * np.sin(np.pi * u)
    shock = (t >= contact) & (t < contact + 0.12)
    v = t[shock] - contact
    acc[shock, 2] += phase.shock_g * (v / 0.012) * np.exp(1.0 - v / 0.012)
    acc[shock, 0] += 0.4 * phase.shock_g * np.sin(2.0 * np.pi * 22.0 * v) * np.exp(-v / 0.02)
    stance = (t >= contact) & (t < contact + stance_s)
    w = (t[stance] - contact) / stance_s
    acc[stance, 2] += phase.load_g * np.sin(np.pi * w)


def turned(acc: FloatArray, seed: int) -> FloatArray:
    """Turn the pod on the limb: one random rotation for all samples."""
    q, r = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0.0:
        q[:, 0] = -q[:, 0]
    return np.asarray(acc @ q.T)
