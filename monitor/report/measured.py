"""The numbers of one session for a report, as texts: what is not known is a dash, never 0."""

from datetime import UTC, datetime

from monitor.gate.outcome import LOAD_RED_PCT, OVER_DOSE_PCT, UNDER_DOSE_PCT, VALID_PCT
from monitor.report.session import SessionFacts
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


def session_about(facts: SessionFacts) -> str:
    """Return which session it is, in a line."""
    setup = facts.setup
    began = datetime.fromtimestamp(facts.t0_utc_ns // 10**9, UTC)
    pod = facts.pod
    named = (
        " ".join(part for part in (pod.name, pod.firmware) if part) if pod else setup.pods[0].kind
    )
    return (
        f"Session {setup.session_id or NOT_KNOWN}, {began:%Y-%m-%d %H:%M} UTC, stage "
        f"{setup.stage}: {setup.stage_title}; {ENDS[facts.result['end']]} after "
        f"{clock_text(facts.ended_s)} min; "
        f"pod {named} at the {setup.pods[0].placement.value}"
    )


def dose_rows(facts: SessionFacts) -> list[tuple[str, float | None, float, float]]:
    """Return what was done in per cent of the plan, with the band that counts."""
    result = facts.result
    return [
        ("run time", result["run_pct"], UNDER_DOSE_PCT, OVER_DOSE_PCT),
        ("load (run steps)", result["load_pct"], 0.0, LOAD_RED_PCT),
        ("steps above amber", result["amber_pct"], 0.0, 20.0),
        ("main set measured", result["coverage_pct"], VALID_PCT, _FULL_PCT),
    ]


def measured_rows(facts: SessionFacts) -> Rows:
    """Return what was done and measured."""
    result, limits = facts.result, facts.setup.limits
    cadences = sorted(s.cadence_spm for s in facts.steps if s.cadence_spm is not None)
    reported = sorted(spm for _, spm in facts.reports)
    middle = cadences or reported
    rows = [
        ("Steps of the foot with the pod", known(result["steps"])),
        ("running / walking", f"{known(result['run_steps'])} / {known(result['walk_steps'])}"),
        ("Cadence, median", f"{known(middle[len(middle) // 2] if middle else None)} steps/min"),
        ("Impact, median of the judged steps", f"{known(result['median_impact_g'], 2)} g"),
        ("Limits amber / red", f"{known(limits.amber_g, 2)} / {known(limits.red_g, 2)} g"),
        ("Above amber", f"{known(result['amber_pct'])} %"),
        ("Red events", known(result["red_events"])),
        ("Load of the plan", f"{known(result['load_pct'])} %"),
    ]
    for segment in result["segments"]:
        name = f"{segment['gait']} ({segment['part']})"
        done = f"{clock_text(segment['done_s'])} of {clock_text(segment['planned_s'])} min"
        rows.append((name, done))
    return _merged(rows)


def validity_rows(facts: SessionFacts) -> Rows:
    """Return how far the measured can be believed: coverage, clipping, what is missing."""
    result, quality = facts.result, facts.quality
    scale = None if quality is None or not facts.has_samples else quality.full_scale_g
    is_own = "yes" if result["has_impact"] else "no"
    return [
        ("Main set measured", f"{known(result['coverage_pct'])} %"),
        ("Against a current own baseline", is_own),
        ("Clipped steps", known(result["clipped_steps"])),
        ("Full scale of the pod", f"{known(scale)} g"),
        ("Sampling rate", f"{known(facts.fs_hz, 1)} Hz"),
        ("Samples lost", known(result["lost_samples"])),
        ("Holes", known(None if not facts.has_samples else len(facts.holes))),
        ("Link drops, recovered", f"{result['drops']}, {result['drops_recovered']}"),
        ("Bad and repeated packets", f"{result['bad_packets']}, {result['dropped_packets']}"),
        *((("Decided again for this report", "the session never ended"),) * facts.is_replayed),
        *(("The file", text) for text in facts.damage),
    ]


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
