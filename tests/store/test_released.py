"""Stores and recordings of every release are opened, and their values are equal."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest
from make_released import FOLDER, LATER_S, RECORDINGS, recording_values, store_values, unpacked

from monitor.record import read_session
from monitor.store.chain import patient_chain

RELEASES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
MAX_BYTES = 60_000


def values(release: str, name: str) -> object:
    text = (FOLDER / release / "values.json").read_text(encoding="utf-8")
    return json.loads(text)[name]


def test_each_release_has_its_own_and_all_are_small() -> None:
    assert version("stridegate") in RELEASES, "make released: once for each release"
    for release in RELEASES:
        files = list((FOLDER / release).iterdir())
        assert len(files) == 2 + len(RECORDINGS)
        assert sum(file.stat().st_size for file in files) < MAX_BYTES


@pytest.mark.parametrize("release", RELEASES)
def test_a_store_of_a_release_is_read_equal_and_goes_on(tmp_path: Path, release: str) -> None:
    store = unpacked(FOLDER / release, tmp_path)
    assert json.loads(json.dumps(store_values(store))) == values(release, "store")
    before = len(store.entries(patient_chain("anna")))
    entry = store.append(patient_chain("anna"), "note", {"text": "later", "by": "dr-x"}, LATER_S)
    assert (entry.seq, entry.notices) == (before + 1, ())
    assert not store.audit().findings


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_of_a_release_is_read_equal(release: str, name: str) -> None:
    session = read_session(FOLDER / release / f"{name}.mcap")
    assert json.loads(json.dumps(recording_values(session))) == values(release, name)
    assert bool(session.recording.damage) == (name == "broken-off")
