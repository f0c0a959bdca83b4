"""The check of the pod's place in a live session: it asks once, blocks nothing, and replays."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from made_sessions import decided, inputs_of, made_setup, run_between_walks

from analysis.placement import LOOK_S, QUESTIONS, Doubt, PlacementCheck, Verdict
from monitor.core import SessionCore
from monitor.firstlook import REST_BEFORE_S, FirstLook, question_of
from monitor.journal import Kind
from monitor.replay import decide
from monitor.snapshot import Priority
from sensors.samples import ImuSamples
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, stand, walk
from sensors.virtual.player import SourceBlock

FS_HZ = 208.0
SETUP = made_setup(run_between_walks(20.0, 10.0))
GAIT = GaitScript((walk(10.0), run(20.0, impact_g=4.5), walk(15.0)))


def asked(core: SessionCore) -> list[str]:
    return [entry.text for entry in core.journal.entries if entry.kind is Kind.PLACEMENT]


def test_a_pod_that_fits_is_not_asked_about() -> None:
    core = decided(SETUP, GAIT)
    assert asked(core) == []
    assert core.judge.first_look.check is not None
    assert core.judge.first_look.check.verdict is Verdict.FITS


class InMetres(GaitSource):
    """A pod that sends m/s² instead of g."""

    def blocks(self) -> Iterator[SourceBlock]:
        for block in super().blocks():
            yield replace(block, acc_g=9.80665 * block.acc_g)


def test_wrong_units_are_asked_about_once_and_nothing_is_blocked() -> None:
    items = tuple(inputs_of(InMetres(GaitScript((stand(3.0), *GAIT.stretches)), FS_HZ)))
    core = decide(SETUP, items)
    assert asked(core) == [QUESTIONS[Doubt.METRES]]
    (entry,) = [e for e in core.journal.entries if e.kind is Kind.PLACEMENT]
    assert entry.priority is Priority.TECHNICAL
    assert core.end_reason == "complete"
    assert decide(SETUP, items).journal.entries == core.journal.entries


def test_who_only_stands_is_asked_to_walk() -> None:
    assert asked(decided(SETUP, GaitScript((stand(45.0),)))) == [QUESTIONS[Doubt.NO_GAIT]]


def test_too_short_a_session_is_not_judged() -> None:
    short = made_setup(run_between_walks(10.0, 5.0))
    core = decided(short, GaitScript((stand(25.0),)))
    assert core.judge.first_look.check is None
    assert asked(core) == []


def block(begin_s: float, seconds: float) -> ImuSamples:
    t_s = begin_s + np.arange(round(seconds * FS_HZ)) / FS_HZ
    return ImuSamples(t_s, np.tile([0.0, 0.0, 1.0], (len(t_s), 1)), None, 0)


def looked(look: FirstLook, begin_s: float, end_s: float) -> float | None:
    """Push seconds of rest; return when there was enough to look at."""
    for k in range(round((end_s - begin_s) / 0.5)):
        look.push(block(begin_s + 0.5 * k, 0.5), FS_HZ)
        if look.look() is not None:
            return begin_s + 0.5 * (k + 1)
    return None


def test_it_looks_once_at_the_first_half_minute_with_a_moment_before_it() -> None:
    look = FirstLook()
    assert looked(look, 0.0, 100.0) is None
    look.start()
    # Up to 3 s of rest before the start are kept, in blocks of 0.5 s.
    at_s = looked(look, 100.0, 200.0)
    assert at_s is not None
    assert at_s == pytest.approx(100.0 + LOOK_S - REST_BEFORE_S, abs=0.5)
    assert look.check is not None
    assert look.check.rest == pytest.approx(1.0)
    assert looked(look, at_s, 300.0) is None


@pytest.mark.parametrize(
    ("doubts", "walks", "question"),
    [
        ((), True, None),
        ((Doubt.LOOSE,), True, QUESTIONS[Doubt.LOOSE]),
        ((Doubt.BOTH_FEET, Doubt.LOOSE), True, QUESTIONS[Doubt.BOTH_FEET]),
        ((Doubt.BOTH_FEET,), False, None),
        ((Doubt.NO_GAIT,), False, None),
        ((Doubt.MILLI_G,), False, QUESTIONS[Doubt.MILLI_G]),
    ],
)
def test_hops_tell_of_the_units_only(
    doubts: tuple[Doubt, ...], walks: bool, question: str | None
) -> None:
    assert question_of(PlacementCheck(Verdict.DOUBTFUL, doubts, (), None), walks=walks) == question
