"""The numbers and comparisons of the limits and the alarm rule are held by tests.

The short form of ``make mutation``: each fifth change.
"""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "mutation.py"


@pytest.mark.slow
def test_no_mutant_of_limits_and_alarms_survives() -> None:
    # A process of its own: it loads changed modules in place of the real ones.
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--every", "5"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tested = int(done.stdout.splitlines()[-1].split()[0])
    assert tested > 20, "the script found too little to change"
