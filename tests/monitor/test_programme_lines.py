"""Which line a path of a TOML file stands on."""

import tomllib
from pathlib import Path
from textwrap import dedent

import pytest

import monitor
from monitor.programme.lines import TomlPath, toml_lines

TEXT = dedent(
    """\
    # a comment = with [signs] and "quotes
    top = 1
    a.b.c = "dotted"
    "quo ted".'x.y' = 2

    [table]
    text = \"\"\"
    [not.a.table]
    not_a_key = 1 \\\"\"\"
    still text\"\"\"\"
    literal = '''
    [[neither]]
    '''
    after = 'a # b'
    date = 1979-05-27 07:32:00  # a comment, with = and ]

    [ table . "sub table" ]
    inline = { x = 1, y.z = [1,
      { deep = 2 }], "}" = "]" }

    [[items]]
    id = "first"
    list = [
      1,  # one
      # nothing
      [2, 3],

      { k = '#' },
    ]

    [[items]]
    id = "second"
    [items.own]
    key = true
    [[items.parts]]
    n = 1
    [[items.parts]]
    n = 2
    [items.parts.deeper]
    m = 3
    """
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 3),
        (("a", "b", "c"), 3),
        (("quo ted", "x.y"), 4),
        (("table",), 6),
        (("table", "text"), 7),
        (("table", "literal"), 11),
        (("table", "after"), 14),
        (("table", "date"), 15),
        (("table", "sub table"), 17),
        (("table", "sub table", "inline"), 18),
        (("table", "sub table", "inline", "x"), 18),
        (("table", "sub table", "inline", "y", "z", 0), 18),
        (("table", "sub table", "inline", "y", "z", 1), 19),
        (("table", "sub table", "inline", "y", "z", 1, "deep"), 19),
        (("table", "sub table", "inline", "}"), 19),
        (("items",), 21),
        (("items", 0), 21),
        (("items", 0, "id"), 22),
        (("items", 0, "list"), 23),
        (("items", 0, "list", 0), 24),
        (("items", 0, "list", 1), 26),
        (("items", 0, "list", 1, 1), 26),
        (("items", 0, "list", 2, "k"), 28),
        (("items", 1), 31),
        (("items", 1, "id"), 32),
        (("items", 1, "own"), 33),
        (("items", 1, "own", "key"), 34),
        (("items", 1, "parts", 0, "n"), 36),
        (("items", 1, "parts", 1), 37),
        (("items", 1, "parts", 1, "n"), 38),
        (("items", 1, "parts", 1, "deeper", "m"), 40),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_kind_of_path_has_its_line(path: TomlPath, line: int, ending: str) -> None:
    assert toml_lines(TEXT.replace("\n", ending)).of(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("items", 0, "missing"), 21),
        (("items", 1, "parts", 1, "n", "no", 7), 38),
        (("items", 9), 21),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_what_is_not_there_gets_its_nearest_parents_line(path: TomlPath, line: int) -> None:
    assert toml_lines(TEXT).of(path) == line


def paths_of(value: object, path: TomlPath = ()) -> list[TomlPath]:
    if isinstance(value, dict):
        return [path] + [p for k, v in value.items() for p in paths_of(v, (*path, k))]
    if isinstance(value, list):
        return [path] + [p for i, v in enumerate(value) for p in paths_of(v, (*path, i))]
    return [path]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        *(
            f.read_text(encoding="utf-8")
            for f in sorted((Path(monitor.__path__[0]) / "programmes").glob("*.toml"))
        ),
    ],
)
def test_no_path_of_a_file_is_missed_and_none_is_made_up(text: str) -> None:
    lines = toml_lines(text)
    assert set(lines.lines) == set(paths_of(tomllib.loads(text))) - {()}


@pytest.mark.parametrize("text", ["", "a", "[a", "a = [1, ", 'a = "x', "a.", "[[b]]\nc = {", "= 1"])
def test_broken_text_gives_what_was_read_so_far(text: str) -> None:
    assert toml_lines(text).of(("a",)) == 1


def test_no_cut_of_a_file_breaks_the_scanner() -> None:
    for end in range(len(TEXT)):
        assert toml_lines(TEXT[:end]).of(("items", 0)) in (1, 21)
