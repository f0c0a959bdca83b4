"""Everything a session's decisions depend on besides the data: written into the recording's header.

A replay reads it back and needs nothing else: neither programme file nor patient's record.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from analysis.step import Gait, Placement
from monitor.limits import StageLimits
from monitor.programme import Segment
from sensors.errors import UnreadableFileError

ANALYSIS_VERSION = "1"
"""Raised whenever the same samples may give other steps or decisions: a replay says so."""


class Purpose(StrEnum):
    """Why the session is run: only a patient's own counts anywhere."""

    DEMO = "demo"
    PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class PodSetup:
    """One pod of the session.

    Attributes
    ----------
    slot : str
        Its name within the session.
    kind : str
        Its kind in the registry of pods.
    rate_hz : int or None
        The rate to ask for; None where the pod sends no samples.
    placement : Placement
        Where it is worn.
    """

    slot: str
    kind: str
    rate_hz: int | None
    placement: Placement


@dataclass(frozen=True, slots=True)
class SessionSetup:
    """The inputs of a session that stand before its first byte.

    Attributes
    ----------
    purpose : Purpose
        Demo or patient.
    patient : str
        The pseudonym.
    programme, programme_title, programme_version, programme_sha256 : str
        Which programme, and the hash of its file.
    is_draft : bool
        Whether no clinician has signed it.
    stage, stage_title : str
        The stage and its structure in words.
    segments : tuple of Segment
        The plan.
    judged : Gait or None
        Whose steps the impact limits are for; None where the stage has no impact limit.
    limits : StageLimits
        The limits in force.
    stop_pain : int
        The pain score from which the session stops at once (2 at a high-risk site, else 3).
    pods : tuple of PodSetup
        The pods, the first one is the judge.
    software : str
        Version of the program that recorded.
    analysis : str
        Version of the analysis, see ``ANALYSIS_VERSION``.
    """

    purpose: Purpose
    patient: str
    programme: str
    programme_title: str
    programme_version: str
    programme_sha256: str
    is_draft: bool
    stage: str
    stage_title: str
    segments: tuple[Segment, ...]
    judged: Gait | None
    limits: StageLimits
    stop_pain: int
    pods: tuple[PodSetup, ...]
    software: str
    analysis: str = ANALYSIS_VERSION

    def to_header(self) -> dict[str, Any]:
        """Return the JSON values of a recording's header."""
        header: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return header

    @classmethod
    def from_header(cls, header: dict[str, Any], path: str) -> "SessionSetup":
        """Read a recording's header.

        Raises
        ------
        UnreadableFileError
            Where a field is missing or wrong: the sentence names it.
        """
        try:
            return _ADAPTER.validate_python(header)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise UnreadableFileError(
                f"{path}: the header's {where or 'fields'} cannot be used ({first['msg']}): "
                "it was not written by StrideGate's session, or by a newer one"
            ) from error


_ADAPTER = TypeAdapter(SessionSetup)
