"""Disks that refuse, and files that are no store: one sentence, and all was written or nothing."""

import errno
import os
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from made_stores import ANNA, BEN, LATER_S, filled_store, hands, made_store, places_in, pragma

from monitor.errors import StoreError
from monitor.store import lock, tables
from monitor.store.chain import CLINIC, patient_chain
from monitor.store.opening import open_store
from monitor.store.store import Store
from sensors import disk


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return filled_store(tmp_path)


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as error:
        call()
    assert str(error.value).isprintable()
    return str(error.value)


def everything(store: Store) -> dict[str, object]:
    files = {p.name: p.read_bytes() for p in store.places.heads.iterdir()}
    return {**files, "rows": [store.rows(chain) for chain in store.chains()]}


def test_a_full_disk_writes_nothing_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    with monkeypatch.context() as patch:
        pragma(patch, "PRAGMA max_page_count=1")
        for records in (
            [("note", {"text": "x" * 100_000})],
            [("note", {"i": i}) for i in range(999)],
        ):
            told = refused(partial(store.append_all, ANNA, records, LATER_S))
            assert "full" in told
            assert store.places.store.name in told
    assert everything(store) == before
    assert not store.audit().findings
    assert store.append(ANNA, "note", {}, LATER_S).seq == 9


def test_a_read_only_store_is_read_and_not_written(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    pragma(monkeypatch, "PRAGMA query_only=ON")
    assert "cannot be written" in refused(lambda: store.append(ANNA, "note", {}, LATER_S))
    assert "cannot be written" in refused(lambda: store.erase(ANNA, "dr", "why", LATER_S))
    assert len(store.entries(ANNA)) == 8
    assert everything(store) == before
    assert not store.audit().findings


def test_a_failing_disk_under_a_first_head_writes_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    new = patient_chain("New")
    with monkeypatch.context() as patch:
        patch.setattr(disk, "write_at", _fail(errno.ENOSPC))
        told = refused(lambda: store.append(new, "note", {}, LATER_S))
        assert "nothing was written" in told
    assert everything(store) == before
    assert store.append(new, "note", {}, LATER_S).seq == 1
    assert not store.audit().findings


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS])
def test_a_disk_that_fails_after_the_commit_loses_nothing_and_the_next_append_mends_the_head(
    store: Store, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(disk, "write_at", _fail(code))
        entry = store.append(ANNA, "note", {}, LATER_S)
    (notice,) = entry.notices
    assert os.strerror(code) in notice
    assert store.entries(ANNA)[-1].hash == entry.hash
    assert not store.audit().findings
    assert store.append(ANNA, "note", {}, LATER_S).notices == ()
    assert not store.audit().findings
    assert {p.suffix for p in store.places.heads.iterdir()} == {".head"}


def test_a_record_locked_by_another_program_is_waited_for_and_then_told(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything(store)
    monkeypatch.setattr(tables, "BUSY_S", 0.05)
    other = sqlite3.connect(store.places.store, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "locked" in refused(lambda: store.append(ANNA, "note", {}, LATER_S))
    assert len(store.entries(ANNA)) == 8
    other.execute("ROLLBACK")
    other.close()
    assert everything(store) == before
    monkeypatch.setattr(lock, "WAIT_S", 0.05)
    with lock.append_lock(store.places):
        assert "another program" in refused(lambda: store.append(ANNA, "note", {}, LATER_S))
    assert store.append(ANNA, "note", {}, LATER_S).seq == 9


@pytest.mark.parametrize(
    ("content", "says"), [(b"this is a letter, not a record\n" * 99, "no record"), (b"", "record")]
)
def test_a_file_that_is_no_store_is_left_as_it_is(
    tmp_path: Path, content: bytes, says: str
) -> None:
    places = places_in(tmp_path)
    made_store(tmp_path)
    places.store.write_bytes(content)
    assert says in refused(lambda: open_store(places))
    if content:
        assert says in refused(lambda: open_store(places, make=True))
    assert places.store.read_bytes()[: len(content)] == content


def test_another_programs_database_is_refused(store: Store) -> None:
    with hands(store.places.store) as connection:
        connection.execute("PRAGMA application_id=7")
    assert "no record of StrideGate" in refused(lambda: open_store(store.places, make=True))


def test_a_newer_format_is_refused_with_both_numbers(store: Store) -> None:
    with hands(store.places.store) as connection:
        connection.execute("PRAGMA user_version=2")
    told = refused(lambda: store.append(ANNA, "note", {}, LATER_S))
    assert "format 2" in told
    assert "format 1" in told
    assert "newer" in told


def test_a_lost_or_wrong_key_is_never_made_anew(store: Store) -> None:
    key = store.places.key.read_bytes()
    store.places.key.unlink()
    assert "key is missing" in refused(lambda: open_store(store.places, make=True))
    assert not store.places.key.exists()
    for wrong in (b"", b"0" * 63, b"\xff" * 64, key[:-3]):
        store.places.key.write_bytes(wrong)
        assert "no key" in refused(lambda: open_store(store.places, make=True))
        assert store.places.key.read_bytes() == wrong
    store.places.key.write_bytes(b"0" * 64)
    (finding,) = open_store(store.places).audit().findings
    assert finding.fault == "other-key"


def test_a_key_that_a_crash_left_empty_before_any_record_is_made_again(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    disk.create(places.key).close()
    open_store(places, make=True).append(ANNA, "note", {}, LATER_S)
    assert len(places.key.read_text()) == 65


def test_a_store_that_is_gone_or_emptied_is_never_replaced_by_an_empty_one(store: Store) -> None:
    content = store.places.store.read_bytes()
    for make in (True, False):
        store.places.store.unlink()
        assert "is gone" in refused(partial(open_store, store.places, make=make))
        store.places.store.write_bytes(b"")
        assert refused(partial(open_store, store.places, make=make))
        assert store.places.store.read_bytes() == b""
    store.places.store.write_bytes(content)
    assert not open_store(store.places, make=True).audit().findings


def test_a_crash_before_the_tables_were_made_is_made_good(tmp_path: Path) -> None:
    store = made_store(tmp_path)
    store.places.store.write_bytes(b"")
    assert made_store(tmp_path).append(CLINIC, "note", {}, LATER_S).seq == 1


@pytest.mark.parametrize("harm", ["cut", "head-gone", "head-older", "edited", "gone"])
def test_nothing_is_added_to_a_chain_that_was_tampered_with(store: Store, harm: str) -> None:
    """An append would give what is left a genuine head, and the harm would never be found."""
    head = store.places.heads / f"{ANNA.file_id}.head"
    with hands(store.places.store) as connection:
        if harm == "cut":
            connection.execute("DELETE FROM entries WHERE chain = ? AND seq > 6", (ANNA.key,))
        elif harm == "edited":
            change = "UPDATE entries SET text = '{}' WHERE chain = ? AND seq = 8"
            connection.execute(change, (ANNA.key,))
        elif harm == "gone":
            connection.execute("DELETE FROM entries WHERE chain = ?", (ANNA.key,))
    if harm in ("head-gone", "gone"):
        head.unlink()
    elif harm == "head-older":
        head.write_bytes((store.places.heads / f"{BEN.file_id}.head").read_bytes())
    before = store.rows(ANNA)
    found = store.audit().findings
    assert found
    assert "stridegate audit" in refused(lambda: store.append(ANNA, "note", {}, LATER_S))
    assert store.rows(ANNA) == before
    assert store.audit().findings == found


def test_a_trigger_or_table_of_somebody_else_is_found(store: Store) -> None:
    with hands(store.places.store) as connection:
        connection.execute(
            'CREATE TRIGGER "qui\net" AFTER INSERT ON entries BEGIN '
            "DELETE FROM entries WHERE rowid = new.rowid; END"
        )
    (finding,) = store.audit().findings
    assert finding.fault == "tables-changed"
    assert finding.text.endswith("qui?et")


def _fail(code: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail
