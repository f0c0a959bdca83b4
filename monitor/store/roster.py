"""Which patients' chains there are, as the clinic's chain knows it: none can vanish unseen."""

from collections.abc import Iterable
from typing import Final

from monitor.store.chain import Chain, Entry

OPENED: Final = "patient_opened"
"""Kind of the clinic's entry that is written together with a patient's first one."""

ERASED: Final = "patient_erased"
"""Kind of the clinic's entry that remains of an erased patient: a tombstone without a name."""


def chain_fields(chain: Chain) -> dict[str, object]:
    """Return how both name a chain: no pseudonym, so that an erasure leaves none."""
    return {"files": chain.file_id}


def opened_chains(entries: Iterable[Entry]) -> dict[str, bool]:
    """Return for each ``Chain.file_id`` that was ever opened whether it still is.

    Parameters
    ----------
    entries : iterable of Entry
        The clinic's, in order.
    """
    opened: dict[str, bool] = {}
    for entry in entries:
        if entry.kind in (OPENED, ERASED):
            opened[str(entry.record["files"])] = entry.kind == OPENED
    return opened
