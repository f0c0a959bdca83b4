"""``make bench``: how fast steps are found against rivals in the same run, and with what memory.

Each contestant works through the same hour of made running in a fresh process, in turns with the
others; the fastest round counts, and the table holds ratios, which another machine should find
again. Rivals live in an environment of their own (``make rivals``); one that is missing is named,
and the rest is measured all the same. Writes ``docs/benchmarks.md``.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import timeit
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy
from benchmarks.contest import BLOCK, CONTESTANTS, FS_HZ
from numpy.typing import NDArray

from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
RIVALS_PYTHON = ROOT / ".venv-rivals" / "bin" / "python"
OURS = "StrideGate, one push"
IN_OWN_ENVIRONMENT = ("neurokit2", "skdh")
TURNS = 4
ROUNDS = 2
PATIENCE_S = 240.0
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
TILE_S = 120.0
HOUR_S = 3600.0
HOURS = 3

JOBS = {
    "StrideGate, one push": "steps with contact time, impact, gait, cadence",
    "StrideGate, pushes of 20 samples": "the same steps, live",
    "StrideGate, pushes of 20, with strikes": "the same, and each contact within 0.25 s",
    "StrideGate, foot with gyroscope, one push": "the same steps from six axes",
    "StrideGate, foot with gyroscope, pushes of 20": "the same steps from six axes, live",
    "scipy find_peaks": "peaks of the resultant, with the right height and distance given",
    "neurokit2": "peaks of the resultant, with the right height given",
    "skdh": "walking at the lower back; off-label, no package is made for a running shank",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One contestant's best round; ``missing`` says why there is none."""

    name: str
    found: int | None = None
    seconds: float | None = None
    peak_mb: float | None = None
    missing: str = ""


def tile() -> tuple[NDArray[np.float64], int]:
    """Return two minutes of running, with times, and its contacts of one foot."""
    source = GaitSource(GaitScript((run(TILE_S),)), FS_HZ)
    blocks = list(source.blocks())
    acc_g = np.concatenate([block.acc_g for block in blocks])
    gyro_dps = np.concatenate([block.gyro_dps for block in blocks if block.gyro_dps is not None])
    contacts = len(source.truth)
    return np.column_stack([np.arange(len(acc_g)) / FS_HZ, acc_g, gyro_dps]), contacts


def one_round(name: str, signal: Path) -> Row:
    """Run one contestant in a process of its own."""
    python = RIVALS_PYTHON if name in IN_OWN_ENVIRONMENT else Path(sys.executable)
    if not python.exists():
        return Row(name, missing="rival not installed (make rivals)")
    script = str(Path(__file__).with_name("contest.py"))
    command = [str(python), script, name, str(signal), str(ROUNDS)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE_S, check=True, env=ENVIRONMENT
        )
    except subprocess.TimeoutExpired:
        return Row(name, missing=f"not ready after {PATIENCE_S:g} s")
    except subprocess.CalledProcessError as error:
        return Row(name, missing=(error.stderr.strip().splitlines() or ["failed"])[-1][:90])
    said = json.loads(done.stdout.splitlines()[-1])
    if "missing" in said:
        return Row(name, missing=said["missing"])
    return Row(name, said["found"], said["seconds"], said["peak_mb"])


def contest(signal: Path) -> list[Row]:
    """Let all contestants run in turns and keep the best of each."""
    best: dict[str, Row] = {}
    for turn in range(TURNS):
        for name in CONTESTANTS:
            before = best.get(name)
            if before is not None and before.seconds is None:
                continue
            row = one_round(name, signal)
            print(f"  turn {turn + 1}: {name}: {_outcome(row)}", flush=True)
            if before is None or _seconds(row) < _seconds(before):
                best[name] = row
    return list(best.values())


def _seconds(row: Row) -> float:
    return float("inf") if row.seconds is None else row.seconds


def _outcome(row: Row) -> str:
    return row.missing if row.seconds is None else f"{row.seconds:.2f} s"


def memory(tile_file: Path) -> dict[str, float | int | list[float]] | None:
    """Return what ``memory.py`` measured; None where the system does not tell."""
    if not Path("/proc/self/status").exists():
        return None
    script = str(Path(__file__).with_name("memory.py"))
    command = [sys.executable, script, str(tile_file), str(HOURS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    result: dict[str, float | int | list[float]] = json.loads(done.stdout)
    return result


def speed_table(rows: list[Row], samples: int, contacts: int) -> str:
    """Return the table of speeds, each as a ratio to our own batch."""
    own = next(row.seconds for row in rows if row.name == OURS)
    lines = [
        "| contestant | what it finds | found / true | samples/s | x real time | peak MB | speed |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        if row.seconds is None or row.found is None:
            lines.append(f"| {row.name} | {JOBS[row.name]} | {row.missing} | | | | |")
            continue
        ratio = own / row.seconds if own else float("nan")
        lines.append(
            f"| {row.name} | {JOBS[row.name]} | {row.found} / {contacts} "
            f"| {_million(samples / row.seconds)} | {HOUR_S / row.seconds:,.0f} "
            f"| {row.peak_mb:.0f} | {ratio:.2g} |"
        )
    return "\n".join(lines)


def _million(per_s: float) -> str:
    return f"{per_s / 1e6:.2f} M" if per_s >= 1e5 else f"{per_s / 1e3:.0f} k"


def memory_table(measured: dict[str, float | int | list[float]] | None) -> str:
    """Return the table of resident memory."""
    if measured is None:
        return "This system does not tell a process its resident memory (`/proc` is missing)."
    hourly = measured["hourly_mb"]
    assert isinstance(hourly, list)
    heads = ["loaded", *(f"after {hour} h" for hour in range(1, len(hourly) + 1))]
    values = [measured["loaded_mb"], *hourly]
    return "\n".join(
        [
            "| resident, MB | " + " | ".join(heads) + " |",
            "|---" * (len(heads) + 1) + "|",
            f"| live, pushes of {BLOCK} samples | " + " | ".join(f"{v:.1f}" for v in values) + " |",
        ]
    )


def interpreter_ms() -> float:
    """Return what a plain loop of a million takes: how fast this machine runs Python itself."""
    return 1e3 * min(timeit.repeat("for _ in range(10**6): pass", number=1, repeat=9))


def machine() -> str:
    """Return the kind of machine: what the figures depend on, and nothing that names it."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores (one used), "
        f"Python {platform.python_version()}, numpy {np.__version__}, scipy {scipy.__version__}; "
        f"an empty loop of a million takes {interpreter_ms():.0f} ms"
    )


def page(rows: list[Row], samples: int, contacts: int, measured: str) -> str:
    """Return the page in Markdown."""
    return f"""# Benchmarks

Written by `make bench`; the rivals come with `make rivals` (`tests/benchmarks/rivals.txt`), and
live in an environment of their own. Machine: {machine()}.

## Speed

One hour at {FS_HZ:g} Hz ({samples:,} samples) of running, made by our own virtual pod (two
minutes, repeated). Each contestant runs in fresh processes, in turns with the others; the best of
{TURNS * ROUNDS} rounds counts. Compare the last column, the speed with that of our own batch as 1:
other machines give other seconds, and a busy machine moves single figures by a third. What is
done once a step is plain Python, what is done once a sample is numpy: the empty loop above tells
how fast this machine is at the first.

{speed_table(rows, samples, contacts)}

The contestants do different work, as the second column says. A peak finder that was told height and
distance is the floor of what any detector costs, not a step detector: on recordings of walking it
counts both contacts of a stride. The signal is made, so the counts say that the work was done, and
nothing about accuracy on people; that is measured in `tests/analysis/test_recordings.py`.

## Memory

{HOURS} hours of the same running, in pushes of {BLOCK} samples, the steps not kept.

{measured}
"""


def main() -> None:
    """Measure, print, and write the page."""
    print("Making an hour of running ...", flush=True)
    piece, contacts = tile()
    times = int(HOUR_S / TILE_S)
    signal = np.tile(piece, (times, 1))
    signal[:, 0] = np.arange(len(signal)) / FS_HZ
    with tempfile.TemporaryDirectory() as folder:
        whole, part = Path(folder, "hour.npy"), Path(folder, "tile.npy")
        np.save(whole, signal)
        np.save(part, piece)
        rows = contest(whole)
        print(f"Streaming {HOURS} hours ...", flush=True)
        measured = memory_table(memory(part))
    text = page(rows, len(signal), contacts * times, measured)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
