"""A pod at each leg: one judges, the other is compared, and neither stands in for the other."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from recorded_sessions import differences, recorded
from two_feet import EVEN, cadence_pod, leg, together, two_setup

from analysis.step import Gait
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.core import Input, SessionCore
from monitor.footcheck import ONE_LEG, SERIALS, TURNED
from monitor.journal import Journal, Kind
from monitor.marks import MarkKind
from monitor.measures import gate_event, measures_of
from monitor.plain import PlainLines
from monitor.podviews import FROM_CADENCE_POD
from monitor.programme.model import Part, Segment
from monitor.programme.rules import Baseline
from monitor.record import read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.sides import CADENCE, LEFT, RIGHT, SidesBaseline
from monitor.snapshot import Snapshot, Word
from monitor.view import snapshot_of
from sensors.virtual.gait import OtherFoot
from sensors.virtual.gait_script import GaitScript, run, walk

PLAN = (Segment(Gait.WALK, 4.0, Part.WARM_UP), Segment(Gait.RUN, 24.0, Part.MAIN))
SCRIPT = GaitScript((walk(4.0), run(25.0, impact_g=4.6), walk(3.0)))
LONG = (PLAN[0], Segment(Gait.RUN, 46.0, Part.MAIN))
LONG_SCRIPT = GaitScript((walk(4.0), run(47.0, impact_g=4.6), walk(3.0)))
LIGHT = OtherFoot(impact_ratio=0.8)
"""Symmetry index of an impact of 1 against 0.8: 22 %."""


@cache
def one(slot: str, **pod: float | str) -> tuple[Input, ...]:
    return tuple(leg(slot, SCRIPT, **pod))  # type: ignore[arg-type]


@cache
def other(slot: str, **pod: float | str) -> tuple[Input, ...]:
    return tuple(leg(slot, SCRIPT, LIGHT, **pod))  # type: ignore[arg-type]


@cache
def uneven() -> SessionCore:
    return decide(two_setup(PLAN), together(one(LEFT), other(RIGHT)))


@cache
def alone() -> SessionCore:
    return decide(two_setup(PLAN, slots=(LEFT,)), together(one(LEFT)))


def texts(core: SessionCore, kind: Kind) -> list[str]:
    return [entry.text for entry in core.journal.entries if entry.kind is kind]


def test_the_symmetry_of_impact_and_contact_is_that_of_the_two_gaits() -> None:
    left, right = leg(LEFT, LONG_SCRIPT), leg(RIGHT, LONG_SCRIPT, LIGHT)
    sides = result_of(decide(two_setup(LONG), together(left, right))).sides
    assert sides is not None
    assert sides["impact_pct"] == pytest.approx(22.2, abs=3.0)
    assert sides["contact_pct"] == pytest.approx(0.0, abs=4.0)
    assert (sides["unit"], sides["own_impact_pct"]) == ("%", 0.0)
    assert min(sides["left_steps"], sides["right_steps"]) >= 20


def test_a_moved_symmetry_asks_about_pain_once_and_stops_nothing() -> None:
    core = uneven()
    (question,) = texts(core, Kind.ASYMMETRY)
    assert "impact L +" in question
    assert question.endswith("Any pain at the injury?")
    assert core.end_reason == "complete"
    assert not core.alarms
    assert any("Left against right" in line for line in result_of(core).lines())


def test_the_gate_hears_the_same_with_the_other_pod_as_without() -> None:
    core, single = uneven(), alone()
    assert core.feet is not None
    assert gate_event(core, measures_of(core)) == gate_event(single, measures_of(single))
    assert core.steps == single.steps


def test_without_a_baseline_of_both_nothing_is_asked_and_the_lines_say_so() -> None:
    bare = OwnBaselines(AcceptedBaseline(2.6, 110.0, "Dr A"), AcceptedBaseline(5.0, 165.0, "Dr A"))
    core = decide(two_setup(PLAN, bare), together(one(LEFT), other(RIGHT)))
    assert not texts(core, Kind.ASYMMETRY)
    assert any("no baseline of left/right yet" in line for line in result_of(core).lines())
    assert [view.own_pct for view in snapshot_of(core, core.t_s).sides] == [None, None]


def test_one_pod_writes_no_field_of_two() -> None:
    core = alone()
    assert "sides" not in result_of(core).to_json()
    assert not snapshot_of(core, core.t_s).pods


def test_without_the_judge_pod_there_is_no_signal_whatever_the_other_sends() -> None:
    seen: list[Snapshot] = []
    core = decide(
        two_setup(PLAN),
        together(one(LEFT, until_s=15.0), one(RIGHT)),
        on_step=lambda core: seen.append(snapshot_of(core, core.t_s)),
    )
    assert any("No signal from the pod" in text for text in texts(core, Kind.SIGNAL))
    late = [snapshot for snapshot in seen if 18.0 < snapshot.t_s < 28.0]
    assert {snapshot.word for snapshot in late} == {Word.NO_SIGNAL}
    valid_pct = measures_of(core).valid_pct
    assert valid_pct is not None
    assert valid_pct < 45.0
    assert max(step.t_ic_s for step in core.steps) < 15.5


def test_the_session_goes_on_where_the_other_pod_is_lost_or_never_comes() -> None:
    lost = decide(two_setup(PLAN), together(one(LEFT), one(RIGHT, until_s=12.0)))
    never = decide(two_setup(PLAN), together(one(LEFT)))
    for core in (lost, never):
        measures = measures_of(core)
        assert core.end_reason == "complete"
        assert measures.valid_pct is not None
        assert measures.valid_pct > 95.0


def test_a_pod_that_is_not_there_yet_is_named_and_holds_nothing_up() -> None:
    core = SessionCore(two_setup(PLAN), Journal())
    for item in one(LEFT)[:3]:
        core.feed(item)
    core.step(1.1)
    sentence = snapshot_of(core, 1.1).sentence
    assert sentence == "The pod is ready: the demo starts by itself. Not there yet: right."
    views = {view.label: view for view in snapshot_of(core, 1.1).pods}
    assert views[LEFT].is_judge
    assert views[RIGHT].data_age_s is None


def test_the_cadence_pod_is_shown_where_raw_is_lost_and_none_of_it_counts() -> None:
    setup = two_setup(PLAN, slots=(LEFT, CADENCE))
    seen: dict[bool, list[Snapshot]] = {}
    covered = {}
    for has_cadence in (False, True):
        rows: list[Snapshot] = []
        lines = PlainLines()
        said: list[str] = []

        def look(core: SessionCore, rows: list[Snapshot] = rows, said: list[str] = said,
                 lines: PlainLines = lines) -> None:  # fmt: skip
            rows.append(snapshot_of(core, core.t_s))
            said += lines.update(rows[-1])

        pods = (one(LEFT, until_s=15.0), *((cadence_pod(SCRIPT),) if has_cadence else ()))
        core = decide(setup, together(*pods), 30.0, look)
        seen[has_cadence] = [row for row in rows if 18.0 < row.t_s < 28.0]
        covered[has_cadence] = gate_event(core, measures_of(core))
        assert any("from the cadence pod: this does not count" in s for s in said) is has_cadence
    shown = seen[True][-1]
    assert shown.cadence_source == FROM_CADENCE_POD
    assert shown.cadence_spm is not None
    assert shown.cadence_spm.value in (164, 166)
    assert shown.cadence_spm.age_s < 1.5
    assert not seen[False][-1].cadence_source
    assert covered[True] == covered[False]
    assert covered[True]["valid_pct"] < 45.0


def test_while_raw_is_there_the_cadence_is_the_judged_foots() -> None:
    setup = two_setup(PLAN, slots=(LEFT, CADENCE))
    sources: set[str] = set()
    decide(setup, together(one(LEFT), cadence_pod(SCRIPT)),
           on_step=lambda core: sources.add(snapshot_of(core, core.t_s).cadence_source)
           if core.t_s > 3.0 and not core.is_over else None)  # fmt: skip
    assert sources == {""}


def test_a_swap_goes_on_with_the_other_pod_and_counts_from_there(tmp_path: Path) -> None:
    marks = {17.0: MarkKind.SWAP_SIDES}
    items = together(one(LEFT), other(RIGHT), marks=marks)
    path = tmp_path / "swapped.mcap"
    recorded(path, two_setup(PLAN), items)
    session = read_session(path)
    assert differences(session) == []
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert core.judge.setup.slot == RIGHT
    assert core.links.labels == {LEFT: RIGHT, RIGHT: LEFT}
    before = [s.impact_g for s in core.judged.steps if s.t_ic_s < 16.0 and s.impact_g]
    after = [s.impact_g for s in core.judged.steps if s.t_ic_s > 18.0 and s.impact_g]
    assert sum(after) / len(after) < 0.9 * sum(before) / len(before)
    times_s = [step.t_ic_s for step in core.steps]
    assert times_s == sorted(times_s)
    valid_pct = measures_of(core).valid_pct
    assert valid_pct is not None
    assert 42.0 < valid_pct < 50.0  # 12 s of the 24 s are left, less a stride
    assert any("swapped from here on" in text for text in texts(core, Kind.SIDES))


def test_swapped_before_the_main_set_the_whole_of_it_counts() -> None:
    core = decide(
        two_setup(PLAN), together(one(LEFT), one(RIGHT), marks={3.0: MarkKind.SWAP_SIDES})
    )
    valid_pct = measures_of(core).valid_pct
    assert valid_pct is not None
    assert valid_pct > 95.0


def test_a_swap_means_nothing_to_one_pod() -> None:
    core = decide(
        two_setup(PLAN, slots=(LEFT,)),
        together(one(LEFT), marks={3.0: MarkKind.SWAP_SIDES}),
    )
    assert core.judge.setup.slot == LEFT
    assert not texts(core, Kind.SIDES)


def test_a_relabelled_pod_of_the_baseline_makes_the_session_count_again() -> None:
    r0 = replace(EVEN.r0, pod_serial="L", pod_firmware="") if EVEN.r0 else None
    setup = two_setup(PLAN, OwnBaselines(EVEN.w0, r0))
    setup = replace(setup, limits=replace(setup.limits, baseline=Baseline.R0))
    pods = (one(LEFT, serial="R"), one(RIGHT, serial="L"))
    wrong = decide(setup, together(*pods))
    assert wrong.changed_pod == ("pod",)
    right = decide(setup, together(*pods, marks={3.0: MarkKind.SWAP_SIDES}))
    assert right.changed_pod == ()
    assert measures_of(right).impact
    assert not measures_of(wrong).impact


@pytest.mark.parametrize(
    ("own", "serials", "turn", "question"),
    [
        (SidesBaseline(0.0, 0.0, "A", "B"), ("B", "A"), 1.0, SERIALS),
        (SidesBaseline(0.0, 0.0, "A", "B"), ("A", "B"), 1.0, None),
        (SidesBaseline(0.0, 0.0, "", ""), ("", ""), 1.0, None),
    ],
)
def test_pods_on_the_other_legs_are_known_by_their_serials(
    own: SidesBaseline, serials: tuple[str, str], turn: float, question: str | None
) -> None:
    sides = AcceptedBaseline(2.6, 110.0, "Dr A", sides=own)
    setup = two_setup(PLAN, OwnBaselines(sides, None))
    items = together(one(LEFT, serial=serials[0]), one(RIGHT, serial=serials[1]))
    core = decide(setup, [item for item in items if item.t_s < 5.0], 5.0)
    assert texts(core, Kind.SIDES) == ([] if question is None else [question])


def test_pods_on_the_other_legs_are_known_by_the_way_they_swing() -> None:
    measured = decide(two_setup(PLAN), together(one(LEFT, turn=-1.0), other(RIGHT, turn=1.0)))
    assert measured.feet is not None
    axes = [measured.feet._check.axis(side) for side in (LEFT, RIGHT)]
    own = SidesBaseline(0.0, 0.0, left_axis=axes[0], right_axis=axes[1])
    assert None not in axes
    assert not any(text == TURNED for text in texts(measured, Kind.SIDES))
    sides = AcceptedBaseline(2.6, 110.0, "Dr A", sides=own)
    setup = two_setup(PLAN, OwnBaselines(sides, None))
    swapped = decide(setup, together(one(LEFT, turn=1.0), other(RIGHT, turn=-1.0)))
    assert texts(swapped, Kind.SIDES) == [TURNED]
    same = decide(setup, together(one(LEFT, turn=-1.0), other(RIGHT, turn=1.0)))
    assert not texts(same, Kind.SIDES)


def test_two_pods_on_one_leg_are_seen() -> None:
    core = decide(two_setup(PLAN), together(one(LEFT), one(RIGHT)))
    assert texts(core, Kind.SIDES) == [ONE_LEG]
    assert ONE_LEG not in texts(uneven(), Kind.SIDES)
