"""The fields of one JSON object: each is taken with its type, or a sentence says what is wrong."""

import json
from math import isfinite
from typing import Final

_SHOWN: Final = 40
"""Characters of a wrong value that a message repeats."""


class FaultError(Exception):
    """What is wrong with a line, and how to mend it."""


class Fields:
    """The fields of a record.

    A field that is null counts as a wrong value, also where the field may be left out: whoever
    writes null has no value, and no value never passes.

    Parameters
    ----------
    record : dict
        The object as JSON gives it.
    """

    def __init__(self, record: dict[str, object]) -> None:
        self._record = record

    def has(self, name: str) -> bool:
        """Return whether the field is present, with whatever value."""
        return name in self._record

    def text(self, name: str) -> str:
        """Return a text of at least one character."""
        value = self._value(name)
        if isinstance(value, str) and value:
            return value
        raise self._wrong(name, "write a text of at least one character")

    def flag(self, name: str) -> bool:
        """Return true or false."""
        value = self._value(name)
        if isinstance(value, bool):
            return value
        raise self._wrong(name, "write true or false")

    def number(self, name: str) -> float:
        """Return a finite number of at least 0."""
        value = self._value(name)
        # isfinite cannot take an integer beyond the largest float, which is finite all the same.
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and (isinstance(value, int) or isfinite(value))
            and value >= 0
        ):
            return value
        raise self._wrong(name, "write a number of at least 0")

    def integer(self, name: str, highest: int | None = None) -> int:
        """Return an integer from 0 to ``highest``; 3.0 and true are none."""
        value = self._value(name)
        if (
            isinstance(value, int)
            and not isinstance(value, bool)
            and value >= 0
            and (highest is None or value <= highest)
        ):
            return value
        span = "of at least 0" if highest is None else f"from 0 to {highest}"
        raise self._wrong(name, f"write an integer {span}")

    def integers(self, name: str) -> dict[str, int]:
        """Return an object of integers of at least 0."""
        value = self._value(name)
        if not isinstance(value, dict):
            raise self._wrong(name, 'write an object such as {"P0": 28}')
        inner = Fields(value)
        return {key: inner.integer(key) for key in value}

    def _value(self, name: str) -> object:
        try:
            return self._record[name]
        except KeyError:
            raise FaultError(f'"{name}" is missing: add it') from None

    def _wrong(self, name: str, cure: str) -> FaultError:
        return FaultError(f"{quoted(name)} is {quoted(self._record[name])}: {cure}")


def quoted(value: object) -> str:
    """Return a JSON value as plain ASCII on one line, shortened: it may hold anything."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    try:
        text = json.dumps(value)
    except ValueError:  # an integer of more digits than Python turns into text
        return "a huge integer"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
