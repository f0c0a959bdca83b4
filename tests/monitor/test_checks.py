"""The doctor's checks, each by facts that are handed in."""

from dataclasses import replace
from typing import Any

import pytest

from monitor.checks import (
    EARLIEST_S,
    Facts,
    Finding,
    Folder,
    Status,
    exit_status,
    finding_lines,
    findings,
)
from sensors import advice
from sensors.errors import LinkFault

GOOD = Facts(
    folders=(Folder("~/recordings", True, 50_000_000_000),),
    newest_s=EARLIEST_S - 5,
    owners={"monitor": ("stridegate",), "sensors": ("stridegate",)},
    versions={"numpy": ("2.3", "2.3"), "scipy": ("1.16", "")},
)


def found(what: str, **changed: Any) -> Finding:
    facts = replace(GOOD, **changed)
    bad = [one for one in findings(facts) if one.what == what and one.status is not Status.OK]
    assert len(bad) == 1, findings(facts)
    assert bad[0].cure, "every fault has its cure"
    return bad[0]


def test_a_good_computer_has_nothing_to_mend() -> None:
    good = findings(GOOD)
    assert {one.status for one in good} == {Status.OK}
    assert not any(one.cure for one in good)
    assert exit_status(good) == 0
    assert {one.what for one in good} == {
        "bluetooth", "locale", "terminal", "record", "key", "folder", "clock", "imports",
        "libraries",
    }  # fmt: skip


@pytest.mark.parametrize("fault", list(LinkFault))
def test_each_fault_of_the_radio_is_bad_with_the_links_own_cure(fault: LinkFault) -> None:
    sentence = advice.SENTENCES[fault]
    one = found("bluetooth", radio_fault=fault, radio_text=sentence)
    assert one.status is Status.BAD
    assert f"{one.text}: {one.cure}" == sentence


def test_a_stuck_service_is_told_by_its_own_cure() -> None:
    one = found("bluetooth", radio_fault=LinkFault.CONNECT_FAILED, radio_text=advice.STUCK)
    assert "switch it off and on" in one.cure


@pytest.mark.parametrize(
    ("rfkill", "cure"),
    [(("soft",), "rfkill unblock bluetooth"), (("soft", "hard"), "turn that switch")],
)
def test_a_blocked_radio(rfkill: tuple[str, ...], cure: str) -> None:
    assert found("bluetooth", rfkill=rfkill).cure == cure


@pytest.mark.parametrize(
    ("what", "status", "changed"),
    [
        ("locale", Status.WARN, {"encoding": "ANSI_X3.4-1968"}),
        ("locale", Status.WARN, {"encoding": "latin-1"}),
        ("terminal", Status.WARN, {"term": "dumb"}),
        ("terminal", Status.WARN, {"term": ""}),
        ("terminal", Status.WARN, {"columns": 79}),
        ("terminal", Status.WARN, {"rows": 23}),
        ("terminal", Status.WARN, {"colours": 7}),
        ("record", Status.BAD, {"store_fault": "~/record.sqlite: damaged: put back a copy"}),
        ("key", Status.BAD, {"has_key": False}),
        ("key", Status.BAD, {"key_mode": 0o640}),
        ("key", Status.BAD, {"key_mode": 0o604}),
        ("folder", Status.BAD, {"folders": (Folder("~/x", False, 10**12),)}),
        ("folder", Status.BAD, {"folders": (Folder("~/x", True, 199_999_999),)}),
        ("folder", Status.WARN, {"folders": (Folder("~/x", True, 200_000_000),)}),
        ("folder", Status.WARN, {"folders": (Folder("~/x", True, 1_999_999_999),)}),
        ("clock", Status.BAD, {"now_s": EARLIEST_S - 1, "newest_s": None}),
        ("clock", Status.BAD, {"newest_s": EARLIEST_S + 1}),
        ("clock", Status.WARN, {"is_synchronised": False}),
        ("imports", Status.BAD, {"owners": {"sensors": ("stridegate", "PySensors")}}),
        ("libraries", Status.BAD, {"versions": {"numpy": (None, "2.3")}}),
        ("libraries", Status.WARN, {"versions": {"numpy": ("2.2", "2.3")}}),
    ],
)
def test_each_fault_is_found(what: str, status: Status, changed: dict[str, Any]) -> None:
    assert found(what, **changed).status is status
    facts = replace(GOOD, **changed)
    assert exit_status(findings(facts)) == int(status is Status.BAD)


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": 80, "rows": 24, "colours": 8},
        {"is_terminal": False, "term": "", "columns": 10},
        {"key_mode": None},
        {"has_store": False, "has_key": False},
        {"folders": (Folder("~/x", True, None), Folder("~/x", True, 2_000_000_000))},
        {"now_s": EARLIEST_S, "newest_s": EARLIEST_S, "is_synchronised": None},
        {"owners": {"tests": ("other",)}},
        {"encoding": "UTF8"},
    ],
)
def test_what_is_no_fault(changed: dict[str, Any]) -> None:
    assert {one.status for one in findings(replace(GOOD, **changed))} == {Status.OK}


def test_each_finding_is_one_line_with_its_cure() -> None:
    facts = replace(GOOD, store_fault="~/r.sqlite: damaged at byte 5: put back a copy")
    lines = finding_lines(findings(facts))
    assert "bad  record: ~/r.sqlite: damaged at byte 5: put back a copy" in lines
    assert not any("\n" in line for line in lines)
