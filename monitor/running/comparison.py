"""A session decided again, against what the patient's record holds of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from monitor.errors import StoreError
from monitor.setup import SessionSetup

_OF_THE_RECORD: Final = ("kind", "t")
"""Fields of an event that the store gives."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What a comparison came to.

    Attributes
    ----------
    differences : tuple of str
        What the record holds and is decided otherwise now, one sentence each.
    verdict : str
        How the comparison went; empty where there was nothing to compare.
    """

    differences: tuple[str, ...]
    verdict: str


def compared_with_record(setup: SessionSetup, event: Mapping[str, Any]) -> Compared:
    """Compare a session's gate event with the one on record.

    Parameters
    ----------
    setup : SessionSetup
        The recording's.
    event : mapping
        The gate's event as it is decided now, without kind and time.
    """
    if not setup.is_graded:
        return Compared((), "")
    # Only for a patient's session: a demo is replayed without a database.
    from monitor.store.chain import patient_chain
    from monitor.store.opening import open_store
    from monitor.store.places import user_places

    try:
        entries = open_store(user_places()).entries(patient_chain(setup.patient))
    except StoreError as error:
        return Compared((), f"Not compared with the record: {error}")
    name = setup.session_id
    lines = [e.record for e in entries if e.kind == "session" and e.record["id"] == name]
    if not lines:
        return Compared((), f"The record of {setup.patient} holds no session {name}.")
    recorded = {key: value for key, value in lines[0].items() if key not in _OF_THE_RECORD}
    differences = tuple(
        f"the record holds another event of session {name}: {key} was {recorded.get(key)!r} and is "
        f"now {event.get(key)!r}"
        for key in sorted(set(recorded) | set(event))
        if recorded.get(key) != event.get(key)
    )
    return Compared(differences, "" if differences else "The record holds the same session event.")
