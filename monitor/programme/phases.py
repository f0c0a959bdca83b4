"""Phases of a programme, what a clinician confirms at their end, and their days."""

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.programme.rules import Evidence


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a clinician's list: to be confirmed, asked for or looked out for.

    Attributes
    ----------
    id, title : str
        A short name for the record, and the words for a person.
    only_sites : tuple of str
        The sites of injury that it is for; empty where it is for all.
    """

    id: str
    title: str
    only_sites: tuple[str, ...] = ()

    def is_for(self, site: str) -> bool:
        """Return whether the line is for an injury at ``site``."""
        return not self.only_sites or site in self.only_sites


@dataclass(frozen=True, slots=True)
class Phase:
    """A group of stages; it is left by a clinician's signature only.

    Attributes
    ----------
    id, title : str
        For example ``P4`` and "Walk-run".
    min_days : int
        Days to be spent in the phase, at least.
    min_days_range : tuple of int
        What a clinician may choose from.
    exit : tuple of Item
        What the clinician confirms with the signature.
    evidence : Evidence
        Where its days, gaps and numbers of sessions come from.
    source : str or None
        The work that was read or recalled.
    """

    id: str
    title: str
    min_days: int
    min_days_range: tuple[int, int]
    exit: tuple[Item, ...]
    evidence: Evidence
    source: str | None = None

    def exit_items(self, site: str) -> tuple[Item, ...]:
        """Return what is confirmed for an injury at ``site``."""
        return tuple(item for item in self.exit if item.is_for(site))


@dataclass(frozen=True, slots=True)
class Preset:
    """Days per phase for a kind of injury; the phases of ``surgeon_sets`` have no default."""

    id: str
    title: str
    min_days: Mapping[str, int]
    surgeon_sets: tuple[str, ...]
    evidence: Evidence
    source: str | None = None
