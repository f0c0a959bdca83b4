"""What others read: each export is written by one library and read back by another one."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import fitdecode
import garmin_fit_sdk
import pytest
import recorded_sessions
from command_line import Run
from fhirclient.models.bundle import Bundle
from made_runs import READY, Wall, driven, home_places, made_patient
from made_sessions import FS_HZ, inputs_of, made_setup
from mcap.reader import make_reader

from analysis.step import Gait, Step
from monitor.export.fhircodes import LOINC_NOTICE
from monitor.export.fit import fit_bytes
from monitor.export.foxglove import DAMAGE
from monitor.export.readfit import RUNS_FROM_PER_MIN, parse_fit
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink, read_session
from monitor.report.session import SessionFacts, session_facts
from sensors.csvfile import read_csv
from sensors.errors import UnreadableFileError
from sensors.recording import layout
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, walk
from sensors.virtual.gait_script import run as stretch_of_run

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "fixtures" / "demo.mcap"


@pytest.fixture(scope="module")
def demo() -> SessionFacts:
    return session_facts(read_session(DEMO))


def queried(query: str) -> list[tuple[Any, ...]]:
    """Return what DuckDB finds."""
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()


FIT_MESSAGES = ("event", "record", "lap", "session", "activity")


def in_stretches(facts: SessionFacts) -> list[Step]:
    """Return the steps that were taken in a stretch of the plan, and not in a hold or outside."""
    return [s for s in facts.steps if any(a.begin_s <= s.t_ic_s < a.end_s for a in facts.stretches)]


def utc_second(facts: SessionFacts, t_s: float) -> int:
    return int(facts.t0_utc_ns / 1e9 + t_s)


def with_a_hold(path: Path) -> SessionFacts:
    """Return a session of somebody who goes on through a hold from 25 s to 45 s."""
    segments = (Segment(Gait.WALK, 10.0, Part.WARM_UP), Segment(Gait.RUN, 20.0, Part.MAIN))
    pod = GaitSource(GaitScript((walk(20.0), stretch_of_run(60.0))), FS_HZ, 1)
    marks = (
        Mark(10.0, MarkKind.START),
        Mark(25.0, MarkKind.HOLD),
        Mark(45.0, MarkKind.RESUME),
    )
    sent = [i for i in inputs_of(pod) if not isinstance(i, Mark)]
    rounded = [replace(i, t_s=round(i.t_s * 1e9) / 1e9) for i in (*sent, *marks)]
    recorded_sessions.recorded(path, made_setup(segments), sorted(rounded, key=lambda i: i.t_s))
    return session_facts(read_session(path))


def raw_sequences(path: Path) -> list[int]:
    """Return the numbers of the notifications in a file, as mcap's own reader finds them."""
    with path.open("rb") as file:
        return [
            message.sequence
            for _, channel, message in make_reader(file).iter_messages()
            if channel.topic.startswith("raw/")
        ]


def test_garmins_reader_finds_the_laps_cadence_and_stance_of_a_fit_file(demo: SessionFacts) -> None:
    content = fit_bytes(demo)
    # Looking at the integrity uses the stream up.
    looker, decoder = (
        garmin_fit_sdk.Decoder(garmin_fit_sdk.Stream.from_byte_array(bytearray(content)))
        for _ in range(2)
    )
    assert looker.check_integrity()
    messages, errors = decoder.read()
    assert errors == []
    assert messages["file_id_mesgs"][0]["type"] == "activity"
    laps = messages["lap_mesgs"]
    words = {"run": "running", "walk": "walking"}
    assert [lap["sport"] for lap in laps] == [words[s.gait] for s in demo.stretches]
    for lap, stretch in zip(laps, demo.stretches, strict=True):
        assert lap["total_timer_time"] == pytest.approx(stretch.end_s - stretch.begin_s, abs=2e-3)
    known = {utc_second(demo, s.t_ic_s) for s in in_stretches(demo)}
    assert len(messages["record_mesgs"]) == len(known)
    assert messages["session_mesgs"][0]["num_laps"] == len(laps)
    cycles = sum(lap.get("total_cycles", 0) for lap in laps)
    assert cycles == len(in_stretches(demo))


def test_a_hold_is_no_time_of_the_timer_and_nothing_in_it_is_part_of_the_activity(
    tmp_path: Path,
) -> None:
    facts = with_a_hold(tmp_path / "hold.mcap")
    assert [(s.begin_s, s.end_s) for s in facts.stretches] == [(10, 20), (20, 25), (45, 60)]
    with fitdecode.FitReader(io.BytesIO(fit_bytes(facts)), check_crc=True) as reader:
        frames = [f for f in reader if isinstance(f, fitdecode.FitDataMessage)]
    named = {name: [f for f in frames if f.name == name] for name in FIT_MESSAGES}
    (session,), (activity,) = named["session"], named["activity"]
    assert session.get_value("total_elapsed_time") == 50.0
    assert session.get_value("total_timer_time") == activity.get_value("total_timer_time") == 30.0
    strides = [lap.get_value("total_strides") for lap in named["lap"]]
    assert session.get_value("total_strides") == sum(strides) == len(in_stretches(facts))
    t0_s = facts.t0_utc_ns / 1e9
    timer = [
        (f.get_value("event_type"), f.get_value("timestamp").timestamp() - t0_s)
        for f in named["event"]
    ]
    assert timer == [("start", 10), ("stop", 25), ("start", 45), ("stop_all", 60)]
    at_s = [f.get_value("timestamp").timestamp() - t0_s for f in named["record"]]
    assert all(10 <= t_s < 25 or 45 <= t_s < 60 for t_s in at_s)
    assert len(set(at_s)) == len(at_s) > 20
    times = [f.get_value("timestamp") for f in frames if f.name in ("event", "record")]
    assert times == sorted(times)


def test_fitdecode_reads_each_seconds_cadence_and_no_impact(demo: SessionFacts) -> None:
    with fitdecode.FitReader(io.BytesIO(fit_bytes(demo)), check_crc=True) as reader:
        frames = [f for f in reader if isinstance(f, fitdecode.FitDataMessage)]
    records = [f for f in frames if f.name == "record"]
    first = in_stretches(demo)[0]
    assert first.cadence_spm is not None
    strides = records[0].get_value("cadence") + records[0].get_value("fractional_cadence")
    assert strides == pytest.approx(first.cadence_spm / 2.0, abs=1 / 128)
    names = {field.name for frame in frames for field in frame.fields}
    assert "stance_time" in names
    assert not any("impact" in str(name) for name in names)


def test_a_fit_files_cadence_comes_back_as_a_recording_without_impact(
    run: Run, demo: SessionFacts, tmp_path: Path
) -> None:
    fit, mcap = tmp_path / "a.fit", tmp_path / "a.mcap"
    assert run("export", str(DEMO), "--fit", "-o", str(fit))[0] == 0
    status, out, _ = run("import", str(fit), "-o", str(mcap), "--json")
    assert status == 0
    assert "no impact" in json.loads(out)["holds"]
    back = session_facts(read_session(mcap))
    assert back.setup.has_virtual_pod
    assert "FIT" in back.setup.stage_title
    assert not back.steps
    assert back.result["median_impact_g"] is None
    known = {utc_second(demo, s.t_ic_s) for s in in_stretches(demo) if s.cadence_spm}
    assert len(back.reports) == len(known)


def test_a_fit_files_cadence_is_rounded_with_its_fraction_and_never_cut(
    demo: SessionFacts,
) -> None:
    for strides, kept in ((82.9, 83), (82.2, 82), (69.6, 70), (83.0, 83), (254.9, 255)):
        reports = parse_fit(fit_bytes(replace(demo, steps=(), reports=((4.0, 2 * strides),))), "a")
        assert [report.cadence_per_min for _, report in reports] == [kept]
        assert reports[0][1].is_running == (strides >= RUNS_FROM_PER_MIN)


def test_duckdb_reads_the_steps_of_parquet_and_csv(
    run: Run, demo: SessionFacts, tmp_path: Path
) -> None:
    for ending in ("csv", "parquet"):
        path = tmp_path / f"steps.{ending}"
        assert run("export", str(DEMO), f"--{ending}", "--steps", "-o", str(path))[0] == 0
        assert path.stat().st_mode & 0o777 == 0o600
        rows = queried(f"select t_ic_s, impact_g, gait from '{path}' order by t_ic_s")
        assert rows == [(s.t_ic_s, s.impact_g, s.gait.value) for s in demo.steps], ending


def test_samples_go_out_as_csv_and_come_back_the_same(
    run: Run, demo: SessionFacts, tmp_path: Path
) -> None:
    out, recorded = tmp_path / "samples.csv", tmp_path / "again.mcap"
    parquet = tmp_path / "samples.parquet"
    assert run("export", str(DEMO), "--csv", "-o", str(out))[0] == 0
    assert run("export", str(out), "--parquet", "-o", str(parquet))[0] == 0
    count = sum(len(piece.t_s) for piece in demo.samples)
    assert queried(f"select count(*) from '{parquet}'") == [(count,)]
    assert len(read_csv(out).t_s) == count
    status, _, err = run("import", str(out), "-o", str(recorded), "--placement", "shank")
    assert (status, err) == (0, [])
    back = session_facts(read_session(recorded))
    assert len(back.steps) == len(demo.steps)
    for a, b in zip(back.steps, demo.steps, strict=True):
        if a.impact_g is not None and b.impact_g is not None:
            assert a.impact_g == pytest.approx(b.impact_g, abs=0.02)


def test_standard_output_holds_a_csv(run: Run, demo: SessionFacts) -> None:
    status, out, _ = run("export", str(DEMO), "--csv", "--steps")
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert len(rows) == len(demo.steps)
    unknown = [row for row, s in zip(rows, demo.steps, strict=True) if s.impact_g is None]
    assert all(row["impact_g"] == "" for row in unknown)


def test_mcaps_own_reader_finds_what_was_recorded_and_what_was_found(
    run: Run, demo: SessionFacts, tmp_path: Path
) -> None:
    path = tmp_path / "derived.mcap"
    assert run("export", str(DEMO), "--mcap", "-o", str(path))[0] == 0
    counts: dict[str, int] = {}
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        for schema, channel, message in reader.iter_messages():
            counts[channel.topic] = counts.get(channel.topic, 0) + 1
            if channel.topic in ("steps", "samples", "alarms"):
                assert schema is not None
                assert set(json.loads(message.data)) <= set(json.loads(schema.data)["properties"])
    assert counts["steps"] == len(demo.steps)
    assert counts["samples"] == sum(len(piece.t_s) for piece in demo.samples)
    assert counts["alarms"] == len(demo.alarms)
    raw = sum(n for topic, n in counts.items() if topic.startswith("raw/"))
    recorded = [i for i in read_session(DEMO).recording.items if hasattr(i, "payload")]
    assert raw == len(recorded)
    # Nobody takes the copy for a recording.
    status, out, err = run("import", str(path), "-o", str(tmp_path / "no.mcap"))
    assert (status, out, len(err)) == (2, "", 1)


def test_what_is_lost_in_a_recording_is_still_seen_in_its_derived_copy(
    run: Run, tmp_path: Path
) -> None:
    lossy, copy = tmp_path / "lossy.mcap", tmp_path / "copy.mcap"
    made = recorded_sessions.setup(3)
    sent = recorded_sessions.inputs(made, 3)
    recorded_sessions.recorded(lossy, made, sent)
    whole = raw_sequences(lossy)
    assert whole == list(range(len(whole)))
    # A disk that takes nothing for ten minutes makes such a gap: the numbers of the oldest go.
    sink = RecordingSink(tmp_path / "gap.mcap", made, recorded_sessions.T0_UTC_NS)
    growing = sink._writer._growing
    notifications = 0
    for item in sent:
        notifications += isinstance(item, Notification)
        if isinstance(item, Notification) and 50 <= notifications < 60:
            growing._sequences[growing._channels[layout.raw_topic(item.slot, item.uuid)].id] += 1
        else:
            sink.item(item)
    sink.close()
    (damage,) = read_session(sink.path).recording.damage
    assert run("export", str(sink.path), "--mcap", "-o", str(copy))[0] in (0, 1)
    assert raw_sequences(copy) == raw_sequences(sink.path) == [*whole[:49], *whole[59:]]
    with copy.open("rb") as file:
        noted = [m.metadata for m in make_reader(file).iter_metadata() if m.name == DAMAGE]
    assert noted == [{"1": damage}]


def test_fhirclient_reads_the_bundle_of_a_patient(run: Run, tmp_path: Path) -> None:
    store = made_patient(home_places(tmp_path / "home"), READY)
    driven(store, Wall())
    path = tmp_path / "anna.json"
    assert run("export", "anna", "--fhir", "-o", str(path))[0] == 0
    text = path.read_text(encoding="utf-8")
    bundle = Bundle(json.loads(text))
    resources = [entry.resource for entry in bundle.entry]
    kinds = [resource.resource_type for resource in resources]
    for kind in ("Patient", "Observation", "QuestionnaireResponse", "CarePlan", "Provenance"):
        assert kind in kinds, kind
    (patient,) = [r for r in resources if r.resource_type == "Patient"]
    assert patient.identifier[0].value == "anna"
    assert patient.name is None
    assert patient.birthDate is None
    observed = {r.code.coding[0].code: r for r in resources if r.resource_type == "Observation"}
    assert observed["impact"].valueQuantity.code == "[g]"
    assert {"55423-8", "55411-3", "73985-4", "72514-3", "cadence"} <= set(observed)
    (file,) = read_casefile(store, "anna").patient.sessions
    assert file.measured is not None
    # The session captured nothing for a baseline: its cadence was measured all the same.
    assert file.measured.steps is None
    cadence_spm = file.measured.measures["median_cadence_spm"]
    assert observed["cadence"].valueQuantity.value == cadence_spm
    assert observed["cadence"].dataAbsentReason is None
    assert "41950-7" not in text
    assert json.dumps(LOINC_NOTICE, ensure_ascii=False)[1:-1] in text
    told = {"reference": f"urn:uuid:{patient.id}"}
    assert all(
        r.subject.as_json() == told for r in resources if hasattr(r, "subject") and r.subject
    )
    named = tmp_path / "named.json"
    argv = ("--name", "Ann <x>", "--born", "2001-02-03", "-o", str(named))
    assert run("export", "anna", "--fhir", *argv)[0] == 0
    (patient,) = [
        e.resource
        for e in Bundle(json.loads(named.read_text(encoding="utf-8"))).entry
        if e.resource.resource_type == "Patient"
    ]
    assert (patient.name[0].text, patient.birthDate.isostring) == ("Ann <x>", "2001-02-03")


def test_wrong_use_is_one_line_and_leaves_no_file(run: Run, tmp_path: Path) -> None:
    out, text = tmp_path / "x.out", tmp_path / "t.txt"
    text.write_text("no", encoding="utf-8")
    broken = tmp_path / "broken.fit"
    broken.write_bytes(b"\x0e\x10" + b"\xff" * 60)
    for argv in (
        ("export", str(DEMO), "-o", str(out)),
        ("export", str(DEMO), "--fit", "--csv", "-o", str(out)),
        ("export", str(DEMO), "--fit"),
        ("export", str(DEMO), "--fit", "--steps", "-o", str(out)),
        ("export", str(ROOT / "fixtures" / "rsc.mcap"), "--csv", "-o", str(out)),
        ("import", str(broken), "-o", str(tmp_path / "x.mcap")),
        ("import", str(text), "-o", str(tmp_path / "x.mcap")),
        ("import", str(DEMO), "-o", str(out)),
    ):
        status, said, err = run(*argv)
        assert (status, said, len(err)) == (2, "", 1), argv
    assert not list(tmp_path.glob("x.*"))
    with pytest.raises(UnreadableFileError, match="no cadence"):
        parse_fit(_without_records(), "a.fit")


def _without_records() -> bytes:
    facts = session_facts(read_session(ROOT / "fixtures" / "rsc.mcap"))
    return fit_bytes(replace(facts, reports=(), steps=()))
