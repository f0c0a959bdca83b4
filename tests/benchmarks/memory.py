"""Resident memory of a live analysis over hours, in a process of its own.

``python memory.py TILE.npy HOURS`` plays the tile again and again in pushes of 20 samples, and
prints, as JSON, the resident megabytes after loading and at the end of each hour. Linux only.
"""

import json
import sys
from pathlib import Path

import numpy as np
from benchmarks.contest import BLOCK, FS_HZ, new_analyser


def resident_mb() -> float:
    """Return the resident set size of this process in megabytes (10**6 bytes)."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("memory: /proc/self/status has no VmRSS; this measurement needs Linux")


def main(tile_path: str, hours: int) -> None:
    """Play and print."""
    tile = np.load(tile_path)
    analyser = new_analyser()
    loaded_mb = resident_mb()
    every = int(3600.0 * FS_HZ)
    samples, steps = 0, 0
    hourly_mb: list[float] = []
    while len(hourly_mb) < hours:
        for start in range(0, len(tile), BLOCK):
            block = tile[start : start + BLOCK]
            t_s = (samples + np.arange(len(block))) / FS_HZ
            steps += len(analyser.push(t_s, block[:, 1:4]))
            samples += len(block)
            if samples // every > len(hourly_mb):
                hourly_mb.append(resident_mb())
    print(json.dumps({"loaded_mb": loaded_mb, "hourly_mb": hourly_mb, "steps": steps}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
