"""What must hold between the keys of a programme file.

The rules look at the values as ``tomllib`` gave them, not at validated tables: a wrong number in
one stage must not hide a wrong order in another. A value of the wrong type is passed over here,
because ``monitor.programme.schema`` names it.
"""

from collections.abc import Iterator
from itertools import pairwise

from monitor.programme.entrychecks import broken_entries
from monitor.programme.gatechecks import broken_for_the_gate
from monitor.programme.lines import TomlPath
from monitor.programme.tables import (
    SESSION_KEYS,
    Mistake,
    Table,
    are_numbers,
    is_number,
    is_text,
    names,
    nearest,
    tables,
)


def broken_rules(data: Table) -> list[Mistake]:
    """Return every broken rule of a programme.

    Parameters
    ----------
    data : dict
        The file as ``tomllib`` gives it; it may have any other fault besides.
    """
    return [
        *_phases(data),
        *_limits(data),
        *_stages(data),
        *_order(data),
        *broken_entries(data),
        *broken_for_the_gate(data),
    ]


def _phases(data: Table) -> Iterator[Mistake]:
    used = {item["phase"] for _, item in tables(data, "stages") if is_text(item, "phase")}
    # While a stage names an unknown phase, it may be the stage that this phase lacks.
    known = set(names(data, "phases"))
    for path, phase in tables(data, "phases"):
        if is_text(phase, "id") and phase["id"] not in used and used <= known:
            yield Mistake(path, f"phase {phase['id']} has no stage: add one, or remove the phase")
        days, span = phase.get("min_days"), phase.get("min_days_range")
        if is_number(days) and isinstance(span, list) and are_numbers(span) and len(span) == 2:
            if span[0] > span[1]:
                text = f"{span[0]} to {span[1]} is no range: write the smaller number first"
                yield Mistake((*path, "min_days_range"), text)
            elif not span[0] <= days <= span[1]:
                text = (
                    f"{days} is outside min_days_range {span[0]} to {span[1]}: change one of them"
                )
                yield Mistake((*path, "min_days"), text)
        yield from _one_unit(path, phase)


def _limits(data: Table) -> Iterator[Mistake]:
    groups = data.get("limits")
    for name, group in groups.items() if isinstance(groups, dict) else ():
        if not isinstance(group, dict):
            continue
        path: TomlPath = ("limits", name)
        for key in ("impact", "impact_when_stale"):
            yield from _rising(group, path, key, "amber_ratio", "red_ratio")
        yield from _rising(group, path, "load", "amber_pct", "red_pct")
        yield from _rising(group, path, "dose", "low_pct", "high_pct")
        yield from _rising(group, path, "cadence", "target_low_ratio", "target_ratio")
        yield from _rising(group, path, "cadence", "target_ratio", "target_high_ratio")
        yield from _rising(group, path, "cadence", "low_ratio", "target_ratio")
        stale = group.get("impact_when_stale")
        if isinstance(stale, dict) and stale.get("baseline") == "R0":
            text = 'the rule for a stale R0 cannot be relative to R0: write baseline = "W0"'
            yield Mistake((*path, "impact_when_stale", "baseline"), text)


def _rising(group: Table, path: TomlPath, key: str, low: str, high: str) -> Iterator[Mistake]:
    table = group.get(key)
    if not isinstance(table, dict):
        return
    a, b = table.get(low), table.get(high)
    if a is not None and b is not None and are_numbers([a, b]) and a >= b:
        text = f"{low} {a} must be below {high} {b}: swap or change them"
        yield Mistake((*path, key, low), text)


def _stages(data: Table) -> Iterator[Mistake]:
    phases = {phase["id"]: phase for _, phase in tables(data, "phases") if is_text(phase, "id")}
    groups = data.get("limits")
    known_limits = list(groups) if isinstance(groups, dict) else []
    for path, stage in tables(data, "stages"):
        name = stage.get("phase")
        if isinstance(name, str) and name not in phases:
            text = f'unknown phase "{name}": {nearest(name, list(phases))}'
            yield Mistake((*path, "phase"), text)
        group = stage.get("limits")
        if isinstance(group, str) and group not in known_limits:
            text = f"no table [limits.{group}]: {nearest(group, known_limits)}"
            yield Mistake((*path, "limits"), text)
        yield from _sessions(path, stage, phases.get(name) if isinstance(name, str) else None)
        yield from _one_unit(path, stage)
        main = stage.get("main")
        for i, bout in enumerate(main if isinstance(main, list) else ()):
            if isinstance(bout, dict):
                yield from _bout((*path, "main", i), bout)


def _sessions(path: TomlPath, stage: Table, phase: Table | None) -> Iterator[Mistake]:
    kinds = [key for key in SESSION_KEYS if key in stage]
    if len(kinds) > 1:
        text = f"{' and '.join(kinds)} exclude each other: keep one of them"
        yield Mistake((*path, kinds[1]), text)
    if kinds:
        for key in ("limits", "sessions_required"):
            if key not in stage:
                yield Mistake(path, f"a stage with {kinds[0]} needs {key}: add it")
        for key in ("min_gap_h", "max_per_week"):
            if phase is not None and key not in phase:
                text = f"its phase {phase.get('id')} needs {key} for this stage's sessions: add it"
                yield Mistake((*path, "phase"), text)
        return
    for key in ("limits", "sessions_required", "captures", "supervised"):
        if key in stage:
            text = f"{key} needs sessions: add main, week_runs_min or contacts, or remove {key}"
            yield Mistake((*path, key), text)
    if "name" not in stage:
        text = "the stage has nothing to do: add main, week_runs_min or contacts, or a name"
        yield Mistake(path, text)


def _bout(path: TomlPath, bout: Table) -> Iterator[Mistake]:
    walks = [key for key in bout if key in ("walk_min", "walk_s")]
    runs = [key for key in bout if key in ("run_min", "run_s")]
    for keys in (walks, runs):
        if len(keys) > 1:
            yield Mistake((*path, keys[1]), f"{keys[0]} says it already: keep one of them")
    # A misspelt key is named by the schema; that it leaves the entry empty is no news.
    if not walks and not runs and set(bout) <= {"repeat"}:
        yield Mistake(path, "neither walk nor run: add walk_min or run_min")
    keys = list(bout)
    if walks and runs and keys.index(runs[0]) < keys.index(walks[0]):
        # TOML gives the order of keys no meaning, so an order that looks like one must not stand.
        text = (
            f"within one entry the walk comes first: write {walks[0]} before {runs[0]}, "
            "or make two entries of it"
        )
        yield Mistake((*path, runs[0]), text)


def _one_unit(path: TomlPath, table: Table) -> Iterator[Mistake]:
    for stem in ("warm_up_walk", "cool_down_walk"):
        if f"{stem}_min" in table and f"{stem}_s" in table:
            yield Mistake((*path, f"{stem}_s"), f"{stem}_min says it already: keep one of them")


def _order(data: Table) -> Iterator[Mistake]:
    places = {name: i for i, name in enumerate(names(data, "phases"))}
    stages = [
        (path, stage)
        for path, stage in tables(data, "stages")
        if is_text(stage, "phase") and stage["phase"] in places
    ]
    for (_, before), (path, stage) in pairwise(stages):
        if places[stage["phase"]] < places[before["phase"]]:
            text = (
                f"a stage of {stage['phase']} stands after one of {before['phase']}: "
                "put the stages in the order of the phases"
            )
            yield Mistake((*path, "phase"), text)
