"""The gate's events of a patient: a part of the record, exactly as the gate reads it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.errors import StoreError
from monitor.gate.events import KINDS, Event
from monitor.gate.fields import FaultError
from monitor.gate.log import LogReader
from monitor.programme.model import Programme
from monitor.store.chain import Entry


def gate_events(entries: Iterable[Entry]) -> tuple[Mapping[str, Any], ...]:
    """Return the gate's events among a patient's entries, in order, as JSON objects."""
    return tuple(entry.record for entry in entries if entry.kind in KINDS)


def gate_log(entries: Iterable[Entry]) -> bytes:
    """Return the same as JSON Lines: what ``monitor.gate.read_log`` takes."""
    return "".join(f"{entry.text}\n" for entry in entries if entry.kind in KINDS).encode("utf-8")


class GateCheck:
    """Refuses an entry that the gate could not read: the record cannot be mended afterwards.

    For ``Store.append(…, check=GateCheck(programme))``.

    Parameters
    ----------
    programme : Programme
        Its stages and phases are the ones that an event may name.
    """

    def __init__(self, programme: Programme) -> None:
        self._programme = programme

    def __call__(self, before: Sequence[Entry], records: Sequence[Mapping[str, Any]]) -> None:
        """Check new records against the entries before them.

        Raises
        ------
        StoreError
            Naming what the gate would refuse.
        """
        self.events(before, records)

    def events(
        self, before: Sequence[Entry], records: Sequence[Mapping[str, Any]]
    ) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
        """Return the gate's events of the entries before, and of the new records; checks both."""
        reader = LogReader(self._programme)
        old = tuple(_taken(reader, record) for record in gate_events(before))
        return old, tuple(_taken(reader, r) for r in records if r["kind"] in KINDS)


def _taken(reader: LogReader, record: Mapping[str, Any]) -> Event:
    try:
        return reader.take(dict(record))
    except FaultError as fault:
        raise StoreError(f"the gate cannot read this {record['kind']}: {fault}") from None
