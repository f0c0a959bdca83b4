"""``stridegate programme``: every mistake of a file at once, its ladder, its signatures."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.errors import ProgrammeError, StoreError, UsageError
from monitor.gate.times import time_text
from monitor.programme.drawing import Tone, ladder_lines
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Programme
from monitor.programme.signature import Signature, draft_reason, with_signatures
from monitor.text import as_ascii, has_screen, is_ascii_terminal

if TYPE_CHECKING:
    from monitor.commands.desk import Desk, Done
    from monitor.people.standing import ProgrammeSource

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


def run_edit(path: Path, like: str | None) -> int:
    """Edit a programme's file on the screen; returns the exit status."""
    from monitor.programme.draft import open_draft

    draft = open_draft(path, like)
    if not has_screen():
        raise UsageError("programme edit needs a terminal: edit the file, then programme check")
    from monitor.tui.desk.showing import show_editor

    return show_editor(draft)


def run_show(name: str, as_json: bool) -> int:
    """Draw the ladder of a programme, or print it as one JSON object; returns the exit status."""
    signatures = _on_record()
    programme = with_signatures(load_programme(name), signatures)
    signers = _signers(programme, signatures)
    if as_json:
        print(json.dumps({**_as_dict(programme), "signed_by": signers}))
        return 0
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    is_ascii = is_ascii_terminal()
    for line in ladder_lines(programme, console.width):
        text = as_ascii(line.text) if is_ascii else line.text
        console.print(Text(text, style=_STYLES[line.tone]), soft_wrap=True)
    for sentence in _standing(programme, signatures):
        console.print(Text(sentence), soft_wrap=True)
    return 0


def run_list(as_json: bool) -> int:
    """List the programmes that come with the software; returns the exit status."""
    signatures = _on_record()
    programmes = [with_signatures(load_programme(n), signatures) for n in bundled_programmes()]
    if as_json:
        keys = ("id", "title", "version", "author", "status", "sha256")
        rows = [
            {**{k: getattr(p, k) for k in keys}, "signed_by": _signers(p, signatures)}
            for p in programmes
        ]
        print(json.dumps({"programmes": rows}))
        return 0
    for programme in programmes:
        about = f"{programme.id:12} {programme.version:6} {programme.status.value:6}"
        print(f"{about} {len(programme.stages):2} stages  {programme.title}")
        if not programme.is_draft:
            print(f"  {' '.join(_standing(programme, signatures))}")
    return 0


def run_sign(name: str, by: str | None, *, pin_stdin: bool, as_json: bool) -> int:
    """Sign the very bytes of a programme, which the record keeps; returns the exit status."""
    from monitor.commands.desk import open_desk, show_done
    from monitor.people.standing import programme_source

    desk = open_desk(pin_stdin=pin_stdin)
    source = programme_source(name, desk.accounts.clinic)
    if source.programme.is_draft and not as_json:
        print(signed_title(source.programme))
    return show_done(sign(desk, source, by), as_json=as_json)


def sign(desk: "Desk", source: "ProgrammeSource", by: str | None) -> "Done":
    """Sign the very bytes of a programme; one that is signed already stays as it is."""
    from monitor.commands.desk import Done
    from monitor.people.clinic import PROGRAMME_SIGNED
    from monitor.store.chain import CLINIC

    programme = source.programme
    fields = {
        "programme": programme.id,
        "version": programme.version,
        "sha256": programme.sha256,
    }
    if not programme.is_draft:
        lines = (f"{signed_title(programme)}: signed already",)
        return Done(lines, {**fields, "by": None})
    signer = desk.signer(by).id
    kept = {**fields, "by": signer, "text": source.text}
    desk.show_notices([desk.store.append(CLINIC, PROGRAMME_SIGNED, kept, desk.now_s)])
    return Done((f"signed by {signer}",), {**fields, "by": signer})


def signed_title(programme: Programme) -> str:
    """Return what is signed: name, version and hash."""
    return f"programme {programme.id} {programme.version}, SHA-256 {programme.sha256}"


def _on_record() -> tuple[Signature, ...]:
    """Return the signatures that the record holds; none where there is no record to believe."""
    from monitor.store.places import user_places

    if not user_places().store.exists():
        return ()
    from monitor.commands.desk import open_desk

    try:
        return open_desk().accounts.clinic.signatures
    except StoreError as error:
        print(f"stridegate: {error}; every programme counts as a draft", file=sys.stderr)
        return ()


def _signers(programme: Programme, signatures: Sequence[Signature]) -> list[dict[str, object]]:
    return [
        {"by": signature.by, "t": time_text(signature.t_s)}
        for signature in signatures
        if draft_reason(programme, [signature]) is None
    ]


def _standing(programme: Programme, signatures: Sequence[Signature]) -> list[str]:
    """Return who signed a programme, or why it is a draft where somebody signed another one."""
    reason = draft_reason(programme, signatures)
    if reason is None:
        return [
            f"signed by {signer['by']} on {str(signer['t'])[:10]}"
            for signer in _signers(programme, signatures)
        ]
    is_changed = any(signature.programme == programme.id for signature in signatures)
    return [reason] if is_changed else []


def _as_dict(programme: Programme) -> dict[str, object]:
    stages = [
        {**asdict(stage), "title": stage.title, "planned_s": stage.planned_s()}
        for stage in programme.stages
    ]
    return {**asdict(programme), "stages": stages}
