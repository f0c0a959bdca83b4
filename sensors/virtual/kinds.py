"""The kinds of pods with samples that can be played, each by its name on the air."""

from collections.abc import Callable
from typing import Final

from sensors.virtual.metamotion import MetaMotion
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import Profile
from sensors.virtual.player import SampleSource
from sensors.virtual.witmotion import WitMotion

PLAYED: Final[dict[str, tuple[str, Callable[[SampleSource], Profile]]]] = {
    "movesense": ("Movesense 000000000001", Movesense),
    "metamotion": ("MetaWear 000001", MetaMotion),
    "witmotion": ("WT901BLE 000001", WitMotion),
}
"""By kind: a name that a client takes for such a pod, and what makes a profile of a source."""
