"""The benchmark does its work, and says what is missing instead of failing."""

from pathlib import Path

import numpy as np
import pytest
from benchmarks import contest, speed


def test_all_own_contestants_find_every_contact() -> None:
    piece, contacts = speed.tile()
    assert len(piece) == speed.TILE_S * contest.FS_HZ
    for name in contest.CONTESTANTS:
        if name in speed.IN_OWN_ENVIRONMENT:
            continue
        said = contest.measure(name, piece, rounds=1)
        # Worn elsewhere than where the signal was made, the last contact may be cut off.
        assert 0 <= contacts - int(said["found"]) <= ("foot" in name)
        assert float(said["seconds"]) > 0.0
        assert float(said["peak_mb"]) > 10.0


def test_a_missing_module_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    work = contest.CONTESTANTS["neurokit2"][0]
    monkeypatch.setitem(contest.CONTESTANTS, "neurokit2", (work, "no_such_module"))
    said = contest.measure("neurokit2", np.zeros((10, 4)), rounds=1)
    assert said == {"missing": "rival not installed (make rivals)"}


def test_a_missing_environment_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(speed, "RIVALS_PYTHON", tmp_path / "python")
    row = speed.one_round("skdh", tmp_path / "hour.npy")
    assert row == speed.Row("skdh", missing="rival not installed (make rivals)")


def test_a_rival_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    row = speed.one_round("scipy find_peaks", tmp_path / "none.npy")
    assert row.missing.startswith("FileNotFoundError")
    assert row.seconds is None


def test_the_table_compares_speeds_and_names_the_missing() -> None:
    rows = [
        speed.Row("StrideGate, one push", 4950, 2.0, 150.0),
        speed.Row("neurokit2", 4949, 8.0, 300.0),
        speed.Row("skdh", missing="rival not installed (make rivals)"),
    ]
    lines = speed.speed_table(rows, 748_800, 4950).splitlines()
    assert len({line.count("|") for line in lines}) == 1
    assert lines[2].endswith("| 4950 / 4950 | 0.37 M | 1,800 | 150 | 1 |")
    assert lines[3].endswith("| 4949 / 4950 | 94 k | 450 | 300 | 0.25 |")
    assert "rival not installed" in lines[4]


def test_the_memory_table() -> None:
    table = speed.memory_table({"loaded_mb": 100.0, "hourly_mb": [101.0, 101.5], "steps": 9})
    assert table.splitlines()[-1].endswith("| 100.0 | 101.0 | 101.5 |")
    assert "does not tell" in speed.memory_table(None)


def test_rivals_are_pinned_and_in_the_contest() -> None:
    lines = Path(speed.__file__).with_name("rivals.txt").read_text(encoding="utf-8").split()
    names = {line.split("==")[0] for line in lines}
    assert all(line.count("==") == 1 and line.split("==")[1][0].isdigit() for line in lines)
    assert {"neurokit2", "scikit-digital-health"} <= names
    assert set(speed.JOBS) == set(contest.CONTESTANTS)
    assert set(speed.IN_OWN_ENVIRONMENT) == {"neurokit2", "skdh"}
