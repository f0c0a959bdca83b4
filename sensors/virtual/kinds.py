"""The virtual pods that play samples, by the kind that a client takes them for."""

from collections.abc import Callable
from typing import Final

from sensors.pods.movesense import Movesense
from sensors.pods.openpod import OpenPod
from sensors.virtual import movesense, openpod
from sensors.virtual.peripheral import Profile
from sensors.virtual.player import SampleSource

NAMES: Final = {Movesense.kind: "Movesense 000000000001", OpenPod.kind: "OpenPod1"}
"""What each advertises; the session's header says that it is none."""

_PROFILES: Final[dict[str, Callable[[SampleSource], Profile]]] = {
    Movesense.kind: movesense.Movesense,
    OpenPod.kind: openpod.OpenPod,
}


def playing(kind: str, source: SampleSource) -> Profile:
    """Return the profile of a virtual pod that plays a source.

    Parameters
    ----------
    kind : str
        A key of ``NAMES``.
    source : SampleSource
        What it plays.
    """
    return _PROFILES[kind](source)
