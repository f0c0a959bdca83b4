"""A patient's data leaves whole, and goes away whole: repeatable, with a nameless tombstone."""

import errno
import hashlib
import json
import logging
import os
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from made_clinic import PIN, Clinic
from made_people import HIP
from recorded_sessions import inputs, recorded, setup

from monitor.commands.desk import Desk
from monitor.live.door import new_door
from monitor.record import recordings_folder
from monitor.setup import Purpose
from monitor.store.chain import CLINIC, patient_chain
from monitor.store.store import Store
from sensors.recording.compaction import draft_of


class KilledError(BaseException):
    """The process ends here."""


def with_recording(anna: Clinic, name: str = "s-1") -> Path:
    path = recordings_folder().absolute() / f"{name}.mcap"
    made = replace(setup(2), patient="anna", session_id=name, purpose=Purpose.PATIENT)
    recorded(path, made, inputs(made, 2)[:40])
    opened = {"id": name, "stage": "W1", "sha256": HIP.sha256, "recording": str(path)}
    anna.store.append_all(patient_chain("anna"), [("session_opened", opened)], anna.now_s)
    return path


def test_everything_of_a_patient_is_in_one_zip_with_its_hashes(
    anna: Clinic, tmp_path: Path
) -> None:
    path = with_recording(anna)
    target = tmp_path / "anna.zip"
    assert anna("patient", "export", "anna", "-o", str(target)).status == 0
    assert target.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(target) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        members = set(archive.namelist()) - {"manifest.json"}
        assert members == set(manifest["files"])
        for member, told in manifest["files"].items():
            assert hashlib.sha256(archive.read(member)).hexdigest() == told["sha256"], member
        assert archive.read(f"recordings/{path.name}") == path.read_bytes()
        lines = archive.read("record.jsonl").decode().splitlines()
    assert len(lines) == len(anna.store.entries(patient_chain("anna")))
    assert manifest["record_head"] == anna.store.head(patient_chain("anna")).outside
    assert anna("patient", "export", "anna", "-o", str(target)).status == 2


def test_an_erasure_is_asked_for_signed_and_leaves_a_tombstone(anna: Clinic) -> None:
    path = with_recording(anna)
    argv = ("patient", "erase", "anna", "--reason", "asked for it")
    assert "--confirm anna" in anna.refuse(*argv)
    assert "--confirm anna" in anna.refuse(*argv, "--confirm", "ana")
    wrong = anna(*argv, "--confirm", "anna", pin="000000")
    assert (wrong.status, wrong.out, len(wrong.err)) == (2, "", 1)
    assert path.exists()
    count = len(anna.store.entries(patient_chain("anna")))
    said = anna.sign(*argv, "--confirm", "anna")
    assert f"{count} entries and 1 recordings" in said.out
    assert not path.exists()
    assert patient_chain("anna") not in anna.store.chains()
    tombstone = anna.store.entries(CLINIC)[-1].record
    assert (tombstone["kind"], tombstone["recordings"]) == ("patient_erased", 1)
    assert "anna" not in json.dumps(tombstone)
    audit = anna("audit")
    assert audit.status == 0
    assert f"a patient's {count} entries and 1 recordings" in audit.out
    (erased,) = json.loads(anna("audit", "--json").out)["erased"]
    assert erased["entries"] == count
    kept = anna.store.places.store.read_bytes()
    assert b"asked for it" in kept
    assert b"patient:anna" not in kept


def test_an_erasure_that_broke_off_is_done_again(
    anna: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = with_recording(anna, "s-1"), with_recording(anna, "s-2")
    argv = ("patient", "erase", "anna", "--reason", "asked", "--confirm", "anna")

    def dies(*_: object, **__: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(Store, "erase", dies)
        with pytest.raises(KilledError):
            anna(*argv, pin=PIN)
    assert not first.exists()
    assert not second.exists()
    assert anna("audit").status == 0
    assert anna("patient", "show", "anna").status == 0
    assert anna.sign(*argv).status == 0
    assert anna("audit").status == 0


def test_two_recordings_of_one_name_are_both_in_the_zip(anna: Clinic, tmp_path: Path) -> None:
    path = with_recording(anna)
    other = tmp_path / "elsewhere" / path.name
    other.parent.mkdir()
    other.write_bytes(path.read_bytes())
    opened = {"id": "s-2", "stage": "W1", "sha256": HIP.sha256, "recording": str(other)}
    anna.store.append_all(patient_chain("anna"), [("session_opened", opened)], anna.now_s)
    target = tmp_path / "anna.zip"
    assert anna("patient", "export", "anna", "-o", str(target)).status == 0
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        files = json.loads(archive.read("manifest.json"))["files"]
    assert len(names) == len(set(names)) == len(files) + 1
    assert sum(name.endswith(path.name) for name in names) == 2


def test_a_recording_that_cannot_be_read_is_named(
    anna: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = with_recording(anna)
    read = Path.read_bytes

    def failing(asked: Path) -> bytes:
        if asked == path:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(asked)

    monkeypatch.setattr(Path, "read_bytes", failing)
    target = tmp_path / "anna.zip"
    said = anna("patient", "export", "anna", "-o", str(target))
    assert said.status == 2
    assert path.name in said.err[0]
    assert list(tmp_path.glob("*anna.zip*")) == []


def test_an_erasure_takes_what_was_recorded_while_it_was_confirmed(
    anna: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_recording(anna)
    late: list[Path] = []
    signer = Desk.signer

    def meanwhile(desk: Desk, by: str | None) -> object:
        late.append(with_recording(anna, "s-late"))
        return signer(desk, by)

    monkeypatch.setattr(Desk, "signer", meanwhile)
    said = anna.sign("patient", "erase", "anna", "--reason", "asked", "--confirm", "anna")
    assert not late[0].exists()
    tombstone = anna.store.entries(CLINIC)[-1].record
    assert tombstone["recordings"] == 2
    assert f"{tombstone['entries']} entries and 2 recordings" in said.out


def test_an_erasure_takes_what_a_kill_left_of_packing_a_recording(anna: Clinic) -> None:
    path = with_recording(anna)
    beside = draft_of(path)
    beside.write_bytes(path.read_bytes()[:300])
    orphan = draft_of(path.with_name("gone.mcap"))
    orphan.write_bytes(path.read_bytes())
    of_ben = draft_of(path.with_name("ben.mcap"))
    recorded(
        path.with_name("of-ben.mcap"), replace(setup(2), patient="ben"), inputs(setup(2), 2)[:9]
    )
    path.with_name("of-ben.mcap").rename(of_ben)
    assert anna.sign("patient", "erase", "anna", "--reason", "x", "--confirm", "anna").status == 0
    assert not beside.exists()
    assert not orphan.exists()
    assert of_ben.exists()


@pytest.mark.parametrize("reason", ["Anna asked for it", "by wish of ANNA's doctor", "for_anna"])
def test_a_reason_that_names_the_patient_is_refused(anna: Clinic, reason: str) -> None:
    argv = ("patient", "erase", "anna", "--confirm", "anna", "--reason")
    said = anna.refuse(*argv, reason)
    assert said.endswith("give --reason without it")
    assert "\n" not in said
    # Within another word it is no name.
    assert anna.sign(*argv, "moved to Savannah").status == 0


def test_an_erasure_takes_what_a_killed_session_left_for_viewers(
    anna: Clinic,
) -> None:
    live = anna.store.places.store.parents[1] / "live"
    # The number of its process may be another program's by now: here it is this one's.
    for name in ("anna", "ben"):
        door = new_door(f"of-{name}", name, live)
        live.joinpath(f"of-{name}.sock").touch()
        live.joinpath(f"of-{name}.json").write_text(json.dumps(asdict(door)), encoding="utf-8")
    assert anna.sign("patient", "erase", "anna", "--reason", "x", "--confirm", "anna").status == 0
    # A path that is too long for a socket is not the door's.
    left = {path.name for path in live.iterdir() if path.suffix == ".json" or door.socket}
    assert left - {"of-ben.sock"} == {"of-ben.json"}


def test_a_recording_whose_name_is_no_text_leaves_too(anna: Clinic, tmp_path: Path) -> None:
    path = with_recording(anna)
    strange = path.with_name(os.fsdecode(b"\xff.mcap"))
    try:
        strange.write_bytes(path.read_bytes())
    except OSError:
        pytest.skip("the disk takes names of text alone")
    target = tmp_path / "anna.zip"
    assert anna("patient", "export", "anna", "-o", str(target)).status == 0
    with zipfile.ZipFile(target) as archive:
        assert "recordings/?.mcap" in archive.namelist()


def test_files_are_private_and_nothing_of_a_patient_is_logged(
    anna: Clinic, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with_recording(anna)
    anna("patient", "show", "anna")
    anna("daily", "anna", typed="n\nn\n")
    home = anna.store.places.store.parents[1]
    for path in (home, *home.rglob("*")):
        mode = path.stat().st_mode & 0o777
        assert mode == (0o700 if path.is_dir() else 0o600), (path, oct(mode))
    ours = [r for r in caplog.records if r.name.split(".")[0] in ("monitor", "sensors", "analysis")]
    assert ours == []
    assert not any("anna" in record.getMessage() for record in caplog.records)
