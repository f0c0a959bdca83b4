"""From the tables of a valid programme file to the values that the program works with."""

from analysis.step import Gait
from monitor.programme.model import Programme, Stage, StageKind
from monitor.programme.phases import Item, Phase, Preset
from monitor.programme.rules import (
    Baseline,
    CadenceRule,
    DoseRule,
    Evidence,
    LimitRule,
    Limits,
    LoadRule,
    LongestRunRule,
)
from monitor.programme.schema import (
    BoutTable,
    ImpactTable,
    ItemTable,
    LimitsTable,
    PhaseTable,
    ProgrammeTable,
    StageTable,
)
from monitor.programme.segments import SECONDS_PER_MINUTE, Part, Segment
from monitor.programme.sites import Risk, Site


def build_programme(table: ProgrammeTable, file: str, sha256: str) -> Programme:
    """Return the programme of a valid file.

    Parameters
    ----------
    table : ProgrammeTable
        The file's tables; no rule of ``monitor.programme.checks`` is broken.
    file, sha256 : str
        Its name, and the hash of its bytes.
    """
    phases = {phase.id: phase for phase in table.phases}
    limits = {name: _limits(group) for name, group in table.limits.items()}
    return Programme(
        id=table.id,
        title=table.title,
        version=table.version,
        author=table.author,
        run_cadence_spm=table.cadence.run_spm,
        walk_cadence_spm=table.cadence.walk_spm,
        cadence_evidence=Evidence(table.cadence.evidence),
        phases=tuple(
            Phase(
                p.id,
                p.title,
                p.min_days,
                (p.min_days_range[0], p.min_days_range[1]),
                _items(p.exit),
                Evidence(p.evidence),
                p.source,
            )
            for p in table.phases
        ),
        stages=tuple(_stage(stage, phases[stage.phase], limits) for stage in table.stages),
        presets=tuple(
            Preset(
                p.id,
                p.title,
                dict(p.min_days),
                tuple(p.surgeon_sets),
                Evidence(p.evidence),
                p.source,
            )
            for p in table.presets
        ),
        sites=tuple(
            Site(
                s.id,
                s.title,
                Risk(s.risk),
                dict(s.min_days),
                tuple(s.surgeon_sets),
                Evidence(s.evidence),
                s.source,
            )
            for s in table.sites
        ),
        hard_blocks=_items(table.hard_blocks),
        soft_blocks=_items(table.soft_blocks),
        red_flags=_items(table.red_flags),
        file=file,
        sha256=sha256,
    )


def _items(items: list[ItemTable]) -> tuple[Item, ...]:
    return tuple(Item(item.id, item.title, tuple(item.only_sites)) for item in items)


def _stage(stage: StageTable, phase: PhaseTable, limits: dict[str, Limits]) -> Stage:
    kind = _kind(stage)
    has_sessions = kind is not StageKind.NONE
    captures = stage.captures or (phase.captures if has_sessions else None)
    return Stage(
        id=stage.id,
        phase=stage.phase,
        kind=kind,
        name=stage.name or "",
        plans=_plans(stage, phase),
        contacts=stage.contacts,
        sessions_required=stage.sessions_required or 0,
        min_days=stage.min_days,
        min_gap_h=phase.min_gap_h if has_sessions else None,
        max_per_week=phase.max_per_week if has_sessions else None,
        limits=Limits() if stage.limits is None else limits[stage.limits],
        is_supervised=stage.supervised,
        captures=None if captures is None else Baseline(captures),
    )


def _kind(stage: StageTable) -> StageKind:
    if stage.contacts is not None:
        return StageKind.CONTACTS
    if stage.week_runs_min is not None or any(_run_s(bout) for bout in stage.main or ()):
        return StageKind.RUN
    return StageKind.NONE if stage.main is None else StageKind.WALK


def _plans(stage: StageTable, phase: PhaseTable) -> tuple[tuple[Segment, ...], ...]:
    if stage.week_runs_min is not None:
        mains: list[tuple[Segment, ...]] = [
            (Segment(Gait.RUN, SECONDS_PER_MINUTE * run_min),) for run_min in stage.week_runs_min
        ]
    elif stage.main is not None:
        mains = [tuple(segment for bout in stage.main for segment in _bout(bout))]
    else:
        return ()
    own_warm_up = _seconds(stage.warm_up_walk_min, stage.warm_up_walk_s)
    own_cool_down = _seconds(stage.cool_down_walk_min, stage.cool_down_walk_s)
    warm_up = _walk(
        own_warm_up or _seconds(phase.warm_up_walk_min, phase.warm_up_walk_s), Part.WARM_UP
    )
    cool_down = _walk(
        own_cool_down or _seconds(phase.cool_down_walk_min, phase.cool_down_walk_s), Part.COOL_DOWN
    )
    return tuple((*warm_up, *main, *cool_down) for main in mains)


def _bout(bout: BoutTable) -> tuple[Segment, ...]:
    once = []
    if walk_s := _seconds(bout.walk_min, bout.walk_s):
        once.append(Segment(Gait.WALK, walk_s))
    if run_s := _run_s(bout):
        once.append(Segment(Gait.RUN, run_s))
    return tuple(once) * bout.repeat


def _run_s(bout: BoutTable) -> float | None:
    return _seconds(bout.run_min, bout.run_s)


def _walk(duration_s: float | None, part: Part) -> tuple[Segment, ...]:
    return () if duration_s is None else (Segment(Gait.WALK, duration_s, part),)


def _seconds(minutes: float | None, seconds: float | None) -> float | None:
    return seconds if minutes is None else SECONDS_PER_MINUTE * minutes


def _limits(group: LimitsTable) -> Limits:
    cadence, load, dose, longest = group.cadence, group.load, group.dose, group.longest_run
    return Limits(
        impact=_impact(group.impact),
        impact_when_stale=_impact(group.impact_when_stale),
        cadence=None
        if cadence is None
        else CadenceRule(
            cadence.low_ratio,
            cadence.target_ratio,
            cadence.target_low_ratio,
            cadence.target_high_ratio,
            Evidence(cadence.evidence),
            cadence.source,
        ),
        load=None
        if load is None
        else LoadRule(load.amber_pct, load.red_pct, Evidence(load.evidence), load.source),
        dose=None
        if dose is None
        else DoseRule(dose.low_pct, dose.high_pct, Evidence(dose.evidence), dose.source),
        longest_run=None
        if longest is None
        else LongestRunRule(
            longest.max_pct, longest.days, Evidence(longest.evidence), longest.source
        ),
    )


def _impact(table: ImpactTable | None) -> LimitRule | None:
    if table is None:
        return None
    return LimitRule(
        Baseline(table.baseline),
        table.amber_ratio,
        table.red_ratio,
        Evidence(table.evidence),
        table.source,
    )
