"""The demo's first frame waits for nothing: at most 1 s later than an empty app's, same run."""

import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.first_frame import DEMO, EMPTY, seconds_to

MOST_S = 1.0
"""s. Measured: 0.1 s (make bench-start). The best of three of each, on a busy machine too."""

HEAVY = ("scipy", "numpy", "bleak", "bumble", "mcap", "monitor.session", "textual_plot")

PROBE = """
import sys
from monitor.tui.demo import show_demo
import monitor.tui.app, monitor.tui.live
print([name for name in {heavy!r} if name in sys.modules])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are a matter of Unix")
def test_the_first_frame_comes_within_a_second_of_an_empty_app_s(tmp_path: Path) -> None:
    empty_s = min(seconds_to(b"first frame", ["-c", EMPTY], str(tmp_path)) for _ in range(3))
    demo_s = min(seconds_to(b"Opening", ["-c", DEMO, "demo"], str(tmp_path)) for _ in range(3))
    assert demo_s - empty_s <= MOST_S


def test_what_the_first_frame_needs_loads_neither_analysis_nor_bluetooth() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
