"""A log is read as it is written or not at all: the first faulty line is named."""

import json
from dataclasses import replace
from typing import Any

import pytest

from monitor.gate import LogError, decide, read_log
from monitor.gate.times import time_s, time_text
from monitor.programme.file import load_programme

Line = dict[str, Any]

GOOD: tuple[Line, ...] = (
    {
        "t": "2026-01-05T08:00:00Z",
        "kind": "enrol",
        "patient": "p1",
        "site": "fn_fixed_postop",
        "programme": "hip-bsi",
        "min_days": {"P0": 20, "P1": 0},
    },
    {
        "t": "2026-01-05T08:00:00Z",
        "kind": "start",
        "stage": "W1",
        "by": "dr-a",
        "ahead": True,
        "reason": "assessed",
    },
    {
        "t": "2026-01-06T08:00:00Z",
        "kind": "session",
        "id": "s1",
        "stage": "W1",
        "valid_pct": 97.5,
        "run_pct": 100,
        "load_pct": 101,
        "amber_pct": 0,
        "red_events": 0,
        "impact": False,
    },
    {
        "t": "2026-01-06T08:00:00Z",
        "kind": "pain",
        "session": "s1",
        "when": "during",
        "site": 0,
        "soreness": 10,
    },
    {"t": "2026-01-06T09:00:00Z", "kind": "red_flag", "flag": "limp", "session": "s1"},
    {
        "t": "2026-01-07T08:00:00Z",
        "kind": "unlock",
        "stage": "W1",
        "by": "dr-a",
        "reason": "seen",
        "ahead": False,
    },
    {"t": "2026-01-08T08:00:00Z", "kind": "signoff", "phase": "P2", "by": "dr-a"},
)
ENROL, START, SESSION, PAIN, RED_FLAG, UNLOCK, SIGNOFF = range(7)
GONE = object()


PROGRAMME = load_programme("hip-bsi")


def text(lines: tuple[Line, ...] | list[Line]) -> bytes:
    return "\n".join(json.dumps(line) for line in lines).encode()


def changed(index: int, **fields: object) -> bytes:
    """The good log with fields of one line changed, or GONE."""
    lines = [dict(line) for line in GOOD]
    lines[index] |= fields
    lines[index] = {key: value for key, value in lines[index].items() if value is not GONE}
    return text(lines)


def faulty_line(content: bytes) -> int | None:
    error = None
    try:
        events = read_log(content, PROGRAMME)
        decide(PROGRAMME, events, events[-1].t_s)
    except LogError as caught:
        error = caught
    if error is None:
        return None
    assert str(error).startswith(f"line {error.line}: ")
    assert str(error).isprintable()
    return error.line


def test_the_good_log_is_read() -> None:
    assert faulty_line(text(GOOD)) is None
    assert len(read_log(text(GOOD), PROGRAMME)) == len(GOOD)


REQUIRED = [(i, name) for i, line in enumerate(GOOD) for name in line]
OPTIONAL = {(START, "ahead"), (START, "reason"), (PAIN, "soreness"), (RED_FLAG, "session")} | {
    (UNLOCK, "ahead")
}
TEXTS = ("t", "kind", "patient", "site", "programme", "stage", "by", "reason", "id", "when")


@pytest.mark.parametrize(("index", "name"), REQUIRED)
def test_a_field_may_be_absent_only_where_it_is_optional(index: int, name: str) -> None:
    line = faulty_line(changed(index, **{name: GONE}))
    assert line == (None if (index, name) in OPTIONAL else index + 1)


@pytest.mark.parametrize(("index", "name"), REQUIRED)
@pytest.mark.parametrize("wrong", [None, [], {"P0": True}, "", "0", 3.0, True, -1, 11.5])
def test_a_field_of_another_type_is_refused(index: int, name: str, wrong: object) -> None:
    value = GOOD[index][name]
    is_number = isinstance(wrong, int | float) and not isinstance(wrong, bool)
    if isinstance(value, bool):
        may_stand = isinstance(wrong, bool)
    elif name.endswith("_pct"):
        may_stand = is_number and wrong != -1
    elif name in ("programme", "patient", "by", "reason", "flag"):
        may_stand = wrong == "0"
    elif index == SESSION and name == "id":
        may_stand = False  # the later lines then name a session that is not there
        index = PAIN if wrong == "0" else index
    else:
        may_stand = False
    assert faulty_line(changed(index if name != "id" else SESSION, **{name: wrong})) == (
        None if may_stand else index + 1
    )


@pytest.mark.parametrize(
    ("index", "fields", "is_good"),
    [
        (ENROL, {"site": "knee"}, False),
        (ENROL, {"min_days": {"P0": 20}}, False),
        (ENROL, {"min_days": {"P0": 20, "P1": 0, "P6": 3}}, False),
        (ENROL, {"min_days": {"P0": 20, "P1": 0, "P4": 3}}, True),
        (ENROL, {"min_days": {"P0": 20.0, "P1": 0}}, False),
        (ENROL, {"min_days": {"P0": 20, "P1": None}}, False),
        (ENROL, {"min_days": {"P0": 20, "P1": 10**30}}, True),
        (ENROL, {"min_days": {}}, False),
        (ENROL, {"min_days": {}, "site": "sacrum"}, True),
        (ENROL, {"min_days": None, "site": "sacrum"}, False),
        (ENROL, {"min_days": GONE, "site": "sacrum"}, True),
        (ENROL, {"programme": "another"}, True),
        (START, {"stage": "W6"}, False),
        (START, {"stage": "P2"}, False),
        (START, {"stage": "P0"}, True),
        (START, {"by": "\ud800"}, True),
        (START, {"soreness": None, "session": 4, "extra": {"deep": [None]}}, True),
        (SESSION, {"stage": "P0"}, False),
        (SESSION, {"stage": "P1"}, False),
        (SESSION, {"stage": "T8"}, True),
        (SESSION, {"amber_pct": 1e308}, True),
        (SESSION, {"amber_pct": 10**4000}, True),
        (SESSION, {"amber_pct": -0.0}, True),
        (SESSION, {"amber_pct": -1e-300}, False),
        (SESSION, {"red_events": 10**4000}, True),
        (SESSION, {"red_events": 0.0}, False),
        (SESSION, {"impact": 1}, False),
        (PAIN, {"session": "s2"}, False),
        (PAIN, {"when": "morning"}, False),
        (PAIN, {"when": "next_morning"}, True),
        (PAIN, {"site": 10}, True),
        (PAIN, {"site": 11}, False),
        (PAIN, {"site": -1}, False),
        (PAIN, {"soreness": 11}, False),
        (PAIN, {"soreness": None}, False),
        (RED_FLAG, {"session": "s2"}, False),
        (RED_FLAG, {"session": None}, False),
        (UNLOCK, {"stage": "w1"}, False),
        (UNLOCK, {"reason": " "}, True),
        (SIGNOFF, {"phase": "P6"}, False),
        (SIGNOFF, {"phase": "W1"}, False),
        (SIGNOFF, {"reason": None}, True),
        (SIGNOFF, {"kind": "note"}, False),
        (SIGNOFF, {"kind": "enrol"}, False),
        (SIGNOFF, {"t": "2026-01-07T07:59:59Z"}, False),
        (SIGNOFF, {"t": "2026-01-07T08:00:00Z"}, True),
    ],
)
def test_a_changed_field(index: int, fields: Line, is_good: bool) -> None:
    assert faulty_line(changed(index, **fields)) == (None if is_good else index + 1)


@pytest.mark.parametrize(
    ("written", "is_good"),
    [
        ("2028-02-29T00:00:00Z", True),
        ("9999-12-31T23:59:59Z", True),
        ("2027-02-29T00:00:00Z", False),
        ("2100-02-29T00:00:00Z", False),
        ("2026-13-01T00:00:00Z", False),
        ("2026-00-01T00:00:00Z", False),
        ("2026-06-31T00:00:00Z", False),
        ("2026-06-01T24:00:00Z", False),
        ("2026-06-01T23:60:00Z", False),
        ("2026-06-30T23:59:60Z", False),
        ("2026-06-01T00:00:00", False),
        ("2026-06-01T00:00:00z", False),
        ("2026-06-01 00:00:00Z", False),
        ("2026-06-01T00:00:00+00:00", False),
        ("2026-06-01T00:00:00.0Z", False),
        ("2026-6-1T00:00:00Z", False),
        ("2026-06-01T00:00Z", False),
        ("2026-06-01T00:00:00Z\n", False),
        (" 2026-06-01T00:00:00Z", False),
        ("20260601T000000Z", False),
        ("٢٠٢٦-06-01T00:00:00Z", False),
        ("0000-06-01T00:00:00Z", False),
    ],
)
def test_a_time_has_one_form(written: str, is_good: bool) -> None:
    assert faulty_line(changed(SIGNOFF, t=written)) == (None if is_good else 7)


def test_times_are_written_as_they_are_read() -> None:
    for written in ("0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "9999-12-31T23:59:59Z"):
        assert time_text(time_s(written)) == written
    assert time_s("1970-01-02T00:00:01Z") == 86401
    assert time_text(time_s("9999-12-31T23:59:59Z") + 1) is None
    assert time_text(10**40) is None


LINES = text(GOOD).split(b"\n")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", 1),
        (b"\n\n", 1),
        (b" \r\n\t\n", 1),
        (b"\n" + text(GOOD), 1),
        (b"\n".join([*LINES[:3], b"", *LINES[3:]]), 4),
        (b"\n".join([*LINES[:3], b" \t\r", *LINES[3:]]), 4),
        (text(GOOD) + b"\n\n \r\n", None),
        (b"\r\n".join(LINES) + b"\r\n", None),
        (b"\r".join(LINES), 1),
        (b"\n".join(b"  " + line + b"\t" for line in LINES), None),
        (b"\xef\xbb\xbf" + text(GOOD), 1),
        (text(GOOD).decode().encode("utf-16"), 1),
        (b"\n".join([*LINES[:2], LINES[2].replace(b"s1", b"s\xff"), *LINES[3:]]), 3),
        (b"\n".join([*LINES[:2], LINES[2].replace(b"W1", b"W1\x00"), *LINES[3:]]), 3),
        (b"\n".join([*LINES[:2], b"[" + LINES[2] + b"]", *LINES[3:]]), 3),
        (b"\n".join([*LINES[:2], LINES[2] + b",", *LINES[3:]]), 3),
        (b"\n".join([*LINES[:2], LINES[2] + LINES[3], *LINES[4:]]), 3),
        (b"\n".join([*LINES[:2], LINES[2][:-1], *LINES[3:]]), 3),
        (b"\n".join([*LINES[:2], LINES[2].replace(b'"', b"'"), *LINES[3:]]), 3),
        (b"\n".join([*LINES, b"null"]), 8),
        (b"\n".join([*LINES, b"{}"]), 8),
        (b"\n".join(LINES[1:]), 1),
        (b"\n".join([LINES[1], LINES[0], *LINES[2:]]), 1),
        (b"\n".join([LINES[0], *LINES]), 2),
        (b"\n".join([*LINES[:4], LINES[2], *LINES[4:]]), 5),
        (b"\n".join([*LINES[:2], LINES[3], LINES[2], *LINES[4:]]), 3),
        (b"\n".join([*LINES[:5], LINES[6], LINES[5]]), 7),
    ],
)
def test_the_file_around_the_objects(content: bytes, line: int | None) -> None:
    assert faulty_line(content) == line


@pytest.mark.parametrize(
    ("literal", "is_good"),
    [
        (b"97.5", True),
        (b"1e2", True),
        (b"NaN", False),
        (b"Infinity", False),
        (b"-Infinity", False),
        (b"1e999", False),
        (b"9" * 5000, True),
        (b"-" + b"9" * 5000, False),
        (b"097", False),
        (b"+97", False),
        (b".5", False),
        (b"0x10", False),
        (b"1e-999", True),
    ],
)
def test_a_number_is_finite_json(literal: bytes, is_good: bool) -> None:
    content = text(GOOD).replace(b'"valid_pct": 97.5', b'"valid_pct": ' + literal)
    assert faulty_line(content) == (None if is_good else 3)


@pytest.mark.parametrize("literal", [b"NaN", b"-Infinity"])
def test_what_is_no_json_is_refused_in_an_extra_field_too(literal: bytes) -> None:
    content = text(GOOD).replace(b'{"t": "2026-01-08', b'{"x": ' + literal + b', "t": "2026-01-08')
    assert faulty_line(content) == 7
    assert faulty_line(content.replace(literal, b"1e999")) is None


def test_of_a_name_given_twice_the_last_counts() -> None:
    twice = text(GOOD).replace(b'"impact": false', b'"impact": 3, "impact": false')
    assert faulty_line(twice) is None
    assert faulty_line(twice.replace(b"3, ", b"false, ").replace(b"false}", b"3}")) == 3


@pytest.mark.parametrize(
    ("extra", "is_good"),
    [
        (b"[" * 499 + b"]" * 499, True),
        (b"[" * 500 + b"]" * 500, False),
        (b"[[]," + b"[" * 499 + b"]" * 499 + b"]", False),
        (b'["' + b"]" * 300 + b'",' + b"[" * 499 + b"]" * 499 + b"]", False),
        (b'["' + b"}" * 300 + b'",' + b"[" * 499 + b"]" * 499 + b"]", False),
        (b"[[]," + b"[" * 498 + b"]" * 498 + b"]", True),
        (b"[" * 200_000 + b"]" * 200_000, False),
        (b'{"a":' * 200_000 + b"1" + b"}" * 200_000, False),
        (b'"' + b"[" * 2000 + b'\\"' + b"{" * 2000 + b'"', True),
        (b"[" + b"[]," * 2000 + b"[]]", True),
        (b"[" * 200_000, False),
    ],
)
def test_nesting_has_a_fixed_depth(extra: bytes, is_good: bool) -> None:
    content = text(GOOD).replace(b'{"t": "2026-01-08', b'{"x": ' + extra + b', "t": "2026-01-08')
    assert faulty_line(content) == (None if is_good else 7)


def test_a_decision_before_the_last_event_names_the_last_line() -> None:
    events = read_log(text(GOOD) + b"\n\n", PROGRAMME)
    decide(PROGRAMME, events, events[-1].t_s)
    with pytest.raises(LogError) as caught:
        decide(PROGRAMME, events, events[-1].t_s - 1)
    assert caught.value.line == len(GOOD)


def test_a_decision_needs_an_enrolment() -> None:
    events = read_log(text(GOOD), PROGRAMME)
    for broken in ((), events[1:]):
        with pytest.raises(LogError) as caught:
            decide(PROGRAMME, broken, events[-1].t_s)
        assert caught.value.line == 1


def test_days_without_end_have_no_earliest_time() -> None:
    lines = [dict(GOOD[ENROL], min_days={"P0": 10**30, "P1": 0}), dict(GOOD[START], stage="P0")]
    events = read_log(text(lines), PROGRAMME)
    decision = decide(PROGRAMME, events, events[-1].t_s).as_dict()
    assert decision["reasons"] == ["phase-min-days"]
    assert decision["earliest"] is None


@pytest.mark.parametrize(
    ("index", "fields", "message"),
    [
        (PAIN, {"site": 11}, 'line 4: "site" is 11: write an integer from 0 to 10'),
        (
            SESSION,
            {"red_events": -1},
            'line 3: "red_events" is -1: write an integer of at least 0',
        ),
        (
            SESSION,
            {"impact": {"g": 3}},
            'line 3: "impact" is an object: write true or false',
        ),
        (SESSION, {"impact": [3]}, 'line 3: "impact" is a list: write true or false'),
        (SESSION, {"impact": GONE}, 'line 3: "impact" is missing: add it'),
        (
            SESSION,
            {"impact": "x" * 38},
            f'line 3: "impact" is "{"x" * 38}": write true or false',
        ),
        (
            SESSION,
            {"impact": "x" * 39},
            f'line 3: "impact" is "{"x" * 39}…: write true or false',
        ),
        (PAIN, {"session": "\ud800\n"}, 'line 4: no session "\\ud800\\n" above: '),
        (
            ENROL,
            {"min_days": {"P0": True}},
            'line 1: "P0" is true: write an integer of at least 0',
        ),
    ],
)
def test_a_message_says_what_where_and_the_cure(index: int, fields: Line, message: str) -> None:
    with pytest.raises(LogError) as caught:
        read_log(changed(index, **fields), PROGRAMME)
    assert str(caught.value).startswith(message)


def test_an_unknown_site_is_answered_with_those_of_the_programme() -> None:
    with pytest.raises(LogError, match=r"unknown site .*: use one of fn_compression, .*sacrum,"):
        read_log(changed(ENROL, site="skull"), PROGRAMME)
    with pytest.raises(LogError, match="use one of none: this programme is for no patient"):
        read_log(text(GOOD), replace(PROGRAMME, sites=()))


def test_a_byte_order_mark_is_named() -> None:
    for content, is_named in ((b"\xef\xbb\xbf" + text(GOOD), True), (b"x" + text(GOOD), False)):
        with pytest.raises(LogError) as caught:
            read_log(content, PROGRAMME)
        assert ("byte order mark" in str(caught.value)) is is_named


def test_a_huge_integer_is_not_written_out() -> None:
    content = text(GOOD).replace(b'"site": 0', b'"site": ' + b"9" * 5000)
    with pytest.raises(LogError, match='line 4: "site" is '):
        read_log(content, PROGRAMME)
    assert faulty_line(content.replace(b": 999", b": -999")) == 4
