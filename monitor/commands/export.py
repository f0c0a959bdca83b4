"""``stridegate export``: a session for other programs, or a patient's record.

Exit status: 0 done; 1 where the entries of an audit export are written, but not as they once were,
or the recording is damaged; 2 where there is no such subject, or it cannot be read or believed.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.commands.subject import subject_of
from monitor.errors import StoreError, UsageError
from monitor.newfile import new_name, write_new
from monitor.report.personal import NOBODY, Personal
from monitor.store.chain import Chain, Row, patient_chain
from monitor.store.gatelog import gate_log
from monitor.store.names import shown_name
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store
from sensors import disk

if TYPE_CHECKING:
    from monitor.export.tables import Columns

OF_A_PATIENT: Final = ("events", "audit", "fhir")
OF_A_SESSION: Final = ("fit", "csv", "parquet", "mcap")
FORMATS: Final = (*OF_A_SESSION, *OF_A_PATIENT)
"""The formats, by the option that asks for each."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What the command line asks for.

    Attributes
    ----------
    subject : str
        A recording or CSV, a session on record, or a pseudonym.
    formats : tuple of str
        Of ``FORMATS``; exactly one may be asked for.
    output : Path or None
        A new file; None for standard output where the format is text.
    steps : bool
        A table of steps instead of one of samples.
    personal : Personal
        What is said of the person beside the pseudonym.
    """

    subject: str
    formats: tuple[str, ...]
    output: Path | None
    steps: bool = False
    personal: Personal = NOBODY


def run_export(options: ExportOptions) -> int:
    """Write what is asked for.

    Returns
    -------
    int
        The exit status: see the module.

    Raises
    ------
    UsageError
        Where there is nothing to write, or it cannot be written.
    """
    if len(options.formats) != 1:
        names = ", ".join(f"--{name}" for name in FORMATS)
        raise UsageError(f"choose one format: {names}")
    (wanted,) = options.formats
    if options.steps and wanted not in ("csv", "parquet"):
        raise UsageError(f"--steps is for --csv and --parquet, not for --{wanted}")
    if options.personal != NOBODY and wanted != "fhir":
        raise UsageError(f"--name and --born are for --fhir, not for --{wanted}: leave them out")
    if wanted in OF_A_SESSION:
        return _session(options, wanted)
    if wanted == "fhir":
        return _fhir(options)
    return _record(options, wanted)


def _record(options: ExportOptions, wanted: str) -> int:
    chain = patient_chain(options.subject)
    store = open_store(user_places())
    rows = store.rows(chain)
    if not rows:
        known = ", ".join(shown_name(c.patient) for c in store.chains() if c.patient)
        raise UsageError(
            f"{chain.title}: not in the record: {f'use one of {known}' if known else 'enrol first'}"
        )
    if wanted == "events":
        _write(gate_log(store.entries(chain)), options.output)
        return 0
    _write(audit_lines(rows), options.output)
    return _doubts(store, chain)


def audit_lines(rows: tuple[Row, ...]) -> bytes:
    """Return every entry as it stands, a JSON object a line."""
    return "".join(f"{_line(row)}\n" for row in rows).encode("utf-8")


def _line(row: Row) -> str:
    # The text stays a text: it is what was hashed, to the last sign.
    value = {"seq": row.seq, "previous": row.previous, "hash": row.hash, "text": row.text}
    return json.dumps({"chain": row.chain, **value})


def _doubts(store: Store, chain: Chain) -> int:
    """Say what is wrong with what was just written; returns the exit status."""
    try:
        store.entries(chain)
    except StoreError as error:
        print(f"stridegate: {error}", file=sys.stderr)
        return 1
    return 0


def _fhir(options: ExportOptions) -> int:
    # Only here: validating resources takes seconds to load.
    from monitor.commands.desk import open_desk
    from monitor.export.fhir import fhir_bundle
    from monitor.report.standing import standing_of

    desk = open_desk()
    standing = standing_of(desk.case(options.subject).file, desk.now_s)
    _write(f"{fhir_bundle(standing, options.personal)}\n".encode(), options.output)
    return 0


def _session(options: ExportOptions, wanted: str) -> int:
    from monitor.export.tables import csv_samples, sample_table, step_table
    from monitor.report.session import session_facts
    from sensors.csvfile import read_csv

    output = options.output
    if output is None and wanted != "csv":
        raise UsageError(f"--{wanted} is no text: name a new file with -o")
    path = Path(options.subject)
    if path.suffix == ".csv":
        if wanted not in ("csv", "parquet") or options.steps:
            raise UsageError(f"{disk.shown(path)}: a CSV has samples alone: import it first")
        table = csv_samples(read_csv(path))
        _write_table(table, wanted, output)
        return 0
    subject = subject_of(options.subject)
    if subject.recording is None:
        session = subject.session
        none = "no session yet" if session is None else f"no recording of session {session}"
        told = " ".join(subject.notices) or none
        raise UsageError(f"{shown_name(options.subject)}: {told}")
    needs_samples = wanted == "mcap" or (wanted in ("csv", "parquet") and not options.steps)
    facts = session_facts(subject.recording, with_samples=needs_samples)
    for sentence in facts.damage:
        print(f"stridegate: {disk.shown(subject.path or path)}: {sentence}", file=sys.stderr)
    if wanted == "fit":
        from monitor.export.fit import fit_bytes

        _write(fit_bytes(facts), output)
    elif wanted == "mcap":
        from monitor.export.foxglove import write_derived

        assert output is not None
        with new_name(output) as draft:
            write_derived(subject.recording, facts, draft)
    else:
        table = step_table(facts) if options.steps else sample_table(facts)
        _write_table(table, wanted, output)
    return 1 if facts.damage else 0


def _write_table(table: "Columns", wanted: str, output: Path | None) -> None:
    from monitor.export.tables import csv_bytes, write_parquet

    if wanted == "csv":
        _write(csv_bytes(table), output)
        return
    assert output is not None
    with new_name(output) as draft:
        write_parquet(table, draft)


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    write_new(output, content)
