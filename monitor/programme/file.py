"""Reading a programme from its file: all mistakes at once, each with its line."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import ProgrammeError
from monitor.programme.build import build_programme
from monitor.programme.checks import broken_rules
from monitor.programme.lines import TomlLines, TomlPath, toml_lines
from monitor.programme.mistakes import schema_mistakes
from monitor.programme.model import Programme
from monitor.programme.schema import ProgrammeTable
from monitor.programme.signature import content_sha256
from monitor.programme.tables import Mistake, nearest, one_line

_SYNTAX_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def bundled_programmes() -> tuple[str, ...]:
    """Return the names of the programmes that come with the software, sorted."""
    folder = files("monitor").joinpath("programmes")
    return tuple(sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml")))


def load_programme(path_or_bundled_name: str | Path) -> Programme:
    """Read and validate a programme.

    Parameters
    ----------
    path_or_bundled_name : str or Path
        A file, or the name of a bundled programme such as ``"hip-bsi"``. A name without ``.toml``
        and without a folder is a bundled one.

    Raises
    ------
    ProgrammeError
        With every mistake at once.
    """
    return parse_programme(*programme_content(path_or_bundled_name))


def programme_content(path_or_bundled_name: str | Path) -> tuple[bytes, str]:
    """Return the bytes of a programme's file, and its name for the sentences.

    Raises
    ------
    ProgrammeError
        Where there is no such file, or it cannot be read.
    """
    name = str(path_or_bundled_name)
    if isinstance(path_or_bundled_name, str) and re.fullmatch(r"[A-Za-z0-9_-]+", name):
        known = bundled_programmes()
        if name not in known:
            hint = nearest(name, known)
            raise ProgrammeError(
                (f"{name}: no such bundled programme: {hint} Or give the path of a .toml file.",)
            )
        file = files("monitor").joinpath("programmes", f"{name}.toml")
        return file.read_bytes(), f"{name}.toml"
    path = Path(path_or_bundled_name)
    if path.exists() and not path.is_file():
        raise ProgrammeError((f"{name}: not a file: give the path of a .toml file",))
    try:
        return path.read_bytes(), name
    except OSError as error:
        raise ProgrammeError(
            (f"{name}: cannot be read ({error.strerror}): check the path and its permissions",)
        ) from error


def parse_programme(content: bytes, file: str) -> Programme:
    """Validate the bytes of a programme file.

    Parameters
    ----------
    content : bytes
        TOML in UTF-8.
    file : str
        Its name for the sentences.

    Raises
    ------
    ProgrammeError
        With every mistake at once, in the order of the lines.
    """
    text = _decoded(content, file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProgrammeError((_syntax(str(error), text, file),)) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of brackets: tomllib passes them on.
        raise ProgrammeError(
            (f"{file}:1: a number too long or lists too deep to be read: write it anew",)
        ) from error
    mistakes = broken_rules(data)
    table = None
    try:
        table = ProgrammeTable.model_validate(data)
    except ValidationError as error:
        mistakes += schema_mistakes(error)
    if table is None or mistakes:
        raise ProgrammeError(_sentences(mistakes, toml_lines(text), data, file))
    return build_programme(table, file, content_sha256(content))


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProgrammeError(
            (f"{file}:{line}: the file is not UTF-8 text: save it with the encoding UTF-8",)
        ) from error


def _syntax(message: str, text: str, file: str) -> str:
    place = _SYNTAX_PLACE.search(message)
    what = message[: place.start()] if place else message
    line = int(place[1]) if place and place[1] else max(1, len(text.splitlines()))
    column = f" at column {place[2]}" if place and place[2] else " at the end of the file"
    hint = (
        "remove the byte order mark: save as UTF-8 without BOM"
        if text[:1] == "\ufeff"
        else ("correct this line or the one before it, then the rest of the file is checked")
    )
    return f"{file}:{line}: not TOML{column}: {what}: {hint}"


def _sentences(
    mistakes: list[Mistake], lines: TomlLines, data: dict[str, Any], file: str
) -> tuple[str, ...]:
    placed = sorted(
        {(lines.of(m.path), _key(m.path, data), m.text): None for m in mistakes},
        key=lambda place: place[0],
    )
    # Names of keys and tables stand in it as the author wrote them.
    return tuple(one_line(f"{file}:{line}: {key}: {text}") for line, key, text in placed)


def _key(path: TomlPath, data: Any) -> str:
    words = ""
    for part in path:
        if isinstance(part, int):
            data = data[part] if isinstance(data, list) and part < len(data) else None
            name = data.get("id") if isinstance(data, dict) else None
            words += f"[{name}]" if isinstance(name, str) else f"[{part}]"
        else:
            data = data.get(part) if isinstance(data, dict) else None
            words += f".{part}" if words else part
    return words or "the file"
