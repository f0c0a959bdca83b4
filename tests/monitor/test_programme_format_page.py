"""The page about the programme file tells the truth: its example loads and no key is left out."""

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.programme import schema
from monitor.programme.file import parse_programme

PAGE = (Path(__file__).parents[2] / "docs" / "programme-format.md").read_text(encoding="utf-8")
TABLES = [
    table
    for table in vars(schema).values()
    if isinstance(table, type) and issubclass(table, BaseModel) and table.model_fields
]


def test_the_example_is_a_programme() -> None:
    (example,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    programme = parse_programme(example.encode(), "programme-format.md")
    assert [stage.title for stage in programme.stages] == [
        "6 × (4 min walk, 1 min run)",
        "20 min run, 1 min walk, 9 min run",
    ]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_key_is_explained(table: type[BaseModel]) -> None:
    explained = PAGE.partition("## The top")[2]
    for key in table.model_fields:
        assert re.search(rf"`\[*{key}\b", explained) or f"[[{key}]]" in explained, key
