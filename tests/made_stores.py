"""Stores for tests: small ones with a past, and hands that tamper with them."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from monitor.store.chain import CLINIC, Chain, patient_chain
from monitor.store.opening import open_store
from monitor.store.places import Places
from monitor.store.store import Store

NOW_S = 1_790_000_000
"""2026-09-21T14:13:20Z."""

LATER_S = NOW_S + 3600
"""After all that a filled store holds."""

ANNA, BEN, CLEO = map(patient_chain, ("Anna", "Ben", "Cleo"))

LENGTHS = {ANNA: 8, BEN: 5, CLEO: 11}
"""Different lengths, so that a row can be moved to a place that is free."""


def places_in(folder: Path) -> Places:
    record = folder / "record"
    return Places(
        record / "record.sqlite", record / "heads", record / "locks", folder / "settings" / "key"
    )


def made_store(folder: Path) -> Store:
    return open_store(places_in(folder), make=True)


def filled_store(folder: Path, middle: Callable[[Store], None] | None = None) -> Store:
    """Return a store with three patients and a clinic; ``middle`` is called halfway."""
    store = made_store(folder)
    store.append(CLINIC, "clinician", {"name": "dr-x"}, NOW_S)
    for half in range(2):
        for chain, length in LENGTHS.items():
            todo = length // 2 if half == 0 else length - length // 2
            notes = [{"half": half, "i": i, "note": f"«{chain.patient}» ran"} for i in range(todo)]
            store.append_all(chain, [("note", note) for note in notes], NOW_S + 60 * half)
        if half == 0 and middle is not None:
            middle(store)
    return store


@contextmanager
def hands(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the store's file as anybody can, without the program."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    try:
        yield connection
        connection.execute("COMMIT")
    finally:
        connection.close()


def rows_of(connection: sqlite3.Connection, chain: Chain) -> Sequence[tuple[Any, ...]]:
    query = "SELECT seq, previous, text, hash FROM entries WHERE chain = ? ORDER BY seq"
    return connection.execute(query, (chain.key,)).fetchall()


def pragma(monkeypatch: pytest.MonkeyPatch, statement: str) -> None:
    """Let every new connection to a store begin with a pragma that makes SQLite refuse."""
    real = sqlite3.connect

    def connect(*given: object, **named: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*given, **named)  # type: ignore[call-overload]
        connection.execute(statement)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect)
