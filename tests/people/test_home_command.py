"""``stridegate`` and ``stridegate home`` without a terminal; the screens' commands there."""

from pathlib import Path

import pytest
from made_clinic import Clinic
from made_people import HIP_TEXT

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.mcap"


def test_without_a_terminal_stridegate_prints_its_help(clinic: Clinic) -> None:
    said = clinic()
    assert said.status == 2
    assert "Usage: stridegate" in said.out
    assert "home" in said.out
    assert said.err == []


def test_without_a_terminal_home_prints_how_a_patient_stands(anna: Clinic) -> None:
    assert anna("home", "anna").out == anna("patient", "show", "anna").out
    assert anna("home").out == anna("patient", "list").out


def test_without_a_terminal_a_review_is_the_replay(clinic: Clinic) -> None:
    said = clinic("review", str(DEMO))
    assert said.status == 0
    assert "Same steps, alarms and result as recorded." in said.out


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("edit", "none.toml"), "there is no such file: give --like hip-bsi"),
        (("edit", "own.toml"), "programme edit needs a terminal"),
        (("edit", "own.toml", "--like", "hip-bsi"), "the file is there already"),
    ],
)
def test_a_text_is_edited_on_a_screen_alone(
    clinic: Clinic,
    argv: tuple[str, ...],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("own.toml").write_text(HIP_TEXT, encoding="utf-8")
    said = clinic("programme", *argv)
    assert said.status == 2
    assert sentence in said.err[0]
