"""``stridegate programme``: list, show and check, as a user calls them."""

import json
from pathlib import Path

import pytest

from monitor import cli
from monitor.programme.file import bundled_programmes, load_programme


def call(monkeypatch: pytest.MonkeyPatch, *argv: str) -> int:
    monkeypatch.setattr("sys.argv", ["stridegate", "programme", *argv])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return stop.value.code if isinstance(stop.value.code, int) else 0


def test_list(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(monkeypatch, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(bundled_programmes())
    assert all("draft" in line and len(line) <= 80 for line in lines)
    assert call(monkeypatch, "list", "--json") == 0
    rows = json.loads(capsys.readouterr().out)["programmes"]
    assert [row["id"] for row in rows] == list(bundled_programmes())
    assert all(row["sha256"] == load_programme(row["id"]).sha256 for row in rows)


@pytest.mark.parametrize("name", bundled_programmes())
def test_show_draws_every_stage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert call(monkeypatch, "show", name) == 0
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert all(f"├ {s.id} " in out for s in load_programme(name).stages if s.has_sessions)


def test_show_json_holds_the_whole_programme(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "show", "hip-bsi", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    hip = load_programme("hip-bsi")
    assert (shown["id"], shown["status"], shown["sha256"]) == ("hip-bsi", "draft", hip.sha256)
    assert [stage["id"] for stage in shown["stages"]] == [stage.id for stage in hip.stages]
    wr1 = next(stage for stage in shown["stages"] if stage["id"] == "WR1")
    assert wr1["title"] == "6 × (4 min walk, 1 min run)"
    assert wr1["planned_s"] == 2400
    assert wr1["limits"]["impact"] == {
        "baseline": "R0",
        "amber_ratio": 1.15,
        "red_ratio": 1.3,
        "evidence": "D",
        "source": None,
    }
    assert len(shown["sites"]) == 7
    assert shown["phases"][3]["exit"][2]["only_sites"] == ["fn_compression", "fn_fixed_postop"]


def test_show_of_what_is_not_there_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "show", "hip-bis") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "stridegate: hip-bis: no such bundled programme: did you mean hip-bsi? "
        "Or give the path of a .toml file.\n"
    )


def test_check_names_every_mistake_and_still_checks_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    text = Path(cli.__file__).with_name("programmes").joinpath("walking.toml").read_text("utf-8")
    good.write_text(text, encoding="utf-8")
    bad.write_text(
        text.replace("red_pct = 125", "red_pct = 126").replace('risk = "other"', 'risk = "low"', 1),
        encoding="utf-8",
    )
    assert call(monkeypatch, "check", str(bad), str(good)) == 2
    out, err = capsys.readouterr()
    assert out == f"{good}: Walking: 5 to 30 minutes 0.1.0, draft: right\n"
    lines = err.splitlines()
    assert len(lines) == 2
    assert all(line.startswith(f"stridegate: {bad}:") for line in lines)
    for line, word in zip(lines, ("risk", "red_pct"), strict=True):
        number = int(line.removeprefix(f"stridegate: {bad}:").partition(":")[0])
        assert word in bad.read_text("utf-8").splitlines()[number - 1]
    assert call(monkeypatch, "check", str(good)) == 0
