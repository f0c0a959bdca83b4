"""What goes wrong in the air and in a pod, on request and the same every time.

Pure: times come in as data. The pod asks for the fate of each packet and does what it is told.
"""

from dataclasses import dataclass

import numpy as np

MAX_LATE_S = 0.5
"""Seconds. Order is restored within this window (design default), so no packet comes later."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The link breaks at pod time ``at_s`` and the pod is out of range for ``for_s`` seconds."""

    at_s: float
    for_s: float


@dataclass(frozen=True, slots=True)
class Stall:
    """Still connected, the pod sends no notification from ``at_s`` for ``for_s`` seconds."""

    at_s: float
    for_s: float


@dataclass(frozen=True, slots=True)
class ClockReset:
    """The pod starts anew at ``at_s``: its counter begins at 0 and the link breaks."""

    at_s: float
    away_s: float = 2.0


@dataclass(frozen=True, slots=True)
class BatteryLevel:
    """The state of charge becomes ``charge_pct`` at pod time ``at_s``."""

    at_s: float
    charge_pct: int


Incident = Drop | Stall | ClockReset | BatteryLevel


@dataclass(frozen=True, slots=True)
class Faults:
    """What befalls the packets of one pod.

    Attributes
    ----------
    seed : int
        The same seed gives the same fate to the same packets.
    loss : float
        Chance, 0 to 1, that a loss begins at a packet.
    loss_burst : int
        Packets lost in a row once a loss begins.
    part_loss : float
        Chance that only the second notification of a two-part packet is lost.
    duplicate : float
        Chance that a packet is sent twice.
    late : float
        Chance that a packet is held back, so that later ones overtake it.
    late_by_s : float
        How long it is held back; at most ``MAX_LATE_S``.
    jitter_s : float
        Every packet waits between 0 and this, in order: arrivals come in bursts.
    from_s, until_s : float
        Pod time in which all of this holds.
    incidents : tuple of Incident
        What happens at a given pod time, each once.
    """

    seed: int = 0
    loss: float = 0.0
    loss_burst: int = 1
    part_loss: float = 0.0
    duplicate: float = 0.0
    late: float = 0.0
    late_by_s: float = 0.3
    jitter_s: float = 0.0
    from_s: float = 0.0
    until_s: float = float("inf")
    incidents: tuple[Incident, ...] = ()

    def __post_init__(self) -> None:
        for name in ("loss", "part_loss", "duplicate", "late"):
            chance = getattr(self, name)
            if not 0.0 <= chance <= 1.0:
                raise ValueError(f"faults: {name} is {chance}; give a chance from 0 to 1")
        if not 0.0 <= self.late_by_s <= MAX_LATE_S:
            raise ValueError(f"faults: late_by_s is {self.late_by_s}; give 0 to {MAX_LATE_S} s")


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of one packet.

    Attributes
    ----------
    deliveries_s : tuple of float
        Pod times at which it is sent: none where it is lost, two where it is doubled.
    part_lost : bool
        Whether its second notification is missing.
    """

    deliveries_s: tuple[float, ...]
    part_lost: bool = False


class Air:
    """Gives each packet its fate, in the order in which the packets are made.

    Parameters
    ----------
    faults : Faults
        What may happen.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._random = np.random.default_rng(faults.seed)
        self._still_lost = 0
        self._in_order_s = float("-inf")

    def fate(self, t_s: float) -> Fate:
        """Return the fate of the packet that is ready at pod time ``t_s``."""
        faults = self._faults
        # Five draws for every packet, used or not: one fault switched on must not change another.
        loss, part, twice, late, wait = self._random.random(5).tolist()
        if not faults.from_s <= t_s < faults.until_s:
            return Fate((max(t_s, self._in_order_s),))
        if self._still_lost == 0 and loss < faults.loss:
            self._still_lost = faults.loss_burst
        if self._still_lost > 0:
            self._still_lost -= 1
            return Fate(())
        part_lost = part < faults.part_loss
        due_s = max(t_s + wait * faults.jitter_s, self._in_order_s)
        if late < faults.late:
            return Fate((due_s + faults.late_by_s,), part_lost)
        self._in_order_s = due_s
        return Fate((due_s, due_s) if twice < faults.duplicate else (due_s,), part_lost)
