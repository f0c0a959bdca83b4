"""The page about the record tells the truth: its faults, limits and form are the code's."""

import json
import sqlite3
from pathlib import Path

import pytest
from made_stores import ANNA, NOW_S, hands, made_store

from monitor.store import canonical, lock, names, tables
from monitor.store.chain import GENESIS, mac
from monitor.store.findings import Fault

PAGE = (Path(__file__).parents[2] / "docs" / "record.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_is_explained(fault: Fault) -> None:
    assert f"`{fault.value}`" in PAGE


@pytest.mark.parametrize(
    "says",
    [
        f"{canonical.MAX_BYTES:,} bytes and {canonical.MAX_DEPTH} levels",
        f"at most {lock.WAIT_S:.0f} s, then one sentence",
        f"SQLite's own lock is waited for {tables.BUSY_S:.0f} s",
        f"1 to {names.MAX_LENGTH} printable characters",
        f"a format number ({tables.SCHEMA_VERSION})",
    ],
)
def test_the_numbers_are_the_codes(says: str) -> None:
    assert says in PAGE
    assert canonical.MAX_INTEGER == 2**53


def test_hash_and_head_can_be_made_from_the_page_alone(tmp_path: Path) -> None:
    store = made_store(tmp_path)
    store.append(ANNA, "note", {"text": "é"}, NOW_S)
    key = bytes.fromhex(store.places.key.read_text())
    with hands(store.places.store) as connection:
        query = "SELECT seq, previous, text, hash FROM entries WHERE chain = 'patient:Anna'"
        seq, previous, text, digest = connection.execute(query).fetchone()
    assert '`["stridegate-entry-1", chain, seq, previous, text]`' in PAGE
    assert previous == GENESIS == "0" * 64
    assert mac(key, "stridegate-entry-1", "patient:Anna", seq, previous, text) == digest
    assert '`["stridegate-head-1", chain, count, hash]`' in PAGE
    head = json.loads((store.places.heads / f"{ANNA.file_id}.head").read_bytes())
    assert head["mac"] == mac(key, "stridegate-head-1", "patient:Anna", 1, digest)


@pytest.mark.parametrize("change", ["seq = 3", "seq = 2, previous = printf('%064d', 1)"])
def test_two_entries_never_follow_the_same_one_nor_stand_at_one_place(
    tmp_path: Path, change: str
) -> None:
    store = made_store(tmp_path)
    store.append_all(ANNA, [("note", {}), ("note", {})], NOW_S)
    with hands(store.places.store) as connection:
        connection.execute(
            "CREATE TEMP TABLE copy AS SELECT * FROM entries WHERE chain = 'patient:Anna'"
        )
        connection.execute(f"UPDATE copy SET {change} WHERE seq = 2")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.execute("INSERT INTO entries SELECT * FROM copy WHERE seq > 1")
