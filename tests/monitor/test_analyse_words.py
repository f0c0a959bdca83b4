"""What ``analyse`` states beside the steps: how sure a time is, and a trend or why not."""

import json
from pathlib import Path

import numpy as np
import pytest
from simple_gait import Phase, made_gait

from monitor.commands.analyse import run_analyse


def _file(tmp_path: Path, seconds: float, fs_hz: float, second_half: float = 1.0) -> Path:
    t_s, acc_g, _ = made_gait([Phase(seconds, 0.72, 0.36, 6.0, 1.8)], fs_hz)
    acc_g = np.where((t_s > seconds / 2.0)[:, None], second_half, 1.0) * acc_g
    path = tmp_path / "run.csv"
    table = np.column_stack([t_s, acc_g])
    np.savetxt(path, table, "%.5f", ",", header="t_s,ax_g,ay_g,az_g", comments="")
    return path


def _summary(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run_analyse([path], "shank", 50.0, as_json=True) == 0
    summary: dict[str, object] = json.loads(capsys.readouterr().out)["summary"]
    return summary


def test_a_slower_pod_states_a_wider_spread(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spreads = [
        _summary(_file(tmp_path, 6.0, fs_hz), capsys)["timing_sd_ms"]
        for fs_hz in (208.0, 104.0, 52.0)
    ]
    assert spreads == [12.0, 14.6, 22.2]  # the hypotenuse of 11 ms and one sample period
    run_analyse([tmp_path / "run.csv"], "shank", 50.0, as_json=False)
    assert "± 22 ms" in capsys.readouterr().out


def test_a_harder_second_half_is_a_trend_with_an_interval_and_no_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, 70.0, 208.0, second_half=1.2)
    trend = _summary(path, capsys)["loading_trend"]
    assert isinstance(trend, dict)
    assert trend["low"] <= trend["index"] <= trend["high"]
    assert trend["index"] == pytest.approx(1.2, abs=0.03)
    assert "not a force" in trend["note"]
    run_analyse([path], "shank", 50.0, as_json=False)
    assert "not a force" in capsys.readouterr().out


def test_too_short_a_run_has_no_trend_and_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _file(tmp_path, 20.0, 208.0)
    trend = _summary(path, capsys)["loading_trend"]
    assert isinstance(trend, dict)
    assert (trend["index"], trend["reason"]) == (None, "too_few_steps")
    run_analyse([path], "shank", 50.0, as_json=False)
    assert "30 run steps" in capsys.readouterr().out
