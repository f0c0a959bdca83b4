"""Mistakes of type, range and spelling in a programme file, in words.

pydantic says what it found in its own terms; an editor of the file needs the key, what is wrong
and what to write instead.
"""

import re
from typing import Any, Final, get_args

from pydantic import BaseModel, ValidationError

from monitor.programme.lines import TomlPath
from monitor.programme.schema import ProgrammeTable
from monitor.programme.tables import Mistake, nearest, one_line

_UNITS: Final = {
    "min": "a number of minutes",
    "s": "a number of seconds",
    "h": "a number of hours",
    "pct": "a number in per cent",
    "spm": "a number of steps per minute",
    "ratio": "a ratio such as 1.25",
    "days": "a whole number of days",
}
_UNIT_WORDS: Final = frozenset(
    {"s", "sec", "secs", "second", "seconds", "m", "min", "mins", "minute", "minutes"}
    | {"h", "hr", "hrs", "hour", "hours", "d", "day", "days", "week", "weeks"}
    | {"pct", "percent", "spm", "ratio"}
)
_BOUNDS: Final = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}
_TABLES: Final[dict[TomlPath, str]] = {
    ("cadence",): "[cadence]",
    ("phases",): "[[phases]]",
    ("limits",): "[limits.NAME]",
    ("stages",): "[[stages]]",
}
_EXAMPLES: Final = {
    "format": "1",
    "id": '"a-name"',
    "title": '"some words"',
    "author": '"a name"',
    "exit": '[{ id = "a_name", title = "what the clinician confirms" }]',
    "risk": '"high"',
    "phase": '"P4"',
    "version": '"1.0.0"',
    "status": '"draft"',
    "evidence": '"D"',
    "baseline": '"R0"',
    "min_days_range": "[14, 42]",
}
_UNIT_EXAMPLES: Final = {"ratio": "1.25", "pct": "110", "spm": "165", "days": "7", "h": "42"}
_CALLED_SIGNED: Final = ("status", "signed")
_OF_A_SIGNATURE: Final = ("signed_by", "signed_on")
_LEADING_NUMBER: Final = re.compile(r"\s*(\d+(?:\.\d+)?)")


def schema_mistakes(error: ValidationError) -> list[Mistake]:
    """Return the mistakes that pydantic found, one for each key."""
    return [
        Mistake(tuple(item["loc"]), _sentence(tuple(item["loc"]), dict(item)))
        for item in error.errors(include_url=False)
    ]


def _sentence(path: TomlPath, item: dict[str, Any]) -> str:
    kind, value, context = item["type"], item["input"], item.get("ctx", {})
    key = next((part for part in reversed(path) if isinstance(part, str)), "the file")
    if (kind == "extra_forbidden" and key in _OF_A_SIGNATURE) or (key, value) == _CALLED_SIGNED:
        return "a file cannot call itself signed, its signature is kept beside it: " + (
            'write "draft"' if key == "status" else f"remove {key}"
        )
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), _known_keys(path[:-1]))
    if kind == "missing":
        table = _TABLES.get(path)
        what = f"{key} = {_example(key)}" if table is None else f"a table {table}"
        return f"the key is missing: add {what}"
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        bound = f"{context[name]:g}"
        return f"{value} is out of range: write a number {words} {bound}"
    if kind == "finite_number":
        return f"{value} is not a number that can be used: write {_due(key)}"
    if kind in ("float_type", "int_type"):
        return _not_a_number(key, value, whole=kind == "int_type")
    if kind == "literal_error":
        return f"{_shown(value)} is not known: write {context['expected']}"
    if kind in ("too_short", "too_long"):
        bound = context.get("min_length", context.get("max_length"))
        few = "few" if kind == "too_short" else "many"
        limit = "at least" if kind == "too_short" else "at most"
        return f"too {few} entries: write {limit} {bound}"
    if kind == "string_too_short":
        return "the text is empty: write at least one character"
    if kind == "string_pattern_mismatch" and not str(value).isprintable():
        return f"{_shown(value)} holds what cannot be printed: write one line of plain text"
    if kind == "string_pattern_mismatch":
        return f"{_shown(value)} cannot be an id: use letters, digits, - and _ only"
    if kind == "list_type" and isinstance(value, dict):
        return f"is one table, but a list of tables is due: write [[{key}]]"
    due = {
        "string_type": "a text in quotes",
        "bool_type": "true or false",
        "list_type": "a list in [ ]",
        "dict_type": "a table",
        "model_type": "a table",
    }.get(kind)
    if due is None:
        return f"{_shown(value)} cannot be used: {item['msg']}"
    return f"is {_kind_of(value)}, but {due} is due: write {due}"


def _unknown_key(key: str, known: list[str]) -> str:
    stem = _stem(key)
    same = [name for name in known if name != key and _stem(name) == stem]
    if same:
        return f"unknown key, or a unit that is not used here: write {' or '.join(same)}"
    return f"unknown key: {nearest(key, known)}"


def _stem(key: str) -> str:
    words = re.split(r"[_-]", key.lower())
    while len(words) > 1 and words[-1] in _UNIT_WORDS:
        words.pop()
    return "_".join(words)


def _not_a_number(key: str, value: object, *, whole: bool) -> str:
    due = _due(key)
    if whole and due == "a number":
        due = "a whole number"
    if isinstance(value, str) and (found := _LEADING_NUMBER.match(value)):
        return f"is the text {_shown(value)}, but {due} is due: write {key} = {found[1]}"
    if whole and isinstance(value, float):
        return f"{value} is not whole: write {key} = {value:.0f}"
    return f"is {_kind_of(value)}, but {due} is due: write {key} = {_example(key)}"


def _due(key: str) -> str:
    return _UNITS.get(key.rsplit("_", 1)[-1], "a number")


def _example(key: str) -> str:
    return _EXAMPLES.get(key) or _UNIT_EXAMPLES.get(key.rsplit("_", 1)[-1], "3")


def _known_keys(path: TomlPath) -> list[str]:
    annotation: Any = ProgrammeTable
    for part in path:
        annotation = _child(annotation, part)
        if annotation is None:
            return []
    model = _model(annotation)
    return [] if model is None else list(model.model_fields)


def _child(annotation: Any, part: str | int) -> Any:
    model = _model(annotation)
    if isinstance(part, str) and model is not None and not _is_dict(annotation):
        field = model.model_fields.get(part)
        return None if field is None else field.annotation
    return model


def _is_dict(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model(inner)
        if found is not None:
            return found
    return None


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "a table"}
    name = names.get(type(value), "a date or time")
    return f"{name} ({_shown(value)})" if isinstance(value, str | int | float) else name


def _shown(value: object) -> str:
    line = one_line(str(value))
    text = f'"{line}"' if isinstance(value, str) else line
    return text if len(text) <= 40 else text[:39] + "…"
