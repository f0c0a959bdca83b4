"""What a session writes for the gate: every number is worked out by hand in its test.

The stages are those of the bundled programme, with W0 = 2 g and R0 = 5 g. Walking is a contact of
the instrumented foot every 1 s, running one every 0.75 s. Planning cadences are 110 and 165 steps
per minute of both feet: 55 and 82.5 contacts of one foot.
"""

import json
from dataclasses import replace
from typing import Any

import pytest
from made_cores import (
    PROGRAMME,
    R0,
    W0,
    clipped,
    core_of,
    harder,
    setup_of,
    steps_of,
    unmeasured,
)

from analysis.step import Gait, Step
from monitor.baselines import OwnBaselines
from monitor.core import SessionCore
from monitor.gate.log import read_log
from monitor.marks import Mark, MarkKind
from monitor.measures import Measures, gate_event, measures_of, shortfalls
from monitor.result import SessionResult, result_of
from monitor.view import snapshot_of

STALE = replace(R0, stale_because="new shoe")


def walk(begin_s: float, end_s: float, g: float = 2.0) -> list[Step]:
    return steps_of(Gait.WALK, begin_s, end_s, 1.0, g)


def run(begin_s: float, end_s: float, g: float = 5.0) -> list[Step]:
    return steps_of(Gait.RUN, begin_s, end_s, 0.75, g)


def obedient(stage_id: str, run_g: float = 5.0) -> list[Step]:
    """Steps of somebody who does exactly what the stage says, and walks on afterwards."""
    steps: list[Step] = []
    begin_s = 0.0
    for segment in setup_of(stage_id).segments:
        end_s = begin_s + segment.duration_s
        steps += run(begin_s, end_s, run_g) if segment.gait is Gait.RUN else walk(begin_s, end_s)
        begin_s = end_s
    return [*steps, *walk(begin_s, begin_s + 5.0)]


def without(steps: list[Step], begin_s: float, end_s: float) -> list[Step]:
    return [step for step in steps if not begin_s < step.t_ic_s < end_s]


def pct(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def reasons(core: SessionCore) -> list[str]:
    return [str(r) for r in shortfalls(core, gate_event(core, measures_of(core)))]


# ---- walking (P2): W1 is 5 min


def test_a_walk_as_prescribed() -> None:
    # Contacts at 0, 1, ... 300 s: 301 of them, every second from 0 to 300 covered.
    # Load: 301 x 0.1 = 30.1 RSE; plan 0.1 x 5 min x 55 = 27.5 RSE: 109.4545 %.
    # Amber is 1.25 x 2 g = 2.5 g: contacts 0, 10, ... 300 are above. Judged are those before the
    # end of the plan, 300: 30 of them above amber, 10 %.
    core = core_of(setup_of("W1"), harder(obedient("W1"), 10, 2.6))
    assert measures_of(core) == Measures(
        valid_pct=100.0,
        run_pct=100.0,
        load_pct=pct(109.454545),
        amber_pct=10.0,
        red_events=0,
        impact=True,
    )
    assert reasons(core) == []


def test_a_hole_counts_against_the_signal_and_not_against_the_dose() -> None:
    # Samples are missing from 100 to 130 s, the contacts at both edges are whole: 270 of 300 s are
    # covered. Walked: 270 s by the steps, 1 s of stride at 100 s, and 29 s that nobody saw, as
    # prescribed: all 300 s. Load: 301 - 29 = 272 contacts, 27.2 of 27.5 RSE: 98.9091 %.
    steps = without(obedient("W1"), 100.0, 130.0)
    core = core_of(setup_of("W1"), steps, holes=[(100.0, 130.0)])
    measured = measures_of(core)
    assert measured.valid_pct == pct(90.0)
    assert measured.run_pct == pct(100.0)
    assert measured.load_pct == pct(98.909091)


def test_who_stands_has_not_walked() -> None:
    # The same contacts, but the pod was there and saw nobody walk: 270 + 1 s of 300.
    measured = measures_of(core_of(setup_of("W1"), without(obedient("W1"), 100.0, 130.0)))
    assert measured.valid_pct == pct(90.0)
    assert measured.run_pct == pct(90.333333)


def test_a_hole_of_a_sixth_of_the_walk_is_no_signal_for_the_gate() -> None:
    # 50 of 300 s are missing: 83.3333 % is below 85 %.
    steps = without(obedient("W1"), 100.0, 150.0)
    core = core_of(setup_of("W1"), steps, holes=[(100.0, 150.0)])
    assert measures_of(core).valid_pct == pct(83.333333)
    assert reasons(core) == ["signal-quality"]


def test_time_on_hold_does_not_count() -> None:
    # On hold from 100 to 160 s, standing: the plan ends at 360 s. Covered 0-100 and 160-360 s: all
    # 300 s of the main set. Walked: those 300 s, and the stride that the contact at 100 s began:
    # 301 of 300 s.
    marks = [Mark(100.0, MarkKind.HOLD), Mark(160.0, MarkKind.RESUME)]
    steps = [*walk(0.0, 101.0), *walk(160.0, 365.0)]
    measured = measures_of(core_of(setup_of("W1"), steps, marks))
    assert measured.valid_pct == 100.0
    assert measured.run_pct == pct(100.333333)


# ---- walk-run: WR0 (R0 is not known yet), WR1 and later


def test_the_first_runs_are_judged_by_walking_and_measure_r0() -> None:
    # 8 bouts of 30 s at 0.75 s: 8 x 40 = 320 run steps. Walking: 5 + 16 + 5 = 26 min, 1560 contacts
    # and the one at the end of the plan. Without R0 every run step counts 1:
    # 320 + 0.1 x 1561 = 476.1 RSE; plan 4 x 82.5 + 0.1 x 26 x 55 = 473 RSE: 100.6554 %.
    # Amber is 3.5 x 2 g = 7 g: every 10th run step is at 7.5 g: 10 %.
    steps = obedient("WR0")
    hard = iter(harder([s for s in steps if s.gait is Gait.RUN], 10, 7.5))
    steps = [next(hard) if s.gait is Gait.RUN else s for s in steps]
    core = core_of(setup_of("WR0", OwnBaselines(w0=W0)), steps)
    assert measures_of(core) == Measures(
        valid_pct=100.0,
        run_pct=100.0,
        load_pct=pct(100.655391),
        amber_pct=10.0,
        red_events=0,
        impact=True,
    )
    baseline = result_of(core).baseline
    assert baseline == {
        "kind": "R0",
        "valid_steps": 320,
        "clipped_steps": 0,
        "median_g": 5.0,
        "iqr_g": 0.0,
        "cadence_spm": 160.0,
        "refused": "",
    }


def test_a_run_at_the_own_baseline_is_the_planned_load() -> None:
    # 6 bouts of 60 s: 480 run steps at R0, 1 each. Walking 5 + 24 + 5 = 34 min: 2040 contacts and
    # the one at the end. 480 + 204.1 = 684.1; plan 6 x 82.5 + 0.1 x 34 x 55 = 682: 100.3079 %.
    core = core_of(setup_of("WR1"), obedient("WR1"))
    assert measures_of(core) == Measures(100.0, 100.0, pct(100.307918), 0.0, 0, impact=True)


def test_harder_runs_are_a_load_of_the_fourth_power() -> None:
    # 1.1 x R0: 480 x 1.4641 = 702.768, and 204.1: 906.868 of 682 RSE: 132.9718 %. Amber is 1.15.
    core = core_of(setup_of("WR1"), obedient("WR1", run_g=5.5))
    measured = measures_of(core)
    assert measured.load_pct == pct(132.971848)
    assert measured.amber_pct == 0.0
    assert reasons(core) == ["load-red"]


def test_a_clipped_step_is_above_any_limit_and_the_most_a_step_can_load() -> None:
    # One of 480 run steps: 0.2083 % above amber, 5.0625 instead of 1 RSE: 688.1625 of 682.
    steps = obedient("WR1")
    first = next(i for i, s in enumerate(steps) if s.gait is Gait.RUN)
    steps[first] = clipped(steps[first])
    measured = measures_of(core_of(setup_of("WR1"), steps))
    assert measured.valid_pct == 100.0
    assert measured.amber_pct == pct(0.208333)
    assert measured.load_pct == pct(100.903592)


def test_a_step_without_an_impact_is_no_share_of_anything_but_was_taken() -> None:
    # The second step of a bout: its two strides, 1.5 of 1800 s, are not covered. Of 479 valid run
    # steps one is above amber (6 g): 0.2088 %. The load counts it as 1.
    steps = obedient("WR1")
    first = next(i for i, s in enumerate(steps) if s.gait is Gait.RUN)
    steps[first + 1] = unmeasured(steps[first + 1])
    steps[first + 5] = replace(steps[first + 5], impact_g=6.0)
    measured = measures_of(core_of(setup_of("WR1"), steps))
    assert measured.valid_pct == pct(99.916667)
    assert measured.amber_pct == pct(0.208768)
    # 479 x 1 + (6/5)^4 = 2.0736 and 204.1: 685.1736 of 682.
    assert measured.load_pct == pct(100.465337)


def test_run_steps_in_a_walk_segment_are_a_dose_but_not_judged() -> None:
    # 40.5 s of running (54 contacts) in the cool-down, far above amber: 400.5 of 360 s, 111.25 %.
    end_s = 300.0 + 1800.0
    cool_down = [*walk(end_s, end_s + 100.0), *run(end_s + 100.0, end_s + 140.5, 9.0)]
    cool_down += walk(end_s + 140.5, end_s + 305.0)
    steps = [s for s in obedient("WR1") if s.t_ic_s < end_s] + cool_down
    core = core_of(setup_of("WR1"), steps)
    assert measures_of(core).run_pct == pct(111.25)
    assert measures_of(core).amber_pct == 0.0
    assert "over-dose" in reasons(core)


def test_who_walks_through_a_run_segment_has_not_run() -> None:
    # The last of 6 bouts is walked: 300 of 360 s are 83.3333 %, less than 90.
    steps = [s for s in obedient("WR1") if not 2040.0 <= s.t_ic_s < 2100.0]
    steps = sorted([*steps, *walk(2040.0, 2100.0)], key=lambda s: s.t_ic_s)
    core = core_of(setup_of("WR1"), steps)
    assert measures_of(core).run_pct == pct(83.333333)
    assert measures_of(core).valid_pct == 100.0
    assert reasons(core) == ["under-dose"]


def test_cut_short_what_is_measured_is_measured_of_what_was_done() -> None:
    # Stopped at 900 s: 600 s of the main set are done and covered, 2 of 6 min run. Load: 160 run
    # steps and 300 + 480 + 1 walk contacts: 238.1 of 682 RSE, 34.9120 %.
    core = core_of(setup_of("WR1"), obedient("WR1"), [Mark(900.0, MarkKind.STOP)])
    measured = measures_of(core)
    assert measured.valid_pct == 100.0
    assert measured.run_pct == pct(33.333333)
    assert measured.load_pct == pct(34.912023)
    assert reasons(core) == ["under-dose"]


def test_stopped_before_the_main_set_nothing_is_known_of_the_signal() -> None:
    core = core_of(setup_of("WR1"), obedient("WR1"), [Mark(200.0, MarkKind.STOP)])
    measured = measures_of(core)
    assert measured.valid_pct is None
    assert measured.amber_pct is None
    assert measured.run_pct == 0.0
    assert not measured.impact
    assert reasons(core) == ["signal-quality", "no-impact-data", "under-dose"]


def test_after_a_red_event_the_rest_is_walked_and_no_share_of_the_dose() -> None:
    # Every run step at 8 g, red is 1.3 x 5 = 6.5 g. The first bout begins at 540 s; contacts are
    # known 1 s later, so the eighth (545.25 s) raises WALK NOW at 546.3 s and the runner runs on.
    # 20 s later, at 566.3 s, comes the red event, and who walks from there has run 26.25 s (35
    # steps, 540 to 565.5 s, the last one's stride ends at 566.25): 7.2917 % of 360 s.
    steps = [*walk(0.0, 540.0), *run(540.0, 566.25, 8.0), *walk(566.25, 2405.25)]
    core = core_of(setup_of("WR1"), steps)
    measured = measures_of(core)
    assert measured.red_events == 1
    assert measured.run_pct == pct(7.291667)
    assert measured.amber_pct == 100.0
    assert core.plan.done_s(2, core.t_s) == pytest.approx(26.3)


@pytest.mark.parametrize(
    "baselines", [OwnBaselines(W0, STALE), OwnBaselines(W0, None), OwnBaselines(None, None)]
)
def test_without_a_current_r0_a_run_says_nothing_and_every_run_step_counts_1(
    baselines: OwnBaselines,
) -> None:
    # 5.5 g would be 1.4641 each: with R0 stale or missing it is 480 + 204.1 of 682 RSE.
    core = core_of(setup_of("WR1", baselines), obedient("WR1", run_g=5.5))
    measured = measures_of(core)
    assert not measured.impact
    assert measured.load_pct == pct(100.307918)
    assert reasons(core) == ["no-impact-data"]


def test_a_stale_baseline_is_judged_by_walking_and_a_missing_one_by_nothing() -> None:
    # Stale: amber is 3.5 x 2 g = 7 g; 7.5 g is above. Missing: nobody knows.
    steps = obedient("WR1", run_g=7.5)
    assert measures_of(core_of(setup_of("WR1", OwnBaselines(W0, STALE)), steps)).amber_pct == 100.0
    assert measures_of(core_of(setup_of("WR1", OwnBaselines(W0)), steps)).amber_pct is None


def test_a_stale_w0_does_not_carry_the_first_runs() -> None:
    stale = OwnBaselines(replace(W0, stale_because="new pod"), None)
    assert not measures_of(core_of(setup_of("WR0", stale), obedient("WR0"))).impact


def test_a_pod_without_samples_gives_a_dose_by_the_clock_and_nothing_else() -> None:
    core = core_of(setup_of("WR1"), [], has_samples=False)
    assert measures_of(core) == Measures(0.0, 100.0, None, None, 0, impact=False)
    assert reasons(core) == ["signal-quality", "no-impact-data"]


# ---- training: T1 is 20, 25 and 30 min


def test_a_training_run() -> None:
    # 20 min: 1600 run steps, and 10 min of walking, 601 contacts: 1660.1 RSE; plan
    # 20 x 82.5 + 0.1 x 10 x 55 = 1705: 97.3666 %.
    core = core_of(setup_of("T1"), obedient("T1"))
    assert measures_of(core) == Measures(100.0, 100.0, pct(97.366569), 0.0, 0, impact=True)


# ---- preparation: L1 is 60 contacts


def hops(begin_s: float, count: int, g: float = 3.0, gait: Gait = Gait.RUN) -> list[Step]:
    return steps_of(gait, begin_s, begin_s + count, 1.0, g)


def test_contacts_are_dose_and_load_at_once() -> None:
    # 51 of 60 contacts, at 0 ... 50 s, until the stop at 50.5 s: 85 %. Amber is 2 x 2 g = 4 g: each
    # 17th is above, 3 of 51: 5.8824 %. Of the 50.5 s 50 are covered: 99.0099 %. Whether a hop looks
    # like a walk or a run step is no matter.
    steps = [*hops(0.0, 30), *hops(30.0, 30, gait=Gait.WALK)]
    core = core_of(setup_of("L1"), harder(steps, 17, 4.5), [Mark(50.5, MarkKind.STOP)])
    assert measures_of(core) == Measures(
        pct(99.009901), pct(85.0), pct(85.0), pct(5.882353), 0, impact=True
    )
    assert reasons(core) == ["under-dose"]
    assert core.end_reason == "stopped"


def test_a_rest_on_hold_does_not_count_and_the_last_contact_completes_the_session() -> None:
    # 30 contacts at 0 ... 29 s, on hold from 29.05 to 89.05 s, 31 more at 90 ... 120 s, stop at
    # 120.05 s: 61 of 60 are 101.6667 %. Done 29.05 + 31 = 60.05 s, covered 29 + 30: 98.2515 %.
    marks = [
        Mark(29.05, MarkKind.HOLD),
        Mark(89.05, MarkKind.RESUME),
        Mark(120.05, MarkKind.STOP),
    ]
    core = core_of(setup_of("L1"), [*hops(0.0, 30), *hops(90.0, 31)], marks)
    measured = measures_of(core)
    assert measured.run_pct == measured.load_pct == pct(101.666667)
    assert measured.valid_pct == pct(98.251457)
    assert core.end_reason == "complete"
    assert reasons(core) == []


def test_contacts_that_nobody_saw_are_none() -> None:
    core = core_of(setup_of("L1"), [], [Mark(60.0, MarkKind.STOP)], has_samples=False)
    assert measures_of(core) == Measures(0.0, None, None, None, 0, impact=False)
    assert reasons(core) == ["signal-quality", "under-dose"]


# ---- what everybody is told


EVENT_LINES = [
    {
        "kind": "enrol",
        "t": "2026-01-01T00:00:00Z",
        "patient": "P-001",
        "site": "sacrum",
        "programme": "hip-bsi",
    },
    {"kind": "start", "t": "2026-01-01T00:00:00Z", "stage": "WR1", "by": "Dr A", "ahead": True,
     "reason": "transfer"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage_id", "has_samples"), [("WR1", True), ("WR1", False), ("L1", True), ("L1", False)]
)
def test_the_gate_reads_the_event_whatever_is_unknown(stage_id: str, has_samples: bool) -> None:
    steps = hops(0.0, 25) if has_samples else []
    stop = [Mark(20.0, MarkKind.STOP)]
    event = result_of(core_of(setup_of(stage_id), steps, stop, has_samples=has_samples)).gate_event
    lines = [*EVENT_LINES, {"kind": "session", "t": "2026-01-02T00:00:00Z", **event}]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    assert len(read_log(text.encode(), PROGRAMME)) == 3


def test_what_is_unknown_is_a_dash_for_a_person_and_validity_comes_first() -> None:
    core = core_of(setup_of("WR1"), [], [Mark(400.0, MarkKind.STOP)], has_samples=False)
    lines = result_of(core).lines()
    assert lines[0] == (
        "Not a clean session. Coverage of the main set: 0 %, impact not measured against a current "
        "own baseline"
    )
    assert "load – %" in "\n".join(lines)
    assert "Above amber: – % of the judged steps" in lines


def test_a_clean_session_says_so_and_a_demo_counts_nowhere() -> None:
    result = result_of(core_of(setup_of("W1"), obedient("W1")))
    assert result.lines()[0].startswith("Valid, as far as it was measured. Coverage")
    assert result.shortfalls == ()
    demo = SessionResult(**{**_fields(result), "purpose": "demo"})
    assert demo.lines()[0].startswith("A demonstration: it counts nowhere.")


def _fields(result: SessionResult) -> dict[str, Any]:
    return {name: getattr(result, name) for name in SessionResult.__slots__}


def test_the_load_that_is_shown_is_the_load_that_is_written() -> None:
    core = core_of(setup_of("WR1"), obedient("WR1"))
    assert snapshot_of(core, core.t_s).load_pct == pytest.approx(measures_of(core).load_pct)
    no_samples = core_of(setup_of("W1"), [], has_samples=False)
    assert snapshot_of(no_samples, no_samples.t_s).load_pct is None


def test_steps_before_the_start_are_no_part_of_the_session() -> None:
    late = [Mark(0.0, MarkKind.NOTE)]
    before = [replace(s, t_ic_s=s.t_ic_s - 20.0, t_known_s=0.05) for s in run(0.0, 10.0, 9.0)]
    quiet = measures_of(core_of(setup_of("W1"), obedient("W1"), late))
    assert measures_of(core_of(setup_of("W1"), [*before, *obedient("W1")], late)) == quiet
