"""The decision log of one session: what was decided, when, in words. It replays byte for byte."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from monitor.snapshot import Priority


class Kind(StrEnum):
    """What an entry is about."""

    SEGMENT = "segment"
    ALARM = "alarm"
    CLEARED = "cleared"
    RED_EVENT = "red-event"
    SINGLE = "single-step"
    SIGNAL = "signal"
    LINK = "link"
    BATTERY = "battery"
    DISK = "disk"
    POD = "pod"
    PLACEMENT = "placement"
    BASELINE = "baseline"
    ASYMMETRY = "asymmetry"
    SIDES = "sides"
    ALIGNMENT = "alignment"
    PAIN = "pain"
    RED_FLAG = "red-flag"
    MARK = "mark"
    END = "end"


Note = tuple[Kind, Priority, str]
"""What is to be entered: kind, priority and sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision or event at session time ``t_s``, with its priority and a sentence."""

    t_s: float
    kind: Kind
    priority: Priority
    text: str

    def to_json(self) -> dict[str, str | float]:
        """Return the entry as JSON values."""
        return {
            "t_s": self.t_s,
            "kind": self.kind.value,
            "priority": self.priority.value,
            "text": self.text,
        }


class Journal:
    """An append-only list of entries that tells a listener about each.

    Parameters
    ----------
    listener : callable, optional
        Called with each entry as it is added, for example to record it.
    """

    def __init__(self, listener: Callable[[Entry], None] | None = None) -> None:
        self.entries: list[Entry] = []
        self._listener = listener

    def add(self, t_s: float, kind: Kind, priority: Priority, text: str) -> None:
        """Append one entry."""
        entry = Entry(t_s, kind, priority, text)
        self.entries.append(entry)
        if self._listener is not None:
            self._listener(entry)

    def hand_on(self, listener: Callable[[Entry], None], known: int) -> None:
        """Tell a listener of the entries behind the first ``known``, and of each from now on."""
        for entry in self.entries[known:]:
            listener(entry)
        self._listener = listener

    def count(self, kind: Kind) -> int:
        """Return how many entries are of a kind."""
        return sum(entry.kind is kind for entry in self.entries)

    def sha256(self) -> str:
        """Return the hash of the log's canonical text: one JSON object a line."""
        lines = "".join(
            json.dumps(entry.to_json(), sort_keys=True, separators=(",", ":")) + "\n"
            for entry in self.entries
        )
        return hashlib.sha256(lines.encode()).hexdigest()
