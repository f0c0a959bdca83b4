"""The values that cross from the radio into the program: frozen, with units in their names.

``Notification`` is what the radio gave, and all that a recording keeps. A pod's decoder turns it
into an ``ImuBlock``, a ``StepReport`` or a ``Battery`` on the pod's own clock; ``timebase`` turns
an ``ImuBlock`` into ``ImuSamples`` on the session's clock. These two come with every packet and are
named tuples, which are made in a third of the time.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensors.linkstate import LinkState as LinkState

FloatArray = NDArray[np.float64]

VIRTUAL_MODEL = "virtual pod"
"""The model that a virtual pod says it is, also over the air."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One GATT notification as it arrived.

    Attributes
    ----------
    t_s : float
        Arrival on the session's clock, in seconds. Never the time of a sample.
    slot : str
        Which pod of the session sent it, for example ``"pod"``, ``"left"`` or ``"right"``.
    uuid : str
        The characteristic, as a 128-bit lower-case UUID.
    payload : bytes
        The value, untouched.
    """

    t_s: float
    slot: str
    uuid: str
    payload: bytes


class ImuBlock(NamedTuple):
    """Consecutive inertial samples of one packet, on the pod's own clock.

    Attributes
    ----------
    tick : int or None
        The pod's counter at the first sample, in the ticks of its ``PodClock``; None where the
        protocol carries no time.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second, where the pod has a gyroscope.
    """

    tick: int | None
    acc_g: FloatArray
    gyro_dps: FloatArray | None


class ImuSamples(NamedTuple):
    """Consecutive inertial samples on the session's clock.

    Attributes
    ----------
    t_s : ndarray, shape (n,)
        Session time of each sample, strictly rising, also across blocks of one pod.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.
    lost_before : int
        Samples known to be missing between the block before and this one.
    """

    t_s: FloatArray
    acc_g: FloatArray
    gyro_dps: FloatArray | None
    lost_before: int


@dataclass(frozen=True, slots=True)
class StepReport:
    """What a step-counting pod says about once a second (Running Speed and Cadence).

    Attributes
    ----------
    speed_mps : float
        Speed in metres per second.
    cadence_per_min : int
        The raw number. By the standard it counts contacts of the pod's own foot (strides/min);
        some vendors send steps/min of both feet, see ``sensors.pods.cadence``.
    is_running : bool
        The pod's own walk/run flag.
    stride_length_m : float or None
        Where the pod sends it.
    total_distance_m : float or None
        Where the pod sends it; a counter of 32 bits that wraps and that a battery swap resets.
    """

    speed_mps: float
    cadence_per_min: int
    is_running: bool
    stride_length_m: float | None
    total_distance_m: float | None


@dataclass(frozen=True, slots=True)
class Battery:
    """State of charge, 0 to 100 per cent."""

    charge_pct: int


@dataclass(frozen=True, slots=True)
class FullScale:
    """The accelerometer's range as the pod itself says it: ± so many g."""

    full_scale_g: float


@dataclass(frozen=True, slots=True)
class StepFeatures:
    """What a step-counting pod says it can.

    Attributes
    ----------
    has_stride_length, has_total_distance : bool
        Whether its reports may carry them.
    tells_gait : bool
        Whether it tells walking from running.
    """

    has_stride_length: bool
    has_total_distance: bool
    tells_gait: bool


@dataclass(frozen=True, slots=True)
class SensorLocation:
    """Where a pod says it is worn, in the words of the standard, for example ``"top of shoe"``."""

    name: str


@dataclass(frozen=True, slots=True)
class LinkEvent:
    """The link of one pod changed its state at session time ``t_s``; ``detail`` says why."""

    t_s: float
    slot: str
    state: LinkState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PodIdentity:
    """What a pod says of itself; an empty text where it did not say.

    Attributes
    ----------
    kind : str
        The pod's kind in ``sensors.pods``, for example ``"movesense"``.
    name : str
        The advertised name.
    address : str
        The address the system gives (on macOS a random identifier).
    manufacturer, model, serial, firmware : str
        From the Device Information service.
    """

    kind: str
    name: str
    address: str
    manufacturer: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""

    @property
    def key(self) -> str:
        """The serial number, or else the name: what tells this pod from others of its kind."""
        return self.serial or self.name

    @property
    def is_virtual(self) -> bool:
        """Whether the pod says itself that it is one of our virtual ones."""
        return self.model == VIRTUAL_MODEL


@dataclass(frozen=True, slots=True)
class PodReport:
    """Who the pod of a slot is, told once for each connection at session time ``t_s``."""

    t_s: float
    slot: str
    identity: PodIdentity


LinkItem = Notification | LinkEvent | PodReport
"""All that a link delivers, in order."""
