"""A report is about the session that is meant, and says what is missing and why."""

import html
import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_line import Run
from made_cores import R0, W0, setup_of
from made_people import ENROL
from made_runs import NO_PAIN, READY, SHORT, Driven, Wall, driven, home_places, made_patient
from recorded_sessions import inputs, recorded, setup

from monitor.baselines import OwnBaselines
from monitor.commands.subject import subject_of
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.record import RecordedSession, read_session
from monitor.report.measured import dose_rows, measured_rows, session_about, validity_rows
from monitor.report.page import rendered, report_page
from monitor.report.session import session_facts
from monitor.report.standing import Day, standing_of
from monitor.running.refusal import RefusalError
from monitor.store.chain import patient_chain
from monitor.store.store import Store
from sensors.recording.records import RecordWalk

DAY_S = 86_400
ANNA = patient_chain("anna")

Report = Callable[..., tuple[int, str, dict[str, Any]]]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    place = tmp_path / "home"
    monkeypatch.setenv("STRIDEGATE_HOME", str(place))
    return place


@pytest.fixture
def report(run: Run, tmp_path: Path) -> Report:
    """Write a report; returns the exit status, the page as plain text, and the object."""
    made: list[Path] = []

    def call(subject: str) -> tuple[int, str, dict[str, Any]]:
        path = tmp_path / f"report-{len(made)}.html"
        made.append(path)
        status, out, _ = run("report", subject, "-o", str(path), "--json")
        return status, plain(path.read_text(encoding="utf-8")), json.loads(out)

    return call


def plain(page: str) -> str:
    page = re.sub(r"<(svg|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


@pytest.fixture
def store(home: Path) -> Store:
    return made_patient(home_places(home), READY)


@pytest.fixture
def wall() -> Wall:
    return Wall()


def next_day(store: Store, wall: Wall, session: str) -> None:
    wall.later(3 * DAY_S)
    morning = {"session": session, "when": "next_morning", "site": 0}
    store.append(ANNA, "pain", morning, wall.s)
    wall.later(3600)


def id_of(done: Driven) -> str:
    return done.runner.core.setup.session_id


# ---- which session


def test_a_session_refused_for_pain_is_the_last_one(
    store: Store, wall: Wall, report: Report, run: Run, tmp_path: Path
) -> None:
    first = id_of(driven(store, wall))
    next_day(store, wall, first)
    with pytest.raises(RefusalError):
        driven(store, wall, {**NO_PAIN, "before": 3})
    last = read_casefile(store, "anna").patient.sessions[-1].id
    assert last != first
    for subject in ("anna", last):
        status, text, value = report(subject)
        assert status == 0
        assert f"No recording of session {last}." in text
        assert "Pain before the session 3 of 10" in text
        assert "This session: LOCKOUT The pain given around it" in text
        assert "Nothing kept it" not in text
        assert (value["session_id"], value["outcome"]) == (last, "lockout")
        assert value["answers"]["before the session"] == 3
        assert value["session"] is None
    assert first in report(first)[1]
    status, _, err = run("export", last, "--fit", "-o", str(tmp_path / "x.fit"))
    assert status == 2
    assert f"no recording of session {last}" in err[0]


def test_a_dropped_session_is_none_of_a_patient_and_says_so_itself(
    store: Store, wall: Wall, report: Report
) -> None:
    first = id_of(driven(store, wall))
    next_day(store, wall, first)
    dropped = id_of(driven(store, wall, marks=[Mark(2.5, MarkKind.STOP)]))
    assert report("anna")[2]["session_id"] == first
    _, text, value = report(dropped)
    assert value["session_id"] == dropped
    assert "nothing was run. It is no session to the gate." in text


def test_a_patient_without_a_session_has_none_yet(store: Store, report: Report) -> None:
    assert store.entries(ANNA)
    status, text, value = report("anna")
    assert (status, value["session_id"]) == (0, None)
    assert "No session yet." in text


# ---- whose recording


def test_a_recording_of_another_clinics_patient_of_the_name_is_shown_alone(
    store: Store, wall: Wall, report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ours = driven(store, wall)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("STRIDEGATE_HOME", str(tmp_path / "other"))
        other = made_patient(home_places(tmp_path / "other"), READY)
        later = Wall()
        later.later(7 * DAY_S)
        theirs = driven(other, later)
    _, text, value = report(str(theirs.runner.recording))
    assert value["patient"] is None
    assert value["decision"] is None
    assert "has a patient of this name, but not this session" in text
    assert "NO DECISION Only the session is shown" in text
    assert report(str(ours.runner.recording))[2]["patient"] == "anna"


def test_a_recording_belongs_to_the_record_by_its_session_or_by_its_head(
    store: Store, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(driven(store, wall).runner.recording)
    own = read_session(path)
    cases: tuple[tuple[dict[str, Any], str | None], ...] = (
        ({"record_head": ""}, "anna"),
        ({"session_id": ""}, "anna"),
        ({"session_id": "s-other", "record_head": "1:" + "0" * 64}, None),
        ({"session_id": "", "record_head": ""}, None),
        ({"patient": "nobody"}, None),
    )
    for changed, patient in cases:
        one = replace(own, setup=replace(own.setup, **changed))
        monkeypatch.setattr("monitor.commands.subject.read_session", lambda _, one=one: one)
        subject = subject_of(str(path))
        assert subject.patient == patient, changed
        assert bool(subject.notices) is (patient is None and "patient" not in changed)


def test_a_record_that_cannot_be_used_says_why(
    store: Store, wall: Wall, report: Report, home: Path
) -> None:
    recording = str(driven(store, wall).runner.recording)
    key = home / "record.key"
    key.rename(home / "away.key")
    status, text, value = report(recording)
    assert (status, value["patient"]) == (0, None)
    assert "the record's key is missing" in text
    assert "is not on this computer" not in text


def test_a_session_is_found_beside_a_damaged_chain(
    store: Store, wall: Wall, report: Report, run: Run, home: Path, tmp_path: Path
) -> None:
    session = id_of(driven(store, wall))
    names = {"programme": SHORT.id, "version": SHORT.version, "sha256": SHORT.sha256}
    fields = {**ENROL, **names, "patient": "aaa", "programme_file": "/nowhere"}
    store.append_all(patient_chain("aaa"), [("enrol", fields)], wall.s)
    with sqlite3.connect(home / "record" / "record.sqlite") as database:
        database.execute("update entries set text = text || ' ' where chain = 'patient:aaa'")
    database.close()
    assert report(session)[2]["patient"] == "anna"
    assert run("export", session, "--fit", "-o", str(tmp_path / "a.fit"))[0] == 0
    status, _, err = run("report", "s-none", "-o", str(tmp_path / "x.html"))
    assert (status, len(err)) == (2, 1)
    assert "s-none: no file, patient or session of that name" in err[0]
    assert "patient aaa" in err[0]


# ---- a damaged file


def damaged(path: Path) -> None:
    offsets = sorted({offset for offset, _ in RecordWalk(path)})
    content = bytearray(path.read_bytes())
    content[offsets[-1] + 60] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_file_is_told_and_the_records_measures_are_shown(
    store: Store, wall: Wall, report: Report
) -> None:
    done = driven(store, wall)
    _, _, whole = report("anna")
    damaged(Path(done.runner.recording))
    status, text, value = report("anna")
    assert status == 1
    assert "Taken from the record its file is damaged: " in text
    assert "never ended" not in text
    assert value["session"]["result"]["run_steps"] == whole["session"]["result"]["run_steps"] > 0
    assert "done to its end" in text


def test_a_damaged_file_alone_is_known_up_to_its_damage(store: Store, wall: Wall) -> None:
    path = Path(driven(store, wall).runner.recording)
    damaged(path)
    facts = session_facts(read_session(path, salvage=True))
    rows = dict(validity_rows(facts))
    assert rows["Decided again for this report"].startswith("its file is damaged: ")
    assert "known up to" in session_about(facts)
    cut_off = replace(facts, damage=())
    assert dict(validity_rows(cut_off))["Decided again for this report"] == (
        "the session never ended"
    )
    # What is not the whole result is not taken for it.
    assert facts.with_record({"end": "recording-lost"}) is facts


def test_a_recording_that_is_gone_leaves_what_the_record_holds(
    store: Store, wall: Wall, report: Report
) -> None:
    done = driven(store, wall, model="virtual pod")
    Path(done.runner.recording).unlink()
    _, text, value = report("anna")
    assert value["session"] is None
    assert f"No recording of session {id_of(done)}." in text
    assert "What was measured stands in the patient's record." in text
    assert f"Steps of the foot with the pod {len(done.runner.core.steps)} " in text
    assert "run (main) 0:12 of 0:12 min" in text
    assert "A virtual pod: nobody ran this session." in text


# ---- what is said of the numbers


def recorded_of(folder: Path, seed: int, **changed: Any) -> RecordedSession:
    made = replace(setup(seed), **changed)
    path = folder / f"{seed}.mcap"
    recorded(path, made, inputs(made, seed))
    return read_session(path)


def test_a_pod_that_says_that_it_is_virtual_is_told(
    store: Store, wall: Wall, report: Report
) -> None:
    done = driven(store, wall, model="virtual pod")
    assert not done.runner.core.setup.has_virtual_pod
    assert "A virtual pod: nobody ran this session." in report("anna")[1]


def test_limits_that_fall_back_are_told(tmp_path: Path) -> None:
    stale = OwnBaselines(W0, replace(R0, stale_because="new shoe"))
    limits = setup_of("WR6", stale).limits
    assert limits.is_fallback
    told = "The running baseline (R0) was stale: the limits rest on W0 instead."
    facts = session_facts(recorded_of(tmp_path, 3))
    for now, is_told in ((limits, True), (facts.setup.limits, facts.setup.limits.is_fallback)):
        one = replace(facts, setup=replace(facts.setup, limits=now, baselines=stale))
        assert (told in report_page(one, None, "now", []).warnings) is is_told


def test_the_worst_outcome_of_a_day_stands_in_the_strip(
    store: Store, wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    driven(store, wall)
    standing = standing_of(read_casefile(store, "anna"), wall.s)
    for outcomes, worst in (
        (("lockout", "success"), "lockout"),
        (("pending", "invalid"), "invalid"),
        (("success", "hold", "pending"), "hold"),
        ((), "none"),
    ):
        day = Day("2026-09-21", "WR1", 0, outcomes, ())
        monkeypatch.setattr(type(standing), "days", lambda _, day=day: (day,))
        (shown,) = report_page(None, standing, "now", []).days
        assert shown["outcome"] == worst


def test_a_session_of_contacts_counts_contacts_and_no_minutes(tmp_path: Path) -> None:
    facts = session_facts(recorded_of(tmp_path, 1))
    assert facts.setup.contacts == 20
    rows = measured_rows(facts)
    assert ("Contacts", f"{facts.result['contacts']} of 20") in rows
    assert not any(value.endswith(" min") for _, value in rows)
    assert [row[0] for row in dose_rows(facts)][:2] == ["contacts", "load (contacts)"]
    unknown = replace(facts, result={**facts.result, "contacts": None})
    assert ("Contacts", "– of 20") in measured_rows(unknown)


@pytest.mark.parametrize(("seed", "name"), [(0, "walk time"), (2, "run time")])
def test_the_dose_is_named_by_whose_steps_are_judged(tmp_path: Path, seed: int, name: str) -> None:
    assert dose_rows(session_facts(recorded_of(tmp_path, seed)))[0][0] == name


def test_the_time_before_the_first_sample_is_no_hole(tmp_path: Path) -> None:
    facts = session_facts(recorded_of(tmp_path, 0))
    assert facts.quality is not None
    assert len(facts.holes) > facts.quality.holes
    assert dict(validity_rows(facts))["Holes"] == str(facts.quality.holes)
    with_one = session_facts(recorded_of(tmp_path, 1))
    assert dict(validity_rows(with_one))["Holes"] == "1"


def test_a_page_of_a_session_without_recording_is_whole() -> None:
    page = report_page(None, None, "now", [], session_id="s-1", notices=("Why.",))
    text = plain(rendered(page))
    assert "No recording of session s-1." in text
    assert "Why." in text
