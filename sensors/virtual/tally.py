"""What happened to a virtual pod: the other side of every count that a client makes."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tally:
    """Counts of one virtual pod, from its start on.

    A packet counts once, however many notifications carry it and however often it is sent. At
    every moment ``packets_made = packets_sent + packets_lost + packets_unheard`` plus what still
    waits in the outbox, as long as one client is subscribed once.

    Attributes
    ----------
    connections : int
        How often a client connected.
    subscriptions : list of str
        What was subscribed, in order: a resource path, or the four digits of a characteristic.
    packets_made, samples_made : int
        Made by the pod in its own time, heard or not.
    packets_sent, samples_sent : int
        Handed to the radio.
    packets_doubled : int
        Handed to the radio a second time, by a fault.
    packets_lost : int
        Lost on the way, by a fault.
    packets_unheard : int
        Made while nobody was subscribed, or due while the pod was stalled or out of range.
    notifications : int
        Notifications handed to the radio, command answers included.
    battery_reads : int
        How often the state of charge was read.
    """

    connections: int = 0
    subscriptions: list[str] = field(default_factory=list)
    packets_made: int = 0
    samples_made: int = 0
    packets_sent: int = 0
    samples_sent: int = 0
    packets_doubled: int = 0
    packets_lost: int = 0
    packets_unheard: int = 0
    notifications: int = 0
    battery_reads: int = 0
