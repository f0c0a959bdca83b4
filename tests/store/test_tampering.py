"""A thousand tamperings with a record: each is found and named; a clean one is never blamed."""

import random
from collections import Counter
from pathlib import Path

import pytest
from made_stores import ANNA, BEN, LATER_S, LENGTHS, filled_store, hands
from store_tampering import WAYS, Expected, Scene

from monitor.errors import StoreError
from monitor.store.chain import CLINIC, patient_chain
from monitor.store.findings import Fault, Finding
from monitor.store.head import outside_head
from monitor.store.store import Store

TAMPERINGS = 1000


def names(finding: Finding, expected: Expected) -> bool:
    if finding.chain != expected.chain or finding.fault not in expected.faults:
        return False
    if expected.seq is None:
        return True
    assert finding.last is not None or finding.first is None
    return finding.first is not None and finding.first <= expected.seq <= (finding.last or 0)


def test_a_thousand_tamperings_are_found_and_no_clean_store_is_blamed(tmp_path: Path) -> None:
    older: list[bytes] = []

    def keep(store: Store) -> None:
        older.append(store.places.store.read_bytes())

    store = filled_store(tmp_path, middle=keep)
    places = store.places
    assert len(store.chains()) == len(LENGTHS) + 1
    clean = {p: p.read_bytes() for p in [places.store, *places.heads.iterdir()]}
    missed: list[str] = []
    done: Counter[str] = Counter()
    for number in range(TAMPERINGS):
        for path, content in clean.items():
            if not path.exists() or path.read_bytes() != content:
                path.write_bytes(content)
        if number % 50 == 0:
            assert store.audit().findings == ()
        way = WAYS[number % len(WAYS)]
        expected = way(Scene(places, older[0], random.Random(number)))
        findings = store.audit().findings
        done[way.__name__] += 1
        if not any(names(finding, expected) for finding in findings):
            missed.append(f"{way.__name__} {number}: {expected}: {[f.text for f in findings]}")
        assert all("\n" not in finding.text for finding in findings)
    assert not missed, "\n".join(missed[:20])
    assert sum(done.values()) == TAMPERINGS
    assert min(done.values()) >= TAMPERINGS // len(WAYS)


def test_what_only_a_copy_of_the_head_outside_can_find(tmp_path: Path) -> None:
    """An older store with its own older heads is whole in itself: nothing inside tells."""
    older: dict[Path, bytes] = {}

    def keep(store: Store) -> None:
        files = [store.places.store, *store.places.heads.iterdir()]
        older.update({path: path.read_bytes() for path in files})

    store = filled_store(tmp_path, middle=keep)
    copies = [outside_head(c.key, store.head(c).outside) for c in (ANNA, BEN)]
    assert not store.audit(copies).findings
    for path, content in older.items():
        path.write_bytes(content)
    early = outside_head(ANNA.key, store.head(ANNA).outside)
    assert not store.audit([early]).findings
    found = store.audit(copies).findings
    assert [(f.chain, f.fault) for f in found] == [
        (ANNA, Fault.HEAD_DIFFERS),
        (BEN, Fault.HEAD_DIFFERS),
    ]
    # Written on, so that it is as long as before: the hash tells.
    for i in range(8):
        store.append(ANNA, "note", {"i": i}, LATER_S)
    assert not store.audit([early]).findings
    assert [f.chain for f in store.audit(copies).findings] == [ANNA, BEN]


def test_a_rolled_back_store_that_was_written_on_is_found_by_its_head(tmp_path: Path) -> None:
    """The head names an entry that stands there in another form, under the right key."""
    older: dict[Path, bytes] = {}

    def keep(store: Store) -> None:
        files = [store.places.store, *store.places.heads.iterdir()]
        older.update({path: path.read_bytes() for path in files})

    store = filled_store(tmp_path, middle=keep)
    head = store.places.heads / f"{ANNA.file_id}.head"
    newest = head.read_bytes()
    for path, content in older.items():
        path.write_bytes(content)
    for i in range(6):
        store.append(ANNA, "note", {"other": i}, LATER_S)
    assert not store.audit().findings
    head.write_bytes(newest)
    (finding,) = store.audit().findings
    assert (finding.chain, finding.fault) == (ANNA, Fault.HEAD_DIFFERS)
    assert "entry 8" in finding.text
    before = store.rows(ANNA)
    with pytest.raises(StoreError, match="stridegate audit"):
        store.append(ANNA, "note", {}, LATER_S)
    assert store.rows(ANNA) == before


def test_a_cut_clinic_is_given_away_by_the_patients_that_it_opened(tmp_path: Path) -> None:
    """Also where the clinic's own older head was put back with it."""
    store = filled_store(tmp_path)
    head = store.places.heads / f"{CLINIC.file_id}.head"
    older = head.read_bytes()
    store.append(patient_chain("Dora"), "note", {}, LATER_S)
    with hands(store.places.store) as connection:
        change = "DELETE FROM entries WHERE chain = 'clinic' AND seq = 5"
        assert connection.execute(change).rowcount == 1
    head.write_bytes(older)
    (finding,) = store.audit().findings
    assert (finding.chain, finding.fault) == (CLINIC, Fault.CUT_OFF)
    assert "Dora" in finding.text
