"""``stridegate gate``: one object a log, errors with their line, an exit status for each case."""

import json
from pathlib import Path

import pytest

from monitor.commands.gate import run_gate
from monitor.errors import UsageError

GOOD = (
    '{"t": "2026-01-05T08:00:00Z", "kind": "enrol", "patient": "p", "site": "sacrum", '
    '"programme": "hip-bsi"}\n'
    '{"t": "2026-01-06T08:00:00Z", "kind": "start", "stage": "P0", "by": "d"}\n'
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.jsonl"
    path.write_text(GOOD + "\n" + GOOD, encoding="utf-8")
    return path


def test_json_holds_the_decision_and_its_sentences(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_gate([good], None, as_json=True) == 0
    out, err = capsys.readouterr()
    printed = json.loads(out)
    text = printed["sentences"].pop("phase-min-days")
    assert "days" in text
    assert printed == {
        "log": str(good),
        "status": "needs_signoff",
        "stage": "P0",
        "count": 0,
        "may_run": False,
        "reasons": ["phase-min-days"],
        "earliest": "2026-01-13T08:00:00Z",
        "ignored": [],
        "sentences": {},
    }
    assert not err


def test_the_time_of_the_decision_can_be_given(
    good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_gate([good], "2026-01-13T08:00:00Z", as_json=True) == 0
    assert json.loads(capsys.readouterr().out)["reasons"] == ["phase-complete"]
    assert run_gate([good], "2026-01-06T07:59:59Z", as_json=True) == 1
    assert json.loads(capsys.readouterr().out)["error"].startswith("line 2: ")


def test_a_refused_log_is_named_with_its_line_and_the_others_are_judged(
    good: Path, bad: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_gate([bad, good], None, as_json=True) == 1
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert set(first) == {"log", "error"}
    assert first["log"] == str(bad)
    assert first["error"].startswith("line 3: ")
    assert second["status"] == "needs_signoff"
    assert run_gate([bad], None, as_json=True) == 1
    assert run_gate([bad, bad], None, as_json=False) == 1


def test_a_file_that_cannot_be_opened(
    tmp_path: Path, good: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.jsonl"
    assert run_gate([missing], None, as_json=True) == 2
    assert "cannot be read" in json.loads(capsys.readouterr().out)["error"]
    assert run_gate([missing, tmp_path], None, as_json=True) == 2
    assert run_gate([missing, good], None, as_json=True) == 1


def test_lines_for_a_person(good: Path, bad: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_gate([good, bad], None, as_json=False) == 1
    out, err = capsys.readouterr()
    assert str(good) in out
    assert "signature" in out
    assert "stage P0" in out
    assert f"{bad}: line 3: " in err


@pytest.mark.parametrize("at", ["", "today", "2026-01-06", "2026-01-06T24:00:00Z"])
def test_a_wrong_time_is_wrong_use(good: Path, at: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM-DDTHH:MM:SSZ"):
        run_gate([good], at, as_json=True)


def test_no_log_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="no log"):
        run_gate([], None, as_json=True)
