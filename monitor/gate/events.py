"""The events that the gate reads: everything else in a patient's record is no concern of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class LogError(Exception):
    """A log that cannot be judged: no decision is made from it.

    Parameters
    ----------
    line : int
        The first faulty line, from 1.
    text : str
        What is wrong there, and how to mend it.
    """

    def __init__(self, line: int, text: str) -> None:
        super().__init__(f"line {line}: {text}")
        self.line = line
        self.text = text


class When(StrEnum):
    """The moment that an answer about pain is for."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"
    EVENING = "evening"
    NEXT_MORNING = "next_morning"


@dataclass(frozen=True, slots=True)
class Enrol:
    """The first line of every log.

    Attributes
    ----------
    t_s : int
        Seconds since 1970 in UTC, as in every event.
    patient, site, programme : str
        Pseudonym; a site of the programme; identifier of the programme.
    min_days : mapping of str to int
        Phase to days: what the clinician set in place of the site's own.
    """

    t_s: int
    patient: str
    site: str
    programme: str
    min_days: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Start:
    """A clinician puts the patient on a stage.

    Attributes
    ----------
    stage, by : str
        Which, and who.
    ahead : bool
        Whether a stage after the present one is meant; it needs a reason.
    reason : str or None
        Why.
    """

    t_s: int
    stage: str
    by: str
    ahead: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Unlock:
    """A clinician clears a lock-out and puts the patient on a stage; fields as in ``Start``."""

    t_s: int
    stage: str
    by: str
    reason: str
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Signoff:
    """A clinician signs that the patient may leave ``phase``."""

    t_s: int
    phase: str
    by: str


@dataclass(frozen=True, slots=True)
class Session:
    """What a session wrote when it was closed.

    Attributes
    ----------
    id, stage : str
        Its own name, and what was done.
    valid_pct, run_pct, load_pct, amber_pct : float
        Signal, dose done, load and steps above amber, in per cent; finite and at least 0.
    red_events : int
        Red events.
    impact : bool
        Whether impact was measured against a current accepted baseline.
    """

    t_s: int
    id: str
    stage: str
    valid_pct: float
    run_pct: float
    load_pct: float
    amber_pct: float
    red_events: int
    impact: bool


@dataclass(frozen=True, slots=True)
class Pain:
    """One answer about a session.

    Attributes
    ----------
    session : str
        The session's ``id``.
    when : When
        The moment that it is for.
    site : int
        Pain at the injury, 0 to 10.
    soreness : int or None
        Soreness elsewhere, 0 to 10; None where it was not asked.
    """

    t_s: int
    session: str
    when: When
    site: int
    soreness: int | None = None


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A warning sign that always locks; ``session`` is None where it belongs to none."""

    t_s: int
    flag: str
    session: str | None = None


Event = Enrol | Start | Unlock | Signoff | Session | Pain | RedFlag

KINDS: Final = ("enrol", "start", "unlock", "signoff", "session", "pain", "red_flag")
"""The kinds of a patient's record that are events of the gate."""
