"""Sessions made of steps, without a signal: every number of an example can be counted by hand."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count

from analysis.step import Gait, NoImpact, Placement, Step
from analysis.steps import StepAnalyser
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.core import GRID_HZ, SessionCore
from monitor.journal import Journal
from monitor.limits import stage_limits
from monitor.marks import Mark, MarkKind
from monitor.programme.file import load_programme
from monitor.setup import PodSetup, Purpose, SessionSetup, session_segments

PROGRAMME = load_programme("hip-bsi")
FULL_SCALE_G = 16.0
KNOWN_AFTER_S = 1.0
"""s. A step is known so long after its contact."""

W0 = AcceptedBaseline(2.0, 110.0, "Dr A")
R0 = AcceptedBaseline(5.0, 165.0, "Dr A")
BOTH = OwnBaselines(W0, R0)

Span = tuple[float, float]


def setup_of(stage_id: str, baselines: OwnBaselines = BOTH) -> SessionSetup:
    """Return the setup of a stage of the bundled programme, for a Movesense at the shank."""
    stage = PROGRAMME.stage(stage_id)
    return SessionSetup(
        purpose=Purpose.PATIENT,
        patient="P-001",
        programme=PROGRAMME.id,
        programme_title=PROGRAMME.title,
        programme_version=PROGRAMME.version,
        programme_sha256=PROGRAMME.sha256,
        is_draft=PROGRAMME.is_draft,
        stage=stage.id,
        stage_title=stage.title,
        segments=session_segments(stage),
        judged=stage.judged,
        limits=stage_limits(stage, baselines.for_limits, FULL_SCALE_G),
        stop_pain=2,
        pods=(PodSetup("pod", "movesense", 208, Placement.SHANK),),
        software="test",
        session_id="s-1",
        contacts=stage.contacts,
        baselines=baselines,
        captures=stage.captures,
        run_cadence_spm=PROGRAMME.run_cadence_spm,
        walk_cadence_spm=PROGRAMME.walk_cadence_spm,
    )


def steps_of(gait: Gait, begin_s: float, end_s: float, stride_s: float, g: float) -> list[Step]:
    """Return the contacts at ``begin_s`` and every stride after it, before ``end_s``."""
    n = round((end_s - begin_s) / stride_s)
    return [
        Step(
            t_ic_s=begin_s + i * stride_s,
            t_tc_s=None,
            t_known_s=begin_s + i * stride_s + KNOWN_AFTER_S,
            stride_s=stride_s,
            cadence_spm=120.0 / stride_s,
            impact_g=g,
            impact_at_least_g=None,
            impact_reason=None,
            gait=gait,
            flags=(),
        )
        for i in range(n)
    ]


def clipped(step: Step) -> Step:
    """Return the step as the end of the scale leaves it."""
    return replace(
        step, impact_g=None, impact_at_least_g=FULL_SCALE_G, impact_reason=NoImpact.CLIPPED
    )


def unmeasured(step: Step) -> Step:
    """Return the step with samples missing near its peak."""
    return replace(step, impact_g=None, impact_reason=NoImpact.HOLE)


def harder(steps: Sequence[Step], every: int, g: float) -> list[Step]:
    """Return the steps with each ``every``-th of them at ``g``, the first one among them."""
    return [replace(s, impact_g=g) if i % every == 0 else s for i, s in enumerate(steps)]


def core_of(
    setup: SessionSetup,
    steps: Sequence[Step],
    marks: Sequence[Mark] = (),
    *,
    holes: Sequence[Span] = (),
    has_samples: bool = True,
) -> SessionCore:
    """Return a session that started at 0 s, over: by its plan, or by the marks."""
    core = SessionCore(setup, Journal())
    if has_samples:
        core.judge.analyser = StepAnalyser(
            fs_hz=208.0, placement=Placement.SHANK, full_scale_g=FULL_SCALE_G
        )
    core.judge._holes = list(holes)
    waiting = [Mark(0.0, MarkKind.START), *marks]
    left = list(steps)
    for k in count(1):
        t_s = k / GRID_HZ
        while waiting and waiting[0].t_s < t_s:
            core.feed(waiting.pop(0))
        if not any(low < t_s <= high for low, high in holes):
            core.judge.data_t_s = core.judge._until_s = t_s
        while left and left[0].t_known_s <= t_s:
            core.judge.steps.append(left.pop(0))
        if core.plan.is_done(t_s):
            # What the analysis still holds at the end comes with its flush.
            core.judge.steps += [step for step in left if step.t_ic_s <= t_s]
        core.step(t_s)
        if core.is_over:
            return core
    raise AssertionError("the grid has no end")
