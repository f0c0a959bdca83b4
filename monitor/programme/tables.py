"""The tables of a programme file as ``tomllib`` gives them, for whoever looks for mistakes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from monitor.programme.lines import TomlPath

Table = dict[str, Any]

SESSION_KEYS: Final = ("main", "contacts", "week_runs_min")
"""What a stage's sessions are made of: one of these, or the stage has none."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: where, and what is wrong with how to mend it, in words."""

    path: TomlPath
    text: str


def one_line(text: str) -> str:
    """Return a text as one line: what cannot be printed is written as in a TOML string."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def nearest(word: str, known: Sequence[str]) -> str:
    """Return a hint: the nearest known word, or all of them where none is near."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    return f"choose one of {', '.join(known)}" if known else "there is none to choose from"


def tables(data: Table, key: str) -> Iterator[tuple[TomlPath, Table]]:
    """Return the tables of an array, each with its path; whatever is no table is passed over."""
    items = data.get(key)
    for i, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict):
            yield (key, i), item


def names(data: Table, key: str) -> list[str]:
    """Return the ids of the tables of an array."""
    return [item["id"] for _, item in tables(data, key) if is_text(item, "id")]


def is_text(table: Table, key: str) -> bool:
    """Return whether a key is there and holds a text."""
    return isinstance(table.get(key), str)


def is_number(value: object) -> bool:
    """Return whether a value is a number; true is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def are_numbers(values: list[object]) -> bool:
    """Return whether all values are numbers."""
    return all(is_number(value) for value in values)
