"""``stridegate doctor``: what is wrong with this computer, each with its cure in the same line.

Exit status: 0 where nothing is bad, 1 otherwise.
"""

import json
from dataclasses import asdict

from monitor.checks import exit_status, finding_lines, findings
from monitor.facts import gather
from monitor.text import as_ascii, is_ascii_terminal


def run_doctor(*, as_json: bool) -> int:
    """Look at this computer and say what was found; returns the exit status."""
    found = findings(gather())
    if as_json:
        print(json.dumps({"findings": [asdict(finding) for finding in found]}))
    else:
        lines = finding_lines(found)
        print("\n".join(map(as_ascii, lines) if is_ascii_terminal() else lines))
    return exit_status(found)
