"""Sessions that broke off: torn and lost recordings, and what is saved of them."""

from pathlib import Path

import pytest
from made_people import HOUR_S
from made_runs import NO_PAIN, SHORT, Wall, begun, driven, home_places
from made_runs import made_patient as made

from monitor.errors import StoreError
from monitor.gate import decide as gate_decide
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.record import read_session
from monitor.running.beginning import recover
from monitor.running.graded import held
from monitor.running.patientrecord import PatientRecord
from monitor.running.refusal import RefusalError
from monitor.store.chain import Entry, patient_chain
from monitor.store.store import Store

ANNA = patient_chain("anna")
LATER_S = 2 * HOUR_S


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def store(home: Path) -> Store:
    return made(home_places(home))


def new_entries(store: Store) -> list[Entry]:
    """Return what stands behind the opening of the session."""
    entries = store.entries(ANNA)
    opened = max(e.seq for e in entries if e.kind == "session_opened")
    return [e for e in entries if e.seq > opened]


def recovered(store: Store, wall: Wall) -> str:
    wall.later(LATER_S)
    lines = recover(PatientRecord(store, "anna", wall.ns))
    assert recover(PatientRecord(store, "anna", wall.ns)) == (), "a second time there is nothing"
    assert all(entry.t_s == wall.s for entry in new_entries(store))
    assert not store.audit().findings
    return "\n".join(lines)


def test_what_was_recorded_is_closed_with_the_time_of_writing(store: Store) -> None:
    wall = Wall()
    _, done = begun(store, wall, NO_PAIN, [Mark(12.0, MarkKind.PAIN, 1)], until_s=14.0)
    said = recovered(store, wall)
    assert "Pain tapped during it: 1" in said
    session, *pains, measured = new_entries(store)
    result = done.runner.live.result
    assert result is not None
    assert {k: session.record[k] for k in result.gate_event} == result.gate_event
    assert session.record["run_pct"] < 90
    assert [(e.record["when"], e.record["site"]) for e in pains] == [("before", 0), ("during", 1)]
    assert measured.record["measures"]["end"] == "interrupted"


def test_a_session_is_recovered_at_the_next_start(store: Store) -> None:
    wall = Wall()
    begun(store, wall)
    wall.later(48 * HOUR_S)
    answers = {f"open:{when}": 0 for when in ("during", "after")}
    with pytest.raises(RefusalError) as error:
        driven(store, wall, {**NO_PAIN, **answers})
    # It stands in the log from now on: its rest begins now, and its morning has not come.
    assert [reason.value for reason in error.value.decision.reasons] == ["gap-hours"]
    pains = [(e.record["when"], e.record["site"]) for e in new_entries(store) if e.kind == "pain"]
    assert pains == [("before", 0), ("during", 0), ("after", 0)]


@pytest.mark.parametrize("harm", ["gone", "garbled", "of another session"])
def test_a_recording_that_cannot_be_used_closes_as_not_valid(store: Store, harm: str) -> None:
    wall = Wall()
    _, done = begun(store, wall)
    path = done.runner.recording
    if harm == "gone":
        path.unlink()
    elif harm == "garbled":
        path.write_bytes(b"no recording" * 100)
    else:
        other = made(home_places(path.parent / "other"))
        wall.later(1)
        _, second = begun(other, wall)
        path.write_bytes(second.runner.recording.read_bytes())
    said = recovered(store, wall)
    assert "cannot be used" in said
    session, before, measured = new_entries(store)
    assert (session.record["valid_pct"], session.record["impact"]) == (0, False)
    assert before.record["when"] == "before"
    assert measured.record["measures"]["end"] == "recording-lost"
    case = read_casefile(store, "anna")
    assert gate_decide(SHORT, case.patient.events, wall.s).count == 0


def test_of_a_damaged_recording_what_stands_before_the_damage_is_taken(store: Store) -> None:
    wall = Wall()
    _, done = begun(store, wall, until_s=14.0)
    path = done.runner.recording
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    said = recovered(store, wall)
    assert "damaged" in said
    assert new_entries(store)[0].kind == "session", "nobody knows that nothing was run"


def test_a_session_of_which_nothing_was_run_is_none(store: Store) -> None:
    wall = Wall()
    begun(store, wall, until_s=4.0)
    said = recovered(store, wall)
    assert "nothing was run" in said
    (dropped,) = new_entries(store)
    assert dropped.kind == "session_dropped"
    # The patient has not run: they may do so now.
    assert driven(store, wall).closed.is_written


def test_pain_in_the_warm_up_is_no_nothing(store: Store) -> None:
    wall = Wall()
    begun(store, wall, NO_PAIN, [Mark(3.0, MarkKind.PAIN, 1)], until_s=4.0)
    recovered(store, wall)
    kinds = [entry.kind for entry in new_entries(store)]
    assert kinds == ["session", "pain", "pain", "session_measured"]


def test_a_warning_sign_of_the_recording_reaches_the_record(store: Store) -> None:
    wall = Wall()
    _, done = begun(store, wall, NO_PAIN, [Mark(12.0, MarkKind.RED_FLAG, text="limp")])
    result = done.runner.live.result
    assert result is not None
    assert (result.end, result.ended_s) == ("red-flag", 12.1)
    recovered(store, wall)
    first, *_ = new_entries(store)
    assert (first.kind, first.record["flag"]) == ("red_flag", "limp")
    case = read_casefile(store, "anna")
    assert gate_decide(SHORT, case.patient.events, wall.s).as_dict()["reasons"] == ["red-flag"]
    replayed = read_session(done.runner.recording)
    assert replayed.result == result.to_json()


def test_a_session_that_runs_is_not_recovered(store: Store) -> None:
    with held(store, "anna"), pytest.raises(StoreError, match="somebody runs"), held(store, "anna"):
        pass
