"""How long a report of an hour's session takes, against loading matplotlib in the same turn."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from made_cores import setup_of
from made_sessions import FS_HZ, inputs_of
from recorded_sessions import recorded
from reliability.row import Row, memory_folder

from analysis.step import Gait
from monitor.programme.model import Part, Segment
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

HOUR: tuple[Segment, ...] = (
    Segment(Gait.WALK, 300.0, Part.WARM_UP),
    *(Segment(gait, 300.0) for _ in range(5) for gait in (Gait.WALK, Gait.RUN)),
    Segment(Gait.WALK, 300.0, Part.COOL_DOWN),
)

TURNS = 7

MORE_S = 3.0
"""s. A report may take so much longer than loading what draws its pictures."""

LOADING = ("-c", "import matplotlib.backends.backend_svg")
REPORT = ("-c", "import sys; from monitor.cli import main; sys.argv[0] = 'stridegate'; main()")


def long_recording(path: Path, plan: tuple[Segment, ...] = HOUR) -> int:
    """Record a session of walking and running; returns the bytes of its notifications."""
    stretches = [
        run(s.duration_s, impact_g=5.0) if s.gait is Gait.RUN else walk(s.duration_s, impact_g=2.2)
        for s in plan
    ]
    setup = replace(setup_of("WR6"), segments=plan, session_id="hour")
    items = inputs_of(GaitSource(GaitScript((*stretches, walk(8.0))), FS_HZ))
    whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in items]
    recorded(path, setup, sorted(whole, key=lambda item: item.t_s))
    return sum(len(item.payload) for item in whole if isinstance(item, Notification))


def seconds(home: str, *argv: str) -> float:
    """Return the processor time of a process of its own: others on the machine do not count."""
    # As on a user's machine, Python keeps what it compiled.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["STRIDEGATE_HOME"] = home
    began_s = sum(os.times()[2:4])
    subprocess.run([sys.executable, *argv], check=True, capture_output=True, env=environment)
    return sum(os.times()[2:4]) - began_s


def shares(path: Path, turns: int) -> list[tuple[float, float]]:
    """Return what loading and what a report took, in seconds, turn by turn."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for turn in range(turns + 1):
            page = Path(folder) / f"{turn}.html"
            report = (*REPORT, "report", str(path), "-o", str(page))
            found.append((seconds(folder, *LOADING), seconds(folder, *report)))
        # The first turn compiles.
        return found[1:]


def proof() -> Iterator[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory(dir=memory_folder()) as folder:
        path = Path(folder) / "hour.mcap"
        raw = long_recording(path)
        size = path.stat().st_size
        yield Row(
            "size",
            "a pod at 208 Hz with a gyroscope, closed, with its steps and decisions",
            f"an hour, {raw / 1e6:.1f} MB sent",
            f"{size / raw:.2f}: {size / 1e6:.1f} MB",
        )
        took = shares(path, TURNS)
    of_aim = [report_s / (loading_s + MORE_S) for loading_s, report_s in took]
    yield Row(
        "speed",
        "a report of an hour, as a command of its own",
        f"{TURNS} times, in turns",
        f"{median(r for _, r in took):.1f} s of the processor in the middle, loading matplotlib "
        f"alone {median(x for x, _ in took):.1f} s; of the time of that and {MORE_S:g} s more: "
        f"{median(of_aim):.2f} in the middle, {max(of_aim):.2f} at most",
    )
