"""A patient's own pod in graded sessions: asked about once, in the header, no stranger used."""

from pathlib import Path

import pytest
from made_runs import NO_PAIN, READY, Wall, driven, home_places
from made_runs import made_patient as made

from monitor.errors import UsageError
from monitor.people.ownpod import POD, own_pod
from monitor.record import read_session
from monitor.running.options import RunOptions
from monitor.store.chain import patient_chain
from monitor.store.store import Store
from sensors.binding import PodBinding

MINE = PodBinding("movesense", "1234", "", "Movesense 1")
BOUND = (*READY, (POD, {"pod": "movesense", "serial": "1234", "name": "Movesense 1"}))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    return tmp_path


def bound_in(store: Store) -> PodBinding | None:
    return own_pod(store.entries(patient_chain("anna")))


def test_the_first_use_is_asked_about_and_consent_binds(home: Path) -> None:
    store = made(home_places(home))
    wall = Wall()
    first = driven(store, wall)
    (ask,) = [ask for ask in first.asked if ask.key == "bind"]
    assert "serial 1234" in ask.text
    assert bound_in(store) is None, "no answer is no consent"
    assert any("none is bound" in line for line in first.said)
    wall.later(3 * 86_400)
    second = driven(store, wall, {**NO_PAIN, "bind": 1, "open:next_morning": 0})
    assert second.closed.is_written
    assert bound_in(store) == MINE
    assert [e.record.get("by") for e in store.entries(patient_chain("anna")) if e.kind == POD] == [
        None
    ]


def test_a_no_binds_nothing(home: Path) -> None:
    store = made(home_places(home))
    driven(store, Wall(), {**NO_PAIN, "bind": 0})
    assert bound_in(store) is None


def test_the_own_pod_stands_in_the_header_and_is_not_asked_about_again(home: Path) -> None:
    store = made(home_places(home), BOUND)
    done = driven(store, Wall())
    assert [ask.key for ask in done.asked if ask.key == "bind"] == []
    assert "Pod: Movesense 1 (serial 1234), and no other." in done.said
    session = read_session(done.runner.recording)
    assert session.setup.pods[0].bound == MINE
    assert len(done.runner.core.judge.steps) > 5


def test_a_stranger_in_its_place_gives_not_one_sample(home: Path) -> None:
    store = made(home_places(home), BOUND)
    done = driven(store, Wall(), serial="9999")
    core = done.runner.core
    assert core.judge.samples == 0
    assert core.judge.steps == []
    assert core.data_age_s(core.t_s) is None
    texts = [entry.text for entry in core.journal.entries]
    assert any(text.startswith("Another pod than the patient's own") for text in texts)
    assert done.closed.json["outcome"] == "invalid"


def test_another_kind_or_address_than_the_bound_is_wrong_use(home: Path) -> None:
    address = "C0:00:00:00:00:42"
    entry = {"pod": "movesense", "serial": "1234", "address": address, "name": "Movesense 1"}
    store = made(home_places(home), (*READY, (POD, entry)))
    for wrong in (
        RunOptions("anna", pods=("rsc",)),
        RunOptions("anna", address="C0:00:00:00:00:43"),
    ):
        with pytest.raises(UsageError, match="own pod is Movesense 1"):
            driven(store, Wall(), options=wrong)
    assert bound_in(store) == PodBinding("movesense", "1234", address, "Movesense 1")


def test_a_virtual_pod_is_nobodys(home: Path) -> None:
    store = made(home_places(home))
    done = driven(store, Wall(), {**NO_PAIN, "bind": 1}, model="virtual pod")
    assert "bind" not in [ask.key for ask in done.asked]
    assert bound_in(store) is None
