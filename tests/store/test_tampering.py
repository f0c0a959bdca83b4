"""A thousand tamperings with a record: each is found and named; a clean one is never blamed."""

import random
from collections import Counter
from pathlib import Path

from made_stores import LENGTHS, filled_store
from store_tampering import WAYS, Expected, Scene

from monitor.store.findings import Finding
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
