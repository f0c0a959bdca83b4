"""The virtual pods that can play samples, one of each kind of pod that sends them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from sensors.clock import SessionClock
from sensors.virtual.metamotion import MetaMotion
from sensors.virtual.movesense import Movesense
from sensors.virtual.names import NAMES
from sensors.virtual.openpod import OpenPod
from sensors.virtual.peripheral import Profile, VirtualPod
from sensors.virtual.player import SampleSource
from sensors.virtual.polar import MTU as POLAR_MTU
from sensors.virtual.polar import Polar
from sensors.virtual.polar_mode import H10, OH1, SENSE
from sensors.virtual.witmotion import WitMotion


@dataclass(frozen=True, slots=True)
class Player:
    """One virtual pod.

    Attributes
    ----------
    name : str
        A name by which the client takes it for a pod of its kind.
    mtu : int
        Largest ATT packet in bytes, as the real pod has it.
    profile : callable
        Returns the profile that plays a source.
    """

    name: str
    mtu: int
    profile: Callable[[SampleSource], Profile]


PLAYERS: Final = {
    "movesense": Player(NAMES["movesense"], 161, Movesense),
    "polar-sense": Player(NAMES["polar-sense"], POLAR_MTU, partial(Polar, ware=SENSE)),
    "polar-h10": Player(NAMES["polar-h10"], POLAR_MTU, partial(Polar, ware=H10)),
    "polar-oh1": Player(NAMES["polar-oh1"], POLAR_MTU, partial(Polar, ware=OH1)),
    "openpod": Player(NAMES["openpod"], 161, OpenPod),
    "metamotion": Player(NAMES["metamotion"], 161, MetaMotion),
    "witmotion": Player(NAMES["witmotion"], 161, WitMotion),
}
"""By the kind in ``sensors.pods``."""


def playing_pod(kind: str, source: SampleSource, clock: SessionClock) -> VirtualPod:
    """Return a pod of a kind in ``PLAYERS`` that plays a source, switched off."""
    player = PLAYERS[kind]
    return VirtualPod(player.profile(source), clock, player.name, mtu=player.mtu)
