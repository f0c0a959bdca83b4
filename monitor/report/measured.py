"""The numbers of one session for a report, as texts: what is not known is a dash, never 0."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.gate.outcome import LOAD_RED_PCT, OVER_DOSE_PCT, UNDER_DOSE_PCT, VALID_PCT
from monitor.programme.rules import Judged
from monitor.report.session import SessionFacts, is_whole_result
from monitor.text import NOT_KNOWN, clock_text, known

Rows = list[tuple[str, str]]

_FULL_PCT = 100.0

ENDS = {
    "complete": "done to its end",
    "stopped": "stopped early",
    "pain": "stopped because of pain",
    "red-flag": "stopped because of a warning sign",
    "interrupted": "ended before its plan",
}

DOSES = {
    Judged.RUN: "run time",
    Judged.WALK: "walk time",
    Judged.CONTACTS: "contacts",
    None: "dose",
}
"""What is prescribed, by whose steps are judged."""


def session_about(facts: SessionFacts) -> str:
    """Return which session it is, in a line."""
    setup = facts.setup
    began = datetime.fromtimestamp(facts.t0_utc_ns // 10**9, UTC)
    pod = facts.pod
    named = " ".join(part for part in (pod.name, pod.firmware) if part) if pod else facts.judge.kind
    return (
        f"Session {setup.session_id or NOT_KNOWN}, {began:%Y-%m-%d %H:%M} UTC, stage "
        f"{setup.stage}: {setup.stage_title}; {_end(facts)}; pod {named} at the "
        f"{facts.judge.placement.value}"
    )


def _end(facts: SessionFacts) -> str:
    if facts.is_replayed and facts.damage:
        # How it ended stood behind the damage.
        return f"known up to {clock_text(facts.ended_s)} min"
    return f"{ENDS[facts.result['end']]} after {clock_text(facts.result['ended_s'])} min"


def dose_rows(facts: SessionFacts) -> list[tuple[str, float | None, float, float]]:
    """Return what was done in per cent of the plan, with the band that counts."""
    result, setup = facts.result, facts.setup
    load = "load (run steps)" if setup.contacts is None else "load (contacts)"
    return [
        (DOSES[setup.judged], result["run_pct"], UNDER_DOSE_PCT, OVER_DOSE_PCT),
        (load, result["load_pct"], 0.0, LOAD_RED_PCT),
        ("steps above amber", result["amber_pct"], 0.0, 20.0),
        ("main set measured", result["coverage_pct"], VALID_PCT, _FULL_PCT),
    ]


def measured_rows(facts: SessionFacts) -> Rows:
    """Return what was done and measured."""
    limits, contacts = facts.setup.limits, facts.setup.contacts
    in_force = f"{known(limits.amber_g, 2)} / {known(limits.red_g, 2)} g"
    rows = [
        *_step_rows(facts.result, _cadence_spm(facts)),
        ("Limits amber / red", in_force),
        *_load_rows(facts.result),
    ]
    if contacts is not None:
        # The plan behind a session of contacts only ends one that is left alone.
        return [*rows, ("Contacts", f"{known(facts.result.get('contacts'))} of {contacts}")]
    return _merged([*rows, *_segment_rows(facts.result)])


def record_rows(measures: Mapping[str, Any]) -> tuple[Rows, Rows]:
    """Return the same of a session without a recording, and how far it can be believed.

    Parameters
    ----------
    measures : mapping
        What the patient's record holds, ``SessionMeasured.measures``.

    Returns
    -------
    measured, validity : list of tuple of str
        Empty where nothing was measured.
    """
    if not is_whole_result(measures):
        return [], []
    steps = _step_rows(measures, measures.get("median_cadence_spm"))
    contacts = measures.get("contacts")
    done = _segment_rows(measures) if contacts is None else [("Contacts", known(contacts))]
    validity = [*_coverage_rows(measures), *_loss_rows(measures)]
    return _merged([*steps, *_load_rows(measures), *done]), validity


def _step_rows(result: Mapping[str, Any], cadence_spm: float | None) -> Rows:
    return [
        ("Steps of the foot with the pod", known(result["steps"])),
        ("running / walking", f"{known(result['run_steps'])} / {known(result['walk_steps'])}"),
        ("Cadence, median", f"{known(cadence_spm)} steps/min"),
        ("Impact, median of the judged steps", f"{known(result['median_impact_g'], 2)} g"),
    ]


def _load_rows(result: Mapping[str, Any]) -> Rows:
    return [
        ("Above amber", f"{known(result['amber_pct'])} %"),
        ("Red events", known(result["red_events"])),
        ("Load of the plan", f"{known(result['load_pct'])} %"),
    ]


def _segment_rows(result: Mapping[str, Any]) -> Rows:
    return [
        (
            f"{segment['gait']} ({segment['part']})",
            f"{clock_text(segment['done_s'])} of {clock_text(segment['planned_s'])} min",
        )
        for segment in result["segments"]
    ]


def _cadence_spm(facts: SessionFacts) -> float | None:
    if facts.is_from_record:
        # The file holds a part of the session alone.
        spm: float | None = facts.result.get("median_cadence_spm")
        return spm
    cadences = sorted(s.cadence_spm for s in facts.steps if s.cadence_spm is not None)
    middle = cadences or sorted(spm for _, spm in facts.reports)
    return middle[len(middle) // 2] if middle else None


def validity_rows(facts: SessionFacts) -> Rows:
    """Return how far the measured can be believed: coverage, clipping, what is missing."""
    quality = facts.quality
    scale = None if quality is None or not facts.has_samples else quality.full_scale_g
    return [
        *_coverage_rows(facts.result),
        ("Full scale of the pod", f"{known(scale)} g"),
        ("Sampling rate", f"{known(facts.fs_hz, 1)} Hz"),
        ("Holes", known(_holes(facts))),
        *_loss_rows(facts.result),
        *_origin(facts),
    ]


def _coverage_rows(result: Mapping[str, Any]) -> Rows:
    return [
        ("Main set measured", f"{known(result['coverage_pct'])} %"),
        ("Against a current own baseline", "yes" if result["has_impact"] else "no"),
        ("Clipped steps", known(result["clipped_steps"])),
    ]


def _loss_rows(result: Mapping[str, Any]) -> Rows:
    return [
        ("Samples lost", known(result["lost_samples"])),
        ("Link drops, recovered", f"{result['drops']}, {result['drops_recovered']}"),
        ("Bad and repeated packets", f"{result['bad_packets']}, {result['dropped_packets']}"),
    ]


def _holes(facts: SessionFacts) -> int | None:
    """Return how many holes are between samples: before the first and after the last is none."""
    return None if facts.quality is None or not facts.has_samples else facts.quality.holes


def _origin(facts: SessionFacts) -> Rows:
    """Return where the result comes from, where it is not the file's own, and what is damaged."""
    if not facts.is_replayed and not facts.is_from_record:
        return [("The file", text) for text in facts.damage]
    why = "the session never ended"
    if facts.damage:
        why = f"its file is damaged: {'; '.join(facts.damage)}"
    name = "Taken from the record" if facts.is_from_record else "Decided again for this report"
    return [(name, why)]


def _merged(rows: Rows) -> Rows:
    """Return the rows with equal ones in a row as one: eight bouts alike are one line."""
    merged: Rows = []
    counts: list[int] = []
    for row in rows:
        if row in merged:
            counts[merged.index(row)] += 1
        else:
            merged.append(row)
            counts.append(1)
    return [
        (name, value if n == 1 else f"{n} × {value}")
        for (name, value), n in zip(merged, counts, strict=True)
    ]
