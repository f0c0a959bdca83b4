"""What the record knows of a session beside the gate's own line and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from analysis.baseline import CapturedSteps
from monitor.gate.events import Session, When
from monitor.gate.history import MORNING_S
from monitor.people.conditions import Conditions
from monitor.programme.rules import Baseline
from monitor.sides import SidesBaseline

SESSION_OPENED: Final = "session_opened"
"""Kind of the entry of a session that begins: what is missing after a crash can be told by it."""

SESSION_DROPPED: Final = "session_dropped"
"""Kind of the entry of a session that was opened and of which nothing was run: no session."""

SESSION_MEASURED: Final = "session_measured"
"""Kind of the entry of what a session measured, written with the gate's ``session``."""


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A session begins.

    Attributes
    ----------
    t_s : int
        When, in seconds since 1970 in UTC.
    id, stage : str
        Its name, and what is going to be done.
    sha256 : str
        Hash of the programme that it is done by.
    recording : str or None
        Its file; None where there is none.
    plan : mapping
        What was prescribed; for a person and the report.
    conditions : Conditions
        With what it is done, as far as it is known.
    supervised_by : str or None
        The clinician who is present.
    pain_before : int or None
        The answer before the session, 0 to 10; the gate's own entry can stand only after the
        session's line.
    pod_is_virtual : bool
        Whether the pod is no real one.
    """

    t_s: int
    id: str
    stage: str
    sha256: str
    recording: str | None = None
    plan: Mapping[str, Any] = field(default_factory=dict)
    conditions: Conditions = field(default_factory=Conditions)
    supervised_by: str | None = None
    pain_before: int | None = None
    pod_is_virtual: bool = False


@dataclass(frozen=True, slots=True)
class SessionDropped:
    """A session that was opened and of which nothing was run; the gate hears nothing of it.

    Attributes
    ----------
    t_s : int
        When it was written, in seconds since 1970 in UTC.
    id : str
        The session's name.
    reason : str
        Why, in a sentence.
    """

    t_s: int
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionMeasured:
    """What a session measured.

    Attributes
    ----------
    t_s : int
        When it was written, in seconds since 1970 in UTC.
    id : str
        The session's name.
    conditions : Conditions
        With what it was done: those of the pod that was really connected.
    captures : Baseline or None
        The baseline that its steps are for; None where for none.
    steps : CapturedSteps or None
        Those steps; None where nothing was measured.
    sides : SidesBaseline or None
        Left against right in them; None where one pod was worn.
    clipped_pct : float or None
        Share of the judged steps that reached the pod's full scale.
    measures : mapping
        Everything else that was measured; for the report.
    recording, recording_head : str or None
        Its file, and the head of the record that stands in the file's header.
    """

    t_s: int
    id: str
    conditions: Conditions = field(default_factory=Conditions)
    captures: Baseline | None = None
    steps: CapturedSteps | None = None
    clipped_pct: float | None = None
    measures: Mapping[str, Any] = field(default_factory=dict)
    recording: str | None = None
    recording_head: str | None = None
    sides: SidesBaseline | None = None


@dataclass(frozen=True, slots=True)
class SessionFile:
    """One session of a patient, put together from its entries.

    Attributes
    ----------
    id, stage : str
        Its name, and what was done.
    opened : SessionOpened or None
        None where it was entered without one.
    line : Session or None
        The gate's; None while the session runs, or where it broke off and was not recovered.
    measured : SessionMeasured or None
        None where nothing was measured, or not yet.
    answers : mapping of When to int
        Highest pain of each moment that was answered.
    dropped : SessionDropped or None
        Where nothing was run.
    """

    id: str
    stage: str
    opened: SessionOpened | None = None
    line: Session | None = None
    measured: SessionMeasured | None = None
    answers: Mapping[When, int] = field(default_factory=dict)
    dropped: SessionDropped | None = None

    @property
    def is_unfinished(self) -> bool:
        """Whether it was opened and never closed: it runs now, or it broke off."""
        return self.opened is not None and self.line is None and self.dropped is None

    @property
    def open_answers(self) -> tuple[When, ...]:
        """The moments without an answer, in order; none before the session's line is written."""
        if self.line is None:
            return ()
        return tuple(when for when in When if when not in self.answers)


def counted_when(when: When, t_s: int, ended_s: int) -> When:
    """Return the moment for which the gate takes an answer: a morning's may come too early."""
    is_early = when is When.NEXT_MORNING and t_s < ended_s + MORNING_S
    return When.EVENING if is_early else when
