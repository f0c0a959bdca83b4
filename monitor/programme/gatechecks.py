"""What must hold in a programme file so that the gate can climb it, and means the same by it.

The gate takes sites, stages, days, gaps and numbers of sessions from the programme. A few numbers
are its own, the same for every programme: a file may show them, and may not contradict them.
"""

from collections.abc import Iterator
from typing import Final

from monitor.gate.outcome import LOAD_RED_PCT, OVER_DOSE_PCT, UNDER_DOSE_PCT
from monitor.programme.tables import SESSION_KEYS, Mistake, Table, is_number, is_text, tables

_THE_GATES: Final = (
    ("dose", "low_pct", UNDER_DOSE_PCT),
    ("dose", "high_pct", OVER_DOSE_PCT),
    ("load", "red_pct", LOAD_RED_PCT),
)


def broken_for_the_gate(data: Table) -> list[Mistake]:
    """Return every rule of the gate that a programme breaks.

    Parameters
    ----------
    data : dict
        The file as ``tomllib`` gives it; it may have any other fault besides.
    """
    return [*_numbers(data), *_phases(data)]


def _numbers(data: Table) -> Iterator[Mistake]:
    groups = data.get("limits")
    for name, group in groups.items() if isinstance(groups, dict) else ():
        for table, key, due in _THE_GATES:
            rule = group.get(table) if isinstance(group, dict) else None
            value = rule.get(key) if isinstance(rule, dict) else None
            if is_number(value) and value != due:
                text = f"{value} is not the gate's {due}, which no programme changes: write {due}"
                yield Mistake(("limits", name, table, key), text)


def _phases(data: Table) -> Iterator[Mistake]:
    has_sessions: dict[str, bool] = {}
    for path, stage in tables(data, "stages"):
        if not is_text(stage, "phase"):
            continue
        phase, has = stage["phase"], any(key in stage for key in SESSION_KEYS)
        is_first = phase not in has_sessions
        if has_sessions.setdefault(phase, has) is not has:
            text = f"phase {phase} has stages with and without sessions: make two phases of it"
            yield Mistake((*path, "phase"), text)
        elif not (is_first or has):
            text = f"phase {phase} is left by a signature alone, after one stage: remove this one"
            yield Mistake((*path, "phase"), text)
