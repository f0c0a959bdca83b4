"""What a report and an export take from a recording is what the session judged."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made_sessions import FS_HZ, LIMITS, inputs_of, made_setup, run_between_walks
from recorded_sessions import inputs, recorded, setup
from two_feet import leg, together, two_setup

from analysis.step import Gait
from monitor.analysed import sha256_of
from monitor.core import Input
from monitor.marks import Mark, MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import RecordedSession, read_session
from monitor.replay import decide
from monitor.report.session import session_facts
from monitor.setup import SessionSetup
from monitor.sides import LEFT, RIGHT
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

SOFT = GaitScript((walk(8.0, impact_g=2.0), run(20.0, impact_g=4.0), walk(4.0, impact_g=2.0)))
HARD = GaitScript((walk(8.0, impact_g=3.0), run(20.0, impact_g=7.0), walk(4.0, impact_g=3.0)))


def session_of(path: Path, made: SessionSetup, items: Sequence[Input]) -> RecordedSession:
    """Record a session; its clock counts whole nanoseconds, as a recording keeps them."""
    whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in items]
    recorded(path, made, sorted(whole, key=lambda item: item.t_s))
    return read_session(path)


def swapped(folder: Path, *at_s: float) -> RecordedSession:
    """Return a session with a soft left and a hard right foot, whose labels were swapped."""
    marks = dict.fromkeys(at_s, MarkKind.SWAP_SIDES)
    feet = (leg(LEFT, SOFT, serial="L1"), leg(RIGHT, HARD, seed=2, serial="R2"))
    made = two_setup(run_between_walks(20.0, 8.0))
    return session_of(folder / f"swapped-{len(at_s)}.mcap", made, together(*feet, marks=marks))


@pytest.mark.parametrize("at_s", [(18.0,), (14.0, 22.0)])
def test_a_swap_of_sides_is_followed_as_the_session_followed_it(
    tmp_path: Path, at_s: tuple[float, ...]
) -> None:
    session = swapped(tmp_path, *at_s)
    assert session.result is not None
    core = decide(session.setup, session.inputs(), session.ended_s)
    for with_samples in (False, True):
        facts = session_facts(session, with_samples=with_samples)
        assert sha256_of(facts.steps) == session.result["steps_sha256"]
        assert len(facts.steps) == session.result["steps"]
        assert facts.pod is not None
        assert facts.pod.serial == ("R2" if len(at_s) == 1 else "L1")
        assert facts.judge.slot == (RIGHT if len(at_s) == 1 else LEFT)
        assert facts.stretches == core.plan.stretches(core.t_s)
        assert facts.fs_hz == core.judge.fs_hz


def test_the_samples_after_a_swap_are_the_other_pods(tmp_path: Path) -> None:
    facts = session_facts(swapped(tmp_path, 18.0), with_samples=True)
    left = session_facts(swapped(tmp_path), with_samples=True)
    split = 18.0
    mine, first = (
        np.concatenate([np.column_stack((p.t_s, p.acc_g)) for p in f.samples])
        for f in (facts, left)
    )
    assert np.array_equal(mine[mine[:, 0] < split], first[first[:, 0] < split])
    after, before = mine[mine[:, 0] >= split], first[first[:, 0] >= split]
    assert np.abs(after[:, 1:]).max() > 1.2 * np.abs(before[:, 1:]).max()
    assert facts.quality is not None
    assert facts.quality.samples == len(mine)
    assert np.all(np.diff(mine[:, 0]) > 0.0)


def test_a_hold_and_a_cut_after_a_red_event_leave_the_plan_as_it_went(tmp_path: Path) -> None:
    plan = (Segment(Gait.WALK, 5.0, Part.WARM_UP), Segment(Gait.RUN, 55.0, Part.MAIN))
    made = made_setup(plan, replace(LIMITS, amber_g=4.0, red_g=4.5))
    gait = GaitScript((walk(5.0), run(60.0, impact_g=7.0)))
    marks = [Mark(45.0, MarkKind.CUT_SHORT), Mark(50.0, MarkKind.HOLD), Mark(52.0, MarkKind.RESUME)]
    session = session_of(
        tmp_path / "cut.mcap", made, [*inputs_of(GaitSource(gait, FS_HZ, 1)), *marks]
    )
    core = decide(session.setup, session.inputs(), session.ended_s)
    facts = session_facts(session)
    (red,) = [t_s for t_s, kind, _ in facts.alarms if kind == "red-event"]
    assert red < 45.0
    assert facts.stretches == core.plan.stretches(core.t_s)
    assert red in [s.end_s for s in facts.stretches if s.gait is Gait.RUN]


@pytest.mark.parametrize("seed", [0, 1, 3, 4])
def test_the_stretches_are_the_cores(tmp_path: Path, seed: int) -> None:
    made = setup(seed)
    session = session_of(tmp_path / "s.mcap", made, inputs(made, seed))
    core = decide(session.setup, session.inputs(), session.ended_s)
    assert session_facts(session).stretches == core.plan.stretches(core.t_s)
