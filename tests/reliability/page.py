"""``make reliability``: every proof in full, its figures into docs/reliability.md.

``python -m reliability.page [--hours H] [--every N] [NAME ...]`` runs the named proofs alone and
leaves the lines of the others as they are.
"""

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from reliability import damage, faults, kills, powercuts, recordcuts, reports, sizes, soak
from reliability.row import Row

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
TABLE_HEAD = ("| proof | test | size | result |", "|---|---|---|---|")


def proofs(hours: float, every: int) -> Mapping[str, Callable[[], Iterable[Row]]]:
    """Return the proofs by their names."""
    return {
        "kills": kills.proof,
        "powercuts": powercuts.proof,
        "recordcuts": recordcuts.proof,
        "damage": lambda: damage.proof(every),
        "faults": faults.proof,
        "sizes": sizes.proof,
        "reports": reports.proof,
        "soak": lambda: soak.proof(hours),
    }


def written(page: str, name: str, rows: Iterable[Row]) -> str:
    """Return the page with the lines of one proof in the place of its old ones."""
    before, rest = page.split(BEGIN)
    table, after = rest.split(END)
    kept = [line for line in table.splitlines()[2:] if line and f"`{name}`" not in line]
    new = [f"| {row.proof} `{name}` | {row.test} | {row.size} | {row.result} |" for row in rows]
    lines = sorted({line for line in (*kept, *new) if line != TABLE_HEAD[1]})
    return "\n".join((before + BEGIN, *TABLE_HEAD, *lines, END)) + after


def main() -> None:
    """Run and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=soak.HOURS)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("names", nargs="*")
    given = parser.parse_args()
    known = proofs(given.hours, given.every)
    for name in given.names or known:
        rows = list(known[name]())
        for row in rows:
            print(row)
        PAGE.write_text(written(PAGE.read_text("utf-8"), name, rows), "utf-8")


if __name__ == "__main__":
    main()
