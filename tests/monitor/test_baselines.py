"""Accepted baselines, what a session measures of them, and what a clinician is asked."""

from dataclasses import replace

import pytest
from made_cores import BOTH, R0, W0, clipped, core_of, setup_of, steps_of

from analysis.step import Gait, Step
from monitor.baselines import OwnBaselines
from monitor.capture import captured, refused
from monitor.core import SessionCore
from monitor.journal import Kind
from monitor.limits import Baselines
from monitor.marks import Mark, MarkKind
from monitor.programme.rules import Baseline
from monitor.result import result_of
from monitor.snapshot import Priority

STALE = replace(R0, stale_because="new shoe")


def test_limits_get_the_numbers_and_whether_running_is_stale() -> None:
    assert BOTH.for_limits == Baselines(2.0, 5.0, 110.0, 165.0, is_stale=False)
    assert OwnBaselines(W0, STALE).for_limits.is_stale
    assert OwnBaselines().for_limits == Baselines()
    old_walk = OwnBaselines(replace(W0, stale_because="new pod"), R0)
    assert not old_walk.for_limits.is_stale


def test_a_baseline_is_current_where_it_was_accepted_and_nothing_changed() -> None:
    assert BOTH.is_current(Baseline.R0)
    assert not OwnBaselines(W0, STALE).is_current(Baseline.R0)
    assert not OwnBaselines(W0).is_current(Baseline.R0)
    assert OwnBaselines(W0).is_current(Baseline.W0)
    assert BOTH.current_r0_g == 5.0
    assert OwnBaselines(W0, STALE).current_r0_g is None


@pytest.mark.parametrize(
    ("stage_id", "baselines", "said"),
    [
        ("WR1", BOTH, []),
        ("W1", OwnBaselines(W0), []),
        ("WR0", OwnBaselines(W0), ["No R0 yet: each run step counts 1 in the load"]),
        (
            "WR1",
            OwnBaselines(W0, STALE),
            ["R0 is stale (new shoe): each run step counts 1 in the load, and the limits go by W0"],
        ),
        (
            "L1",
            OwnBaselines(replace(W0, stale_because="new pod")),
            ["W0 is stale (new pod): the limits still go by it"],
        ),
    ],
)
def test_a_missing_or_stale_baseline_is_told_at_the_start(
    stage_id: str, baselines: OwnBaselines, said: list[str]
) -> None:
    core = core_of(setup_of(stage_id, baselines), [], [Mark(1.0, MarkKind.STOP)])
    notes = [entry for entry in core.journal.entries if entry.kind is Kind.BASELINE]
    assert [entry.text for entry in notes] == said
    assert all(entry.priority is Priority.LOW for entry in notes)


def walk(g: float, clip: int = 0) -> SessionCore:
    """A whole W1: 300 contacts before the end of the plan, the last ``clip`` of them clipped."""
    steps = steps_of(Gait.WALK, 0.0, 305.0, 1.0, g)
    steps = [clipped(s) if 300 - clip <= i < 300 else s for i, s in enumerate(steps)]
    return core_of(setup_of("W1", OwnBaselines()), steps)


def test_a_walk_measures_w0_without_its_first_half_minute() -> None:
    # Contacts at 0 ... 299 s; those from 30 s on are 270.
    measured = captured(walk(2.6))
    assert measured is not None
    assert (measured.valid_steps, measured.clipped_steps) == (270, 0)
    assert (measured.median_g, measured.iqr_g, measured.cadence_spm) == (2.6, 0.0, 120.0)


def test_a_stage_that_measures_nothing_gives_nothing() -> None:
    core = core_of(setup_of("L1"), [], [Mark(5.0, MarkKind.STOP)])
    assert captured(core) is None
    assert refused(core) == ""
    assert result_of(core).baseline is None


def test_steps_on_hold_are_no_part_of_a_baseline() -> None:
    marks = [Mark(100.0, MarkKind.HOLD), Mark(160.0, MarkKind.RESUME)]
    core = core_of(setup_of("W1"), steps_of(Gait.WALK, 0.0, 365.0, 1.0, 2.0), marks)
    measured = captured(core)
    assert measured is not None
    # 30 ... 99 and 160 ... 359 s.
    assert measured.valid_steps == 70 + 200


def runs(clip: int) -> SessionCore:
    """A whole WR0: 320 run steps, the first ``clip`` of them clipped."""
    steps: list[Step] = []
    begin_s = 0.0
    for segment in setup_of("WR0").segments:
        end_s = begin_s + segment.duration_s
        is_run = segment.gait is Gait.RUN
        steps += steps_of(segment.gait, begin_s, end_s, 0.75 if is_run else 1.0, 5.0)
        begin_s = end_s
    which = [i for i, s in enumerate(steps) if s.gait is Gait.RUN][:clip]
    return core_of(
        setup_of("WR0", OwnBaselines(W0)),
        [clipped(s) if i in which else s for i, s in enumerate(steps)],
    )


def test_r0_is_refused_with_its_cure_where_more_than_a_twentieth_clipped() -> None:
    # 16 of 320 are 5.0 %: allowed. 17 are 5.3 %.
    assert refused(runs(16)) == ""
    core = runs(17)
    assert "5.3 % of the steps" in refused(core)
    result = result_of(core)
    assert result.baseline is not None
    assert result.baseline["refused"] == refused(core)
    assert any("wear it at the shank, or use a pod of ±32 g" in line for line in result.lines())
