"""Sixty logs with the decision that the specification asks for, field by field."""

import json
from typing import Any

import pytest
from gate_by_text import by_text
from shared_recordings import DATA

from monitor.gate import decide, read_log
from monitor.gate.times import time_s
from monitor.programme.file import load_programme

EXAMPLES = DATA / "gate_examples"

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the example logs are not here")


def expected() -> list[dict[str, Any]]:
    file = EXAMPLES / "expected.json"
    rows: list[dict[str, Any]] = json.loads(file.read_text("utf-8")) if file.is_file() else []
    return rows


@pytest.mark.parametrize("row", expected(), ids=lambda row: row["log"])
def test_gate_and_second_evaluator_give_the_expected_decision(row: dict[str, Any]) -> None:
    programme = load_programme("hip-bsi")
    content = (EXAMPLES / row["log"]).read_bytes()
    decision = decide(programme, read_log(content, programme), time_s(row["at"]))
    assert decision.as_dict() == row["expect"]
    assert by_text([json.loads(line) for line in content.splitlines()], row["at"]) == row["expect"]


def test_every_example_is_judged() -> None:
    assert {row["log"] for row in expected()} == {file.name for file in EXAMPLES.glob("*.jsonl")}
