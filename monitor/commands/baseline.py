"""``stridegate baseline``, ``conditions``, ``steps``: what is measured between the sessions."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from monitor.commands.desk import Case, Done, open_desk, show, show_done
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
    found = proposed(case, which)
    show(proposal_lines(case, found), _as_dict(found), as_json=as_json)
    return 0


def run_accept(
    name: str, which: str, by: str | None, *, yes: bool, pin_stdin: bool, as_json: bool
) -> int:
    """Accept a baseline together with the limits that follow; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    case.check_programme()
    found = proposed(case, which)
    if found.refusals:
        raise UsageError("\n".join(found.refusals))
    if not as_json:
        print("\n".join(proposal_lines(case, found)))
    if not yes:
        if not case.desk.asker.has_person:
            raise UsageError(
                "the baseline is accepted together with its limits: look at them with stridegate "
                "baseline show, then give --with-limits"
            )
        if not case.desk.asker.yes(f"Accept {which} together with these limits?"):
            raise UsageError("not accepted: nothing was written")
    return show_done(accept(case, found, by), as_json=as_json)


def accept(case: Case, found: Proposed, by: str | None) -> Done:
    """Accept a baseline that was shown, and that nothing refuses."""
    signer = case.desk.signer(by).id
    fields = fields_of(found.accepted(case.file.patient, signer, case.desk.now_s))
    # What was shown is what is written: with one entry more it would be shown anew.
    case.write([(BASELINE, fields)], case.unchanged)
    return Done((f"{found.which} is accepted by {signer}",), fields)


def run_conditions(name: str, given: Conditions, *, as_json: bool) -> int:
    """Enter what the patient trains with from now on; returns the exit status."""
    return show_done(enter_conditions(open_desk().case(name), given), as_json=as_json)


def enter_conditions(case: Case, given: Conditions) -> Done:
    """Enter what the patient trains with from now on; what is not given stays as it was."""
    patient = case.file.patient
    texts: dict[str, Any] = {
        k: plain_name(v, k) for k, v in asdict(given).items() if isinstance(v, str)
    }
    if texts.get("placement", "foot") not in ("foot", "shank"):
        raise UsageError(f"--placement {shown_name(texts['placement'])}: say foot or shank")
    now = patient.conditions.merged(replace(given, **texts))
    if now == patient.conditions:
        return Done(("nothing changed",), {**asdict(now), "stale": {}})
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
    return Done(tuple(lines), {**asdict(now), "stale": stale})


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


def proposed(case: Case, which: str) -> Proposed:
    """Return what a baseline would be, W0 or R0, and why it is none yet."""
    try:
        baseline = Baseline(which)
    except ValueError:
        raise UsageError(f"{shown_name(which)}: say {' or '.join(Baseline)}") from None
    return propose(case.file.patient, case.outlook, case.file.programme, baseline)


def proposal_lines(case: Case, found: Proposed) -> list[str]:
    """Return a proposed baseline with the limits that follow from it, for a person."""
    p, which = found.proposal, found.which
    before = case.file.patient.baselines.get(which)
    lines = list(found.refusals)
    if p.impact_g is not None:
        lines.append(
            f"{which}: {p.impact_g:.2f} g (middle half {known(p.iqr_g, 2)} g), "
            f"{known(p.cadence_spm)} steps/min, {p.valid_steps} steps, {p.clipped_steps} clipped, "
            f"sessions {', '.join(found.sessions)} ({known(p.difference_pct, 1)} % apart)"
        )
        if before is not None:
            word = "raises" if p.impact_g > before.median_g else "replaces"
            lines.append(f"it {word} {before.median_g:.2f} g, accepted by {before.by}")
    for stage, limits in found.limits:
        capped = " (capped)" if limits.is_capped else ""
        lines.append(
            f"  {stage}: amber {known(limits.amber_g, 2)} g, red {known(limits.red_g, 2)} g, "
            f"single step {known(limits.single_g, 2)} g{capped}"
        )
    if found.capped_at_g is not None:
        lines.append(
            f"limits are capped at {found.capped_at_g:g} g, 0.95 of the pod's scale: steps "
            "above it cannot be told apart; the shank or a pod of ±32 g leaves room"
        )
    return lines


def _as_dict(found: Proposed) -> dict[str, object]:
    p = found.proposal
    return {
        "which": found.which.value,
        "sessions": list(found.sessions),
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
            for stage, limits in found.limits
        },
        "capped_at_g": found.capped_at_g,
        "refusals": list(found.refusals),
    }
