"""What holds in a session, said before it begins: plan, baselines, limits, caps, the pod."""

from monitor.baselines import baseline_notice
from monitor.limits import StageLimits
from monitor.programme.rules import Baseline, Judged
from monitor.setup import Purpose, SessionSetup
from monitor.text import in_words, known


def setup_lines(setup: SessionSetup) -> tuple[str, ...]:
    """Return what holds in a session: plan, baselines, limits, and what keeps it from counting."""
    planned_s = sum(segment.duration_s for segment in setup.segments)
    plan = in_words(planned_s) if setup.contacts is None else f"{setup.contacts} contacts"
    lines = [
        f"{setup.patient}: stage {setup.stage}, {setup.stage_title}. {plan} in all.",
        *(virtual_lines(setup) if setup.has_virtual_pod else _pod_lines(setup)),
        *(_baseline_line(setup, which) for which in Baseline),
        f"Limits: {_limits_text(setup.limits)}.",
    ]
    if setup.captures is not None:
        lines.append(f"This session measures {setup.captures}: a clinician accepts it afterwards.")
    notice = baseline_notice(setup.baselines, setup.judged, setup.limits)
    if notice:
        lines.append(f"{notice}.")
    if cannot_count(setup):
        lines.append(
            "As things stand this session may be run and cannot count: no impact is measured "
            "against a current baseline of your own."
        )
    return tuple(lines)


def virtual_lines(setup: SessionSetup) -> tuple[str, ...]:
    """Say that the pod is no real one, and what that means for whose session it is."""
    is_real = setup.purpose is Purpose.PATIENT
    counts = "the session cannot count" if is_real else "this is a demo patient"
    return (f"VIRTUAL POD: not a real pod, nothing is measured on a person; {counts}.",)


def _pod_lines(setup: SessionSetup) -> tuple[str, ...]:
    """Say whose pod is taken: the patient's own, or the first one that answers."""
    bound = setup.pods[0].bound
    if bound is not None:
        return (f"Pod: {bound.title}, and no other.",)
    first = f"the first {setup.pods[0].kind} that answers is taken"
    return (f"Pod: none is bound to you yet: {first}, and you are asked whether it is yours.",)


def cannot_count(setup: SessionSetup) -> bool:
    """Whether it is sure before its first step that the gate will not count a session."""
    if setup.has_virtual_pod and setup.purpose is Purpose.PATIENT:
        return True
    if setup.judged is not Judged.RUN:
        return False
    needed = setup.limits.baseline
    has_own = needed is not None and setup.baselines.is_current(needed)
    return setup.limits.is_fallback or not has_own


def _baseline_line(setup: SessionSetup, which: Baseline) -> str:
    accepted = setup.baselines.of(which)
    if accepted is None:
        return f"Baseline {which}: none accepted."
    state = f"STALE: {accepted.stale_because}" if accepted.stale_because else "current"
    return f"Baseline {which}: {accepted.impact_g:.2f} g, by {accepted.accepted_by}, {state}."


def _limits_text(limits: StageLimits) -> str:
    if limits.amber_g is None:
        return "no impact limit in this stage yet"
    amber = _limit(limits.amber_g, is_capped=limits.amber_is_capped)
    red = _limit(limits.red_g, is_capped=limits.red_is_capped)
    text = f"amber above {amber}, red above {red}, from {limits.baseline}"
    if limits.cadence_low_spm is not None:
        text += f"; cadence from {known(limits.cadence_low_spm)} steps/min"
    return text


def _limit(g: float | None, *, is_capped: bool) -> str:
    return f"{known(g, 1)} g" + (" (capped at the top of the pod's scale)" if is_capped else "")
