"""What a link delivers: states, identities and notifications, stamped and in order."""

from typing import Protocol

from sensors import advice
from sensors.arming import Hearing
from sensors.clock import SessionClock
from sensors.samples import (
    LinkEvent,
    LinkItem,
    LinkState,
    Notification,
    PodIdentity,
    PodReport,
)


class Inbox(Protocol):
    """What a link delivers to: a deque, for example."""

    def append(self, item: LinkItem, /) -> None:
        """Take one item."""
        ...


class Delivery:
    """The one hand through which all that a link has to say goes into the inbox.

    Parameters
    ----------
    clock : SessionClock
        Stamps every item with the moment at which it is delivered.
    slot : str
        The pod's place in the session.
    inbox : Inbox
        Takes the items.

    Attributes
    ----------
    state : LinkState or None
        The state of the last event; None before any.
    heard_s : float
        When the last notification came, in session seconds.
    hearing : Hearing or None
        Hears along while a pod is configured.
    """

    def __init__(self, clock: SessionClock, slot: str, inbox: Inbox) -> None:
        self.state: LinkState | None = None
        self.heard_s = 0.0
        self.hearing: Hearing | None = None
        self._clock = clock
        self._slot = slot
        self._inbox = inbox

    def enter(self, state: LinkState, detail: str = "") -> None:
        """Say that the link is in a state from now on, and why."""
        self.state = state
        self._inbox.append(LinkEvent(self._clock.now_s(), self._slot, state, detail))

    def introduce(self, identity: PodIdentity) -> None:
        """Say who the pod is."""
        self._inbox.append(PodReport(self._clock.now_s(), self._slot, identity))

    def receive(self, uuid: str, value: bytes) -> Notification:
        """Take what the pod sent, or what was read of it."""
        notification = self._stamped(uuid, value)
        self.heard_s = notification.t_s
        if self.state is LinkState.SILENT:
            self.enter(LinkState.STREAMING, advice.DATA_AGAIN)
        self._inbox.append(notification)
        if self.hearing is not None:
            self.hearing.add(notification)
        return notification

    def mention(self, uuid: str, value: bytes) -> None:
        """Take what was read beside the stream: it says nothing of whether the pod streams."""
        self._inbox.append(self._stamped(uuid, value))

    def _stamped(self, uuid: str, value: bytes) -> Notification:
        return Notification(self._clock.now_s(), self._slot, uuid, value)
