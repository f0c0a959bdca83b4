"""Recordings made worse in known ways: another rate, loss, clipping, noise and more."""

from dataclasses import replace

import numpy as np
from scipy.signal import butter, sosfiltfilt
from shared_recordings import FloatArray, Recording

SEED = 11
BURST_S = 0.05


def resampled(rec: Recording, fs_hz: float) -> Recording:
    """Sample at another rate; before going slower, what the new rate cannot hold is cut off."""
    n = int((rec.t_s[-1] - rec.t_s[0]) * fs_hz)
    t = rec.t_s[0] + np.arange(n) / fs_hz
    sos = butter(4, 0.4 * fs_hz, fs=rec.fs_hz, output="sos") if fs_hz < rec.fs_hz else None

    def at_t(x: FloatArray) -> FloatArray:
        x = x if sos is None else sosfiltfilt(sos, x, axis=0)
        return np.column_stack([np.interp(t, rec.t_s, x[:, k]) for k in range(3)])

    gyro = None if rec.gyro_dps is None else at_t(rec.gyro_dps)
    return replace(rec, fs_hz=fs_hz, t_s=t, acc_g=at_t(rec.acc_g), gyro_dps=gyro)


def with_loss(rec: Recording, share: float = 0.05) -> Recording:
    """Lose bursts of 50 ms until ``share`` of the samples is gone."""
    rng = np.random.default_rng(SEED)
    length = max(1, round(BURST_S * rec.fs_hz))
    keep = np.ones(len(rec.t_s), bool)
    for start in rng.integers(0, len(keep), int(share * len(keep) / length)):
        keep[start : start + length] = False
    gyro = None if rec.gyro_dps is None else rec.gyro_dps[keep]
    return replace(rec, t_s=rec.t_s[keep], acc_g=rec.acc_g[keep], gyro_dps=gyro)


def clipped(rec: Recording, full_scale_g: float) -> Recording:
    """Cut each axis of the accelerometer at a smaller full scale."""
    acc = np.clip(rec.acc_g, -full_scale_g, full_scale_g)
    return replace(rec, acc_g=acc, full_scale_g=full_scale_g)


def noisy(rec: Recording, noise_g: float = 0.1) -> Recording:
    """Add white noise to each axis; 10 dps to each of the gyroscope's."""
    rng = np.random.default_rng(SEED)
    acc = rec.acc_g + rng.normal(0.0, noise_g, rec.acc_g.shape)
    gyro = None if rec.gyro_dps is None else rec.gyro_dps + rng.normal(0.0, 10.0, acc.shape)
    return replace(rec, acc_g=acc, gyro_dps=gyro)


def turned(rec: Recording) -> Recording:
    """Mount the pod in another, random position."""
    q, r = np.linalg.qr(np.random.default_rng(SEED).normal(size=(3, 3)))
    q = q * np.sign(np.diag(r))
    if np.linalg.det(q) < 0.0:
        q[:, 0] = -q[:, 0]
    gyro = None if rec.gyro_dps is None else rec.gyro_dps @ q.T
    return replace(rec, acc_g=rec.acc_g @ q.T, gyro_dps=gyro)


def misclocked(rec: Recording, share: float) -> Recording:
    """Let the pod's clock run fast or slow against its nominal rate; the truth goes with it."""
    return replace(rec, t_s=rec.t_s * (1.0 + share), truth=rec.truth * (1.0 + share))


def jittered(rec: Recording, sd_s: float = 0.002) -> Recording:
    """Stamp each sample a little wrong."""
    rng = np.random.default_rng(SEED)
    t = np.sort(rec.t_s + np.clip(rng.normal(0.0, sd_s, len(rec.t_s)), -3 * sd_s, 3 * sd_s))
    return replace(rec, t_s=np.maximum.accumulate(t + 1e-9 * np.arange(len(t))))
