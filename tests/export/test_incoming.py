"""What comes in from elsewhere: nothing is lost, and what is changed or left out is told."""

import errno
import json
from pathlib import Path

import numpy as np
import pytest
from command_line import Run

from monitor.record import read_session
from monitor.report.session import session_facts
from sensors import disk
from sensors.csvfile import write_csv
from sensors.recording.writer import RecordingWriter
from sensors.samples import FloatArray
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript
from sensors.virtual.gait_script import run as stretch_of_run

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures" / "demo.mcap"


def samples(fs_hz: float, length_s: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return times, accelerations and turn rates of a run."""
    script = GaitScript((stretch_of_run(length_s),))
    blocks = list(GaitSource(script, fs_hz=fs_hz, seed=4).blocks())
    acc_g = np.concatenate([block.acc_g for block in blocks])
    gyro = [block.gyro_dps for block in blocks if block.gyro_dps is not None]
    return np.arange(len(acc_g)) / fs_hz, acc_g, np.concatenate(gyro)


def written(path: Path, fs_hz: float = 208.0, length_s: float = 12.0) -> Path:
    """Write a CSV with a gyroscope."""
    write_csv(path, *samples(fs_hz, length_s))
    return path


def test_a_sample_beyond_the_pods_range_is_clipped_and_not_lost(run: Run, tmp_path: Path) -> None:
    t_s, acc_g, gyro_dps = samples(208.0, 20.0)
    acc_g = np.clip(acc_g, -15.0, 15.0)
    gyro_dps = np.clip(gyro_dps, -1999.0, 1999.0)
    hardest = 1000 + int(np.argmax(np.abs(acc_g[1000:3000]).max(axis=1)))
    axis = int(np.argmax(np.abs(acc_g[hardest])))
    acc_g[hardest, axis] = 31.0 * np.sign(acc_g[hardest, axis])
    gyro_dps[50, 2] = 2600.0
    source, recorded = tmp_path / "hard.csv", tmp_path / "hard.mcap"
    write_csv(source, t_s, acc_g, gyro_dps)
    status, out, err = run("import", str(source), "-o", str(recorded), "--json")
    assert (status, err) == (0, [])
    assert json.loads(out)["saturated"] == 2
    facts = session_facts(read_session(recorded))
    assert facts.quality is not None
    assert facts.result["bad_packets"] == facts.result["lost_samples"] == 0
    assert (facts.quality.missing_samples, facts.quality.clipped_samples) == (0, 1)
    assert facts.result["clipped_steps"] == 1
    status, out, _ = run("analyse", str(recorded))
    assert status == 0
    assert "clipped samples 1 at full scale 16 g" in out
    recorded.unlink()
    assert "2 of them beyond a pod's range" in run("import", str(source), "-o", str(recorded))[1]


@pytest.mark.parametrize("fs_hz", [13.0, 26.0, 49.0, 890.0, 1666.0])
def test_a_rate_that_no_recording_has_is_one_line_with_its_cure(
    run: Run, tmp_path: Path, fs_hz: float
) -> None:
    source, recorded = written(tmp_path / "rate.csv", fs_hz, 4.0), tmp_path / "rate.mcap"
    status, out, err = run("import", str(source), "-o", str(recorded))
    assert (status, out, len(err)) == (2, "", 1)
    cure = "recorded at 50 Hz or more" if fs_hz < 100.0 else "resample it to 833 Hz"
    assert "rate.csv" in err[0]
    assert cure in err[0]
    assert not recorded.exists()


@pytest.mark.parametrize("fs_hz", [50.0, 100.0, 150.0, 300.0, 600.0, 833.0, 850.0])
def test_a_rate_between_those_of_the_pod_is_kept_whole(
    run: Run, tmp_path: Path, fs_hz: float
) -> None:
    source, recorded = written(tmp_path / "rate.csv", fs_hz), tmp_path / "rate.mcap"
    assert run("import", str(source), "-o", str(recorded))[0] == 0
    facts = session_facts(read_session(recorded))
    assert facts.fs_hz == pytest.approx(fs_hz, rel=0.002)
    assert facts.result["lost_samples"] == 0
    assert facts.result["steps"] > 8


def test_a_full_disk_leaves_nothing_that_blocks_another_attempt(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, recorded = written(tmp_path / "a.csv"), tmp_path / "out" / "a.mcap"
    recorded.parent.mkdir()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def unclosed(writer: RecordingWriter) -> None:
        full(writer)

    for name, place in (("write_at", disk), ("synchronise", disk), ("_finish", RecordingWriter)):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, unclosed if place is RecordingWriter else full)
            status, out, err = run("import", str(source), "-o", str(recorded))
        assert (status, out, len(err)) == (2, "", 1), name
        assert f"{recorded.name}" in err[0]
        assert ".a.mcap" not in err[0]
        assert not list(recorded.parent.iterdir()), name
    assert run("import", str(source), "-o", str(recorded))[0] == 0
    assert recorded.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in recorded.parent.iterdir()] == ["a.mcap"]


def test_a_long_file_does_not_wait_in_memory_where_the_oldest_would_be_let_go(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sensors.recording.growing.WAITING_BYTES", 512 * 1024)
    source, recorded = written(tmp_path / "a.csv", 416.0, 120.0), tmp_path / "a.mcap"
    assert run("import", str(source), "-o", str(recorded))[0] == 0
    facts = session_facts(read_session(recorded), with_samples=True)
    assert sum(len(piece.t_s) for piece in facts.samples) == 120 * 416


@pytest.mark.parametrize("share", [0.5, 0.999])
def test_a_damaged_recording_is_told_as_damaged(run: Run, tmp_path: Path, share: float) -> None:
    cut, recorded = tmp_path / "cut.mcap", tmp_path / "again.mcap"
    content = DEMO.read_bytes()
    cut.write_bytes(content[: int(share * len(content))])
    status, out, err = run("import", str(cut), "-o", str(recorded), "--json")
    damage = read_session(cut).recording.damage
    assert damage
    assert (status, json.loads(out)["damage"]) == (1, list(damage))
    assert err == [f"stridegate: {cut}: {sentence}" for sentence in damage]
    assert recorded.read_bytes() == cut.read_bytes()
    whole = tmp_path / "whole.mcap"
    assert run("import", str(DEMO), "-o", str(whole))[::2] == (0, [])


def test_an_imported_file_is_judged_against_no_plan(run: Run, tmp_path: Path) -> None:
    source, recorded = written(tmp_path / "a.csv", length_s=30.0), tmp_path / "a.mcap"
    page = tmp_path / "a.html"
    assert run("import", str(source), "-o", str(recorded))[0] == 0
    session = read_session(recorded)
    assert session.result is not None
    # What is stored stays what was decided: a replay is compared with it.
    assert session.result["load_pct"] > 100.0
    assert {"load-red", "under-dose"} & set(session.result["shortfalls"])
    status, out, _ = run("report", str(recorded), "-o", str(page), "--json")
    result = json.loads(out)["session"]["result"]
    assert (status, result["load_pct"], result["run_pct"]) == (0, None, None)
    text = page.read_text(encoding="utf-8")
    status, replayed, err = run("replay", str(recorded))
    assert (status, err) == (0, [])
    for said in (text, replayed):
        for judgement in ("above the plan", "less than was planned", "more than was planned"):
            assert judgement not in said
    assert "<th>Load of the plan</th><td><bdi>– %</bdi>" in text
    assert "walk (main)" not in text
    assert "WALK main" not in replayed
    assert "Imported: nothing was planned" in text or result["shortfalls"]
    assert "Done of the plan: – %, load – %" in replayed


def test_rows_that_are_left_out_are_counted(run: Run, tmp_path: Path) -> None:
    source, recorded = written(tmp_path / "a.csv"), tmp_path / "a.mcap"
    rows = source.read_text(encoding="utf-8").splitlines()
    cells = rows[500].split(",")
    rows[500] = ",".join([cells[0], "nan", *cells[2:]])
    rows[700] = ",".join([rows[700].split(",")[0], "inf", *cells[2:]])
    rows[900] = ",".join(["nan", *cells[1:]])
    rows.insert(1200, rows[1100])
    rows.insert(1300, rows[1299])
    source.write_text("\n".join(rows) + "\n", encoding="utf-8")
    status, out, _ = run("import", str(source), "-o", str(recorded), "--json")
    told = json.loads(out)
    assert status == 0
    assert told["samples"] == len(rows) - 1 - 5
    left_out = [told[f"left_out_{why}"] for why in ("unmeasured", "backwards", "repeated")]
    assert left_out == [3, 1, 1]
    recorded.unlink()
    said = run("import", str(source), "-o", str(recorded))[1]
    assert "3 without a measurement, 1 back in time, 1 with a time" in said


def test_more_than_a_day_is_refused_with_the_files_name(run: Run, tmp_path: Path) -> None:
    t_s, acc_g, gyro_dps = samples(208.0, 4.0)
    source, recorded = tmp_path / "long.csv", tmp_path / "long.mcap"
    write_csv(source, np.where(t_s > 2.0, t_s + 90_000.0, t_s), acc_g, gyro_dps)
    status, _, err = run("import", str(source), "-o", str(recorded))
    assert (status, len(err)) == (2, 1)
    assert "long.csv: 9000" in err[0]
    assert not recorded.exists()
