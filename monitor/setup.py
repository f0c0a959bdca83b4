"""Everything a session's decisions depend on besides the data: written into the recording's header.

A replay reads it back and needs nothing else: neither programme file nor patient's record.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter, ValidationError

from analysis.load import RUN_CADENCE_SPM, WALK_CADENCE_SPM
from analysis.step import Gait, Placement
from monitor.baselines import OwnBaselines, impossible_baselines
from monitor.ladderview import LadderView
from monitor.limits import StageLimits
from monitor.programme.model import Part, Segment, Stage
from monitor.programme.rules import Baseline, Judged
from sensors.binding import PodBinding
from sensors.errors import UnreadableFileError
from sensors.pods.cadence import CadenceMemory
from sensors.pods.registry import pod_of_kind
from sensors.samples import PodIdentity

ANALYSIS_VERSION = "5"
"""Raised whenever the same samples may give other steps or decisions: a replay says so."""


MAX_SESSION_S = 86_400.0
"""s. A day: what a session, a segment or a recording can last at most. Design default."""

CONTACTS_S = 3_600.0
"""s. A session of contacts has no length of its own; left alone, it ends after this. Design
default."""

IMPORTED = "import"
"""The programme of a file from elsewhere: none was followed, and its plan is the file's length."""

MAX_PAIN = 10
"""Top of the 0-10 numeric rating scale."""


class Purpose(StrEnum):
    """Why the session is run: a demo counts nowhere, a made patient's in their own record only."""

    DEMO = "demo"
    PATIENT = "patient"
    DEMO_PATIENT = "demo-patient"


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
    is_virtual : bool
        Whether it is no real pod but one that the program plays itself.
    bound : PodBinding or None
        The patient's own pod: no other is taken for it; None where none is bound.
    cadence : CadenceMemory or None
        What a step-counting pod's cadence counts, as chosen or as learnt before.
    """

    slot: str
    kind: str
    rate_hz: int | None
    placement: Placement
    is_virtual: bool = False
    bound: PodBinding | None = None

    def is_stranger(self, pod: PodIdentity) -> bool:
        """Whether a pod is another one than the patient's own."""
        return self.bound is not None and bool(self.bound.differences(pod))

    cadence: CadenceMemory | None = None


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
    judged : Judged or None
        Whose steps the impact limits are for; None where the stage has no sessions.
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
    session_id : str
        The session's own name, by which the gate and the answers know it; empty in recordings of
        earlier versions, which had none of the fields from here on.
    contacts : int or None
        Contacts prescribed; None where the stage prescribes minutes.
    baselines : OwnBaselines
        The patient's baselines, with who accepted them and whether they are stale.
    captures : Baseline or None
        The baseline that the session measures.
    run_cadence_spm, walk_cadence_spm : float
        Planning cadences in steps per minute of both feet.
    record_head : str
        ``COUNT:HASH`` of the patient's record as the session began; empty where there is none.
    ladder : LadderView or None
        Where the patient stood on the ladder as the session began; None outside a record.
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
    judged: Judged | None
    limits: StageLimits
    stop_pain: int
    pods: tuple[PodSetup, ...]
    software: str
    analysis: str = ANALYSIS_VERSION
    session_id: str = ""
    contacts: int | None = None
    baselines: OwnBaselines = field(default_factory=OwnBaselines)
    captures: Baseline | None = None
    run_cadence_spm: float = RUN_CADENCE_SPM
    walk_cadence_spm: float = WALK_CADENCE_SPM
    record_head: str = ""
    ladder: LadderView | None = None

    @property
    def has_virtual_pod(self) -> bool:
        """Whether a pod of the session is no real one."""
        return any(pod.is_virtual for pod in self.pods)

    @property
    def is_imported(self) -> bool:
        """Whether it is a file from elsewhere, for which nothing was planned."""
        # A programme that somebody calls the same is read from a file, which has a hash.
        return not (self.is_graded or self.programme_sha256) and self.programme == IMPORTED

    @property
    def is_graded(self) -> bool:
        """Whether the session belongs to a patient's record."""
        return self.purpose is not Purpose.DEMO

    def changed_pod(self, pod: PodIdentity) -> tuple[str, ...]:
        """Return what of a pod is not as it was when the limits' baseline was measured."""
        which = self.limits.baseline
        accepted = None if which is None else self.baselines.of(which)
        return () if accepted is None else accepted.changed_pod(pod)

    def to_header(self) -> dict[str, Any]:
        """Return the JSON values of a recording's header."""
        header: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return header

    @classmethod
    def from_header(cls, header: Mapping[str, Any], path: str) -> "SessionSetup":
        """Read a recording's header.

        Raises
        ------
        UnreadableFileError
            Where a field is missing, of another type or impossible: the sentence names it.
        """
        try:
            # By way of JSON, so that a text is no number and a number is no truth value.
            setup = _ADAPTER.validate_json(json.dumps(dict(header)), strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise _unusable(path, f"{where or 'fields'} cannot be used: {first['msg']}") from error
        wrong = next(_impossible(setup), None)
        if wrong is not None:
            raise _unusable(path, wrong)
        return setup


def session_segments(stage: Stage, session_index: int = 0) -> tuple[Segment, ...]:
    """Return the segments of a session: contacts are taken in one, left when they are done.

    Its gait is running, as what a red event turns into walking.
    """
    if stage.contacts is None:
        return stage.segments(session_index)
    return (Segment(Gait.RUN, CONTACTS_S, Part.MAIN),)


def _unusable(path: str, what: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{path}: the header's {what}: it was not written by a StrideGate session, or by a newer "
        "version; give another recording"
    )


def _impossible(setup: SessionSetup) -> Iterator[str]:
    """Yield what no session can have had, one phrase each."""
    texts = (setup.patient, setup.programme_title, setup.stage, setup.stage_title)
    if any(not text.isprintable() for text in texts):
        yield "texts hold control characters"
    durations_s = [segment.duration_s for segment in setup.segments]
    if not durations_s or not all(0.0 < d <= MAX_SESSION_S for d in durations_s):
        yield "segments are none, or last nothing or longer than a day"
    limits = setup.limits
    steps_g = (limits.amber_g, limits.red_g, limits.single_g)
    if any(g is not None and not 0.0 < g < math.inf for g in steps_g):
        yield "limits are not above 0 g"
    if limits.amber_g is not None and limits.red_g is not None and limits.amber_g > limits.red_g:
        yield "limits have amber above red"
    if not 1 <= setup.stop_pain <= MAX_PAIN:
        yield f"stop_pain is {setup.stop_pain}, not 1 to {MAX_PAIN}"
    yield from _impossible_measures(setup)
    slots = [pod.slot for pod in setup.pods]
    if not slots or len(set(slots)) < len(slots) or not all(slots):
        yield "pods are none, or two of one name"
    for pod in setup.pods:
        try:
            pod_of_kind(pod.kind, pod.rate_hz)
        except ValueError as error:
            yield f"pod cannot be used ({error})"


def _impossible_measures(setup: SessionSetup) -> Iterator[str]:
    """Yield what the measures of a session cannot rest on, one phrase each."""
    yield from impossible_baselines(setup.baselines)
    if not (setup.session_id + setup.record_head).isprintable():
        yield "session_id or record_head holds control characters"
    if (setup.contacts is None) is (setup.judged is Judged.CONTACTS):
        yield "contacts and judged do not belong together"
    if setup.contacts is not None and setup.contacts < 1:
        yield f"contacts are {setup.contacts}, not 1 or more"
    cadences_spm = (setup.run_cadence_spm, setup.walk_cadence_spm)
    if not all(0.0 < spm < math.inf for spm in cadences_spm):
        yield "planning cadences are not above 0 steps/min"
    needed = setup.limits.baseline
    if setup.session_id and needed is not None and setup.baselines.of(needed) is None:
        yield f"limits are relative to {needed}, which the baselines do not have"


_ADAPTER = TypeAdapter(SessionSetup)
