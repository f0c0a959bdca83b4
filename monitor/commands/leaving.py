"""``stridegate patient export`` and ``erase``: all that is kept of one patient, taken out or away.

An erasure takes the recordings first and the chain last. Broken off, it leaves a patient who can be
erased again: what is gone by then is passed over.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final
from unicodedata import normalize

from monitor.commands.desk import Case, open_desk, show
from monitor.commands.export import audit_lines
from monitor.errors import UsageError
from monitor.live.door import left_by
from monitor.newfile import new_name
from monitor.record import recordings_folder
from monitor.store.gatelog import gate_log
from monitor.store.head import head_at
from monitor.store.lock import session_lock
from sensors import disk
from sensors.errors import SensorError
from sensors.recording.compaction import DRAFT, draft_of
from sensors.recording.reader import RecordingStream

MANIFEST: Final = "manifest.json"


def run_patient_export(name: str, output: Path, *, as_json: bool) -> int:
    """Write everything of a patient into one zip; returns the exit status.

    Raises
    ------
    UsageError
        Where there is no such patient, or the file exists or cannot be written.
    """
    from monitor.export.fhir import fhir_bundle
    from monitor.report.standing import standing_of

    desk = open_desk()
    case = desk.case(name)
    entries = case.file.entries
    # What was written meanwhile is not in the other files either.
    rows = desk.store.rows(case.file.chain)[: len(entries)]
    contents = {
        "events.jsonl": gate_log(entries),
        "record.jsonl": audit_lines(rows),
        "fhir.json": fhir_bundle(standing_of(case.file, desk.now_s)).encode(),
    }
    manifest: dict[str, object] = {
        "patient": case.file.patient.name,
        "record_head": head_at(entries[-1]).outside,
    }
    files: dict[str, dict[str, object]] = {}
    with new_name(output) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in contents.items():
            files[member] = _put(archive, member, content)
        for path in recordings_of(case):
            shown = disk.shown(Path(path.name))
            member = f"recordings/{shown}"
            if member in files:
                # Of another folder.
                member = f"recordings/{len(files)}-{shown}"
            files[member] = _put(archive, member, _content(path))
        manifest["files"] = files
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
    result = {"file": disk.shown(output), **manifest}
    lines = [f"{disk.shown(output)}: {len(files)} files, each with its SHA-256 in {MANIFEST}"]
    show(lines, result, as_json=as_json)
    return 0


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{disk.shown(path)}: the recording cannot be read ({error.strerror}): mend it, or "
            "move it away, and export again"
        ) from error


def _put(archive: zipfile.ZipFile, member: str, content: bytes) -> dict[str, object]:
    archive.writestr(member, content)
    return {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}


def run_erase(
    name: str, reason: str, by: str | None, confirm: str | None, *, pin_stdin: bool, as_json: bool
) -> int:
    """Erase a patient: recordings, then the chain; a tombstone stays. Returns the exit status.

    Raises
    ------
    UsageError
        Where it was not confirmed, the reason names the patient, the PIN is wrong, or the disk
        refuses: then it can be repeated.
    """
    desk = open_desk(pin_stdin=pin_stdin)
    case = desk.case(name)
    pseudonym = case.file.patient.name
    if not reason.strip():
        raise UsageError("an erasure needs a reason: give --reason")
    if _holds(reason, pseudonym):
        raise UsageError(
            "the reason holds the pseudonym, which must not stay behind: give --reason without it"
        )
    if confirm is None and desk.asker.has_person:
        confirm = desk.asker.line(
            f"This erases {len(case.file.entries)} entries and {len(recordings_of(case))} "
            "recordings for good. "
            f"Copies elsewhere stay. Type {pseudonym} to go on: "
        ).strip()
    if confirm != pseudonym:
        raise UsageError(f"nothing was erased: confirm with --confirm {pseudonym}")
    clinician = desk.signer(by).id
    with session_lock(desk.store.places, case.file.chain):
        # Again: a session may have ended since.
        recordings = recordings_of(desk.case(name))
        for path in recordings:
            _remove(path)
        for path in (*_drafts(recordings, pseudonym), *left_by(pseudonym)):
            _remove(path)
        entry = desk.store.erase(
            case.file.chain, clinician, reason.strip(), desk.now_s, recordings=len(recordings)
        )
    desk.show_notices([entry])
    count = entry.record["entries"]
    result = {"erased": pseudonym, "entries": count, "recordings": len(recordings)}
    text = f"{pseudonym}: {count} entries and {len(recordings)} recordings are erased. Exports, "
    lines = [f"{text}backups and copies are not reached: erase them too."]
    show(lines, result, as_json=as_json)
    return 0


def _holds(text: str, name: str) -> bool:
    """Whether a text holds a name as words of its own, in whatever case."""
    folded, sought = (" ".join(normalize("NFKC", t).casefold().split()) for t in (text, name))
    # Any sign but a letter or a digit ends a word, also the underscore.
    return re.search(rf"(?<![^\W_]){re.escape(sought)}(?![^\W_])", folded) is not None


def recordings_of(case: Case) -> tuple[Path, ...]:
    """Return the recordings of a patient that are there: those on record, and those by header."""
    named = {
        Path(str(entry.record["recording"]))
        for entry in case.file.entries
        if entry.record.get("recording")
    }
    name = case.file.patient.name
    return tuple(sorted({path for path in named if path.is_file()} | set(_by_header(name))))


def _drafts(recordings: Iterable[Path], name: str) -> Iterator[Path]:
    """Yield what a program has left that was killed while it packed a recording."""
    beside = {draft_of(path) for path in recordings}
    yield from sorted(beside | set(_by_header(name, f".*{DRAFT}")))


def _by_header(name: str, pattern: str = "*.mcap") -> Iterator[Path]:
    for path in recordings_folder().absolute().glob(pattern):
        try:
            header = RecordingStream(path).header
        except SensorError:
            continue
        if header.get("patient") == name and header.get("purpose") != "demo":
            yield path


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
        disk.synchronise_folder(path.parent)
    except OSError as error:
        raise UsageError(
            f"{disk.shown(path)}: cannot be erased ({error.strerror}): mend it and erase again; "
            "the record still stands"
        ) from error
