"""A day of two pods in simulated time, one process each (T7).

``python soak.py SEED HOURS`` plays ten minutes of gait with known truth again and again into one
pod's pipeline, as encoded packets, and prints what was found as JSON. Linux only.
"""

import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.memory import resident_mb
from made_sessions import FS_HZ, LATENCY_S, packets_of
from reliability.row import Row

from analysis.step import Placement
from monitor.pipeline import PodPipeline
from monitor.setup import PodSetup
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, stand, walk
from sensors.virtual.gsp import DATA_UUID

TESTS = Path(__file__).parents[1]
HOURS = 24.0
TILE_S = 600.0
CONTACT_S = 0.08
"""s. A found contact within it of a true one is that one."""

FLAT_MB, SPEED = 5.0, 300.0

SCRIPT = GaitScript((stand(10.0), walk(240.0, impact_g=2.4), run(330.0, impact_g=4.6), stand(20.0)))
"""It begins and ends at rest, so that it can be repeated."""


def played(seed: int, hours: float) -> dict[str, Any]:
    """Play into one pipeline; steps are taken from it as a session takes them, and counted."""
    source = GaitSource(SCRIPT, FS_HZ, seed)
    true_s = np.array([step.t_ic_s for step in source.truth])
    tile = [(block.t_s, len(block.acc_g), parts) for block, parts in packets_of(source)]
    pipeline = PodPipeline(PodSetup("pod", "movesense", FS_HZ, Placement.SHANK))
    pipeline.with_strikes = False
    tiles = round(hours * 3600.0 / TILE_S)
    hourly_mb, missed, invented = [], 0, 0
    began_s, busy_s = time.monotonic(), time.process_time()
    for number in range(tiles):
        for t_s, samples, parts in tile:
            at_s = number * TILE_S + t_s
            counter = struct.pack("<I", round(at_s * 1000.0) % 2**32)
            head, *rest = parts
            arrival_s = at_s + samples / FS_HZ + LATENCY_S
            for part in (head[:2] + counter + head[6:], *rest):
                pipeline.feed(Notification(arrival_s, "pod", DATA_UUID, part))
        if number + 1 == tiles:
            pipeline.flush()
        found_s = np.array([step.t_ic_s for step in pipeline.steps]) - number * TILE_S
        pipeline.steps.clear()
        missed += int((_nearest_s(true_s, found_s) > CONTACT_S).sum())
        invented += int((_nearest_s(found_s, true_s) > CONTACT_S).sum())
        if (number + 1) * TILE_S % 3600.0 == 0.0:
            hourly_mb.append(resident_mb())
    busy_s, took_s = time.process_time() - busy_s, time.monotonic() - began_s
    return {
        "hours": hours, "samples": pipeline.samples, "lost": pipeline.lost_samples,
        "steps": tiles * len(true_s), "missed": missed, "invented": invented,
        "hourly_mb": hourly_mb, "busy_s": busy_s, "took_s": took_s,
        "fds": len(list(Path("/proc/self/fd").iterdir())),
    }  # fmt: skip


def _nearest_s(of: Any, among: Any) -> Any:
    if not len(among):
        return np.full(len(of), np.inf)
    return np.abs(of[:, None] - among[None, :]).min(axis=1)


def loop_ms() -> float:
    """Return how long an empty loop of a million takes here, as the benchmarks say it."""
    began_s = time.process_time()
    for _ in range(1_000_000):
        pass
    return 1000.0 * (time.process_time() - began_s)


def proof(hours: float = HOURS) -> Iterator[Row]:
    """Play two pods side by side."""
    command = [sys.executable, __file__]
    processes = [
        subprocess.Popen(
            [*command, str(seed), str(hours)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(TESTS)},
        )
        for seed in (1, 2)
    ]
    pods = [json.loads(process.communicate()[0]) for process in processes]
    for process in processes:
        if process.returncode:
            raise RuntimeError(f"soak: a pod's process ended with {process.returncode}")
    growth = "its growth needs a longer run"
    if hours >= 2.0:
        grown_mb = max(pod["hourly_mb"][-1] - pod["hourly_mb"][0] for pod in pods)
        growth = f"{grown_mb:+.1f} MB after hour 1"
    speeds = [hours * 3600.0 / p["busy_s"] for p in pods]
    clock = hours * 3600.0 / max(p["took_s"] for p in pods)
    steps, missed = sum(p["steps"] for p in pods), sum(p["missed"] for p in pods)
    result = (
        f"{missed} of {steps:,} steps missed, {sum(p['invented'] for p in pods)} invented; memory "
        f"{growth}; {min(speeds):.0f} x real time of the processor, "
        f"{clock:.0f} x by the clock, where an empty loop of a million takes {loop_ms():.0f} ms"
    )
    size = f"{hours:g} h, {sum(p['samples'] for p in pods) / 1e6:.1f} M samples"
    yield Row("T7", "two pods in simulated time, a process each", size, result)


if __name__ == "__main__":
    print(json.dumps(played(int(sys.argv[1]), float(sys.argv[2]))))
