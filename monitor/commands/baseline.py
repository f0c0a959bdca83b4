"""``stridegate baseline``, ``conditions``, ``steps``: what is measured between the sessions."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from monitor.commands.desk import Case, open_desk, show
from monitor.errors import UsageError
from monitor.people.baselines import BASELINE
from monitor.people.conditions import CONDITIONS, Conditions
from monitor.people.diary import PROTECTED_STEPS
from monitor.people.entries import fields_of
from monitor.people.proposals import Proposed, propose
from monitor.people.zones import local_day
from monitor.programme.rules import Baseline
from monitor.store.names import plain_name, shown_name
from monitor.text import known
from sensors import disk


def run_show(name: str, which: str, *, as_json: bool) -> int:
    """Show what a baseline would be, with the limits that follow; returns the exit status."""
    case = open_desk().case(name)
    proposed = _proposed(case, which)
    show(_lines(case, proposed), _as_dict(proposed), as_json=as_json)
    return 0


def run_accept(
    name: str, which: str, by: str | None, *, yes: bool, pin_stdin: bool, as_json: bool
) -> int:
    """Accept a baseline together with the limits that follow; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    case.check_programme()
    proposed = _proposed(case, which)
    if proposed.refusals:
        raise UsageError("\n".join(proposed.refusals))
    if not as_json:
        print("\n".join(_lines(case, proposed)))
    if not yes:
        if not case.desk.asker.has_person:
            raise UsageError(
                "the baseline is accepted together with its limits: look at them with stridegate "
                "baseline show, then give --with-limits"
            )
        if not case.desk.asker.yes(f"Accept {which} together with these limits?"):
            raise UsageError("not accepted: nothing was written")
    signer = case.desk.signer(by).id
    fields = fields_of(proposed.accepted(case.file.patient, signer, case.desk.now_s))
    # What was shown is what is written: with one entry more it would be shown anew.
    case.write([(BASELINE, fields)], case.unchanged)
    show([f"{which} is accepted by {signer}"], fields, as_json=as_json)
    return 0


def run_conditions(name: str, given: Conditions, *, as_json: bool) -> int:
    """Enter what the patient trains with from now on; returns the exit status."""
    case = open_desk().case(name)
    patient = case.file.patient
    texts: dict[str, Any] = {
        k: plain_name(v, k) for k, v in asdict(given).items() if isinstance(v, str)
    }
    if texts.get("placement", "foot") not in ("foot", "shank"):
        raise UsageError(f"--placement {shown_name(texts['placement'])}: say foot or shank")
    now = patient.conditions.merged(replace(given, **texts))
    if now == patient.conditions:
        show(["nothing changed"], {**asdict(now), "stale": {}}, as_json=as_json)
        return 0
    case.write([(CONDITIONS, fields_of(now))], case.unchanged)
    after = case.again().file.patient
    stale = {which.value: list(after.stale(which)) for which in Baseline if after.stale(which)}
    lines = [
        f"{patient.name} from now on: {k} {v}" for k, v in asdict(now).items() if v is not None
    ]
    lines += [
        f"{which} is stale, {', '.join(why)} changed: sessions do not count until a clinician "
        "accepts a new one"
        for which, why in stale.items()
    ]
    show(lines, {**asdict(now), "stale": stale}, as_json=as_json)
    return 0


def run_steps(name: str, path: Path, *, as_json: bool) -> int:
    """Count the steps of a recording on the foot that is protected; returns the exit status."""
    from analysis.step import Placement
    from monitor.commands.analyse import TIME_DIGITS, analyse_csv, analyse_recording

    case = open_desk().case(name)
    stage = case.outlook.decision.stage
    if stage is not None and case.file.programme.stage(stage).has_sessions:
        raise UsageError(f"stage {stage} protects no foot: see stridegate analyse for a recording")
    if path.suffix == ".mcap":
        analysis = analyse_recording(path)
    else:
        analysis = analyse_csv(path, Placement.FOOT, None)
    times_s = [round(step.t_ic_s, TIME_DIGITS) for step in analysis.steps]
    date = local_day(max(case.desk.now_s, case.file.patient.last_t_s), case.zone).isoformat()
    fields = {"date": date, "source": disk.shown(path), "steps": len(times_s), "times_s": times_s}
    case.write([(PROTECTED_STEPS, fields)])
    lines = [f"{len(times_s)} steps on the protected foot (a count: a pod measures no weight)"]
    lines += [f"  {t_s:.1f} s" for t_s in times_s]
    show(lines, {"patient": case.file.patient.name, **fields}, as_json=as_json)
    return 0


def _proposed(case: Case, which: str) -> Proposed:
    try:
        baseline = Baseline(which)
    except ValueError:
        raise UsageError(f"{shown_name(which)}: say {' or '.join(Baseline)}") from None
    return propose(case.file.patient, case.outlook, case.file.programme, baseline)


def _lines(case: Case, proposed: Proposed) -> list[str]:
    p, which = proposed.proposal, proposed.which
    before = case.file.patient.baselines.get(which)
    lines = list(proposed.refusals)
    if p.impact_g is not None:
        lines.append(
            f"{which}: {p.impact_g:.2f} g (middle half {known(p.iqr_g, 2)} g), "
            f"{known(p.cadence_spm)} steps/min, {p.valid_steps} steps, {p.clipped_steps} clipped, "
            f"sessions {', '.join(proposed.sessions)} ({known(p.difference_pct, 1)} % apart)"
        )
        if before is not None:
            word = "raises" if p.impact_g > before.median_g else "replaces"
            lines.append(f"it {word} {before.median_g:.2f} g, accepted by {before.by}")
    for stage, limits in proposed.limits:
        capped = " (capped)" if limits.is_capped else ""
        lines.append(
            f"  {stage}: amber {known(limits.amber_g, 2)} g, red {known(limits.red_g, 2)} g, "
            f"single step {known(limits.single_g, 2)} g{capped}"
        )
    if proposed.capped_at_g is not None:
        lines.append(
            f"limits are capped at {proposed.capped_at_g:g} g, 0.95 of the pod's scale: steps "
            "above it cannot be told apart; the shank or a pod of ±32 g leaves room"
        )
    return lines


def _as_dict(proposed: Proposed) -> dict[str, object]:
    p = proposed.proposal
    return {
        "which": proposed.which.value,
        "sessions": list(proposed.sessions),
        "median_g": p.impact_g,
        "iqr_g": p.iqr_g,
        "cadence_spm": p.cadence_spm,
        "steps": p.valid_steps,
        "clipped_steps": p.clipped_steps,
        "difference_pct": p.difference_pct,
        "limits": {
            stage: {
                "amber_g": limits.amber_g,
                "red_g": limits.red_g,
                "single_g": limits.single_g,
                "is_capped": limits.is_capped,
            }
            for stage, limits in proposed.limits
        },
        "capped_at_g": proposed.capped_at_g,
        "refusals": list(proposed.refusals),
    }
