"""Adding to the record: what is stamped, what is refused, and that a refusal writes nothing."""

import json
import math
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_stores import ANNA, BEN, NOW_S, filled_store, hands, made_store

from monitor.errors import StoreError, UsageError
from monitor.gate import decide, read_log
from monitor.gate.events import KINDS, Pain, When
from monitor.gate.history import MORNING_S
from monitor.gate.log import LogReader
from monitor.gate.times import DAY_S, HOUR_S, time_s
from monitor.programme.file import load_programme
from monitor.store.canonical import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, canonical_text
from monitor.store.chain import CLINIC, Chain, entry_hash, patient_chain, stamp
from monitor.store.gatelog import GateCheck, gate_events, gate_log
from monitor.store.head import Head
from monitor.store.store import Store
from monitor.store.tables import SCHEMA_VERSION, reading

FULL = 2
"""SQLite's number of synchronous=FULL."""

SESSION = {
    "stage": "WR1",
    "valid_pct": 97.5,
    "run_pct": 100.0,
    "load_pct": 101.0,
    "amber_pct": 3.0,
    "red_events": 0,
    "impact": True,
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return made_store(tmp_path)


def test_an_entry_is_kept_as_canonical_text_and_bound_to_its_place(store: Store) -> None:
    entry = store.append(ANNA, "note", {"b": [1, 2.5, None], "a": "é“”"}, NOW_S)
    assert entry.text == '{"a":"é“”","b":[1,2.5,null],"kind":"note","t":"2026-09-21T14:13:20Z"}'
    (row,) = store.rows(ANNA)
    key = bytes.fromhex(store.places.key.read_text())
    assert row.hash == entry_hash(key, "patient:Anna", 1, "0" * 64, entry.text)
    others = {
        entry_hash(key, "patient:Ben", 1, "0" * 64, entry.text),
        entry_hash(key, "patient:Anna", 2, "0" * 64, entry.text),
        entry_hash(key, "patient:Anna", 1, "1" * 64, entry.text),
        entry_hash(key, "patient:Anna", 1, "0" * 64, entry.text + " "),
        entry_hash(key[::-1], "patient:Anna", 1, "0" * 64, entry.text),
    }
    assert len(others | {row.hash}) == 6
    assert store.head(ANNA) == Head("patient:Anna", 1, row.hash)
    assert store.head(ANNA).outside == f"1:{row.hash}"
    assert [e.text for e in store.entries(ANNA)] == [entry.text]
    assert store.entries(BEN) == ()
    assert store.head(BEN).count == 0


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abé\n"), inner, max_size=4)
    ),
    max_leaves=10,
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.text("xyz", min_size=1), JSON))
def test_canonical_text_is_one_line_and_the_same_for_every_order(value: dict[str, object]) -> None:
    text = canonical_text(value)
    assert canonical_text(dict(reversed(value.items()))) == text
    assert canonical_text(json.loads(text)) == text
    assert "\n" not in text
    assert text.encode().decode() == text


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        2**53 + 1,
        "\ud800",
        b"bytes",
        {1: "x"},
        {"x": {2.5: 1}},
        object(),
        "x" * MAX_BYTES,
        json.loads("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1)),
    ],
)
def test_what_has_no_one_text_is_refused_and_nothing_is_written(
    store: Store, value: object
) -> None:
    store.append(ANNA, "note", {}, NOW_S)
    before = store.rows(ANNA)
    with pytest.raises(StoreError, match=r": "):
        store.append_all(ANNA, [("note", {}), ("note", {"value": value})], NOW_S)
    assert store.rows(ANNA) == before
    assert not store.audit().findings


@pytest.mark.parametrize(
    "fields",
    [{"t": "2026-09-21T14:13:19Z"}, {"t": "2026-09-21T14:13:21Z"}, {"t": 5}, {"kind": "pain"}],
)
def test_a_time_or_kind_of_its_own_is_refused(store: Store, fields: dict[str, object]) -> None:
    with pytest.raises(StoreError):
        store.append(ANNA, "note", fields, NOW_S)
    assert store.rows(ANNA) == ()
    assert store.append(ANNA, "note", {"t": "2026-09-21T14:13:20Z"}, NOW_S).t_s == NOW_S


def test_a_refused_time_says_why(store: Store) -> None:
    with pytest.raises(StoreError) as refused:
        store.append(ANNA, "note", {"t": "2026-09-20T00:00:00Z"}, NOW_S)
    assert "2026-09-20T00:00:00Z" in str(refused.value)
    assert "2026-09-21T14:13:20Z" in str(refused.value)


def test_a_clock_beyond_the_calendar_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="9999"):
        store.append(ANNA, "note", {}, 10**12)


@pytest.mark.parametrize(
    ("behind_s", "says"),
    [(1, "1 second "), (59, "59 seconds"), (60, "1 minute "), (7200, "2 hours"), (DAY_S, "1 day ")],
)
def test_a_clock_behind_the_record_gets_the_last_time_and_a_sentence(
    store: Store, behind_s: int, says: str
) -> None:
    assert store.append(ANNA, "note", {}, NOW_S).notices == ()
    entry = store.append(ANNA, "note", {}, NOW_S - behind_s)
    assert entry.t_s == NOW_S
    (notice,) = entry.notices
    assert says in notice
    assert "set the clock" in notice
    assert store.append(ANNA, "note", {}, NOW_S).notices == ()
    assert store.append(BEN, "note", {}, NOW_S - behind_s).t_s == NOW_S - behind_s


@settings(deadline=None)
@given(st.lists(st.integers(0, 3 * DAY_S), min_size=1, max_size=30))
def test_whatever_the_clock_does_times_keep_their_order_and_are_never_ahead_of_both(
    clocks: list[int],
) -> None:
    last: int | None = None
    for now in clocks:
        t_s, notice = stamp(now, last)
        assert t_s == max([now] if last is None else [now, last])
        assert (notice is None) == (t_s == now)
        last = t_s


def enrolled(store: Store, chain: Chain) -> None:
    enrol = {"patient": chain.patient, "site": "sacrum", "programme": "hip-bsi"}
    store.append(chain, "enrol", enrol, NOW_S)
    store.append(chain, "note", {"text": "not for the gate"}, NOW_S)
    start = {"stage": "WR1", "by": "dr-x", "ahead": True, "reason": "came from elsewhere"}
    store.append(chain, "start", start, NOW_S)
    store.append(chain, "session", {"id": "s1", **SESSION}, NOW_S + HOUR_S)


def test_a_next_morning_answer_with_a_clock_set_back_is_not_accepted_early(store: Store) -> None:
    """The log holds the time of the session, so the gate takes the answer as the evening's."""
    enrolled(store, ANNA)
    for now_s in (NOW_S - DAY_S, NOW_S + HOUR_S + 60):
        answer = {"session": "s1", "when": "next_morning", "site": 0}
        entry = store.append(ANNA, "pain", answer, now_s)
        assert entry.t_s - (NOW_S + HOUR_S) < MORNING_S
    for moment in ("during", "after"):
        store.append(ANNA, "pain", {"session": "s1", "when": moment, "site": 0}, NOW_S)
    programme = load_programme("hip-bsi")
    events = read_log(gate_log(store.entries(ANNA)), programme)
    early = decide(programme, events, NOW_S + 3 * DAY_S)
    assert early.reasons == ("answers-missing",)
    store.append(ANNA, "pain", {"session": "s1", "when": "next_morning", "site": 0}, NOW_S + DAY_S)
    events = read_log(gate_log(store.entries(ANNA)), programme)
    assert decide(programme, events, NOW_S + 3 * DAY_S).reasons != ("answers-missing",)
    assert isinstance(events[-1], Pain)
    assert events[-1].when is When.NEXT_MORNING


def test_a_clock_set_forward_and_back_keeps_the_order_that_the_gate_demands(store: Store) -> None:
    enrolled(store, ANNA)
    for days in (10, -10, 0, 3, 11):
        flag = {"flag": f"day {days}"}
        store.append(ANNA, "red_flag", flag, NOW_S + days * DAY_S)
    events = read_log(gate_log(store.entries(ANNA)), load_programme("hip-bsi"))
    assert [e.t_s for e in events] == sorted(e.t_s for e in events)
    assert events[-1].t_s == NOW_S + 11 * DAY_S


def test_the_gate_reads_exactly_its_own_kinds(store: Store) -> None:
    enrolled(store, ANNA)
    events = gate_events(store.entries(ANNA))
    assert [e["kind"] for e in events] == ["enrol", "start", "session"]
    assert [json.loads(line) for line in gate_log(store.entries(ANNA)).splitlines()] == list(events)
    with pytest.raises(Exception, match=", ".join(KINDS)):
        LogReader(load_programme("hip-bsi")).take({"kind": "note"})


def test_a_check_sees_all_before_and_its_refusal_writes_nothing(store: Store) -> None:
    check = GateCheck(load_programme("hip-bsi"))
    with pytest.raises(StoreError, match="enrol"):
        store.append(ANNA, "start", {"stage": "P0", "by": "dr"}, NOW_S, check)
    assert store.chains() == ()
    enrolled(store, ANNA)
    pain = {"when": "during", "site": 1}
    for records in (
        [("session", {"id": "s1", **SESSION})],
        [("pain", {"session": "s2", **pain})],
        [("pain", {"session": "s2", **pain}), ("session", {"id": "s2", **SESSION})],
    ):
        with pytest.raises(StoreError, match="the gate cannot read"):
            store.append_all(ANNA, records, NOW_S + DAY_S, check)
    assert len(store.rows(ANNA)) == 4
    good = [("session", {"id": "s2", **SESSION}), ("pain", {"session": "s2", **pain})]
    new = store.append_all(ANNA, [*good, ("note", {"any": 1})], NOW_S + DAY_S, check)
    assert [entry.seq for entry in new] == [5, 6, 7]


def test_the_first_entry_of_a_patient_is_known_to_the_clinic(store: Store) -> None:
    store.append(ANNA, "note", {}, NOW_S)
    store.append(ANNA, "note", {}, NOW_S)
    store.append(BEN, "note", {}, NOW_S)
    opened = store.entries(CLINIC)
    assert [e.record["files"] for e in opened] == [ANNA.file_id, BEN.file_id]
    assert "Anna" not in "".join(e.text for e in opened)


def test_an_erased_patient_leaves_a_tombstone_without_a_name(tmp_path: Path) -> None:
    store = filled_store(tmp_path)
    tombstone = store.erase(ANNA, "dr-x", "asked for it", NOW_S + DAY_S)
    assert tombstone.chain == CLINIC
    assert tombstone.record["entries"] == 8
    assert store.entries(ANNA) == ()
    assert ANNA not in store.chains()
    assert not store.audit().findings
    assert "«Anna»".encode() not in store.places.store.read_bytes()
    assert "Anna" not in "".join(p.read_text() for p in store.places.heads.iterdir())
    with pytest.raises(StoreError, match="no such patient"):
        store.erase(ANNA, "dr-x", "again", NOW_S + DAY_S)
    store.append(ANNA, "note", {"anew": True}, NOW_S + DAY_S)
    assert len(store.entries(ANNA)) == 1
    assert not store.audit().findings


def test_an_erased_patient_put_back_is_found(tmp_path: Path) -> None:
    store = filled_store(tmp_path)
    with hands(store.places.store) as connection:
        saved = connection.execute("SELECT * FROM entries WHERE chain = 'patient:Ben'").fetchall()
    store.erase(BEN, "dr-x", "asked for it", NOW_S + DAY_S)
    with hands(store.places.store) as connection:
        connection.executemany("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", saved)
    assert "erased-is-back" in {finding.fault for finding in store.audit().findings}


def test_the_store_is_written_through_to_the_disk(store: Store) -> None:
    store.append(ANNA, "note", {}, NOW_S)
    with reading(store._engine, store.places.store) as connection:
        asked = ("journal_mode", "synchronous", "user_version", "trusted_schema")
        told = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in asked]
    assert told == ["wal", FULL, SCHEMA_VERSION, 0]


def test_files_are_private(tmp_path: Path) -> None:
    store = filled_store(tmp_path / "deep" / "er")
    made = list((tmp_path / "deep").rglob("*"))
    assert {stat.S_IMODE(p.stat().st_mode) for p in made if p.is_file()} == {0o600}
    assert {stat.S_IMODE(p.stat().st_mode) for p in made if p.is_dir()} == {0o700}
    assert store.places.key.parent != store.places.store.parent


@pytest.mark.parametrize(
    "name",
    ["Anna", "אנה", "👟 runner", "../../etc/passwd", "a/b\\c:d", "CON", "e\u0301", ".", "-x"],
)
def test_any_name_is_a_patient_and_none_is_a_path(store: Store, name: str) -> None:
    chain = patient_chain(f"  {name} ")
    store.append(chain, "note", {}, NOW_S)
    assert store.entries(patient_chain(name))[0].chain == chain
    (head,) = (p for p in store.places.heads.iterdir() if p.stem == chain.file_id)
    assert head.stem.isalnum()
    assert store.chains()[-1] == chain
    assert not store.audit().findings


def test_one_name_has_one_chain() -> None:
    assert patient_chain("e\u0301va") == patient_chain("éva")
    assert patient_chain("Anna  B") == patient_chain(" Anna B")
    assert patient_chain("clinic") != CLINIC
    assert (
        len({patient_chain(name).file_id for name in ("clinic", "patient:clinic", "a", "A")}) == 4
    )


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "a\nb",
        "a\rb",
        "a\tb",
        "\x1b[31mred",
        "a\u202eb",
        "a\u2066b",
        "a\u200bb",
        "a\u2028b",
        "a\ud800b",
        "x" * 65,
        "a\x00b",
        "a\u00a0b",
    ],
)
def test_a_name_that_could_deceive_is_refused_in_one_printable_line(name: str) -> None:
    with pytest.raises(UsageError) as refused:
        patient_chain(name)
    assert str(refused.value).isprintable()


def test_times_are_the_gates_own(store: Store) -> None:
    entry = store.append(ANNA, "note", {}, NOW_S)
    assert time_s(entry.record["t"]) == entry.t_s == NOW_S
