"""``stridegate gate``: the decision re-derived from event logs, for a person or a machine.

Exit status: 0 where every log was judged; 1 where a log was refused or could not be opened while
another could be read, also where a single log was read and refused; 2 where not one file could be
opened, or the call is wrong.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitor.errors import UsageError
from monitor.gate import LogError, decide, read_log
from monitor.gate.fields import FaultError
from monitor.gate.jsonline import json_object
from monitor.gate.times import FORM, time_s
from monitor.gate.words import paragraph, sentences
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Programme

PROGRAMME = "hip-bsi"
"""The programme of a log that names none of the bundled ones: it has every stage."""


def run_gate(paths: Sequence[Path], at: str | None, as_json: bool) -> int:
    """Print the decision of each log: one JSON object a line, or a paragraph.

    Parameters
    ----------
    paths : sequence of Path
        Event logs, JSON Lines.
    at : str or None
        The time of the decision, ``YYYY-MM-DDTHH:MM:SSZ``; None for each log's last event.
    as_json : bool
        Objects instead of paragraphs.

    Returns
    -------
    int
        The exit status: see the module.

    Raises
    ------
    UsageError
        Where ``at`` is no such time, or no file is named.
    """
    if not paths:
        raise UsageError("no log: name at least one .jsonl file")
    now_s = None if at is None else _at_s(at)
    programmes = {name: load_programme(name) for name in bundled_programmes()}
    refused = unread = 0
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            unread += 1
            why = error.strerror or type(error).__name__
            _refuse(path, f"cannot be read ({why}): check the path and its permissions", as_json)
            continue
        try:
            print(_judged(path, content, _programme(content, programmes), now_s, as_json))
        except LogError as error:
            refused += 1
            _refuse(path, str(error), as_json)
    if unread == len(paths):
        return 2
    return 1 if refused or unread else 0


def _programme(content: bytes, programmes: Mapping[str, Programme]) -> Programme:
    """Return the programme that a log names on its first line; its faults are for the reader."""
    default = programmes[PROGRAMME]
    try:
        name = json_object(content.partition(b"\n")[0]).get("programme")
    except FaultError:
        return default
    named = programmes.get(name) if isinstance(name, str) else None
    return named if named is not None and named.sites else default


def _judged(
    path: Path, content: bytes, programme: Programme, now_s: int | None, as_json: bool
) -> str:
    events = read_log(content, programme)
    decision = decide(programme, events, events[-1].t_s if now_s is None else now_s)
    if not as_json:
        return f"{_shown(path)}\n{paragraph(decision)}"
    return json.dumps({"log": _shown(path), **decision.as_dict(), "sentences": sentences(decision)})


def _refuse(path: Path, text: str, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"log": _shown(path), "error": text}))
    print(f"stridegate: {_shown(path)}: {text}", file=sys.stderr)


def _shown(path: Path) -> str:
    # A name of bytes that are no text cannot be printed as it is.
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def _at_s(text: str) -> int:
    try:
        return time_s(text)
    except ValueError as error:
        raise UsageError(f"--at {text}: write the time as {FORM}, in UTC") from error
