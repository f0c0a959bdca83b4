"""``stridegate audit`` and ``stridegate export``: what they print, and their exit status."""

import json
from pathlib import Path

import pytest
from command_line import Run
from made_stores import NOW_S, hands

from monitor.store.chain import CLINIC, patient_chain
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store

NAME = "Ünal = 👟"
"""A pseudonym with whatever a command line can get wrong."""


@pytest.fixture
def store(run: Run) -> Store:
    store = open_store(user_places(), make=True)
    chain = patient_chain(NAME)
    enrol = {"patient": NAME, "site": "sacrum", "programme": "hip-bsi"}
    store.append(chain, "enrol", enrol, NOW_S)
    store.append(chain, "note", {"text": "a\nb\u2028c"}, NOW_S + 1)
    store.append(chain, "start", {"stage": "P0", "by": "dr-x"}, NOW_S + 2)
    return store


def test_no_record_is_status_2_and_none_is_made(run: Run, tmp_path: Path) -> None:
    status, out, err = run("audit")
    assert (status, out, len(err)) == (2, "", 1)
    status, out, err = run("audit", "--json")
    assert (status, len(err)) == (2, 1)
    assert set(json.loads(out)) == {"store", "error"}
    assert run("export", NAME, "--events")[0] == 2
    assert not (tmp_path / "home").exists()


def test_a_whole_record_is_status_0_and_shows_its_heads(run: Run, store: Store) -> None:
    status, out, err = run("audit")
    assert (status, err) == (0, [])
    head = store.head(patient_chain(NAME)).outside
    assert f"patient {NAME}: 3 entries, whole; head {head}" in out.splitlines()
    status, out, _ = run("audit", "--json")
    assert status == 0
    value = json.loads(out)
    assert value["findings"] == []
    assert value["chains"] == [
        {"chain": "clinic", "patient": None, "entries": 1, "head": store.head(CLINIC).outside},
        {"chain": f"patient:{NAME}", "patient": NAME, "entries": 3, "head": head},
    ]


def test_each_finding_is_one_line_and_status_1(run: Run, store: Store) -> None:
    with hands(store.places.store) as connection:
        connection.execute("DELETE FROM entries WHERE chain != 'clinic' AND seq = 2")
        connection.execute("UPDATE entries SET text = text || ' ' WHERE chain = 'clinic'")
    status, out, err = run("audit")
    assert (status, err) == (1, [])
    first, second = out.splitlines()
    assert first.startswith("the clinic: entry 1 was edited")
    assert second == f"patient {NAME}: entry 2 was deleted"
    status, out, _ = run("audit", "--json")
    assert status == 1
    finding = json.loads(out)["findings"][1]
    assert finding == {
        "chain": f"patient:{NAME}",
        "patient": NAME,
        "fault": "deleted",
        "first": 2,
        "last": 2,
        "text": second,
    }


def test_a_copy_of_the_head_is_compared(run: Run, store: Store) -> None:
    head = store.head(patient_chain(NAME)).outside
    assert run("audit", "--head", f"{NAME}={head}")[0] == 0
    status, out, _ = run("audit", "--head", f"{NAME}=4:{'a' * 64}")
    assert status == 1
    assert "aaaaaaaaaaaa" in out
    assert run("audit", "--head", f"Nobody={head}")[0] == 1
    for wrong in ("x", f"{NAME}=", f"{NAME}=3:abc", f"={head}"):
        status, out, err = run("audit", "--head", wrong)
        assert (status, out, len(err)) == (2, "", 1)


def test_a_record_that_cannot_be_read_is_status_2(run: Run, store: Store) -> None:
    store.places.key.unlink()
    status, out, err = run("audit", "--json")
    assert (status, len(err)) == (2, 1)
    assert "key is missing" in json.loads(out)["error"]


def test_exported_events_are_what_the_gate_reads(run: Run, store: Store, tmp_path: Path) -> None:
    status, out, err = run("export", NAME, "--events")
    assert (status, err) == (0, [])
    assert [json.loads(line)["kind"] for line in out.splitlines()] == ["enrol", "start"]
    path = tmp_path / "log.jsonl"
    assert run("export", NAME, "--events", "-o", str(path))[0] == 0
    assert path.read_text(encoding="utf-8") == out
    status, out, err = run("gate", str(path), "--json")
    assert (status, err) == (0, [])
    assert json.loads(out)["stage"] == "P0"


def test_an_audit_export_holds_every_entry_as_it_was_hashed(run: Run, store: Store) -> None:
    status, out, err = run("export", NAME, "--audit")
    assert (status, err) == (0, [])
    lines = [json.loads(line) for line in out.split("\n")[:-1]]
    rows = store.rows(patient_chain(NAME))
    assert [(v["seq"], v["previous"], v["text"], v["hash"]) for v in lines] == [
        (row.seq, row.previous, row.text, row.hash) for row in rows
    ]
    assert {value["chain"] for value in lines} == {f"patient:{NAME}"}


def test_a_tampered_record_gives_no_events_but_all_its_entries(run: Run, store: Store) -> None:
    with hands(store.places.store) as connection:
        connection.execute("UPDATE entries SET text = replace(text, 'P0', 'WR9')")
    status, out, err = run("export", NAME, "--events")
    assert (status, out, len(err)) == (2, "", 1)
    assert "entry 3 was edited" in err[0]
    status, out, err = run("export", NAME, "--audit")
    assert (status, len(out.splitlines()), len(err)) == (1, 3, 1)
    assert "WR9" in out


def test_wrong_use_of_export_is_one_line_and_writes_nothing(
    run: Run, store: Store, tmp_path: Path
) -> None:
    there = tmp_path / "there.jsonl"
    there.write_text("precious", encoding="utf-8")
    for argv, says in (
        (["Nobody", "--events"], NAME),
        ([NAME], "--events"),
        ([NAME, "--events", "--audit"], "choose one"),
        ([NAME, "--audit", "-o", str(there)], "not overwritten"),
        ([NAME, "--audit", "-o", str(there / "below")], "below"),
        (["a\nb", "--audit"], "line break"),
    ):
        status, out, err = run("export", *argv)
        assert (status, out, len(err)) == (2, "", 1), argv
        assert says in err[0]
    assert there.read_text(encoding="utf-8") == "precious"
