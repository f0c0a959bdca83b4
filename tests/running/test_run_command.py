"""``stridegate run`` as a process of its own: virtual pod, real client, pipe, signals."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from made_people import SHOE
from made_runs import READY, baseline, home_places, on_stage, stridegate
from made_runs import made_patient as made

from monitor.cli import main
from monitor.gate.times import time_s
from monitor.marks import Mark
from monitor.record import read_session
from monitor.store.chain import patient_chain
from monitor.store.opening import open_store
from monitor.store.writing import Record
from sensors.errors import UnreadableFileError

pytestmark = pytest.mark.slow

HOUR_S = 3600
VIRTUAL = {**SHOE, "serial": "000000000001", "firmware": "1.0"}
"""What the program's own pod says of itself."""

DEMO: Sequence[Record] = (
    ("conditions", VIRTUAL),
    baseline("W0", 2.6, conditions=VIRTUAL),
    baseline("R0", 5.0, conditions=VIRTUAL),
    on_stage("WR1"),
)
WELL = ("--pain-before", "0", "--no-red-flags")
FAST = ("--virtual", "--speed", "3")


def enrolled(home: Path, records: Sequence[Record] = DEMO, *, is_demo: bool = True) -> None:
    made(home_places(home), records, enrol={"is_demo": is_demo}, t_s=int(time.time()) - HOUR_S)


def wait_for_line(process: subprocess.Popen[str], part: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if part in line:
            return
    raise AssertionError(f"{part!r} was never printed")


def finished(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate()
    return process.returncode, out, err


def marks_in(folder: Path) -> list[Mark]:
    (path,) = folder.glob("*.mcap")
    try:
        return [item for item in read_session(path).inputs() if isinstance(item, Mark)]
    except UnreadableFileError:
        return []


def events(home: Path) -> list[dict[str, object]]:
    entries = open_store(home_places(home)).entries(patient_chain("anna"))
    return [dict(entry.record) for entry in entries]


def test_a_tap_survives_a_kill_and_the_session_is_recovered(tmp_path: Path) -> None:
    enrolled(tmp_path)
    running = stridegate(
        "run", "anna", "--plain", *FAST, *WELL, home=tmp_path, stdin=subprocess.PIPE
    )
    wait_for_line(running, " RUN. ")
    assert running.stdin is not None
    running.stdin.write("1\n")
    running.stdin.flush()
    second = stridegate("recover", "anna", home=tmp_path)
    wait_for_line(running, "Pain 1 of 10")
    while not any(mark.value == 1 for mark in marks_in(tmp_path / "recordings")):
        assert running.poll() is None
        time.sleep(0.01)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()

    status, out, err = finished(second)
    if status:
        assert "somebody runs a session for this patient" in err
        status, out, err = finished(stridegate("recover", "anna", home=tmp_path))
    assert status == 0, err
    assert "broke off at" in out
    assert "Pain tapped during it: 1" in out
    found = events(tmp_path)
    sessions = [e for e in found if e["kind"] == "session"]
    assert len(sessions) == 1
    assert {(e["when"], e["site"]) for e in found if e["kind"] == "pain"} == {
        ("before", 0),
        ("during", 1),
    }
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    status, out, err = finished(stridegate("replay", str(path), home=tmp_path))
    assert "The record holds the same session event." in out, err


def test_a_warning_sign_is_written_at_once_and_ends_the_run(tmp_path: Path) -> None:
    enrolled(tmp_path)
    running = stridegate(
        "run", "anna", "--plain", *FAST, *WELL, home=tmp_path, stdin=subprocess.PIPE
    )
    wait_for_line(running, " WALK. ")
    second = stridegate("run", "anna", "--headless", *FAST, *WELL, home=tmp_path)
    assert running.stdin is not None
    running.stdin.write("f nonsense\nf limp\n")
    running.stdin.flush()
    status, out, err = finished(running)
    assert status == 0, err
    assert "f with one of night_or_rest_pain" in err
    assert "A warning sign: stop" in out
    assert "A warning sign was reported" in out
    flags = [e for e in events(tmp_path) if e["kind"] == "red_flag"]
    assert [(f["flag"], "session" in f) for f in flags] == [("limp", False)]
    status, out, err = finished(second)
    # It came while the first one ran, or after the lock-out: both let nothing begin.
    assert (status, "somebody runs a session" in err) == (2, True) or "warning sign" in out


def test_a_demo_patients_session_without_a_terminal_is_one_object(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    enrolled(tmp_path)
    after = ("--pain-during", "0", "--pain-after", "0", "--soreness", "0")
    running = stridegate("run", "anna", "--headless", "--json", *FAST, *WELL, *after, home=tmp_path)
    status, out, err = finished(running)
    assert status == 0, err
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["purpose"] == "demo-patient"
    assert found["pod_is_virtual"] is True
    assert "VIRTUAL POD" in err
    assert (found["outcome"], found["reasons"]) == ("pending", ["answers-missing"])
    assert found["decision"]["status"] == "wait"
    (session,) = [e for e in events(tmp_path) if e["kind"] == "session"]
    assert {k: session[k] for k in found["gate_event"]} == found["gate_event"]

    status, out, err = in_process(capsys, monkeypatch, "anna", "--json", *FAST, *WELL)
    assert status == 1
    refused = json.loads(out)
    assert refused["refused"] is True
    assert refused["decision"]["reasons"] == ["gap-hours"]
    assert time_s(refused["decision"]["earliest"]) > time.time()


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (("anna", "--headless", *FAST), "--no-red-flags"),
        (("anna", "--headless", "--no-red-flags"), "give --pain-before"),
        (("ben",), "ben: not in the record"),
        (("anna", "--answer", "soon=3"), "--answer soon=3: write WHEN=N"),
        (("anna", "--headless", *WELL, "--red-flag", "tired"), "--red-flag tired: not known"),
        (("anna", "--headless", *WELL, "--pod", "shoe"), "--pod shoe: not known"),
        (("anna", "--headless", *WELL, *FAST, "--pod", "rsc"), "--virtual: no rsc is played"),
        (("anna", "--headless", *WELL, "--placement", "hand"), "--placement hand: not known"),
        (("anna", "--headless", *WELL, "--speed", "2"), "only a virtual pod is faster"),
    ],
)
def test_a_wrong_call_is_one_line_and_begins_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    argv: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    enrolled(tmp_path, READY, is_demo=False)
    status, _, err = in_process(capsys, monkeypatch, *argv)
    assert (status, err.count("\n")) == (2, 1)
    assert said in err
    assert not any(e["kind"] == "session_opened" for e in events(tmp_path))


def in_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *argv: str
) -> tuple[int, str, str]:
    """Run ``stridegate run`` in this process: it begins nothing."""
    monkeypatch.setattr("sys.argv", ["stridegate", "run", *argv])
    with pytest.raises(SystemExit) as left:
        main()
    captured = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, captured.out, captured.err


def test_without_a_radio_what_was_opened_is_closed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    enrolled(tmp_path, READY, is_demo=False)
    radio = ("--radio", "tcp-client:127.0.0.1:1")
    status, _, err = in_process(capsys, monkeypatch, "anna", "--headless", *WELL, *radio)
    assert (status, err.count("\n")) == (2, 1)
    kinds = [e["kind"] for e in events(tmp_path)]
    assert kinds[-2:] == ["session_opened", "session_dropped"]
