"""What the radio says of each pod of a session: its link's state, who it is, how often it was lost.

Nothing here decides anything; ``take`` returns the words for the decision log.
"""

from collections.abc import Collection

from monitor.sides import OTHER, SLOT
from sensors.samples import LinkEvent, LinkState, PodIdentity

_FAILED = (LinkState.LOST, LinkState.REFUSED)
"""After either of them the pod streams no more."""

_TOLD = (LinkState.BUSY, LinkState.REFUSED)
"""What a person has to do something about: into the log, each time that it begins."""


class PodLinks:
    """The links of one session.

    Parameters
    ----------
    slots : collection of str
        The pods of the session; events of others are passed over.

    Attributes
    ----------
    events : dict of str to LinkEvent
        The last event of each pod that was searched for, and
    since_s : dict of str to float
        since when its link is in that state: a state that is told again is no new one.
    identities : dict of str to PodIdentity
        What each pod said of itself.
    labels : dict of str to str
        Slot of each pod to what it is called now: the legs of two pods can be swapped.
    drops, drops_recovered : int
        Links lost while they streamed, and made again.
    """

    def __init__(self, slots: Collection[str]) -> None:
        self.events: dict[str, LinkEvent] = {}
        self.since_s: dict[str, float] = {}
        self.identities: dict[str, PodIdentity] = {}
        self.labels = {slot: slot for slot in slots}
        self.drops = 0
        self.drops_recovered = 0
        self._slots = slots
        self._streamed: set[str] = set()
        self._down: set[str] = set()

    def take(self, event: LinkEvent) -> str | None:
        """Take the next event; return what is to be noted of it, None for nothing."""
        slot = event.slot
        before = self.events.get(slot)
        if before is None or before.state is not event.state:
            self.since_s[slot] = event.t_s
        self.events[slot] = event
        if event.state is LinkState.STREAMING:
            self._streamed.add(slot)
            if slot in self._down:
                self._down.discard(slot)
                self.drops_recovered += 1
                return f"{self.title(slot)} is connected again"
        elif event.state in _FAILED and slot in self._streamed and slot not in self._down:
            self._down.add(slot)
            self.drops += 1
            return f"The link to {self.title(slot).lower()} was lost"
        elif event.state in _TOLD and (before is None or before.state is not event.state):
            return f"{self.title(slot)}: {event.detail.rstrip('.')}"
        return None

    def title(self, slot: str) -> str:
        """Return what a pod is called in a sentence."""
        return (
            "The pod" if len(self._slots) == 1 or slot == SLOT else f"The {self.labels[slot]} pod"
        )

    def slot_of(self, label: str) -> str:
        """Return the slot of the pod that is called so now."""
        return next(slot for slot, name in self.labels.items() if name == label)

    def swap(self) -> None:
        """Let left be right and right be left from here on."""
        self.labels = {slot: OTHER.get(label, label) for slot, label in self.labels.items()}
