"""Which line of a TOML file a value stands on.

``tomllib`` gives values without positions, and a mistake named without its line is hard to find in
a programme of 300 lines. The scanner walks text that ``tomllib`` has accepted before, so it may
trust the grammar: it skips values and notes where each key and each array element begins.
"""

import tomllib
from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

TomlPath = tuple[str | int, ...]
"""Keys and array indices from the root, as pydantic gives them."""

_BLANK: Final = " \t"
_SCALAR_END: Final = ",]}#\r\n"
_BARE_KEY_END: Final = " \t.=]"


@dataclass(frozen=True, slots=True)
class TomlLines:
    """Line numbers, from 1, of a file's paths."""

    lines: dict[TomlPath, int]

    def of(self, path: TomlPath) -> int:
        """Return the line of a path, or of its nearest known parent; 1 where nothing is known."""
        for length in range(len(path), 0, -1):
            line = self.lines.get(path[:length])
            if line is not None:
                return line
        return 1


def toml_lines(text: str) -> TomlLines:
    """Map the paths of a valid TOML text to their lines.

    Parameters
    ----------
    text : str
        Text that ``tomllib.loads`` accepts. Of any other text the lines read so far are returned.

    Returns
    -------
    TomlLines
        Tables, arrays of tables, dotted keys, inline tables and array elements.
    """
    scanner = _Scanner(text)
    # A line too high up is better than no message at all.
    with suppress(IndexError, ValueError):
        scanner.document()
    return TomlLines(scanner.lines)


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[TomlPath, int] = {}
        self._breaks = [i for i, char in enumerate(text) if char == "\n"]
        self._sizes: dict[TomlPath, int] = {}

    def document(self) -> None:
        table: TomlPath = ()
        while True:
            self._skip_space()
            if self.at >= len(self.text):
                return
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> TomlPath:
        is_array = self.text.startswith("[[", self.at)
        line = self._line()
        self.at += 2 if is_array else 1
        keys = self._keys()
        self.at += 2 if is_array else 1
        table: TomlPath = ()
        for key in keys[:-1]:
            self.lines.setdefault((*table, key), line)
            table = self._last_of((*table, key))
        table = (*table, keys[-1])
        if is_array:
            self.lines.setdefault(table, line)
            self._sizes[table] = self._sizes.get(table, 0) + 1
        table = self._last_of(table)
        self.lines[table] = line
        return table

    def _last_of(self, table: TomlPath) -> TomlPath:
        size = self._sizes.get(table)
        return table if size is None else (*table, size - 1)

    def _pair(self, table: TomlPath) -> None:
        line = self._line()
        path = table
        for key in self._keys():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.at += 1  # the equals sign
        self._skip(_BLANK)
        self._value(path)

    def _keys(self) -> list[str]:
        keys = []
        while True:
            self._skip(_BLANK)
            begin = self.at
            if self.text[begin] in "\"'":
                self._string()
                keys.append(tomllib.loads(f"key = {self.text[begin : self.at]}")["key"])
            else:
                while self.text[self.at] not in _BARE_KEY_END:
                    self.at += 1
                keys.append(self.text[begin : self.at])
            self._skip(_BLANK)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _value(self, path: TomlPath) -> None:
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            begin = self.at
            while self.at < len(self.text) and self.text[self.at] not in _SCALAR_END:
                self.at += 1
            if self.at == begin:
                raise ValueError("a value is missing")

    def _array(self, path: TomlPath) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip_space(extra=",")
            if self.text[self.at] == "]":
                self.at += 1
                return
            self.lines[*path, index] = self._line()
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: TomlPath) -> None:
        self.at += 1
        while True:
            self._skip_space(extra=",")
            if self.text[self.at] == "}":
                self.at += 1
                return
            self._pair(path)

    def _string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(fence)
        while not self.text.startswith(fence, self.at):
            # Reading the character also ends a string that is never closed: an IndexError.
            is_escape = self.text[self.at] == "\\" and quote == '"'
            self.at += 2 if is_escape else 1
        self.at += len(fence)
        # A multi-line string may end in one or two quotes of its own before the fence.
        while len(fence) == 3 and self.text.startswith(quote, self.at):
            self.at += 1

    def _skip_space(self, extra: str = "") -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                while self.at < len(self.text) and self.text[self.at] != "\n":
                    self.at += 1
            elif self.text[self.at] in _BLANK + "\r\n" + extra:
                self.at += 1
            else:
                return

    def _skip(self, chars: str) -> None:
        while self.text[self.at] in chars:
            self.at += 1

    def _line(self) -> int:
        return bisect_right(self._breaks, self.at) + 1
