"""What must hold for the lists of a programme file: presets, sites, clinicians' lists, sources."""

from collections.abc import Iterator
from typing import Any, Final

from monitor.programme.lines import TomlPath
from monitor.programme.tables import Mistake, Table, is_text, names, nearest, tables

_ITEM_LISTS: Final = ("hard_blocks", "soft_blocks", "red_flags")

FEMORAL_NECK: Final = "fn_"
"""How the sites of the femoral neck begin: there a wrong progress can end in displacement and
surgery (programme, section 1), so no file may lower their risk."""


def broken_entries(data: Table) -> list[Mistake]:
    """Return every broken rule of the lists.

    Parameters
    ----------
    data : dict
        The file as ``tomllib`` gives it; it may have any other fault besides.
    """
    return [
        *_duplicates(data),
        *_days(data, "presets"),
        *_days(data, "sites"),
        *_risks(data),
        *_only_sites(data),
        *_sources(data, ()),
    ]


def _duplicates(data: Table) -> Iterator[Mistake]:
    for key in ("phases", "presets", "sites", "stages", *_ITEM_LISTS):
        yield from _used_twice(data, key, ())
    for path, phase in tables(data, "phases"):
        yield from _used_twice(phase, "exit", path)


def _used_twice(data: Table, key: str, parent: TomlPath) -> Iterator[Mistake]:
    seen = set()
    for path, item in tables(data, key):
        name = item.get("id")
        if isinstance(name, str) and name in seen:
            text = f'"{name}" is used by an earlier entry too: give this one another id'
            yield Mistake((*parent, *path, "id"), text)
        if isinstance(name, str):
            seen.add(name)


def _days(data: Table, key: str) -> Iterator[Mistake]:
    known = names(data, "phases")
    for path, entry in tables(data, key):
        days, surgeon = entry.get("min_days"), entry.get("surgeon_sets")
        given = days if isinstance(days, dict) else {}
        for name in given:
            if name not in known:
                yield Mistake((*path, "min_days", name), f"unknown phase: {nearest(name, known)}")
        for i, name in enumerate(surgeon if isinstance(surgeon, list) else ()):
            if isinstance(name, str) and name not in known:
                text = f'unknown phase "{name}": {nearest(name, known)}'
                yield Mistake((*path, "surgeon_sets", i), text)
            elif name in given:
                text = f"min_days names {name} too: the surgeon sets its days, or the file does"
                yield Mistake((*path, "surgeon_sets", i), text)


def _risks(data: Table) -> Iterator[Mistake]:
    for path, site in tables(data, "sites"):
        is_neck = is_text(site, "id") and site["id"].startswith(FEMORAL_NECK)
        if is_neck and site.get("risk") == "other":
            text = 'a femoral neck can displace, its risk is never "other": write risk = "high"'
            yield Mistake((*path, "risk"), text)


def _only_sites(data: Table) -> Iterator[Mistake]:
    known = names(data, "sites")
    lists: list[tuple[TomlPath, Table, str]] = [((), data, key) for key in _ITEM_LISTS]
    lists += [(path, phase, "exit") for path, phase in tables(data, "phases")]
    for parent, table, key in lists:
        for path, item in tables(table, key):
            sites = item.get("only_sites")
            for i, name in enumerate(sites if isinstance(sites, list) else ()):
                if isinstance(name, str) and name not in known:
                    text = f'unknown site "{name}": {nearest(name, known)}'
                    yield Mistake((*parent, *path, "only_sites", i), text)


def _sources(value: Any, path: TomlPath) -> Iterator[Mistake]:
    if isinstance(value, list):
        for i, item in enumerate(value):
            yield from _sources(item, (*path, i))
    elif isinstance(value, dict):
        if value.get("evidence") in ("V", "R") and "source" not in value:
            mark = value["evidence"]
            text = f'"{mark}" is evidence from a work: add source = "author and year"'
            yield Mistake((*path, "evidence"), text)
        for key, item in value.items():
            yield from _sources(item, (*path, key))
