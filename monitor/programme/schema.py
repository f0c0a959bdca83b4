"""The programme file's tables: which keys they have, of which type and range.

Relations between keys are in ``monitor.programme.checks``. Every key that has a unit carries it in
its name. Types are strict: ``"4"`` is not a number and ``true`` is not 1.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Words for a person: no control characters, which a terminal would obey."""
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Days = Annotated[int, Field(ge=0, le=730)]
Minutes = Annotated[float, Field(gt=0, le=240)]
Seconds = Annotated[float, Field(gt=0, le=14_400)]
Ratio = Annotated[float, Field(gt=1, le=10)]
CadenceRatio = Annotated[float, Field(ge=0.5, le=1.5)]
Percent = Annotated[float, Field(gt=0, le=300)]
EvidenceMark = Literal["V", "R", "D"]
BaselineName = Literal["W0", "R0"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class GradedTable(_Table):
    """A table of numbers that says where they come from."""

    evidence: EvidenceMark
    source: Text | None = None


class ItemTable(_Table):
    """One line of a clinician's list."""

    id: Id
    title: Text
    only_sites: list[str] = []


class CadenceTable(GradedTable):
    """``[cadence]``: what a planned session assumes."""

    run_spm: Annotated[float, Field(ge=100, le=240)]
    walk_spm: Annotated[float, Field(ge=60, le=160)]


class PhaseTable(GradedTable):
    """``[[phases]]``: what holds for all stages of a phase."""

    id: Id
    title: Text
    min_days: Days
    min_days_range: Annotated[list[Days], Field(min_length=2, max_length=2)]
    exit: Annotated[list[ItemTable], Field(min_length=1)]
    min_gap_h: Annotated[float, Field(ge=0, le=336)] | None = None
    max_per_week: Annotated[int, Field(ge=1, le=99)] | None = None
    warm_up_walk_min: Minutes | None = None
    warm_up_walk_s: Seconds | None = None
    cool_down_walk_min: Minutes | None = None
    cool_down_walk_s: Seconds | None = None
    captures: BaselineName | None = None


class PresetTable(GradedTable):
    """``[[presets]]``: days per phase for a kind of injury."""

    id: Id
    title: Text
    min_days: dict[str, Days]
    surgeon_sets: list[str] = []


class SiteTable(GradedTable):
    """``[[sites]]``: an injury that the programme is for."""

    id: Id
    title: Text
    risk: Literal["high", "other"]
    min_days: dict[str, Days] = {}
    surgeon_sets: list[str] = []


class ImpactTable(GradedTable):
    """``impact``: ratios to a baseline."""

    baseline: BaselineName
    amber_ratio: Ratio
    red_ratio: Ratio


class CadenceBandTable(GradedTable):
    """``cadence`` of a limits group: ratios to the R0 cadence."""

    low_ratio: CadenceRatio
    target_ratio: CadenceRatio
    target_low_ratio: CadenceRatio
    target_high_ratio: CadenceRatio


class LoadTable(GradedTable):
    """``load``: per cent of the planned load."""

    amber_pct: Percent
    red_pct: Percent


class DoseTable(GradedTable):
    """``dose``: per cent of the planned run time that counts."""

    low_pct: Percent
    high_pct: Percent


class LongestRunTable(GradedTable):
    """``longest_run``: a single run against the last weeks."""

    max_pct: Percent
    days: Annotated[int, Field(ge=1, le=365)]


class LimitsTable(_Table):
    """``[limits.NAME]``: what bounds the sessions of the stages that name it."""

    impact: ImpactTable | None = None
    impact_when_stale: ImpactTable | None = None
    cadence: CadenceBandTable | None = None
    load: LoadTable | None = None
    dose: DoseTable | None = None
    longest_run: LongestRunTable | None = None


class BoutTable(_Table):
    """One entry of ``main``: a walk, then a run, ``repeat`` times."""

    repeat: Annotated[int, Field(ge=1, le=100)] = 1
    walk_min: Minutes | None = None
    walk_s: Seconds | None = None
    run_min: Minutes | None = None
    run_s: Seconds | None = None


class StageTable(_Table):
    """``[[stages]]``: one step of the ladder."""

    id: Id
    phase: str
    name: Text | None = None
    limits: str | None = None
    sessions_required: Annotated[int, Field(ge=1, le=50)] | None = None
    min_days: Days = 0
    supervised: bool = False
    captures: BaselineName | None = None
    warm_up_walk_min: Minutes | None = None
    warm_up_walk_s: Seconds | None = None
    cool_down_walk_min: Minutes | None = None
    cool_down_walk_s: Seconds | None = None
    main: Annotated[list[BoutTable], Field(min_length=1)] | None = None
    week_runs_min: Annotated[list[Minutes], Field(min_length=1, max_length=7)] | None = None
    contacts: Annotated[int, Field(ge=1, le=5000)] | None = None


class ProgrammeTable(_Table):
    """The whole file."""

    format: Literal[1]
    id: Id
    title: Text
    version: Text
    author: Text
    status: Literal["draft"]
    cadence: CadenceTable
    phases: Annotated[list[PhaseTable], Field(min_length=1)]
    presets: list[PresetTable] = []
    sites: list[SiteTable] = []
    hard_blocks: list[ItemTable] = []
    soft_blocks: list[ItemTable] = []
    red_flags: list[ItemTable] = []
    limits: dict[str, LimitsTable]
    stages: Annotated[list[StageTable], Field(min_length=1)]
