"""What the radio says of each pod of a session: its link's state, who it is, how often it was lost.

Nothing here decides anything; ``take`` returns the words for the decision log.
"""

from collections.abc import Collection

from sensors.samples import LinkEvent, LinkState, PodIdentity


class PodLinks:
    """The links of one session.

    Parameters
    ----------
    slots : collection of str
        The pods of the session; events of others are passed over.

    Attributes
    ----------
    events : dict of str to LinkEvent
        The last event of each pod that was searched for.
    identities : dict of str to PodIdentity
        What each pod said of itself.
    drops, drops_recovered : int
        Links lost while they streamed, and made again.
    """

    def __init__(self, slots: Collection[str]) -> None:
        self.events: dict[str, LinkEvent] = {}
        self.identities: dict[str, PodIdentity] = {}
        self.drops = 0
        self.drops_recovered = 0
        self._slots = slots
        self._streamed: set[str] = set()
        self._down: set[str] = set()

    def take(self, event: LinkEvent) -> str | None:
        """Take the next event; return what is to be noted of it, None for nothing."""
        slot = event.slot
        self.events[slot] = event
        if event.state is LinkState.STREAMING:
            self._streamed.add(slot)
            if slot in self._down:
                self._down.discard(slot)
                self.drops_recovered += 1
                return f"{self._pod(slot)} is connected again"
        elif event.state is LinkState.LOST and slot in self._streamed and slot not in self._down:
            self._down.add(slot)
            self.drops += 1
            return f"The link to {self._pod(slot).lower()} was lost"
        return None

    def _pod(self, slot: str) -> str:
        return "The pod" if len(self._slots) == 1 else f"The {slot} pod"
