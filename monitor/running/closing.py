"""What the closing of a session writes at once: the gate's line, the answers, the measures."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from analysis.baseline import BaselineKind, CapturedSteps, capture
from monitor.capture import baseline_steps
from monitor.core import SessionCore
from monitor.gate.events import When
from monitor.measures import exercised_s, median_cadence_spm
from monitor.people.conditions import CONDITIONS, Conditions
from monitor.people.entries import fields_of
from monitor.people.sessions import (
    SESSION_DROPPED,
    SESSION_MEASURED,
    SessionDropped,
    SessionMeasured,
    SessionOpened,
)
from monitor.pipeline import PodPipeline
from monitor.programme.model import Part
from monitor.result import SessionResult, result_of
from monitor.sides import SidesBaseline
from monitor.store.writing import Record
from sensors.samples import PodIdentity

SESSION: Final = "session"
PAIN: Final = "pain"
RED_FLAG: Final = "red_flag"
"""The gate's kinds that a session writes."""

LOST: Final = "recording-lost"
NOT_BEGUN: Final = "not-begun"
"""Ends of sessions that left nothing to measure, beside those of ``SessionResult.end``."""

_IN_THE_EVENT: Final = ("gate_event", "patient", "programme", "stage", "session_id")
"""Fields of the result that stand elsewhere in the record."""

_DIGITS: Final = 4
"""Decimals of a captured step in g and steps/min: a hundred times finer than any pod measures."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered around a session; None where it was not.

    Attributes
    ----------
    answers : mapping of When to int
        Pain at the injury, 0 to 10.
    soreness : int or None
        Soreness elsewhere after the session, 0 to 10.
    """

    answers: Mapping[When, int] = field(default_factory=dict)
    soreness: int | None = None


def taps(core: SessionCore) -> tuple[int, ...]:
    """Return the pain scores tapped during a session."""
    return tuple(mark.value for mark in core.pain if mark.value is not None)


def is_nothing_run(core: SessionCore) -> bool:
    """Whether the main set never began and nothing was said to hurt: no session to judge."""
    began = any(stretch.part is Part.MAIN for stretch in core.plan.stretches(core.t_s))
    return not began and not any(taps(core)) and core.end_reason != "red-flag"


def closing_records(
    core: SessionCore, opened: SessionOpened, said: Said, kept: Conditions
) -> tuple[Record, ...]:
    """Return the entries that close a session that was measured.

    Parameters
    ----------
    core : SessionCore
        The session, over.
    opened : SessionOpened
        Its beginning.
    said : Said
        The answers. Taps above 0 during the session are written whatever is said afterwards: they
        can only make it worse. A tap of 0 answers for its moment alone and not for the session.
    kept : Conditions
        What the record says that the patient trains with.
    """
    setup, result = core.setup, result_of(core)
    identity = core.judge_identity
    worn = opened.conditions
    if not core.is_make_believe:
        worn = _worn(worn, identity, core.judge)
    measured = SessionMeasured(
        t_s=0,
        id=opened.id,
        conditions=worn,
        captures=None if core.is_make_believe else setup.captures,
        steps=None if core.is_make_believe else _captured(core),
        sides=None if core.is_make_believe else _captured_sides(core),
        clipped_pct=_clipped_pct(core),
        measures={
            **_measures(result),
            "median_cadence_spm": median_cadence_spm(core),
            "exercised_s": exercised_s(core),
            "pod_is_virtual": core.has_virtual_pod,
        },
        recording=opened.recording,
        recording_head=setup.record_head or None,
    )
    records: list[Record] = [
        (SESSION, result.gate_event),
        *_pains(opened, said, taps(core)),
        (SESSION_MEASURED, fields_of(measured)),
    ]
    if identity is not None and worn != kept and not core.is_make_believe:
        records.append((CONDITIONS, fields_of(worn)))
    return tuple(records)


def lost_records(opened: SessionOpened, end: str, said: Said | None = None) -> tuple[Record, ...]:
    """Return the entries that close a session of which nothing is measured: INVALID by the gate.

    Parameters
    ----------
    opened : SessionOpened
        Its beginning.
    end : str
        ``LOST`` or ``NOT_BEGUN``.
    said : Said, optional
        The answers.
    """
    event = {
        "id": opened.id,
        "stage": opened.stage,
        "valid_pct": 0.0,
        "run_pct": 0.0,
        "load_pct": 0.0,
        "amber_pct": 0.0,
        "red_events": 0,
        "impact": False,
    }
    measured = SessionMeasured(
        t_s=0,
        id=opened.id,
        conditions=opened.conditions,
        measures={"end": end, "pod_is_virtual": opened.pod_is_virtual},
        recording=opened.recording,
    )
    return (
        (SESSION, event),
        *_pains(opened, Said() if said is None else said, ()),
        (SESSION_MEASURED, fields_of(measured)),
    )


def dropped_record(session_id: str, reason: str) -> Record:
    """Return the entry of a session of which nothing was run."""
    return SESSION_DROPPED, fields_of(SessionDropped(0, session_id, reason))


def pain_record(session_id: str, when: When, site: int, soreness: int | None = None) -> Record:
    """Return the entry of one answer."""
    fields: dict[str, object] = {"session": session_id, "when": when.value, "site": site}
    if soreness is not None:
        fields["soreness"] = soreness
    return PAIN, fields


def flag_record(flag: str) -> Record:
    """Return the entry of a warning sign; it names no session, and locks at once."""
    return RED_FLAG, {"flag": flag}


def _worn(before: Conditions, pod: PodIdentity | None, pipeline: PodPipeline) -> Conditions:
    """Return the conditions with what the pod that was really connected says of itself."""
    if pod is None:
        return before
    return replace(
        before,
        serial=pod.serial or None,
        firmware=pod.firmware or None,
        full_scale_g=pipeline.full_scale_g,
        cadence=pipeline.cadence_memory or before.cadence,
    )


def _pains(opened: SessionOpened, said: Said, tapped: tuple[int, ...]) -> Iterator[Record]:
    if opened.pain_before is not None:
        yield pain_record(opened.id, When.BEFORE, opened.pain_before)
    for score in tapped:
        if score:
            yield pain_record(opened.id, When.DURING, score)
    for when, site in said.answers.items():
        yield pain_record(opened.id, when, site, said.soreness if when is When.AFTER else None)


def _captured(core: SessionCore) -> CapturedSteps | None:
    which = core.setup.captures
    if which is None or not core.judge.has_samples:
        return None
    steps = capture(BaselineKind(which.value), *baseline_steps(core))
    return CapturedSteps(
        tuple(round(g, _DIGITS) for g in steps.impacts_g),
        steps.clipped_steps,
        tuple(round(spm, _DIGITS) for spm in steps.cadences_spm),
    )


def _captured_sides(core: SessionCore) -> SidesBaseline | None:
    captures = core.setup.captures is not None and core.feet is not None
    return core.feet.captured if captures and core.feet is not None else None


def _clipped_pct(core: SessionCore) -> float | None:
    valid = core.judged.valid
    if not valid:
        return None
    return round(100.0 * sum(step.is_clipped for step in valid) / len(valid), _DIGITS)


def _measures(result: SessionResult) -> dict[str, Any]:
    measures = {k: v for k, v in result.to_json().items() if k not in _IN_THE_EVENT}
    return {**measures, "segments": [asdict(segment) for segment in result.segments]}
