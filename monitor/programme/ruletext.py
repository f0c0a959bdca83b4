"""The limits of a stage in words, each with the mark of its evidence."""

from monitor.programme.rules import CadenceRule, Evidence, LimitRule, Limits


def graded(text: str, evidence: Evidence, source: str | None) -> str:
    """Return a text with the mark of its evidence, and the source where there is one."""
    return f"{text} [{evidence.value}{f': {source}' if source else ''}]"


def limit_texts(limits: Limits) -> tuple[str, ...]:
    """Return each limit in words, amber before red; empty where nothing bounds a session."""
    texts = []
    if limits.impact is not None:
        texts.append(f"impact {_impact(limits.impact)}")
    if limits.impact_when_stale is not None:
        texts.append(f"while R0 is stale {_impact(limits.impact_when_stale)}")
    if limits.cadence is not None:
        texts.append(f"cadence {_cadence(limits.cadence)}")
    if (load := limits.load) is not None:
        text = f"load {load.amber_pct:g} / {load.red_pct:g} % of plan"
        texts.append(graded(text, load.evidence, load.source))
    if (dose := limits.dose) is not None:
        text = f"run time {dose.low_pct:g}–{dose.high_pct:g} % of plan"
        texts.append(graded(text, dose.evidence, dose.source))
    if (longest := limits.longest_run) is not None:
        text = f"no run above {longest.max_pct:g} % of the longest of {longest.days} days"
        texts.append(graded(text, longest.evidence, longest.source))
    return tuple(texts)


def _impact(rule: LimitRule) -> str:
    text = f"{rule.amber_ratio:.2f} / {rule.red_ratio:.2f} × {rule.baseline.value}"
    return graded(text, rule.evidence, rule.source)


def _cadence(rule: CadenceRule) -> str:
    band = f"{rule.target_low_ratio:.2f}–{rule.target_high_ratio:.2f}"
    text = f"from {rule.low_ratio:.2f}, aim {rule.target_ratio:.2f} ({band}) × R0"
    return graded(text, rule.evidence, rule.source)
