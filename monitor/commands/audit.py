"""``stridegate audit``: every entry of the record verified, each finding on one line.

Exit status: 0 where the record is whole; 1 where something was found; 2 where there is no record,
or it cannot be read.
"""

import json
import sys
from collections.abc import Sequence
from typing import cast

from monitor.errors import StoreError, UsageError
from monitor.store.auditrecord import Audit
from monitor.store.chain import CLINIC, Chain, Entry, patient_chain
from monitor.store.head import Head, outside_head
from monitor.store.names import shown_name
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.roster import ERASED
from monitor.text import known
from sensors import disk


def run_audit(copies: Sequence[str], *, as_json: bool) -> int:
    """Audit the user's record and print what was found.

    Parameters
    ----------
    copies : sequence of str
        Copies of heads kept outside, ``PATIENT=COUNT:HASH``.
    as_json : bool
        One object instead of lines.

    Returns
    -------
    int
        The exit status: see the module.

    Raises
    ------
    UsageError
        Where a copy is none.
    """
    heads = [_copy(text) for text in copies]
    path = disk.shown(user_places().store)
    try:
        store = open_store(user_places())
        audit = store.audit(heads)
        # Where something is wrong, the clinic's chain may not be readable either.
        erased = [] if audit.findings else [e for e in store.entries(CLINIC) if e.kind == ERASED]
    except StoreError as error:
        if as_json:
            print(json.dumps({"store": path, "error": str(error)}))
        print(f"stridegate: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps({"store": path, **_as_dict(audit, erased)}))
    else:
        print("\n".join(_lines(audit, erased)))
    return 1 if audit.findings else 0


def _copy(text: str) -> Head:
    # From the right: a pseudonym may hold the sign, a head does not.
    name, sign, head = text.rpartition("=")
    if not sign:
        raise UsageError(f"--head {text}: write PATIENT=COUNT:HASH")
    return outside_head(patient_chain(name).key, head)


def _as_dict(audit: Audit, erased: Sequence[Entry]) -> dict[str, object]:
    return {
        "chains": [
            {
                "chain": end.chain,
                "patient": Chain(end.chain).patient,
                "entries": end.count,
                "head": end.outside,
            }
            for end in audit.ends
        ],
        "erased": [_tombstone(entry) for entry in erased],
        "findings": [finding.as_dict() for finding in audit.findings],
    }


def _tombstone(entry: Entry) -> dict[str, object]:
    told = ("files", "entries", "recordings", "by", "reason")
    return {"t": entry.record["t"], **{name: entry.record.get(name) for name in told}}


def _lines(audit: Audit, erased: Sequence[Entry]) -> list[str]:
    if audit.findings:
        return [finding.text for finding in audit.findings]
    lines = [
        f"{Chain(end.chain).title}: {end.count} entries, whole; head {end.outside}"
        for end in audit.ends
    ]
    for tombstone in map(_tombstone, erased):
        count = known(cast("int | None", tombstone["recordings"]))
        lines.append(
            f"erased on {tombstone['t']} by {shown_name(str(tombstone['by']))}: a patient's "
            f"{tombstone['entries']} entries and {count} recordings (files {tombstone['files']})"
        )
    return [*lines, "nothing was changed since it was written"] if lines else ["no entries yet"]
