"""What has to hold before a patient is enrolled: site, days, and the checklist of blocks."""

from collections.abc import Mapping
from typing import TypeVar

from monitor.errors import UsageError
from monitor.programme.model import Programme
from monitor.programme.phases import Item, Phase, Preset
from monitor.programme.sites import Site
from monitor.store.names import shown_name

T = TypeVar("T", Item, Phase, Preset, Site)


def site_of(programme: Programme, name: str) -> Site:
    """Return a site of the programme; raises UsageError with those that it has."""
    return _named(programme.sites, name, f"programme {programme.id} is not for site")


def preset_of(programme: Programme, name: str) -> Preset:
    """Return a preset of the programme; raises UsageError with those that it has."""
    return _named(programme.presets, name, f"programme {programme.id} has no preset")


def red_flag_of(programme: Programme, site: str, name: str) -> Item:
    """Return a warning sign of the programme; raises UsageError with those that it has."""
    flags = tuple(item for item in programme.red_flags if item.is_for(site))
    return _named(flags, name, f"programme {programme.id} has no warning sign")


def blocks_of(programme: Programme, site: str) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Return the hard and the soft blocks to be asked for an injury at ``site``."""
    return (
        tuple(item for item in programme.hard_blocks if item.is_for(site)),
        tuple(item for item in programme.soft_blocks if item.is_for(site)),
    )


def days_of(
    programme: Programme, site: Site, preset: Preset | None, given: Mapping[str, int]
) -> dict[str, int]:
    """Return the days per phase that an enrolment sets in place of the site's own.

    Parameters
    ----------
    programme : Programme
        Its phases have a range to choose from.
    site : Site
        Some need the surgeon's days.
    preset : Preset or None
        Its days hold where none is given.
    given : mapping of str to int
        Phase to days, by the clinician or surgeon.

    Raises
    ------
    UsageError
        Where days are missing or out of range.
    """
    phases = {phase.id: phase for phase in programme.phases}
    by_surgeon = {*site.surgeon_sets, *(() if preset is None else preset.surgeon_sets)}
    for name, days in given.items():
        phase = _named(programme.phases, name, f"programme {programme.id} has no phase")
        low, high = phase.min_days_range
        low = min(low, site.min_days.get(name, low))
        if name not in by_surgeon and not low <= days <= high:
            raise UsageError(
                f"--min-days {name}={days}: the programme has {low} to {high} days for {name}"
            )
    missing = [name for name in phases if name in by_surgeon and name not in given]
    if missing:
        told = " ".join(f"--min-days {name}=DAYS" for name in missing)
        raise UsageError(f"the surgeon sets the days of {', '.join(missing)}: give {told}")
    return {**({} if preset is None else preset.min_days), **given}


def checked_blocks(
    programme: Programme, site: str, hard: Mapping[str, bool], soft: Mapping[str, str | None]
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the checklist as it is kept: hard blocks that are absent, soft ones with reasons.

    Parameters
    ----------
    programme : Programme
        Its lists.
    site : str
        Some lines are for a few sites only.
    hard : mapping of str to bool
        Whether each hard block is there. One without an answer is not taken for absent.
    soft : mapping of str to (str or None)
        The reason to go on for each soft block that is there; None where it is absent.

    Raises
    ------
    UsageError
        A sentence a line: a hard block is there, an answer is missing, a reason is empty.
    """
    hard_items, soft_items = blocks_of(programme, site)
    present = [item.title for item in hard_items if hard.get(item.id)]
    if present:
        raise UsageError(
            f"not enrolled: {'; '.join(present)}: with this the programme can neither start nor "
            "go on"
        )
    faults = [
        f"not answered, and silence is never a no: {'; '.join(open_items)}: give {cure}"
        for open_items, cure in (
            (_open(hard_items, hard), "--no-hard-blocks once each was looked at"),
            (_open(soft_items, soft), "--no-other-soft-blocks once each was looked at"),
        )
        if open_items
    ]
    reasons = {
        item.id: reason.strip() for item in soft_items if (reason := soft.get(item.id)) is not None
    }
    faults += [
        f"soft block {name}: say why the programme starts all the same: --soft-block {name}=REASON"
        for name, reason in reasons.items()
        if not reason
    ]
    if faults:
        raise UsageError("\n".join(faults))
    return tuple(item.id for item in hard_items), reasons


def _open(items: tuple[Item, ...], answers: Mapping[str, object]) -> list[str]:
    return [f"{item.id} ({item.title})" for item in items if item.id not in answers]


def _named(items: tuple[T, ...], name: str, what: str) -> T:
    for item in items:
        if item.id == name:
            return item
    known = ", ".join(item.id for item in items) or "none: it is for no patient"
    raise UsageError(f"{what} {shown_name(name)}: use one of {known}")
