"""A graded return to running as values: phases, stages and the segments of their sessions.

No published programme for a bone stress injury has been validated in a trial, so nothing clinical
stands in code: every number comes from a file (see ``docs/programme-format.md``), carries a mark
of its evidence, and stays a draft until a clinician signs it.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

from monitor.programme.phases import Item, Phase, Preset
from monitor.programme.rules import Baseline, Evidence, Judged, LimitRule, Limits
from monitor.programme.segments import Part, Segment, fitted, in_words
from monitor.programme.sites import Site

__all__ = [
    "Part",
    "Phase",
    "Preset",
    "Programme",
    "Segment",
    "Stage",
    "StageKind",
    "Status",
    "scaled",
]


class StageKind(StrEnum):
    """What is done in a stage's sessions."""

    WALK = "walk"
    RUN = "run"
    CONTACTS = "contacts"
    NONE = "none"
    """No sessions: the stage is left by a clinician's signature."""


class Status(StrEnum):
    """Whether a clinician stands behind the programme's numbers."""

    DRAFT = "draft"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the ladder.

    Attributes
    ----------
    id, phase : str
        For example ``WR1``, and the phase it belongs to.
    kind : StageKind
        What is done.
    name : str
        A few words, or empty.
    plans : tuple of tuple of Segment
        The segments of the first session, the second ...: they repeat from the first. Empty where
        the stage has no timed sessions.
    contacts : int or None
        Ground contacts of a session of kind ``contacts``.
    sessions_required : int
        Clean sessions before the next stage; 0 where the stage has none.
    min_days : int
        Days to be spent in the stage, at least.
    min_gap_h : float or None
        Hours between two sessions, at least; None where the stage has none.
    max_per_week : int or None
        Sessions in seven days, at most; None where the stage has none.
    limits : Limits
        What bounds a session.
    is_supervised : bool
        Whether a clinician has to be present.
    captures : Baseline or None
        The baseline that the stage's sessions are measured for.
    """

    id: str
    phase: str
    kind: StageKind
    name: str
    plans: tuple[tuple[Segment, ...], ...]
    contacts: int | None
    sessions_required: int
    min_days: int
    min_gap_h: float | None
    max_per_week: int | None
    limits: Limits
    is_supervised: bool = False
    captures: Baseline | None = None

    def segments(self, session_index: int = 0) -> tuple[Segment, ...]:
        """Return the segments of the stage's session number ``session_index``, from 0."""
        return self.plans[session_index % len(self.plans)] if self.plans else ()

    def planned_s(self, session_index: int = 0) -> float:
        """Return how long that session takes, in seconds."""
        return sum(segment.duration_s for segment in self.segments(session_index))

    @property
    def limit_rule(self) -> LimitRule | None:
        """The impact limits, while the baseline they need is current."""
        return self.limits.impact

    @property
    def judged(self) -> Judged | None:
        """Whose steps the impact limits are for; None where the stage has no sessions."""
        return None if self.kind is StageKind.NONE else Judged(self.kind.value)

    def is_dose(self, segment: Segment) -> bool:
        """Whether a segment is part of what the stage prescribes: its running, or its walking."""
        judged = self.judged
        return (
            judged is not None and segment.part is Part.MAIN and segment.gait is judged.prescribed
        )

    @property
    def title(self) -> str:
        """The stage in words, for example "6 × (4 min walk, 1 min run)"."""
        if self.contacts is not None:
            return f"{self.contacts} contacts" + (f": {self.name}" if self.name else "")
        mains = [in_words([s for s in plan if s.part is Part.MAIN]) for plan in self.plans]
        return " · ".join(mains) if mains else self.name

    @property
    def has_sessions(self) -> bool:
        """Whether anything is recorded in this stage."""
        return self.kind is not StageKind.NONE


@dataclass(frozen=True, slots=True)
class Programme:
    """A whole programme as its file says it.

    Attributes
    ----------
    id, title, version : str
        What it is called; a changed number makes another version.
    author : str
        Who wrote it; a clinician signs it, see ``monitor.programme.signature``.
    run_cadence_spm, walk_cadence_spm : float
        Planning cadence, in steps per minute of both feet.
    cadence_evidence : Evidence
        Where that comes from.
    phases : tuple of Phase
        In order.
    stages : tuple of Stage
        In order.
    presets : tuple of Preset
        Days per phase to choose from at enrolment.
    sites : tuple of Site
        The injuries it is for; empty where it is for no patient.
    hard_blocks : tuple of Item
        With one of them the programme can neither start nor go on.
    soft_blocks : tuple of Item
        With one of them a clinician says why the programme starts or goes on all the same.
    red_flags : tuple of Item
        Warning signs that lock.
    status : Status
        A draft is shown as one and refuses an enrolled patient. As read from a file it is one.
    file : str
        Where it was read from.
    sha256 : str
        Hash of the file's bytes, in hexadecimal.
    """

    id: str
    title: str
    version: str
    author: str
    run_cadence_spm: float
    walk_cadence_spm: float
    cadence_evidence: Evidence
    phases: tuple[Phase, ...]
    stages: tuple[Stage, ...]
    presets: tuple[Preset, ...] = ()
    sites: tuple[Site, ...] = ()
    hard_blocks: tuple[Item, ...] = ()
    soft_blocks: tuple[Item, ...] = ()
    red_flags: tuple[Item, ...] = ()
    status: Status = Status.DRAFT
    file: str = field(default="", compare=False)
    sha256: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether no clinician has signed it."""
        return self.status is Status.DRAFT

    def stage(self, stage_id: str) -> Stage:
        """Return a stage by its identifier.

        Raises
        ------
        KeyError
            Where the programme has none of that name: the sentence lists those that it has.
        """
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        known = ", ".join(stage.id for stage in self.stages)
        raise KeyError(f"programme {self.id} has no stage {stage_id}: choose one of {known}")

    def phase(self, phase_id: str) -> Phase:
        """Return a phase by its identifier.

        Raises
        ------
        KeyError
            Where the programme has none of that name: the sentence lists those that it has.
        """
        for phase in self.phases:
            if phase.id == phase_id:
                return phase
        known = ", ".join(phase.id for phase in self.phases)
        raise KeyError(f"programme {self.id} has no phase {phase_id}: choose one of {known}")

    def site(self, site_id: str) -> Site:
        """Return the profile of a site of injury.

        Raises
        ------
        KeyError
            Where the programme is not for it: the sentence lists those that it is for.
        """
        for site in self.sites:
            if site.id == site_id:
                return site
        known = ", ".join(site.id for site in self.sites) or "none"
        raise KeyError(f"programme {self.id} is not for {site_id}: it is for {known}")


def scaled(stage: Stage, total_s: float) -> Stage:
    """Return the stage with every session stretched or shortened to ``total_s`` seconds.

    The proportions stay. A shortened stage shows what a session looks like; its dose is not the
    prescribed one, which its title says because it is made from the segments.

    Raises
    ------
    ValueError
        Where ``total_s`` is not above 0.
    """
    if not total_s > 0.0:
        raise ValueError(f"a session of {total_s} s cannot be run: give a length above 0 s")
    return replace(stage, plans=tuple(fitted(plan, total_s) for plan in stage.plans))
