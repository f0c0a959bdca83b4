"""``stridegate programme``: every mistake of a file at once, and the ladder for a person."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from monitor.errors import ProgrammeError
from monitor.programme.drawing import Tone, ladder_lines
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Programme
from monitor.text import as_ascii, is_ascii_terminal

_STYLES: Final = {
    Tone.TITLE: "bold",
    Tone.NOTICE: "yellow",
    Tone.HEAD: "bold cyan",
    Tone.STAGE: "",
    Tone.NOTE: "dim",
    Tone.SIGNATURE: "green",
}
"""No line hangs on its colour: the drawing says it all in words."""


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


def run_show(name: str, as_json: bool) -> int:
    """Draw the ladder of a programme, or print it as one JSON object; returns the exit status."""
    programme = load_programme(name)
    if as_json:
        print(json.dumps(_as_dict(programme)))
        return 0
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    is_ascii = is_ascii_terminal()
    for line in ladder_lines(programme, console.width):
        text = as_ascii(line.text) if is_ascii else line.text
        console.print(Text(text, style=_STYLES[line.tone]), soft_wrap=True)
    return 0


def run_list(as_json: bool) -> int:
    """List the programmes that come with the software; returns the exit status."""
    programmes = [load_programme(name) for name in bundled_programmes()]
    if as_json:
        keys = ("id", "title", "version", "author", "status", "sha256")
        print(json.dumps({"programmes": [{k: getattr(p, k) for k in keys} for p in programmes]}))
        return 0
    for programme in programmes:
        about = f"{programme.id:12} {programme.version:6} {programme.status.value:6}"
        print(f"{about} {len(programme.stages):2} stages  {programme.title}")
    return 0


def _as_dict(programme: Programme) -> dict[str, object]:
    stages = [
        {**asdict(stage), "title": stage.title, "planned_s": stage.planned_s()}
        for stage in programme.stages
    ]
    return {**asdict(programme), "stages": stages}
