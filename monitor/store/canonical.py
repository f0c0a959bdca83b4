"""The one text of a record: the same values give the same bytes on every machine."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import Final

from monitor.errors import StoreError
from monitor.gate.fields import quoted

MAX_BYTES: Final = 1_000_000
"""Bytes of one entry's text. Design default: a session's entry has fewer than a thousand."""

MAX_DEPTH: Final = 20
"""Levels of nesting in one entry. Design default: no entry of ours needs more than four."""

MAX_INTEGER: Final = 2**53
"""The largest integer that every reader of JSON holds exactly (RFC 8259, section 6)."""


def canonical_text(value: object) -> str:
    """Return a value as JSON with sorted keys, no spaces and every sign written as itself.

    Parameters
    ----------
    value : object
        Nested mappings with text keys, lists and tuples of text, whole numbers up to
        ``MAX_INTEGER``, finite numbers, truth values and None.

    Raises
    ------
    StoreError
        Where it holds anything else, is nested too deeply or too long.
    """
    text = json.dumps(
        _checked(value, "the record", MAX_DEPTH),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )
    try:
        length = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise StoreError(
            "a text of the record holds signs that are no Unicode text: type it again"
        ) from None
    if length > MAX_BYTES:
        raise StoreError(
            f"the record has {length} bytes, an entry takes {MAX_BYTES}: shorten its texts"
        )
    return text


def _checked(value: object, where: str, depth: int) -> object:
    if depth == 0:
        raise StoreError(f"{where} is nested deeper than {MAX_DEPTH} levels: flatten it")
    match value:
        case None | bool() | str():
            return value
        case int() if abs(value) <= MAX_INTEGER:
            return value
        case float() if isfinite(value):
            return value
        case int() | float():
            raise StoreError(
                f"{where} is a number that JSON cannot hold exactly: give a finite number of "
                f"at most {MAX_INTEGER}, or null where it is not known"
            )
        case Mapping():
            for name in value:
                # JSON would turn a number into a text, so that two keys may become one.
                if not isinstance(name, str):
                    raise StoreError(f"{where} has a key that is no text: name it by a text")
            return {name: _checked(item, quoted(name), depth - 1) for name, item in value.items()}
        case list() | tuple():
            return [_checked(item, where, depth - 1) for item in value]
    raise StoreError(f"{where} is of a type that JSON does not have: give text or numbers")
