"""The gate on every programme for patients: it leads from the first stage to the discharge."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.commands.gate import run_gate
from monitor.gate import LogError, decide, read_log
from monitor.gate.decision import Status
from monitor.gate.events import Enrol, Event, Pain, Session, Signoff, Start, When
from monitor.gate.reasons import Reason
from monitor.gate.times import DAY_S, HOUR_S, time_s
from monitor.programme.file import bundled_programmes, load_programme
from monitor.programme.model import Programme
from monitor.programme.sites import Site

PROGRAMMES = [p for p in map(load_programme, bundled_programmes()) if p.sites]
CASES = [(programme, site) for programme in PROGRAMMES for site in programme.sites]
BEGIN_S = time_s("2026-01-05T08:00:00Z")


def clean_life(programme: Programme, site: Site) -> tuple[list[Event], list[str]]:
    """Live by the gate's word alone: run when it may be run, sign when it asks for it."""
    days = dict.fromkeys(site.surgeon_sets, 10)
    t_s = BEGIN_S
    events: list[Event] = [
        Enrol(t_s, "p", site.id, programme.id, days),
        Start(t_s, programme.stages[0].id, "dr"),
    ]
    stages: list[str] = []
    for _ in range(2000):
        decision = decide(programme, events, t_s)
        assert decision.status is not Status.LOCKED
        assert decision.ignored == ()
        if decision.status is Status.DISCHARGED:
            return events, stages
        assert decision.stage is not None
        if stages[-1:] != [decision.stage]:
            stages.append(decision.stage)
        if decision.reasons == (Reason.PHASE_COMPLETE,):
            events.append(Signoff(t_s, programme.stage(decision.stage).phase, "dr"))
        elif decision.status is Status.READY or Reason.REPEAT_SESSION in decision.reasons:
            name = f"s{len(events)}"
            events.append(Session(t_s, name, decision.stage, 95.0, 100.0, 100.0, 5.0, 0, True))
            for when, after_s in (
                (When.DURING, 0),
                (When.AFTER, HOUR_S),
                (When.NEXT_MORNING, 14 * HOUR_S),
            ):
                events.append(Pain(t_s + after_s, name, when, 0))
            t_s += 14 * HOUR_S
        else:
            assert decision.earliest_s is not None
            t_s = max(decision.earliest_s, t_s)
    raise AssertionError("the gate leads nowhere")


@pytest.mark.parametrize(
    ("programme", "site"), CASES, ids=[f"{programme.id}-{site.id}" for programme, site in CASES]
)
def test_a_clean_life_climbs_every_stage_to_the_discharge(programme: Programme, site: Site) -> None:
    events, stages = clean_life(programme, site)
    assert stages == [stage.id for stage in programme.stages]
    sessions = [event for event in events if isinstance(event, Session)]
    for stage in programme.stages:
        done = [event for event in sessions if event.stage == stage.id]
        assert len(done) >= stage.sessions_required
    signed = [event for event in events if isinstance(event, Signoff)]
    assert [event.phase for event in signed] == [phase.id for phase in programme.phases]
    entered_s = BEGIN_S
    for event in signed:
        days = {p.id: p.min_days for p in programme.phases} | dict(site.min_days)
        days |= dict.fromkeys(site.surgeon_sets, 10)
        assert event.t_s - entered_s >= days[event.phase] * DAY_S
        entered_s = event.t_s


@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda programme: programme.id)
def test_the_gate_takes_the_numbers_from_the_programme(programme: Programme) -> None:
    site = programme.sites[-1]
    doubled = replace(
        programme,
        stages=tuple(
            replace(stage, sessions_required=2 * stage.sessions_required)
            for stage in programme.stages
        ),
    )
    few, many = (
        [e for e in clean_life(p, site)[0] if isinstance(e, Session)] for p in (programme, doubled)
    )
    assert len(many) > len(few)


def log(programme: str, site: str, stage: str) -> bytes:
    enrol = {"kind": "enrol", "patient": "p", "site": site, "programme": programme}
    start = {"kind": "start", "stage": stage, "by": "dr", "ahead": True, "reason": "walks"}
    lines = [{"t": "2026-01-05T08:00:00Z"} | line for line in (enrol, start)]
    return "".join(json.dumps(line) + "\n" for line in lines).encode()


@pytest.mark.parametrize(
    ("programme", "site"),
    [("walking", "fn_compression"), ("walk-run-30", "sacrum"), ("walk-run-30", "fn_fixed_postop")],
)
def test_a_site_that_the_programme_is_not_for_is_refused(programme: str, site: str) -> None:
    with pytest.raises(LogError, match=f'line 1: unknown site "{site}": use one of .*tibia'):
        read_log(log(programme, site, "W5"), load_programme(programme))


def test_a_programme_for_nobody_takes_no_patient() -> None:
    with pytest.raises(LogError, match=r"line 1: unknown site .*this programme is for no patient"):
        read_log(log("demo", "sacrum", "DEMO"), load_programme("demo"))


@pytest.mark.parametrize(
    ("programme", "stage", "line"),
    [
        ("walking", "WR1", 2),
        ("walk-run-30", "T1", 2),
        ("hip-bsi", "T1", None),
        ("demo", "T1", None),
        ("an own one", "T1", None),
    ],
)
def test_the_command_takes_the_ladder_of_the_programme_that_the_log_names(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    programme: str,
    stage: str,
    line: int | None,
) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(log(programme, "metatarsal_2_4", stage))
    status = run_gate([path], None, as_json=True)
    printed = json.loads(capsys.readouterr().out)
    if line is None:
        assert (status, printed["stage"], printed["status"]) == (0, stage, "ready")
    else:
        assert status == 1
        assert printed["error"].startswith(f'line {line}: unknown stage "{stage}"')
