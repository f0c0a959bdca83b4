"""The programme as the gate climbs it: stages in order, with their numbers in whole seconds."""

from dataclasses import dataclass

from monitor.gate.events import Enrol
from monitor.gate.times import DAY_S, HOUR_S
from monitor.programme.model import Programme, Stage, StageKind
from monitor.programme.sites import Risk


@dataclass(frozen=True, slots=True)
class PhaseRule:
    """A phase.

    Attributes
    ----------
    id : str
        For example ``P2``.
    first, last : int
        Places of its first and last stage on the ladder.
    has_sessions : bool
        False for phases that are passed by time and a signature alone.
    min_s : int
        To be spent in it at least, in seconds.
    """

    id: str
    first: int
    last: int
    has_sessions: bool
    min_s: int


@dataclass(frozen=True, slots=True)
class Rung:
    """A stage.

    Attributes
    ----------
    id : str
        For example ``WR1``.
    place : int
        Its place on the ladder, from 0.
    phase : PhaseRule
        The phase that it belongs to.
    sessions_required : int
        Clean sessions before the next stage.
    min_s, gap_s : int
        To be spent in the stage, and between two sessions, at least, in seconds.
    max_per_week : int or None
        Sessions in seven days at most; None where the stage has none.
    needs_impact : bool
        Whether a session without measured impact says nothing: a running stage.
    """

    id: str
    place: int
    phase: PhaseRule
    sessions_required: int
    min_s: int
    gap_s: int
    max_per_week: int | None
    needs_impact: bool

    @property
    def is_last_of_phase(self) -> bool:
        """Whether only a signature leads on from here."""
        return self.place == self.phase.last


@dataclass(frozen=True, slots=True)
class Ladder:
    """The stages of one patient.

    Attributes
    ----------
    rungs : tuple of Rung
        In order.
    risk : Risk
        Of the injured site.
    by_id : dict of str to Rung
        The same stages by name.
    """

    rungs: tuple[Rung, ...]
    risk: Risk
    by_id: dict[str, Rung]


def build_ladder(programme: Programme, enrol: Enrol) -> Ladder:
    """Return the ladder of a patient.

    The days of a phase are those that the clinician set, else the site's, else the programme's.
    """
    site = programme.site(enrol.site)
    phases = {}
    for phase in programme.phases:
        places = [i for i, stage in enumerate(programme.stages) if stage.phase == phase.id]
        days = {phase.id: phase.min_days, **site.min_days, **enrol.min_days}[phase.id]
        has_sessions = any(programme.stages[i].has_sessions for i in places)
        phases[phase.id] = PhaseRule(phase.id, places[0], places[-1], has_sessions, days * DAY_S)
    rungs = tuple(_rung(i, stage, phases[stage.phase]) for i, stage in enumerate(programme.stages))
    return Ladder(rungs, site.risk, {rung.id: rung for rung in rungs})


def _rung(place: int, stage: Stage, phase: PhaseRule) -> Rung:
    return Rung(
        id=stage.id,
        place=place,
        phase=phase,
        sessions_required=stage.sessions_required,
        min_s=stage.min_days * DAY_S,
        gap_s=round((stage.min_gap_h or 0) * HOUR_S),
        max_per_week=stage.max_per_week,
        needs_impact=stage.kind is StageKind.RUN,
    )
