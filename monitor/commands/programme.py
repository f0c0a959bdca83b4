"""``stridegate programme``: every mistake of a file at once, and the ladder in words."""

import sys
from collections.abc import Sequence
from pathlib import Path

from monitor.errors import ProgrammeError
from monitor.programme.file import load_programme


def run_check(paths: Sequence[Path]) -> int:
    """Check programme files; returns the exit status: 2 where one has a mistake."""
    wrong = False
    for path in paths:
        try:
            programme = load_programme(path)
        except ProgrammeError as error:
            wrong = True
            for sentence in error.sentences:
                print(f"stridegate: {sentence}", file=sys.stderr)
        else:
            print(f"{path}: {programme.title} {programme.version}, {programme.status.value}: right")
    return 2 if wrong else 0


def run_show(name: str) -> int:
    """Print the ladder of a programme; returns the exit status."""
    programme = load_programme(name)
    print(f"{programme.title}, version {programme.version}, {programme.status.value}")
    for phase in programme.phases:
        print(f"\n{phase.id}  {phase.title}, at least {phase.min_days} days")
        for stage in programme.stages:
            if stage.phase != phase.id:
                continue
            need = f"{stage.sessions_required} × clean, {stage.min_days} days"
            print(f"  {stage.id:5} {stage.title}" + (f"   ({need})" if stage.has_sessions else ""))
        print(f"  leave: {phase.exit}")
    return 0
