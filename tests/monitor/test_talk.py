"""What a physio may do to a running session: say, ask, hold, cut short."""

import pytest
from made_cores import setup_of, steps_of
from made_steps import made_step

from analysis.step import Gait
from monitor.core import SessionCore
from monitor.impactbins import BIN_S, ImpactBins
from monitor.journal import Journal, Kind
from monitor.marks import Mark, MarkKind
from monitor.snapshot import ImpactBin, Message, Word
from monitor.talk import ASK_S, MAX_CHARS, MESSAGE_S, Talk
from monitor.view import snapshot_of
from monitor.wording import ASK_PAIN


def running(stage: str = "WR3") -> SessionCore:
    core = SessionCore(setup_of(stage), Journal())
    core.feed(Mark(1.0, MarkKind.START))
    return core


def test_a_message_stands_for_its_time_and_the_next_takes_its_place() -> None:
    talk = Talk()
    assert talk.message(0.0) is None
    talk.say(Mark(10.0, MarkKind.MESSAGE, text="Shorter steps"))
    assert talk.message(12.0) == Message("Shorter steps", 2.0)
    assert talk.message(10.0 + MESSAGE_S) is not None
    assert talk.message(10.1 + MESSAGE_S) is None
    talk.say(Mark(20.0, MarkKind.MESSAGE, text="x" * (MAX_CHARS + 9)))
    assert talk.message(20.0) == Message("x" * MAX_CHARS, 0.0)


def test_pain_that_is_asked_for_is_asked_until_it_is_told_or_too_old() -> None:
    core = running()
    core.feed(Mark(5.0, MarkKind.ASK_PAIN, text="the physio"))
    for t_s, asks in ((5.0, True), (5.0 + ASK_S, True), (5.1 + ASK_S, False)):
        core.t_s = t_s
        assert snapshot_of(core, t_s).asks_pain is asks
    core.feed(Mark(70.0, MarkKind.ASK_PAIN))
    assert snapshot_of(core, 70.0).asks_pain
    core.feed(Mark(71.0, MarkKind.PAIN, value=0))
    now = snapshot_of(core, 75.0)
    assert not now.asks_pain
    assert now.last_pain is not None
    assert now.last_pain.value == 0
    assert now.last_pain.age_s == pytest.approx(4.0)


def test_a_question_takes_no_alarms_place() -> None:
    core = running()
    core.feed(Mark(5.0, MarkKind.ASK_PAIN))
    for t_s in (1.1, 3.5, 5.5):
        core.step(t_s)
    silent = snapshot_of(core, 5.5)
    assert silent.word is Word.NO_SIGNAL
    assert silent.sentence != ASK_PAIN
    assert silent.asks_pain


def test_cut_short_walks_the_rest_of_the_main_set_and_cannot_be_undone_by_it() -> None:
    core = running()
    core.feed(Mark(400.0, MarkKind.CUT_SHORT, text="the physio"))
    core.feed(Mark(401.0, MarkKind.CUT_SHORT, text="the physio"))
    texts = [entry.text for entry in core.journal.entries if entry.kind is Kind.MARK]
    assert texts.count("Cut short: the rest is walking by the physio") == 1
    assert core.plan.walks_the_rest
    assert core.red_events == 0
    gaits = {stretch.gait for stretch in core.plan.stretches(10_000.0) if stretch.begin_s >= 400.0}
    assert gaits == {Gait.WALK}
    core.watch.has_signal = True
    assert "your physio cut the run short" in snapshot_of(core, 402.0).sentence


def test_before_the_start_there_is_nothing_to_cut_short() -> None:
    core = SessionCore(setup_of("WR3"), Journal())
    core.feed(Mark(1.0, MarkKind.CUT_SHORT))
    assert not core.plan.walks_the_rest
    assert not core.is_cut_short


def test_bins_hold_what_is_left_of_the_valid_steps() -> None:
    bins = ImpactBins()
    assert not bins.bins
    for step in steps_of(Gait.RUN, 3.0, 9.0, 1.0, 5.0):
        bins.add(step)
    bins.add(made_step(9.5, 7.0))
    bins.add(made_step(9.9, None))
    assert list(bins.bins) == [ImpactBin(0.0, Gait.RUN, 7, 5.0, 7.0, is_clipped=False)]
    bins.add(made_step(BIN_S, 2.0, gait=Gait.WALK))
    bins.add(made_step(41.0, None, gait=Gait.WALK, is_clipped=True, at_least_g=16.0))
    assert bins.bins[1:] == (
        ImpactBin(10.0, Gait.WALK, 1, 2.0, 2.0, is_clipped=False),
        ImpactBin(40.0, Gait.WALK, 1, 16.0, 16.0, is_clipped=True),
    )


def test_a_bin_whose_steps_came_only_late_begins_where_they_are() -> None:
    bins = ImpactBins()
    bins.add(made_step(25.0, 5.0))
    assert [found.t_s for found in bins.bins] == [20.0]
