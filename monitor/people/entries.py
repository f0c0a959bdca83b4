"""Entries of the record as typed values, and back: a dataclass names the fields of its kind.

A field that a later version adds is left aside by this one; a field that is missing or of another
type is an error that names the entry, for nothing is decided from half of a record.
"""

from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from monitor.errors import StoreError
from monitor.store.chain import Entry

T = TypeVar("T")

STAMPED = "t_s"
"""A field of many values that the store gives: when the entry was written, UTC seconds."""


def value_of(kind: type[T], entry: Entry) -> T:
    """Return an entry as a value.

    Parameters
    ----------
    kind : type
        A dataclass; its ``t_s``, where it has one, is the time of the entry.
    entry : Entry
        A verified one.

    Raises
    ------
    StoreError
        Where a field is missing or cannot be of its type.
    """
    try:
        value: T = _adapter(cast("Any", kind)).validate_python({**entry.record, STAMPED: entry.t_s})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise StoreError(
            f"{entry.chain.title}: entry {entry.seq} ({entry.kind}): {where}: {first['msg']}: "
            "written by another version? use the newest one"
        ) from None
    return value


def fields_of(value: Any) -> dict[str, object]:
    """Return the fields of the entry for a value: plain JSON values, without the time."""
    fields = _plain(asdict(value))
    assert isinstance(fields, dict)
    fields.pop(STAMPED, None)
    return fields


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _plain(value: object) -> object:
    match value:
        case Mapping():
            return {str(name): _plain(item) for name, item in value.items()}
        case tuple() | list():
            return [_plain(item) for item in value]
        case str():
            # A member of a StrEnum, too.
            return str(value)
    return value
