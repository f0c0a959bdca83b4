"""A patient's sessions from the first question to the decision, on a record that begins empty."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from made_people import HIP_TEXT, HOUR_S, SHOE
from made_runs import (
    NO_PAIN,
    R0_G,
    READY,
    SHORT,
    W0_G,
    Driven,
    Wall,
    baseline,
    driven,
    home_places,
    on_stage,
)
from made_runs import made_patient as made

from monitor.errors import StoreError, UsageError
from monitor.gate.outcome import Outcome
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.people.outlook import outlook_of
from monitor.people.zones import local_text
from monitor.podchoices import pod_choices
from monitor.programme.rules import Baseline
from monitor.record import read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.running import ending, permission
from monitor.running.comparison import compared_with_record
from monitor.running.graded import held
from monitor.running.options import RunOptions
from monitor.running.refusal import RefusalError
from monitor.running.setups import Wish, graded_setup
from monitor.setup import SessionSetup
from monitor.sides import SidesBaseline
from monitor.store.chain import Entry, patient_chain
from monitor.store.store import Store

ZURICH = ZoneInfo("Europe/Zurich")
ANNA = patient_chain("anna")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def store(home: Path) -> Store:
    return made(home_places(home))


def kinds(store: Store) -> list[str]:
    return [entry.kind for entry in store.entries(ANNA)]


def last(store: Store, kind: str) -> Entry:
    return next(entry for entry in reversed(store.entries(ANNA)) if entry.kind == kind)


def outcomes(store: Store, wall: Wall) -> list[Outcome]:
    case = read_casefile(store, "anna")
    sessions = outlook_of(case.programme, case.patient.events, wall.s).sessions
    return [session.outcome for session in sessions]


def refusal(store: Store, wall: Wall, answers: dict[str, int] = NO_PAIN) -> RefusalError:
    before = len(list(Path(store.places.key).parent.glob("recordings/*")))
    with pytest.raises(RefusalError) as error:
        driven(store, wall, answers)
    assert len(list(Path(store.places.key).parent.glob("recordings/*"))) == before
    return error.value


def replays(store: Store, done: Driven) -> None:
    """Decide the recording again: the same log and the same event as the record holds."""
    session = read_session(done.runner.recording)
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert [entry.to_json() for entry in core.journal.entries] == list(session.decisions)
    result = result_of(core)
    assert result.to_json() == session.result
    compared = compared_with_record(session.setup, result.gate_event)
    assert compared.differences == ()
    assert "same session event" in compared.verdict


def test_two_sessions_come_to_successes_after_the_morning_answers(store: Store) -> None:
    wall = Wall()
    first = driven(store, wall)
    assert first.closed.is_written
    assert first.closed.json["outcome"] == "pending"
    assert first.closed.json["reasons"] == ["answers-missing"]
    replays(store, first)
    ended_s = last(store, "session").t_s
    assert local_text(ended_s, ZURICH) == "Mon 2026-09-21 17:15"
    assert any("from Tue 2026-09-22 03:15" in line for line in first.closed.lines)
    assert any("0 of 3 clean sessions" in line for line in first.closed.lines)

    wall.later(48 * HOUR_S)
    second = driven(store, wall, {**NO_PAIN, "open:next_morning": 0})
    assert second.asked[0].short_key == "open:next_morning"
    assert any("1 of 3 clean sessions" in line for line in second.closed.lines)
    assert outcomes(store, wall) == [Outcome.SUCCESS, Outcome.PENDING]
    replays(store, second)

    wall.later(48 * HOUR_S)
    third = driven(store, wall, {**NO_PAIN, "open:next_morning": 0})
    assert outcomes(store, wall) == [Outcome.SUCCESS, Outcome.SUCCESS, Outcome.PENDING]
    assert third.closed.json["decision"]["count"] == 2
    assert not store.audit().findings


def test_the_opening_stands_in_the_record_before_the_first_byte(store: Store) -> None:
    done = driven(store, Wall())
    opened, session = last(store, "session_opened"), last(store, "session")
    assert opened.seq < session.seq
    assert opened.record["pain_before"] == 0
    header = read_session(done.runner.recording).setup
    count, _, hash_ = header.record_head.partition(":")
    assert (int(count), hash_) == (opened.seq, opened.hash)
    assert last(store, "session_measured").record["recording_head"] == header.record_head
    assert kinds(store)[opened.seq - 1 :] == [
        "session_opened",
        "session",
        *["pain"] * 3,
        "session_measured",
    ]


def test_an_answer_that_is_not_given_stays_open_and_is_asked_again(store: Store) -> None:
    wall = Wall()
    driven(store, wall, {"before": 0, "flags": 0})
    pains = [e.record["when"] for e in store.entries(ANNA) if e.kind == "pain"]
    assert pains == ["before"]
    wall.later(48 * HOUR_S)
    refused = refusal(store, wall)
    assert [reason.value for reason in refused.decision.reasons] == ["answers-missing"]
    answered = {"open:during": 0, "open:after": 0, "open:next_morning": 0}
    done = driven(store, wall, {**NO_PAIN, **answered})
    assert [ask.short_key for ask in done.asked[:3]] == [*answered]
    assert outcomes(store, wall)[0] is Outcome.SUCCESS


def test_the_morning_is_not_asked_about_before_it_has_come(store: Store) -> None:
    wall = Wall()
    driven(store, wall)
    wall.later(HOUR_S)
    refused = refusal(store, wall, {**NO_PAIN, "open:next_morning": 0})
    assert [reason.value for reason in refused.decision.reasons] == ["gap-hours"]
    assert not any(e.record.get("when") == "next_morning" for e in store.entries(ANNA))
    assert any(line.startswith("- Earliest: ") for line in refused.lines)


def test_the_highest_tap_is_proposed_and_never_assumed(store: Store) -> None:
    marks = [Mark(12.0, MarkKind.PAIN, 0), Mark(15.0, MarkKind.PAIN, 1)]
    done = driven(store, Wall(), {"before": 0, "flags": 0}, marks)
    proposed = {ask.key: ask.proposed for ask in done.asked}
    assert proposed["during"] == 1
    assert proposed["after"] is None
    pains = [(e.record["when"], e.record["site"]) for e in store.entries(ANNA) if e.kind == "pain"]
    assert pains == [("before", 0), ("during", 1)]


def test_a_tap_of_nought_alone_answers_nothing(store: Store) -> None:
    driven(store, Wall(), {"before": 0, "flags": 0}, [Mark(12.0, MarkKind.PAIN, 0)])
    case = read_casefile(store, "anna")
    assert "during" in case.patient.sessions[-1].open_answers


def test_pain_at_lockout_level_stops_at_once_and_locks(home: Path) -> None:
    store = made(home_places(home), enrol={"site": "fn_compression"})
    done = driven(store, Wall(), NO_PAIN, [Mark(15.04, MarkKind.PAIN, 2)])
    result = done.runner.live.result
    assert result is not None
    assert (result.end, result.ended_s) == ("pain", 15.1)
    assert done.closed.json["decision"]["status"] == "locked"
    assert any("stridegate unlock" in line for line in done.closed.lines)
    refused = refusal(store, Wall())
    assert [reason.value for reason in refused.decision.reasons] == ["pain"]


@pytest.mark.parametrize(
    ("pain", "kind", "status"), [(1, "session_dropped", "ready"), (3, "session", "locked")]
)
def test_pain_before_lets_nothing_begin(store: Store, pain: int, kind: str, status: str) -> None:
    refused = refusal(store, Wall(), {**NO_PAIN, "before": pain})
    assert refused.decision.status == status
    assert f"Pain {pain} of 10" in refused.lines[0]
    assert last(store, "session_opened").record["pain_before"] == pain
    assert kind in kinds(store)


def test_a_warning_sign_before_locks_and_names_no_session(store: Store) -> None:
    refused = refusal(store, Wall(), {**NO_PAIN, "flags": 3})
    assert [reason.value for reason in refused.decision.reasons] == ["red-flag"]
    flag = last(store, "red_flag")
    assert flag.record["flag"] == "limp"
    assert "session" not in flag.record
    assert "session_opened" not in kinds(store)


def test_a_warning_sign_after_the_session_locks(store: Store) -> None:
    done = driven(store, Wall(), {**NO_PAIN, "flags-after": 1})
    assert done.closed.json["decision"]["reasons"] == ["red-flag"]


def test_warning_signs_and_pain_before_have_to_be_answered(store: Store) -> None:
    for missing in ("flags", "before"):
        answers = {name: score for name, score in NO_PAIN.items() if name != missing}
        with pytest.raises(UsageError, match="not answered"):
            driven(store, Wall(), answers)
    assert "session_opened" not in kinds(store)


def test_an_unsigned_programme_refuses(home: Path) -> None:
    store = made(home_places(home), is_signed=False)
    with pytest.raises(UsageError, match="sign"):
        driven(store, Wall())


def test_a_programme_changed_after_its_signature_refuses(home: Path) -> None:
    file = home / "short.toml"
    store = made(home_places(home), enrol={"programme_file": str(file)})
    file.write_text(HIP_TEXT.replace("StrideGate authors", "others"), encoding="utf-8")
    with pytest.raises(UsageError, match="was changed after dr-x signed"):
        driven(store, Wall())
    file.unlink()
    assert driven(store, Wall()).closed.is_written


def test_a_stale_baseline_may_be_run_and_cannot_count(home: Path) -> None:
    store = made(home_places(home), [*READY, ("conditions", {**SHOE, "shoe": "red"})])
    done = driven(store, Wall())
    assert any("STALE: another shoe" in line for line in done.said)
    assert any("cannot count" in line for line in done.said)
    setup = done.runner.core.setup
    assert setup.limits.is_fallback
    assert last(store, "session").record["impact"] is False
    assert done.closed.json["outcome"] == "invalid"
    assert done.closed.json["reasons"] == ["no-impact-data"]
    replays(store, done)


def test_another_pod_than_the_baselines_cannot_count_and_is_kept(store: Store) -> None:
    done = driven(store, Wall(), serial="9999")
    assert done.closed.json["reasons"] == ["no-impact-data"]
    assert last(store, "conditions").record["serial"] == "9999"
    assert read_casefile(store, "anna").patient.stale(Baseline.R0) == ("pod",)
    replays(store, done)


def test_a_virtual_pod_never_counts_for_a_real_patient(store: Store) -> None:
    wall = Wall()
    options = RunOptions("anna", is_virtual=True)
    done = driven(store, wall, options=options)
    event = last(store, "session").record
    assert (event["valid_pct"], event["run_pct"], event["impact"]) == (0, 0, False)
    assert last(store, "session_opened").record["pod_is_virtual"] is True
    measured = last(store, "session_measured").record
    assert measured["measures"]["pod_is_virtual"] is True
    assert measured["steps"] is None
    assert done.closed.json["outcome"] == "invalid"
    assert done.closed.json["pod_is_virtual"] is True
    assert "VIRTUAL POD" in done.closed.lines[0]
    replays(store, done)
    store.append(
        ANNA,
        "pain",
        {"session": event["id"], "when": "next_morning", "site": 0},
        wall.s + 20 * HOUR_S,
    )
    assert outcomes(store, wall) == [Outcome.INVALID]


def test_a_virtual_pod_over_the_air_gives_itself_away(store: Store) -> None:
    done = driven(store, Wall(), model="virtual pod")
    assert done.closed.json["outcome"] == "invalid"
    assert last(store, "session").record["valid_pct"] == 0
    replays(store, done)


def test_a_virtual_pod_counts_for_a_demo_patient(home: Path) -> None:
    store = made(home_places(home), enrol={"is_demo": True})
    wall = Wall()
    driven(store, wall, options=RunOptions("anna", is_virtual=True))
    wall.later(48 * HOUR_S)
    driven(
        store,
        wall,
        {**NO_PAIN, "open:next_morning": 0},
        options=RunOptions("anna", is_virtual=True),
    )
    assert outcomes(store, wall)[0] is Outcome.SUCCESS
    assert last(store, "session_measured").record["measures"]["pod_is_virtual"] is True


def test_only_a_virtual_pod_is_faster_than_life(store: Store) -> None:
    with pytest.raises(UsageError, match="faster than life"):
        driven(store, Wall(), options=RunOptions("anna", speed=2.0))


def test_nobody_runs_without_limits(home: Path) -> None:
    store = made(home_places(home), [("conditions", SHOE), on_stage("WR1")])
    with pytest.raises(UsageError, match="no accepted baseline"):
        driven(store, Wall())


def test_a_supervised_stage_asks_for_the_clinician(home: Path) -> None:
    records = [("conditions", SHOE), baseline("W0", 2.6), on_stage("WR0")]
    store = made(home_places(home), records)
    with pytest.raises(UsageError, match="--supervised-by"):
        driven(store, Wall())
    with pytest.raises(UsageError, match="no clinician of that name: dr-x"):
        driven(store, Wall(), options=RunOptions("anna", supervised_by="dr-z"))


def test_edits_of_limits_are_in_force_from_the_next_stay(home: Path) -> None:
    edit = {
        "by": "dr-x",
        "reason": "careful",
        "stages": ["WR1"],
        "dose_pct": 50.0,
        "amber_ratio": 1.1,
    }
    store = made(home_places(home), [("limits", edit), *READY])
    setup = driven(store, Wall()).runner.core.setup
    runs = [s.duration_s for s in setup.segments if s.gait == "run"]
    assert runs == [6.0]
    assert setup.limits.amber_g == pytest.approx(5.5)
    store = made(home_places(home / "later"), [*READY])
    store.append(ANNA, "limits", edit, Wall().s - 60)
    setup = driven(store, Wall(Wall().s + 1)).runner.core.setup
    assert setup.limits.amber_g == pytest.approx(5.75)


def test_a_phase_without_sessions_says_what_is_allowed_and_counted(home: Path) -> None:
    store = made(home_places(home), [on_stage("P1")], enrol={"site": "fn_compression"})
    refused = refusal(store, Wall())
    text = "\n".join(refused.lines)
    assert "there are no sessions" in text
    assert "taught on scales" in text
    assert permission.COUNTED in text


def test_a_full_disk_is_told_before_anything_begins(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(permission, "MIN_FREE_BYTES", 10**18)
    with pytest.raises(UsageError, match="make room"):
        driven(store, Wall())
    assert "session_opened" not in kinds(store)


def test_a_disk_that_is_full_at_the_closing_leaves_a_session_to_recover(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = Wall()
    before = kinds(store)
    with monkeypatch.context() as patch:
        patch.setattr(ending, "closing_records", lambda *given: _refusing(patch, given))
        done = driven(store, wall, NO_PAIN, [Mark(15.0, MarkKind.PAIN, 1)])
    assert not done.closed.is_written
    assert any(line.startswith("NOT CLOSED") for line in done.closed.lines)
    assert kinds(store) == [*before, "session_opened"]
    wall.later(60)
    with pytest.raises(RefusalError) as error:
        driven(store, wall)
    assert [r.value for r in error.value.decision.reasons] == ["gap-hours"]
    event = last(store, "session").record
    assert done.runner.live.result is not None
    assert {
        k: v for k, v in event.items() if k not in ("kind", "t")
    } == done.runner.live.result.gate_event
    assert last(store, "session").t_s == wall.s
    assert ("during", 1) in [
        (e.record["when"], e.record["site"]) for e in store.entries(ANNA) if e.kind == "pain"
    ]


def _refusing(patch: pytest.MonkeyPatch, given: tuple[object, ...]) -> object:
    """Make the records of the closing; from then on the disk is full."""
    from monitor.running.closing import closing_records

    def full(*_: object, **__: object) -> None:
        raise StoreError("the disk is full: make room")

    patch.setattr(Store, "append_all", full)
    return closing_records(*given)  # type: ignore[arg-type]


def test_three_sessions_without_signal_are_told_with_their_cure(home: Path) -> None:
    invalid = {
        "stage": "WR1",
        "valid_pct": 50,
        "run_pct": 100,
        "load_pct": 100,
        "amber_pct": 0,
        "red_events": 0,
        "impact": True,
    }
    wall = Wall()
    store = made(home_places(home))
    for i in range(3):
        wall.later(43 * HOUR_S)
        store.append(ANNA, "session", {**invalid, "id": f"s{i}"}, wall.s)
    refused = refusal(store, wall)
    text = "\n".join(refused.lines)
    assert "last 3 sessions were not valid" in text
    assert "strap it tight" in text
    assert "smaller dose" not in text


def test_a_second_session_of_the_same_patient_gets_its_sentence(store: Store) -> None:
    with (
        held(store, "anna"),
        pytest.raises(StoreError, match="somebody runs a session"),
        held(store, "anna"),
    ):
        pass


def test_the_plan_of_a_stage_goes_by_the_sessions_that_count(home: Path) -> None:
    assert len(SHORT.stage("T1").plans) == 3
    store = made(home_places(home), [*READY[:-1], on_stage("T1")])
    wall = Wall()
    case = read_casefile(store, "anna")
    outlook = outlook_of(case.programme, case.patient.events, wall.s)
    lengths = []
    for count in range(3):
        counted = replace(outlook, decision=replace(outlook.decision, count=count))
        setup = graded_setup(case, counted, Wish(), "s-1")
        lengths.append(sum(s.duration_s for s in setup.segments if s.gait == "run"))
    assert lengths == [1200.0, 1500.0, 1800.0]


def test_the_pod_of_the_injured_leg_comes_first_and_left_and_right_come_with_the_baseline(
    home: Path,
) -> None:
    sides = {"impact_pct": 4.0, "contact_pct": 1.0, "left_axis": [0.0, 1.0, 0.0]}
    records = [READY[0], baseline("W0", W0_G), baseline("R0", R0_G, sides=sides), READY[-1]]
    store = made(home_places(home), records)
    case = read_casefile(store, "anna")
    outlook = outlook_of(case.programme, case.patient.events, Wall().s)
    pods = pod_choices(["right=movesense", "cadence=rsc", "left=movesense"], None)
    setup = graded_setup(case, outlook, Wish(pods), "s-1")
    assert case.patient.enrolment.side == "left"
    assert [(pod.slot, pod.rate_hz) for pod in setup.pods] == [
        ("left", 208),
        ("right", 208),
        ("cadence", None),
    ]
    assert setup.baselines.r0 is not None
    assert setup.baselines.r0.sides == SidesBaseline(4.0, 1.0, left_axis=(0.0, 1.0, 0.0))
    assert SessionSetup.from_header(setup.to_header(), "x") == setup
    with pytest.raises(UsageError, match="the injury is on the left"):
        graded_setup(case, outlook, Wish(pods[1:]), "s-1")
