"""How long a report of an hour's session takes, against loading matplotlib in the same run.

``make bench-report`` makes a session of an hour (once, some minutes), then times each in a process
of its own and prints the ratio. The aim: loading matplotlib and three seconds more.
"""

import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from made_cores import setup_of
from made_sessions import FS_HZ, inputs_of
from recorded_sessions import recorded

from analysis.step import Gait
from monitor.programme.model import Part, Segment
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

HOUR: tuple[Segment, ...] = (
    Segment(Gait.WALK, 300.0, Part.WARM_UP),
    *(Segment(gait, 300.0) for _ in range(5) for gait in (Gait.WALK, Gait.RUN)),
    Segment(Gait.WALK, 300.0, Part.COOL_DOWN),
)


def hour_recording(path: Path) -> None:
    """Record an hour of walking and running."""
    stretches = [
        run(s.duration_s, impact_g=5.0) if s.gait is Gait.RUN else walk(s.duration_s, impact_g=2.2)
        for s in HOUR
    ]
    setup = replace(setup_of("WR6"), segments=HOUR, session_id="hour")
    items = inputs_of(GaitSource(GaitScript((*stretches, walk(8.0))), FS_HZ))
    whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in items]
    recorded(path, setup, sorted(whole, key=lambda item: item.t_s))


def seconds(*argv: str) -> float:
    """Return the processor time of a process of its own: others on the machine do not count."""
    began_s = sum(os.times()[2:4])
    subprocess.run([sys.executable, *argv], check=True, capture_output=True)
    return sum(os.times()[2:4]) - began_s


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path, page = Path(folder) / "hour.mcap", Path(folder) / "hour.html"
        hour_recording(path)
        loading_s = min(seconds("-c", "import matplotlib.backends.backend_svg") for _ in range(3))
        call = "import sys; from monitor.cli import main; sys.argv[0] = 'stridegate'; main()"
        report_s = seconds("-c", call, "report", str(path), "-o", str(page))
        print(
            f"report of an hour {report_s:.1f} s, loading matplotlib {loading_s:.1f} s: "
            f"{report_s / (loading_s + 3.0):.2f} of the aim, {page.stat().st_size / 1e6:.1f} MB"
        )


if __name__ == "__main__":
    main()
