"""What bounds a patient's next session, in words: baselines, limits, and what is worn."""

from monitor.commands.desk import Case
from monitor.limits import stage_limits
from monitor.people.proposals import stage_in_force
from monitor.programme.edits import values_after
from monitor.programme.rules import Baseline
from monitor.text import known


def bounds_lines(case: Case) -> list[str]:
    """Return the lines of ``stridegate patient show`` about baselines, limits and what is worn."""
    lines = [_baseline_line(case, which) for which in Baseline]
    lines.append(f"wears: {_worn(case)}")
    now = limits_now(case)
    if now is not None:
        capped = " (capped)" if now["is_capped"] else ""
        stale = ", as a baseline is stale" if now["is_fallback"] else ""
        lines.append(
            f"limits now: amber {_in_g(now['amber_g'])}, red {_in_g(now['red_g'])}{capped}{stale}"
        )
    return lines + [f"limits of {stage}: {text}" for stage, text in edited(case).items()]


def limits_now(case: Case) -> dict[str, float | bool | None] | None:
    """Return the impact limits of the patient's stage; None where it has none of its own."""
    patient, stage_id = case.file.patient, case.outlook.decision.stage
    if stage_id is None:
        return None
    stage = stage_in_force(patient, case.outlook, case.file.programme.stage(stage_id))
    if stage.limits.impact is None:
        return None
    limits = stage_limits(stage, patient.in_force, patient.conditions.full_scale_g)
    return {
        "amber_g": limits.amber_g,
        "red_g": limits.red_g,
        "single_g": limits.single_g,
        "is_capped": limits.is_capped,
        "is_fallback": limits.is_fallback,
    }


def _in_g(value_g: float | bool | None) -> str:
    return f"{known(value_g, 2)} g"


def _baseline_line(case: Case, which: Baseline) -> str:
    baseline = case.file.patient.baselines.get(which)
    if baseline is None:
        return f"{which}: none accepted"
    stale = case.file.patient.stale(which)
    state = f"stale: {', '.join(stale)} changed" if stale else "current"
    capped = (
        "" if baseline.capped_at_g is None else f", limits capped at {baseline.capped_at_g:g} g"
    )
    numbers = f"{baseline.median_g:.2f} g, {known(baseline.cadence_spm)} steps/min"
    return f"{which}: {numbers}, by {baseline.by}{capped}: {state}"


def _worn(case: Case) -> str:
    c = case.file.patient.conditions
    parts = {
        "shoe": c.shoe,
        "pod": c.pod,
        "serial": c.serial,
        "firmware": c.firmware,
        "at": c.placement,
        "on": c.surface,
    }
    return ", ".join(f"{word} {one_line(value or '–')}" for word, value in parts.items())


def edited(case: Case) -> dict[str, str]:
    """Return the stages whose limits a clinician changed, with what stands there now."""
    edits, programme = case.file.patient.edits, case.file.programme
    named = {stage for edit in edits for stage in edit.stages}
    return {
        stage.id: ", ".join(f"{k} {v:g}" for k, v in values_after(stage, edits).items())
        for stage in programme.stages
        if stage.id in named
    }


def one_line(text: str) -> str:
    """Return a text on one line: what cannot be printed is a space."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
