"""Ten thousand entries: how many statements and hashes they take, not how many seconds."""

from pathlib import Path

import pytest
from made_stores import ANNA, BEN, NOW_S, made_store
from sqlalchemy import event

from monitor.gate import decide, read_log
from monitor.gate.times import DAY_S
from monitor.programme.file import load_programme
from monitor.store import chain
from monitor.store.gatelog import gate_log
from monitor.store.store import Store

EVENTS = 10_000


class Work:
    """Counts the statements on the store's table and the hashes taken."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        self.statements: list[str] = []
        self.hashes = 0
        real = chain.mac

        def count(*given: object) -> str:
            self.hashes += 1
            return real(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(chain, "mac", count)

        @event.listens_for(store._engine, "before_cursor_execute")
        def seen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if "entries" in statement:
                self.statements.append(statement)

    def take(self) -> tuple[int, int]:
        """Return statements and hashes since the last time."""
        taken = len(self.statements), self.hashes
        self.statements.clear()
        self.hashes = 0
        return taken


def test_ten_thousand_events_are_written_read_and_decided_in_one_pass_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = made_store(tmp_path)
    work = Work(store, monkeypatch)
    enrol = {"patient": "Anna", "site": "sacrum", "programme": "hip-bsi"}
    store.append(ANNA, "enrol", enrol, NOW_S)
    store.append(ANNA, "start", {"stage": "P0", "by": "dr-x"}, NOW_S)
    work.take()
    flags = [("red_flag", {"flag": f"flag {i}"}) for i in range(EVENTS - 2)]
    store.append_all(ANNA, flags, NOW_S + DAY_S)
    # The tail, the row at the head, and one insert; a hash for each row and to verify the tail.
    assert work.take() == (3, EVENTS - 2 + 1)
    entries = store.entries(ANNA)
    assert work.take() == (1, EVENTS)
    store.append(ANNA, "red_flag", {"flag": "the last"}, NOW_S + 2 * DAY_S)
    assert work.take() == (3, 2)
    assert not store.audit().findings
    statements, hashes = work.take()
    assert statements == 1
    assert hashes == EVENTS + 1 + 1
    assert store.append(BEN, "note", {}, NOW_S).seq == 1
    programme = load_programme("hip-bsi")
    events = read_log(gate_log(entries), programme)
    assert len(events) == EVENTS
    decision = decide(programme, events, NOW_S + 2 * DAY_S)
    assert (decision.status, decision.reasons) == ("locked", ("red-flag",))


def test_a_record_recomputed_whole_takes_a_few_hashes_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is found must not cost the square of what was done."""
    store = made_store(tmp_path)
    store.append_all(ANNA, [("note", {"i": i}) for i in range(300)], NOW_S)
    store.append_all(BEN, [("note", {"i": i}) for i in range(300)], NOW_S)
    store.places.key.write_bytes(b"1" * 64 + b"\n")
    other = made_store(tmp_path)
    work = Work(other, monkeypatch)
    (finding,) = other.audit().findings
    assert finding.fault == "other-key"
    assert work.take()[1] <= 3 * 602
