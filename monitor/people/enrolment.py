"""The enrolment: the first entry of every patient, which the gate reads too."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ENROL: Final = "enrol"
"""Its kind."""

PROGRAMME: Final = "programme"
"""Kind of the entry that moves a patient to another signed text of the programme."""


class Side(StrEnum):
    """The injured side."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a clinician entered when the patient came.

    Attributes
    ----------
    t_s : int
        When, in seconds since 1970 in UTC.
    patient : str
        Pseudonym.
    site : str
        A site of the programme.
    side : Side
        Where.
    diagnosed : str
        Date of the diagnosis, ``YYYY-MM-DD``.
    time_zone : str
        Where the patient lives, an IANA name such as ``Europe/Zurich``: what a next morning is.
    programme, version, sha256 : str
        The signed programme: identifier, version, hash of its bytes.
    programme_file : str
        Where it was read from: a bundled name or a path.
    by : str
        The clinician.
    preset : str or None
        Which days were chosen.
    min_days : mapping of str to int
        Phase to days, from the preset and what the clinician or surgeon set: the gate's own field.
    hard_blocks : tuple of str
        Each item of the checklist, confirmed to be absent.
    soft_blocks : mapping of str to str
        Those that are present, with the reason why the programme starts all the same.
    is_demo : bool
        Whether the patient is made up, to learn and to show: only theirs can be sessions with a
        virtual pod.
    """

    t_s: int
    patient: str
    site: str
    side: Side
    diagnosed: str
    time_zone: str
    programme: str
    version: str
    sha256: str
    programme_file: str
    by: str
    preset: str | None = None
    min_days: Mapping[str, int] = field(default_factory=dict)
    hard_blocks: tuple[str, ...] = ()
    soft_blocks: Mapping[str, str] = field(default_factory=dict)
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class ProgrammeChange:
    """A clinician moves the patient to another signed text of the same programme."""

    t_s: int
    programme: str
    version: str
    sha256: str
    programme_file: str
    by: str
    reason: str
