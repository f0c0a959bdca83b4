"""Each number and comparison of the alarm rule, one step to either side of it."""

from collections.abc import Iterable

import pytest
from made_steps import made_step

from analysis.step import Gait, Step
from monitor.alarms import AlarmEvent, AlarmKind, AlarmRule, Verdict
from monitor.limits import StageLimits
from monitor.programme.rules import Judged

LIMITS = StageLimits(amber_g=9.2, red_g=10.4, single_g=16.0)
FINE_G, AMBER_G, RED_G, SINGLE_G = 8.0, 10.0, 12.0, 17.0

Seen = list[tuple[float, AlarmKind, bool]]


class Bench:
    """A rule that is stepped on its grid through one long segment."""

    def __init__(self, judged: Judged = Judged.RUN, limits: StageLimits = LIMITS) -> None:
        self.rule = AlarmRule(limits, judged)
        self.began_s: float | None = 0.0
        self.tick = 0
        self.events: list[AlarmEvent] = []

    def run(
        self,
        until_s: float,
        steps: Iterable[Step] = (),
        *,
        let_go_on: bool = False,
        has_data: bool = True,
    ) -> Seen:
        """Step the grid up to and with ``until_s``; return what was raised or ended in it."""
        waiting, seen = list(steps), len(self.events)
        while self.tick / 10 <= until_s + 1e-9:
            t_s = self.tick / 10
            now = [step for step in waiting if step.t_known_s <= t_s]
            waiting = [step for step in waiting if step.t_known_s > t_s]
            if let_go_on:
                self.events += self.rule.step(t_s, self.began_s, now, let_go_on=True)
                let_go_on = False
            elif not has_data:
                self.events += self.rule.step(t_s, self.began_s, now, has_data=False)
            else:
                self.events += self.rule.step(t_s, self.began_s, now)
            self.tick += 1
        assert not waiting, "the test gave steps of a later time"
        return [(e.t_s, e.kind, e.is_raised) for e in self.events[seen:]]

    def verdict(self) -> Verdict:
        return self.rule.verdict

    def amber_pct(self) -> float | None:
        return self.rule.over_amber_pct


def spaced(begin_s: float, levels: Iterable[float | None], gap_s: float = 0.5) -> list[Step]:
    return [made_step(begin_s + i * gap_s, level) for i, level in enumerate(levels)]


def at_once(known_s: float, levels: Iterable[float | None]) -> list[Step]:
    """Return steps that all become known at one time."""
    return [
        made_step(known_s - 0.1 * i, level, known_s=known_s)
        for i, level in enumerate(levels, start=1)
    ]


def mixed(over: int, steps: int, over_g: float) -> list[float]:
    return [over_g] * over + [FINE_G] * (steps - over)


def prompted() -> Bench:
    """Return a bench whose WALK NOW was raised at 4.0 s."""
    bench = Bench()
    assert bench.run(4.0, spaced(0.5, [RED_G] * 8)) == [(4.0, AlarmKind.WALK_NOW, True)]
    return bench


# ---- the window


def test_seven_steps_are_unknown_and_eight_are_not() -> None:
    bench = Bench()
    assert bench.run(3.5, spaced(0.5, [RED_G] * 7)) == []
    assert bench.verdict() is Verdict.UNKNOWN
    assert bench.rule.over_amber_pct is bench.rule.over_red_pct is None
    assert bench.run(4.0, spaced(4.0, [RED_G])) == [(4.0, AlarmKind.WALK_NOW, True)]
    assert bench.rule.over_amber_pct == bench.rule.over_red_pct == 100.0


def test_seven_fine_steps_are_never_fine() -> None:
    bench = Bench()
    bench.run(3.5, spaced(0.5, [FINE_G] * 7))
    assert bench.verdict() is Verdict.UNKNOWN
    bench.run(4.0, spaced(4.0, [FINE_G]))
    assert bench.verdict() is Verdict.FINE
    assert bench.rule.over_amber_pct == bench.rule.over_red_pct == 0.0


def test_a_step_leaves_the_window_after_30_s() -> None:
    bench = Bench()
    bench.run(30.4, [made_step(0.5, FINE_G), *spaced(20.0, [FINE_G] * 7)])
    assert bench.verdict() is Verdict.FINE
    bench.run(30.5)
    assert bench.verdict() is Verdict.UNKNOWN


@pytest.mark.parametrize("t_ic_s", [k / 10 for k in range(3, 40, 3)])
def test_the_30_s_do_not_depend_on_how_a_time_is_stored(t_ic_s: float) -> None:
    bench = Bench()
    bench.run(t_ic_s + 29.9, [made_step(t_ic_s, FINE_G), *spaced(20.0, [FINE_G] * 7)])
    assert bench.verdict() is Verdict.FINE
    bench.run(t_ic_s + 30.0)
    assert bench.verdict() is Verdict.UNKNOWN


def test_only_valid_steps_of_the_judged_gait_count() -> None:
    bench = Bench()
    walk = [made_step(0.5 + 0.1 * i, FINE_G, gait=Gait.WALK) for i in range(9)]
    hole = [made_step(2.5 + 0.1 * i, None) for i in range(9)]
    bench.run(8.0, [*walk, *hole, *spaced(4.0, [FINE_G] * 7)])
    assert bench.verdict() is Verdict.UNKNOWN
    clipped = made_step(8.1, None, is_clipped=True)
    bench.run(8.1, [clipped])
    assert bench.rule.over_amber_pct == bench.rule.over_red_pct == 12.5


def test_a_walking_stage_judges_walk_steps() -> None:
    bench = Bench(Judged.WALK)
    steps = [made_step(0.5 + 0.5 * i, AMBER_G, gait=Gait.WALK) for i in range(8)]
    assert bench.run(4.0, steps) == [(4.0, AlarmKind.EASE_OFF, True)]
    assert "8 of 8 walk steps above the amber limit of 9.2 g" in bench.events[0].text


def test_a_new_segment_restarts_the_window() -> None:
    bench = Bench()
    bench.run(10.0, spaced(1.0, [FINE_G] * 12))
    assert bench.verdict() is Verdict.FINE
    bench.began_s = 10.1
    bench.run(14.0, spaced(10.1, [FINE_G] * 7))
    assert bench.verdict() is Verdict.UNKNOWN
    bench.run(14.1, [made_step(14.05, FINE_G)])
    assert bench.verdict() is Verdict.FINE, "a step at the first instant belongs to the segment"


def test_a_late_step_of_the_segment_before_does_not_enter_the_window() -> None:
    bench = Bench()
    bench.run(10.0)
    bench.began_s = 10.1
    late = [made_step(9.0 + 0.1 * i, RED_G, known_s=11.0) for i in range(11)]
    assert bench.run(20.0, [*late, *spaced(11.0, [FINE_G] * 8)]) == []
    assert bench.rule.over_red_pct == 0.0


def test_an_unjudged_segment_is_unknown() -> None:
    bench = Bench()
    bench.run(10.0, spaced(1.0, [FINE_G] * 12))
    bench.began_s = None
    assert bench.run(20.0, spaced(10.5, [RED_G] * 12)) == []
    assert bench.verdict() is Verdict.UNKNOWN
    assert bench.rule.over_amber_pct is None


@pytest.mark.parametrize(
    "limits", [StageLimits(), StageLimits(amber_g=9.2), StageLimits(red_g=10.4)]
)
def test_without_limits_nothing_is_ever_fine(limits: StageLimits) -> None:
    bench = Bench(limits=limits)
    assert bench.run(20.0, spaced(0.5, [SINGLE_G] * 30)) == []
    assert bench.verdict() is Verdict.UNKNOWN


def test_a_step_counts_from_when_it_is_known() -> None:
    early = AlarmRule(LIMITS, Judged.RUN)
    steps = [made_step(0.1 * i, RED_G, known_s=2.0 + 0.1 * i) for i in range(1, 9)]
    seen = []
    for tick in range(40):
        seen += early.step(tick / 10, 0.0, steps if tick == 0 else [])
    assert [(e.t_s, e.kind) for e in seen] == [(2.8, AlarmKind.WALK_NOW)]


# ---- 20 % above amber, above red


@pytest.mark.parametrize(("over", "raised"), [(2, False), (3, True)])
def test_more_than_20_pct_above_amber_raises_ease_off(over: int, raised: bool) -> None:
    bench = Bench()
    seen = bench.run(5.0, at_once(5.0, mixed(over, 10, AMBER_G)))
    assert seen == ([(5.0, AlarmKind.EASE_OFF, True)] if raised else [])
    assert bench.rule.over_amber_pct == 10.0 * over
    assert bench.verdict() is (Verdict.EASE_OFF if raised else Verdict.FINE)


@pytest.mark.parametrize(("over", "raised"), [(2, False), (3, True)])
def test_more_than_20_pct_above_red_raises_walk_now(over: int, raised: bool) -> None:
    bench = Bench(limits=StageLimits(amber_g=10.4, red_g=10.4))
    seen = bench.run(5.0, at_once(5.0, mixed(over, 10, RED_G)))
    assert seen == ([(5.0, AlarmKind.WALK_NOW, True)] if raised else [])
    assert bench.rule.over_red_pct == 10.0 * over


def test_exactly_20_pct_of_a_large_window_is_not_more() -> None:
    bench = Bench()
    levels = [FINE_G, FINE_G, FINE_G, FINE_G, AMBER_G] * 11
    assert bench.run(28.5, spaced(0.5, levels)) == []
    assert bench.rule.over_amber_pct == 20.0


@pytest.mark.parametrize(("steps", "over"), [(19, 4), (24, 5)])
def test_one_step_more_than_20_pct_of_a_large_window_is(steps: int, over: int) -> None:
    bench = Bench()
    levels = [FINE_G] * (steps - over) + [AMBER_G] * over
    seen = bench.run(0.5 * steps, spaced(0.5, levels))
    assert seen == [(0.5 * steps, AlarmKind.EASE_OFF, True)]


@pytest.mark.parametrize(("steps", "raised"), [(99, True), (100, False)])
def test_the_share_is_exact_in_any_window(steps: int, raised: bool) -> None:
    bench = Bench()
    seen = bench.run(20.0, at_once(20.0, mixed(20, steps, AMBER_G)))
    assert seen == ([(20.0, AlarmKind.EASE_OFF, True)] if raised else [])


def test_a_step_on_the_limit_is_not_above_it() -> None:
    bench = Bench()
    assert bench.run(5.0, spaced(0.5, [9.2] * 10)) == []
    assert bench.rule.over_amber_pct == 0.0


def test_amber_and_red_at_once_raise_walk_now_alone() -> None:
    assert prompted().verdict() is Verdict.WALK_NOW


def test_walk_now_takes_the_place_of_ease_off() -> None:
    bench = Bench()
    assert bench.run(4.0, spaced(0.5, [AMBER_G] * 8)) == [(4.0, AlarmKind.EASE_OFF, True)]
    assert bench.run(6.0, spaced(4.5, [RED_G] * 3)) == [
        (5.5, AlarmKind.EASE_OFF, False),
        (5.5, AlarmKind.WALK_NOW, True),
    ]
    assert bench.verdict() is Verdict.WALK_NOW


# ---- EASE OFF ends


def eased(levels: list[float | None]) -> Bench:
    """Return a bench with EASE OFF raised at 1.0 s by 8 amber steps, ready to be calmed."""
    bench = Bench()
    steps = [made_step(0.3 + 0.1 * i, AMBER_G) for i in range(8)]
    assert bench.run(1.0, steps) == [(1.0, AlarmKind.EASE_OFF, True)]
    # 32 fine steps make 8 of 40, exactly 20 %, at 4.2 s.
    assert bench.run(4.2, spaced(1.1, levels, 0.1)) == []
    return bench


def test_ease_off_ends_after_10_s_at_20_pct() -> None:
    bench = eased([FINE_G] * 32)
    assert bench.rule.over_amber_pct == 20.0
    assert bench.run(14.1) == []
    assert bench.verdict() is Verdict.EASE_OFF
    assert bench.run(14.2) == [(14.2, AlarmKind.EASE_OFF, False)]
    assert bench.verdict() is Verdict.FINE
    assert "10 s" in bench.events[-1].text


def test_ease_off_does_not_begin_to_end_above_20_pct() -> None:
    bench = eased([FINE_G] * 31)
    assert bench.run(20.0) == []
    assert bench.verdict() is Verdict.EASE_OFF


def test_one_step_too_many_starts_the_10_s_again() -> None:
    bench = eased([FINE_G] * 32)
    assert bench.run(20.0, [made_step(14.0, AMBER_G), *spaced(15.1, [FINE_G] * 4, 0.1)]) == []
    assert bench.run(25.3) == []
    assert bench.run(25.4) == [(25.4, AlarmKind.EASE_OFF, False)]


def test_ease_off_does_not_end_for_lack_of_data() -> None:
    bench = Bench()
    bench.run(4.0, spaced(0.5, [AMBER_G] * 8))
    assert bench.run(60.0) == []
    assert bench.verdict() is Verdict.EASE_OFF
    assert bench.rule.over_amber_pct is None
    assert bench.run(64.0, spaced(60.5, [FINE_G] * 8)) == []
    assert bench.run(73.9) == []
    assert bench.run(74.0) == [(74.0, AlarmKind.EASE_OFF, False)]


def test_an_unknown_window_starts_the_10_s_again() -> None:
    bench = Bench()
    bench.run(0.8, [made_step(0.1 * i, AMBER_G) for i in range(1, 9)])
    # From 30.8 s the window holds the 8 fine steps only; at 35.0 s it is left with 7.
    bench.run(34.9, [made_step(5.0, FINE_G), *spaced(20.0, [FINE_G] * 7)])
    assert bench.amber_pct() == 0.0
    bench.run(35.0)
    assert bench.amber_pct() is None
    assert bench.run(45.0, [made_step(35.1, FINE_G)]) == []
    assert bench.run(45.1) == [(45.1, AlarmKind.EASE_OFF, False)]


def test_ease_off_is_raised_once_and_can_come_again() -> None:
    bench = eased([FINE_G] * 32)
    bench.run(14.2)
    assert bench.run(15.0, [made_step(15.0, AMBER_G)]) == [(15.0, AlarmKind.EASE_OFF, True)]
    assert bench.run(16.0, spaced(15.5, [AMBER_G] * 2)) == []


@pytest.mark.parametrize("began_s", [None, 5.0])
def test_ease_off_ends_with_its_segment(began_s: float | None) -> None:
    bench = Bench()
    bench.run(4.9, spaced(0.5, [AMBER_G] * 8))
    bench.began_s = began_s
    assert bench.run(5.0) == [(5.0, AlarmKind.EASE_OFF, False)]
    assert bench.verdict() is Verdict.UNKNOWN


# ---- WALK NOW, the reaction and the red event


def test_a_patient_who_walks_is_no_red_event() -> None:
    bench = prompted()
    steps = [made_step(9.5 + 0.5 * i, RED_G, gait=Gait.WALK) for i in range(20)]
    assert bench.run(23.9, steps) == []
    assert bench.verdict() is Verdict.WALK_NOW
    assert bench.run(24.0) == [(24.0, AlarmKind.WALK_NOW, False)]
    assert "0 of 0 run steps" in bench.events[-1].text


def test_a_patient_who_runs_on_is_one_red_event() -> None:
    bench = prompted()
    assert bench.run(24.0, spaced(4.5, [RED_G] * 39)) == [(24.0, AlarmKind.RED_EVENT, True)]
    assert not bench.events[-1].let_go_on
    assert "the rest is walked" in bench.events[-1].text
    assert bench.run(60.0) == []


@pytest.mark.parametrize(
    ("t_ic_s", "counts"), [(9.0, False), (9.001, True), (24.0, True), (24.001, False)]
)
def test_the_evidence_is_the_15_s_after_the_first_5(t_ic_s: float, counts: bool) -> None:
    bench = prompted()
    bench.run(23.8)
    bench.tick = 241  # a grid time left out: the evidence ends by the rule, not by the caller
    seen = bench.run(24.1, [made_step(t_ic_s, RED_G, known_s=t_ic_s)])
    kind = AlarmKind.RED_EVENT if counts else AlarmKind.WALK_NOW
    assert seen == [(24.1, kind, counts)]


@pytest.mark.parametrize(("over", "red_event"), [(4, False), (5, True)])
def test_more_than_20_pct_of_the_evidence_makes_a_red_event(over: int, red_event: bool) -> None:
    bench = prompted()
    seen = bench.run(24.0, spaced(9.5, mixed(over, 20, RED_G)))
    kind = AlarmKind.RED_EVENT if red_event else AlarmKind.WALK_NOW
    assert seen == [(24.0, kind, red_event)]
    assert f"{over} of 20 run steps" in bench.events[-1].text


def test_steps_in_a_hole_are_no_evidence() -> None:
    bench = prompted()
    assert bench.run(24.0, spaced(9.5, [None] * 20)) == [(24.0, AlarmKind.WALK_NOW, False)]


def test_the_window_starts_anew_after_the_judgement() -> None:
    bench = prompted()
    bench.run(24.0, spaced(9.5, [RED_G, *[FINE_G] * 29]))
    assert bench.verdict() is Verdict.UNKNOWN
    late = made_step(24.0, RED_G, known_s=24.5)
    assert bench.run(28.0, [late, *spaced(24.5, [RED_G] * 7)]) == []
    assert bench.verdict() is Verdict.UNKNOWN
    assert bench.run(28.1, [made_step(28.1, RED_G)]) == [(28.1, AlarmKind.WALK_NOW, True)]


def test_nothing_else_is_raised_while_walk_now_stands() -> None:
    bench = prompted()
    assert bench.run(20.0, spaced(4.5, [AMBER_G] * 30)) == []
    assert bench.rule.over_amber_pct == 100.0, "the shares are shown all the same"


def test_a_segments_end_does_not_end_walk_now() -> None:
    bench = prompted()
    steps = spaced(9.5, [RED_G] * 3)
    bench.run(11.0, steps)
    bench.began_s = None
    after = spaced(11.5, [RED_G] * 20)
    assert bench.run(24.0, after) == [(24.0, AlarmKind.RED_EVENT, True)]
    assert "3 of 3 run steps" in bench.events[-1].text, "what is not judged is no evidence"


def test_the_next_judged_segment_is_evidence_too() -> None:
    bench = prompted()
    bench.began_s = None
    bench.run(20.0, spaced(9.5, [RED_G] * 10))
    bench.began_s = 20.1
    assert bench.run(
        24.0, [made_step(20.1, RED_G, known_s=20.2), made_step(20.0, RED_G, known_s=20.3)]
    ) == [(24.0, AlarmKind.RED_EVENT, True)]
    assert "1 of 1 run steps" in bench.events[-1].text


def test_a_walking_stage_takes_run_steps_as_evidence() -> None:
    bench = Bench(Judged.WALK)
    walk = [made_step(0.5 + 0.5 * i, RED_G, gait=Gait.WALK) for i in range(40)]
    assert bench.run(4.0, walk[:8]) == [(4.0, AlarmKind.WALK_NOW, True)]
    assert bench.run(24.0, walk[8:]) == [(24.0, AlarmKind.WALK_NOW, False)]


@pytest.mark.parametrize("gait", list(Gait))
def test_every_contact_of_a_preparation_stage_is_judged_and_is_evidence(gait: Gait) -> None:
    bench = Bench(Judged.CONTACTS)
    hops = [made_step(0.5 + 0.5 * i, RED_G, gait=gait) for i in range(40)]
    assert bench.run(4.0, hops[:8]) == [(4.0, AlarmKind.WALK_NOW, True)]
    assert bench.events[-1].text.startswith("WALK NOW: 8 of 8 contacts above")
    # Evidence are the contacts of 9 s < t <= 24 s: 9.5 ... 20 s.
    assert bench.run(24.0, hops[8:]) == [(24.0, AlarmKind.RED_EVENT, True)]
    assert "22 of 22 contacts after WALK NOW" in bench.events[-1].text


def test_a_single_contact_is_reported_whatever_it_looks_like() -> None:
    bench = Bench(Judged.CONTACTS)
    steps = [made_step(1.0, SINGLE_G + 0.1, gait=Gait.WALK)]
    assert bench.run(2.0, steps) == [(1.0, AlarmKind.SINGLE, True)]


@pytest.mark.parametrize("at_s", [4.1, 23.9, 24.0])
def test_a_clinician_may_let_it_go_on(at_s: float) -> None:
    bench = prompted()
    bench.run(at_s - 0.1)
    steps = spaced(at_s, [RED_G] * 4, 0.0) if at_s > 9.0 else spaced(9.5, [RED_G] * 4)
    bench.run(at_s, [s for s in steps if s.t_known_s <= at_s], let_go_on=True)
    bench.run(24.0, [s for s in steps if s.t_known_s > at_s])
    assert bench.events[-1].kind is AlarmKind.RED_EVENT
    assert bench.events[-1].let_go_on
    assert "a clinician let it go on" in bench.events[-1].text


@pytest.mark.parametrize("at_s", [3.9, 4.0])
def test_letting_go_on_before_walk_now_stands_is_no_blank_cheque(at_s: float) -> None:
    bench = Bench()
    steps = spaced(0.5, [RED_G] * 8)
    bench.run(at_s - 0.1, steps[:7])
    bench.run(at_s, [] if at_s < 4.0 else steps[7:], let_go_on=True)
    bench.run(24.0, [*([] if at_s == 4.0 else steps[7:]), *spaced(9.5, [RED_G] * 4)])
    assert bench.events[-1].kind is AlarmKind.RED_EVENT
    assert not bench.events[-1].let_go_on


def test_letting_go_on_holds_for_one_judgement() -> None:
    bench = prompted()
    bench.run(5.0, let_go_on=True)
    bench.run(24.0, spaced(9.5, [RED_G] * 4))
    assert bench.events[-1].let_go_on
    bench.run(48.0, spaced(24.5, [RED_G] * 40))
    assert [e.kind for e in bench.events[-2:]] == [AlarmKind.WALK_NOW, AlarmKind.RED_EVENT]
    assert not bench.events[-1].let_go_on


# ---- single steps


@pytest.mark.parametrize(("impact_g", "said"), [(16.0, False), (16.001, True)])
def test_a_single_step_above_its_limit_is_said_once(impact_g: float, said: bool) -> None:
    bench = Bench()
    seen = bench.run(20.0, [made_step(5.0, impact_g, known_s=6.93)])
    assert seen == ([(7.0, AlarmKind.SINGLE, True)] if said else [])
    assert bench.verdict() is Verdict.UNKNOWN


def test_each_such_step_is_said_in_the_order_of_the_contacts() -> None:
    bench = Bench()
    steps = [made_step(2.0, SINGLE_G, known_s=3.0), made_step(1.0, 18.0, known_s=3.0)]
    assert bench.run(10.0, steps) == [(3.0, AlarmKind.SINGLE, True)] * 2
    assert [e.text for e in bench.events] == [
        "One step of 18.0 g at 1.00 s, above 16.0 g",
        "One step of 17.0 g at 2.00 s, above 16.0 g",
    ]


@pytest.mark.parametrize(
    ("at_least_g", "words"), [(15.7, "at least 16 g"), (None, "beyond the sensor's scale")]
)
def test_a_clipped_step_is_above_any_limit(at_least_g: float | None, words: str) -> None:
    bench = Bench()
    step = made_step(1.0, None, is_clipped=True, at_least_g=at_least_g)
    assert bench.run(2.0, [step]) == [(1.0, AlarmKind.SINGLE, True)]
    assert words in bench.events[0].text


@pytest.mark.parametrize(
    ("t_ic_s", "said"), [(4.9, False), (5.0, True), (9.9, True), (10.0, False), (15.0, True)]
)
def test_single_steps_are_said_for_judged_stretches_however_late(t_ic_s: float, said: bool) -> None:
    bench = Bench()
    bench.began_s = None
    bench.run(4.9)
    bench.began_s = 5.0
    bench.run(9.9)
    bench.began_s = None
    bench.run(14.9)
    bench.began_s = 15.0
    bench.run(15.0)
    seen = bench.run(17.0, [made_step(t_ic_s, SINGLE_G, known_s=16.0)])
    assert seen == ([(16.0, AlarmKind.SINGLE, True)] if said else [])


def test_a_single_step_of_the_other_gait_is_not_said() -> None:
    bench = Bench()
    assert bench.run(2.0, [made_step(1.0, SINGLE_G, gait=Gait.WALK)]) == []


def test_a_judged_segment_ends_where_the_next_begins() -> None:
    bench = Bench()
    bench.began_s = 5.0
    bench.run(9.9)
    bench.began_s = 9.95
    bench.run(10.0)
    bench.began_s = None
    bench.run(12.0)
    late = [made_step(t, SINGLE_G, known_s=12.1) for t in (9.94, 9.95, 9.99, 10.1)]
    assert bench.run(12.1, late) == [(12.1, AlarmKind.SINGLE, True)] * 3


def test_events_are_raised_unless_they_end_something() -> None:
    event = AlarmEvent(0.0, AlarmKind.SINGLE, "")
    assert event.is_raised
    assert not event.let_go_on


# ---- time without data


def test_time_without_data_does_not_end_walk_now() -> None:
    bench = prompted()
    assert bench.run(10.0) == []
    assert bench.run(70.0, has_data=False) == []
    assert bench.verdict() is Verdict.WALK_NOW
    # 20 s with data after the prompt at 4.0 s, 60 s without in between.
    assert bench.run(83.9) == []
    assert bench.run(84.0) == [(84.0, AlarmKind.WALK_NOW, False)]


@pytest.mark.parametrize("runs_on", [True, False])
def test_what_is_seen_before_and_after_a_hole_is_judged_together(runs_on: bool) -> None:
    bench = prompted()
    before = spaced(10.0, [RED_G if runs_on else FINE_G])
    assert bench.run(11.0, before) == []
    assert bench.run(61.0, has_data=False) == []
    after = spaced(62.0, [FINE_G] * 3)
    kind = AlarmKind.RED_EVENT if runs_on else AlarmKind.WALK_NOW
    assert bench.run(74.0, after) == [(74.0, kind, runs_on)]
    # One of four above red before the hole is more than 20 %: it is not forgotten over the hole.
