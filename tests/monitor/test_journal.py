"""The decision log: told to a listener, counted, and hashed over its canonical text."""

import pytest

from monitor.journal import Entry, Journal, Kind
from monitor.snapshot import Priority


def test_every_entry_is_told_as_it_is_added() -> None:
    heard: list[Entry] = []
    journal = Journal(heard.append)
    journal.add(1.0, Kind.SEGMENT, Priority.INFO, "WALK")
    journal.add(2.5, Kind.ALARM, Priority.LOW, "EASE OFF")
    assert heard == journal.entries
    assert journal.count(Kind.ALARM) == 1
    assert heard[1].to_json() == {
        "t_s": 2.5,
        "kind": "alarm",
        "priority": "low",
        "text": "EASE OFF",
    }


@pytest.mark.parametrize(
    ("t_s", "kind", "text"),
    [
        (2.6, Kind.ALARM, "EASE OFF"),
        (2.5, Kind.CLEARED, "EASE OFF"),
        (2.5, Kind.ALARM, "EASE OFF."),
    ],
)
def test_another_time_kind_or_text_gives_another_hash(t_s: float, kind: Kind, text: str) -> None:
    one, other = Journal(), Journal()
    one.add(2.5, Kind.ALARM, Priority.LOW, "EASE OFF")
    other.add(t_s, kind, Priority.LOW, text)
    assert one.sha256() != other.sha256()


def test_the_same_entries_give_the_same_hash() -> None:
    one, other = Journal(), Journal()
    for journal in (one, other):
        journal.add(0.1 + 0.2, Kind.END, Priority.INFO, "≥ 16 g")
    assert one.sha256() == other.sha256()
