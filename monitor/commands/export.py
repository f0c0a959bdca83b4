"""``stridegate export``: a patient's record as JSON Lines.

Exit status: 0 done; 1 where the entries of an audit export are written, but not as they once were;
2 where there is no such patient, or the record cannot be read or believed.
"""

import json
import sys
from pathlib import Path

from monitor.errors import StoreError, UsageError
from monitor.newfile import write_new
from monitor.store.chain import Chain, Row, patient_chain
from monitor.store.gatelog import gate_log
from monitor.store.names import shown_name
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store


def run_export(patient: str, *, events: bool, audit: bool, output: Path | None) -> int:
    """Write a patient's record.

    Parameters
    ----------
    patient : str
        The pseudonym.
    events, audit : bool
        The gate's events, from a record that is whole; or every entry as it stands.
    output : Path or None
        A new file; None for standard output.

    Returns
    -------
    int
        The exit status: see the module.

    Raises
    ------
    UsageError
        Where there is nothing to write, or it cannot be written.
    """
    if events == audit:
        raise UsageError("choose one: --events for the gate's events, --audit for every entry")
    chain = patient_chain(patient)
    store = open_store(user_places())
    rows = store.rows(chain)
    if not rows:
        known = ", ".join(shown_name(c.patient) for c in store.chains() if c.patient)
        raise UsageError(
            f"{chain.title}: not in the record: {f'use one of {known}' if known else 'enrol first'}"
        )
    if events:
        _write(gate_log(store.entries(chain)), output)
        return 0
    _write("".join(f"{_line(row)}\n" for row in rows).encode("utf-8"), output)
    return _doubts(store, chain)


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


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
        return
    write_new(output, content)
