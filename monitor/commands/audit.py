"""``stridegate audit``: every entry of the record verified, each finding on one line.

Exit status: 0 where the record is whole; 1 where something was found; 2 where there is no record,
or it cannot be read.
"""

import json
import sys
from collections.abc import Sequence

from monitor.errors import StoreError, UsageError
from monitor.store.auditrecord import Audit
from monitor.store.chain import Chain, patient_chain
from monitor.store.head import Head, outside_head
from monitor.store.opening import open_store
from monitor.store.places import user_places
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
        audit = open_store(user_places()).audit(heads)
    except StoreError as error:
        if as_json:
            print(json.dumps({"store": path, "error": str(error)}))
        print(f"stridegate: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps({"store": path, **_as_dict(audit)}))
    else:
        print("\n".join(_lines(audit)))
    return 1 if audit.findings else 0


def _copy(text: str) -> Head:
    # From the right: a pseudonym may hold the sign, a head does not.
    name, sign, head = text.rpartition("=")
    if not sign:
        raise UsageError(f"--head {text}: write PATIENT=COUNT:HASH")
    return outside_head(patient_chain(name).key, head)


def _as_dict(audit: Audit) -> dict[str, object]:
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
        "findings": [finding.as_dict() for finding in audit.findings],
    }


def _lines(audit: Audit) -> list[str]:
    if audit.findings:
        return [finding.text for finding in audit.findings]
    lines = [
        f"{Chain(end.chain).title}: {end.count} entries, whole; head {end.outside}"
        for end in audit.ends
    ]
    return [*lines, "nothing was changed since it was written"] if lines else ["no entries yet"]
