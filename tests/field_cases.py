"""``make field-cases``: writes docs/field-cases.md; given ids, prints the tests of these cases.

pytest $(python tests/field_cases.py R7 R8)
"""

import ast
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = TESTS / "field_cases.toml"
PAGE = TESTS.parent / "docs" / "field-cases.md"

IDS = (
    *(f"R{n}" for n in range(1, 31)),
    *(f"A{n}" for n in range(1, 16)),
    *("T10", "T12", "T18"),
)
"""Every case has its row: R the thirty that break most often, A those beside them, T campaigns."""

HEAD = """# What breaks in the field

Written by `make field-cases` from `tests/field_cases.toml`. Each row is a case from other programs'
trackers and code, or from their users, with the tests that show what happens here. All of them run
on virtual pods, made signals and recordings, **none on real hardware**. What no test shows stands
in the last column; a row without a test is not shown at all. A test of the house holds every name
against the tests that there are. To run a case: `pytest $(python tests/field_cases.py R7)`.

| id | case | what is shown | tests | not shown |
|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One row.

    Attributes
    ----------
    id, case, shows : str
        Which, what breaks, and what happens here.
    tests : tuple of str
        ``file::name`` below ``tests``.
    missing : str
        What no test shows; empty where that is nothing.
    """

    id: str
    case: str
    shows: str
    tests: tuple[str, ...]
    missing: str = ""


def cases() -> list[Case]:
    """Return the rows."""
    with TABLE.open("rb") as file:
        rows = tomllib.load(file)["case"]
    return [Case(**{**row, "tests": tuple(row["tests"])}) for row in rows]


@cache
def names_in(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (n for n in tree.body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


def faults(rows: list[Case]) -> list[str]:
    """Return what is wrong with rows, a line each."""
    found = []
    for row in rows:
        if not row.tests and not row.missing:
            found.append(f"{row.id}: neither a test nor a word on why there is none")
        if bool(row.shows) != bool(row.tests):
            found.append(f"{row.id}: what is shown and the tests that show it go together")
        for test in row.tests:
            file, _, name = test.partition("::")
            if not (TESTS / file).is_file() or name not in names_in(TESTS / file):
                found.append(f"{row.id}: there is no test {test}")
    ids = [row.id for row in rows]
    found += [f"{one}: no row" for one in IDS if one not in ids]
    found += [f"{one}: not a case, or twice" for one in ids if one not in IDS or ids.count(one) > 1]
    return found


def page(rows: list[Case]) -> str:
    """Return the page."""
    lines = []
    for row in rows:
        tests = "<br>".join(f"`{test}`" for test in row.tests) or "–"
        lines.append(f"| {row.id} | {row.case} | {row.shows or '–'} | {tests} | {row.missing} |")
    return HEAD + "\n".join(lines) + "\n"


def main() -> None:
    """Write the page, or print tests."""
    rows, wanted = cases(), sys.argv[1:]
    if wanted:
        print("\n".join(f"tests/{t}" for row in rows if row.id in wanted for t in row.tests))
        return
    wrong = faults(rows)
    print("\n".join(wrong))
    PAGE.write_text(page(rows), encoding="utf-8")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
