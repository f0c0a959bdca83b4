"""Baselines: what is counted, what is refused, and with which cure."""

import dataclasses
from statistics import median

import pytest
from made_steps import made_step

from analysis.baseline import (
    RULES,
    BaselineKind,
    BaselineProposal,
    Refusal,
    propose_baseline,
)
from analysis.step import Gait, Step

Session = tuple[float, list[Step]]


def _session(
    count: int,
    impact_g: float,
    *,
    gait: Gait = Gait.RUN,
    clipped: int = 0,
    spread_g: float = 0.0,
    start_s: float = 0.0,
) -> Session:
    """Steps 0.7 s apart from 30 s on, evenly spread; the last ``clipped`` of them at full scale."""
    steps = []
    for k in range(count):
        share = 2.0 * k / (count - 1) - 1.0 if count > 1 else 0.0
        is_clipped = k >= count - clipped
        step = made_step(
            start_s + 30.0 + 0.7 * k,
            None if is_clipped else impact_g + spread_g * share,
            gait=gait,
            is_clipped=is_clipped,
        )
        steps.append(dataclasses.replace(step, cadence_spm=160.0 + (k % 5)))
    return start_s, steps


def _r0(*sessions: Session) -> BaselineProposal:
    return propose_baseline(BaselineKind.R0, sessions)


def test_the_rules_are_the_programme_s() -> None:
    w0, r0 = RULES[BaselineKind.W0], RULES[BaselineKind.R0]
    assert (w0.gait, w0.min_steps) == (Gait.WALK, 200)
    assert (r0.gait, r0.min_steps) == (Gait.RUN, 300)
    for rule in (w0, r0):
        assert (rule.discard_s, rule.min_sessions) == (30.0, 2)
        assert (rule.max_difference_pct, rule.max_clipped_pct) == (15.0, 5.0)


def test_a_worked_example() -> None:
    """Two sessions of 151 steps, 5-7 g and 5.5-7.5 g, evenly spread."""
    proposal = _r0(_session(151, 6.0, spread_g=1.0), _session(151, 6.5, spread_g=1.0))
    assert proposal.is_acceptable
    assert proposal.sentences == ()
    assert proposal.valid_steps == 302
    assert [part.median_g for part in proposal.sessions] == pytest.approx([6.0, 6.5])
    assert proposal.difference_pct == pytest.approx(100.0 * 0.5 / 6.0)
    assert proposal.impact_g == pytest.approx(6.25, abs=0.02)
    # A quarter of all lies below 5.75 g, and a quarter above 6.75 g.
    assert proposal.iqr_g == pytest.approx(1.0, abs=0.02)
    assert proposal.cadence_spm == 162.0
    assert proposal.clipped_pct == 0.0


def test_the_first_half_minute_is_left_out() -> None:
    start_s = 1000.0
    early = [made_step(start_s + 29.999, 50.0), made_step(start_s, 50.0)]
    _, steps = _session(150, 6.0, start_s=start_s)
    proposal = _r0((start_s, early + steps), _session(150, 6.0))
    assert proposal.valid_steps == 300
    assert proposal.impact_g == 6.0


@pytest.mark.parametrize(
    ("count", "kind", "gait"),
    [
        (150, BaselineKind.R0, Gait.RUN),
        (100, BaselineKind.W0, Gait.WALK),
    ],
)
def test_one_step_less_is_too_few(count: int, kind: BaselineKind, gait: Gait) -> None:
    enough = propose_baseline(kind, [_session(count, 3.0, gait=gait)] * 2)
    less = [_session(count, 3.0, gait=gait), _session(count - 1, 3.0, gait=gait)]
    assert enough.is_acceptable
    refused = propose_baseline(kind, less)
    assert refused.refusals == (Refusal.TOO_FEW_STEPS,)
    assert f"{2 * count - 1} of {2 * count} valid {gait} steps" in refused.sentences[0]


def test_steps_of_the_other_gait_and_unmeasured_ones_do_not_count() -> None:
    start_s, steps = _session(150, 6.0)
    other = [made_step(40.0 + k, 2.0, gait=Gait.WALK) for k in range(50)]
    holes = [made_step(40.0 + k, None) for k in range(50)]
    proposal = _r0((start_s, steps + other + holes), _session(150, 6.0))
    assert proposal.valid_steps == 300
    assert proposal.impact_g == 6.0


def test_one_session_is_too_few_however_long() -> None:
    refused = _r0(_session(1000, 6.0), (0.0, []))
    assert refused.refusals == (Refusal.TOO_FEW_SESSIONS,)
    assert refused.impact_g is None
    assert refused.iqr_g is None
    assert refused.cadence_spm is None
    assert "1 of 2 sessions" in refused.sentences[0]


@pytest.mark.parametrize(("other_g", "is_fine"), [(6.9, True), (6.91, False)])
def test_sessions_may_differ_by_15_pct(other_g: float, is_fine: bool) -> None:
    for sessions in ([6.0, other_g], [other_g, 6.0]):
        proposal = _r0(*(_session(200, g) for g in sessions))
        assert proposal.is_acceptable is is_fine
    if not is_fine:
        assert proposal.refusals == (Refusal.SESSIONS_DIFFER,)
        assert "differ by 15.2 %" in proposal.sentences[0]


@pytest.mark.parametrize(("clipped", "is_fine"), [(10, True), (11, False)])
def test_five_per_cent_may_clip(clipped: int, is_fine: bool) -> None:
    proposal = _r0(_session(200, 12.0, clipped=clipped), _session(200, 12.0, clipped=10))
    assert proposal.is_acceptable is is_fine
    if not is_fine:
        assert proposal.refusals == (Refusal.CLIPPED,)
        assert "shank, or use a pod of ±32 g" in proposal.sentences[0]
        assert "5.2 %" in proposal.sentences[0]


def test_clipped_steps_lie_above_the_median_and_not_beside_it() -> None:
    _, steps = _session(200, 10.0, spread_g=2.0, clipped=10)
    proposal = _r0((0.0, steps), (0.0, steps))
    whole = [s.impact_g for s in steps if s.impact_g is not None]
    everything = median([*whole, *[99.0] * 10])
    assert proposal.impact_g == everything > median(whole)


def test_where_most_steps_clip_there_is_no_median() -> None:
    proposal = _r0(_session(200, 12.0, clipped=150), _session(200, 12.0, clipped=150))
    assert proposal.sessions[0].median_g is None
    assert proposal.difference_pct is None
    assert proposal.impact_g is None
    assert proposal.refusals == (Refusal.CLIPPED,)


def test_no_sessions_at_all() -> None:
    proposal = _r0()
    assert proposal.refusals == (Refusal.TOO_FEW_SESSIONS, Refusal.TOO_FEW_STEPS)
    assert proposal.impact_g is None
    assert proposal.clipped_pct is None
    assert len(proposal.sentences) == 2
