"""One contestant, in a process of its own: finds the steps of a stored signal and says how fast.

``python contest.py NAME SIGNAL.npy ROUNDS`` prints one JSON object. A rival runs under the Python
of its own environment, so this file loads at its top what every environment has. The signal has
the columns t_s, ax_g, ay_g, az_g, gx_dps, gy_dps, gz_dps.
"""

import importlib
import json
import resource
import sys
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from analysis.steps import StepAnalyser

FloatArray = NDArray[np.float64]

FS_HZ = 208.0
BLOCK = 20
"""Samples of a push: what a pod sends ten times a second."""
HIGH_G = 4.0
"""A plain peak finder is given the height that parts contacts from the rest in this signal,"""
APART_S = 0.48
"""and the shortest stride. We do not tell our own analyser either."""


def stridegate_batch(signal: FloatArray) -> int:
    analyser = new_analyser()
    steps = analyser.push(signal[:, 0], signal[:, 1:4])
    return len(steps) + len(analyser.flush())


def stridegate_stream(signal: FloatArray) -> int:
    return streamed(new_analyser(), signal)


def stridegate_strikes(signal: FloatArray) -> int:
    return streamed(new_analyser(with_strikes=True), signal)


def foot_batch(signal: FloatArray) -> int:
    analyser = new_analyser("foot")
    steps = analyser.push(signal[:, 0], signal[:, 1:4], signal[:, 4:7])
    return len(steps) + len(analyser.flush())


def foot_stream(signal: FloatArray) -> int:
    return streamed(new_analyser("foot"), signal, with_gyro=True)


def streamed(analyser: "StepAnalyser", signal: FloatArray, *, with_gyro: bool = False) -> int:
    """Push the signal as a pod sends it."""
    found = 0
    for start in range(0, len(signal), BLOCK):
        block = signal[start : start + BLOCK]
        gyro = block[:, 4:7] if with_gyro else None
        found += len(analyser.push(block[:, 0], block[:, 1:4], gyro))
        analyser.take_strikes()
    return found + len(analyser.flush())


def find_peaks(signal: FloatArray) -> int:
    resultant = np.linalg.norm(signal[:, 1:4], axis=1)
    peaks, _ = importlib.import_module("scipy.signal").find_peaks(
        resultant, height=HIGH_G, distance=int(APART_S * FS_HZ)
    )
    return len(peaks)


def neurokit2(signal: FloatArray) -> int:
    resultant = np.linalg.norm(signal[:, 1:4], axis=1)
    found = importlib.import_module("neurokit2").signal_findpeaks(resultant, height_min=HIGH_G)
    return len(found["Peaks"])


def skdh(signal: FloatArray) -> int:
    """Its walking pipeline for the lower back: off-label here, as no other one exists."""
    gait = importlib.import_module("skdh.gait").GaitLumbar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = gait.predict(
            time=1.7e9 + signal[:, 0],
            accel=signal[:, 1:4],
            fs=FS_HZ,
            gait_pred=np.ones(len(signal), bool),
            height=1.75,
        )
    return len(found["IC Timestamp"])


CONTESTANTS: dict[str, tuple[Callable[[FloatArray], int], str | None]] = {
    "StrideGate, one push": (stridegate_batch, None),
    "StrideGate, pushes of 20 samples": (stridegate_stream, None),
    "StrideGate, pushes of 20, with strikes": (stridegate_strikes, None),
    "StrideGate, foot with gyroscope, one push": (foot_batch, None),
    "StrideGate, foot with gyroscope, pushes of 20": (foot_stream, None),
    "scipy find_peaks": (find_peaks, "scipy.signal"),
    "neurokit2": (neurokit2, "neurokit2"),
    "skdh": (skdh, "skdh.gait"),
}
"""Each with the module that has to be there."""


def new_analyser(placement: str = "shank", *, with_strikes: bool = False) -> "StepAnalyser":
    """Return our analyser, loaded only here: a rival's environment may lack what it needs."""
    from analysis.step import Placement
    from analysis.steps import StepAnalyser

    return StepAnalyser(
        fs_hz=FS_HZ,
        placement=Placement(placement),
        full_scale_g=16.0,
        with_strikes=with_strikes,
    )


def measure(name: str, signal: FloatArray, rounds: int) -> dict[str, str | int | float]:
    """Return the steps found, the fastest round, and the memory; or what is missing."""
    work, module = CONTESTANTS[name]
    if module is not None:
        try:
            importlib.import_module(module)
        except ImportError:
            return {"missing": "rival not installed (make rivals)"}
    # The first call pays for imports and caches.
    work(signal[: int(30.0 * FS_HZ)])
    seconds, found = [], 0
    for _ in range(rounds):
        began = time.perf_counter()
        found = work(signal)
        seconds.append(time.perf_counter() - began)
    return {"found": found, "seconds": min(seconds), "peak_mb": peak_mb()}


def peak_mb() -> float:
    """Return the largest resident size of this process so far, in megabytes (10**6 bytes)."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], np.load(sys.argv[2]), int(sys.argv[3]))))
