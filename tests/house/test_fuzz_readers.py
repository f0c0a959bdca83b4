"""The short form of ``make fuzz-readers``: some hundred broken files a reader."""

from pathlib import Path

import pytest
from fuzz_readers import Reader, fuzz, readers

RUNS = {"CSV": 600, "FIT": 60, "MCAP": 400, "TOML": 120, "JSONL": 1500}
"""Broken files a reader, about a second each."""


def test_broken_files_are_refused_in_one_line_or_read(tmp_path: Path) -> None:
    for reader in readers(tmp_path):
        figures = fuzz(reader, RUNS[reader.name])
        assert figures.runs == RUNS[reader.name]
        # A fuzzer of which everything passes, or nothing, looks at no code behind the first check.
        assert 0 < figures.refused < figures.runs, reader.name


def test_the_fuzzer_notices_what_is_not_documented() -> None:
    def fails(_: bytes) -> object:
        raise IndexError

    with pytest.raises(AssertionError, match="IndexError"):
        fuzz(Reader("broken", (b"abc",), fails, (ValueError,)), 3)
