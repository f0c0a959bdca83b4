"""One JSON object from the bytes of one line: strict, and the same on every machine.

``NaN`` and ``Infinity`` are not JSON, an integer may have any number of digits, and an object
nested deeper than ``MAX_DEPTH`` is refused: how deep a parser can go depends on the machine.
"""

import json
import re
from typing import Final, NoReturn

from monitor.gate.fields import FaultError

MAX_DEPTH: Final = 500
"""Levels of nesting in one line. Design default: no field of ours needs more than two."""

MAX_DIGITS: Final = 4300
"""Digits of an integer that Python reads at once; a longer one is as good as ten to this power."""

BLANK: Final = b" \t\r"
"""JSON's white space within a line."""

_SIGNS: Final = re.compile(r'\\.|["\[\]{}]')
_HUGE: Final[int] = 10 ** (MAX_DIGITS - 1)


def json_object(line: bytes) -> dict[str, object]:
    """Return the JSON object of one line.

    Raises
    ------
    FaultError
        Where the line holds anything else.
    """
    if not line.strip(BLANK):
        raise FaultError("a blank line inside the log: remove it")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise FaultError("not UTF-8 text: write the log again in UTF-8") from None
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise FaultError(f"nested deeper than {MAX_DEPTH} levels: remove what nobody reads")
    try:
        value = _decoded(text)
    except json.JSONDecodeError as error:
        what = f"{error.msg} at column {error.colno}"
        if text.startswith("\ufeff"):
            what = "a byte order mark: save the log in UTF-8 without it"
        raise FaultError(f"not a JSON object ({what}): write one object a line") from None
    except RecursionError:
        raise FaultError("nested too deeply: remove what nobody reads") from None
    if not isinstance(value, dict):
        raise FaultError("not a JSON object: write one object a line")
    return value


def _depth(text: str) -> int:
    deepest = depth = 0
    in_string = False
    for sign in _SIGNS.findall(text):
        if sign == '"':
            in_string = not in_string
        elif not in_string and sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not in_string and sign in "]}":
            depth -= 1
    return deepest


def _no_number(name: str) -> NoReturn:
    raise FaultError(f"not a JSON object ({name} is no JSON number): write a finite number")


def _any_integer(digits: str) -> int:
    # Only its sign and that it is above every limit matter, so it need not be exact.
    if len(digits) <= MAX_DIGITS:
        return int(digits)
    return -_HUGE if digits.startswith("-") else _HUGE


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number)
_SLOW_DECODER: Final = json.JSONDecoder(parse_constant=_no_number, parse_int=_any_integer)


def _decoded(text: str) -> object:
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more digits than Python reads at once
        value = _SLOW_DECODER.decode(text)
    return value
