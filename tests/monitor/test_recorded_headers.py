"""A recording whose header or result is well formed but impossible is refused in one sentence."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_cores import setup_of
from made_sessions import made_setup, run_between_walks

from monitor.baselines import OwnBaselines
from monitor.programme.rules import Baseline
from monitor.record import read_session
from monitor.setup import SessionSetup
from sensors.errors import UnreadableFileError
from sensors.recording.writer import RecordingWriter

GOOD = made_setup(run_between_walks(20.0)).to_header()


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    header = copy.deepcopy(GOOD)
    change(header)
    return header


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "no pods": lambda h: h.update(pods=[]),
    "two pods of one name": lambda h: h.update(pods=h["pods"] * 2),
    "unknown kind": lambda h: h["pods"][0].update(kind="watch"),
    "impossible rate": lambda h: h["pods"][0].update(rate_hz=7),
    "no segments": lambda h: h.update(segments=[]),
    "negative segment": lambda h: h["segments"][0].update(duration_s=-5.0),
    "endless segment": lambda h: h["segments"][0].update(duration_s=1e300),
    "text for a number": lambda h: h["limits"].update(amber_g="5"),
    "text for a truth value": lambda h: h.update(is_draft="yes"),
    "negative limit": lambda h: h["limits"].update(amber_g=-2.0),
    "amber above red": lambda h: h["limits"].update(amber_g=9.0, red_g=5.0),
    "pain that stops nothing": lambda h: h.update(stop_pain=11),
    "pain that is none": lambda h: h.update(stop_pain=0),
    "escape sequence": lambda h: h.update(programme_title="\x1b[2J"),
    "missing field": lambda h: h.pop("stage"),
    "escape sequence in the session's name": lambda h: h.update(session_id="\x1b[2J"),
    "contacts for minutes": lambda h: h.update(contacts=60),
    "no cadence": lambda h: h.update(run_cadence_spm=0.0),
    "endless cadence": lambda h: h.update(walk_cadence_spm=1e999),
    "baselines that are none": lambda h: h.update(baselines=None),
    "unknown baseline": lambda h: h.update(captures="X0"),
}

OWN_CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "a baseline of 0 g": lambda h: h["baselines"]["r0"].update(impact_g=0.0),
    "a baseline that is a text": lambda h: h["baselines"]["r0"].update(impact_g="5"),
    "a cadence below 0": lambda h: h["baselines"]["w0"].update(cadence_spm=-1.0),
    "accepted by nobody": lambda h: h["baselines"]["w0"].update(accepted_by=""),
    "escape sequence": lambda h: h["baselines"]["r0"].update(stale_because="\x1b[2J"),
    "limits without their baseline": lambda h: h["baselines"].update(r0=None),
}


def test_the_header_comes_back_as_it_was() -> None:
    assert SessionSetup.from_header(GOOD, "x.mcap") == made_setup(run_between_walks(20.0))


@pytest.mark.parametrize("name", CHANGES)
def test_an_impossible_header_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"^x\.mcap: the header's "):
        SessionSetup.from_header(changed(CHANGES[name]), "x.mcap")


OWN = setup_of("WR1").to_header()


def test_own_baselines_come_back_as_they_were() -> None:
    assert SessionSetup.from_header(OWN, "x.mcap") == setup_of("WR1")


@pytest.mark.parametrize("name", OWN_CHANGES)
def test_impossible_baselines_are_refused(name: str) -> None:
    header = copy.deepcopy(OWN)
    OWN_CHANGES[name](header)
    with pytest.raises(UnreadableFileError, match=r"^x\.mcap: the header's "):
        SessionSetup.from_header(header, "x.mcap")


@pytest.mark.parametrize("contacts", [None, 0, -5])
def test_a_session_of_contacts_has_some(contacts: int | None) -> None:
    header = {**setup_of("L1").to_header(), "contacts": contacts}
    with pytest.raises(UnreadableFileError, match="contacts"):
        SessionSetup.from_header(header, "x.mcap")


def test_a_header_of_an_earlier_version_is_read_and_has_no_baselines() -> None:
    later = ("session_id", "contacts", "baselines", "captures", "run_cadence_spm")
    header = {name: value for name, value in OWN.items() if name not in later}
    setup = SessionSetup.from_header(header, "x.mcap")
    assert (setup.session_id, setup.baselines) == ("", OwnBaselines())
    assert setup.limits.baseline is Baseline.R0


def recording(path: Path, t0_utc_ns: int = 10**18) -> RecordingWriter:
    return RecordingWriter(path, GOOD, t0_utc_ns)


@pytest.mark.parametrize(
    "result", [{}, {"ended_s": None}, {"ended_s": "5"}, {"ended_s": -1.0}, {"ended_s": 1e9}]
)
def test_a_result_without_an_end_is_refused(tmp_path: Path, result: dict[str, Any]) -> None:
    path = tmp_path / "x.mcap"
    with recording(path) as writer:
        writer.message("result", 1.0, result, "result")
    with pytest.raises(UnreadableFileError, match="when the session ended"):
        read_session(path)


def test_an_entry_years_into_the_session_is_refused_and_not_stepped_to(tmp_path: Path) -> None:
    path = tmp_path / "x.mcap"
    with recording(path) as writer:
        writer.message("marks", 1.8e9, {"kind": "start", "value": None, "text": ""}, "mark")
    with pytest.raises(UnreadableFileError, match="lasts a day"):
        read_session(path)


@pytest.mark.parametrize("value", [99, -3, True, "5"])
def test_an_impossible_pain_score_is_refused(tmp_path: Path, value: object) -> None:
    path = tmp_path / "x.mcap"
    with recording(path) as writer:
        writer.message("marks", 1.0, {"kind": "pain", "value": value, "text": ""}, "mark")
    with pytest.raises(UnreadableFileError, match="a mark at"):
        list(read_session(path).inputs())
