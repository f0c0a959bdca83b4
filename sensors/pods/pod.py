"""What every pod has to say of itself: the seam between a protocol's bytes and the rest.

A pod is sans-I/O. Its decoder turns bytes into values; its configuration is a generator that
yields the GATT operations it wants done and receives their answers, so that the radio's shell
(``sensors.link``) and a test drive it alike.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sensors.samples import (
    Battery,
    FullScale,
    ImuBlock,
    Notification,
    SensorLocation,
    StepFeatures,
    StepReport,
)

Decoded = ImuBlock | StepReport | Battery | FullScale | StepFeatures | SensorLocation


@dataclass(frozen=True, slots=True)
class Write:
    """Write ``payload`` to the characteristic ``uuid``.

    The acknowledgement is waited for; a characteristic that gives none is written
    ``with_response=False``.
    """

    uuid: str
    payload: bytes
    with_response: bool = True


@dataclass(frozen=True, slots=True)
class Read:
    """Read the characteristic ``uuid``: its value is sent back as a notification.

    The value is delivered like a notification too, so that a recording holds it; None is sent
    back where the pod does not have or not give it.
    """

    uuid: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait: some pods need time between two commands. None is sent back."""

    duration_s: float


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for a notification that ``accepts`` says yes to; None is sent back at the time-out."""

    accepts: Callable[[Notification], bool]
    timeout_s: float


Operation = Write | Read | Pause | Await

Configuration = Generator[Operation, Notification | None, None]


@dataclass(frozen=True, slots=True)
class PodClock:
    """The counter that a pod puts into its packets.

    Attributes
    ----------
    tick_s : float
        Seconds of one tick by the pod's own reckoning.
    bits : int
        Width of the counter: it wraps at ``2 ** bits``.
    """

    tick_s: float
    bits: int


class Loss(StrEnum):
    """How the loss of samples on the air can be seen.

    ``COUNTED``: the packets carry a counter or a time, so every hole is seen. ``RATE``: they carry
    none, so loss only shows as too few samples for the rate. ``NONE``: there are no samples.
    """

    COUNTED = "counted"
    RATE = "rate"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a pod can give.

    Attributes
    ----------
    fs_hz : float or None
        Nominal sample rate; None where the pod sends no samples.
    full_scale_g : float or None
        Where the accelerometer clips as far as is known beforehand; None where there is none, or
        only the pod can say it. What the pod says (``FullScale``) goes before it.
    clock : PodClock or None
        The counter in the packets; None where they carry no time.
    silence_timeout_s : float
        Without a notification for this long the link counts as silent and is made anew.
    """

    fs_hz: float | None
    full_scale_g: float | None
    clock: PodClock | None
    silence_timeout_s: float

    @property
    def loss(self) -> Loss:
        """How lost samples can be seen."""
        if self.fs_hz is None:
            return Loss.NONE
        return Loss.RATE if self.clock is None else Loss.COUNTED

    @property
    def timing(self) -> bool:
        """Whether the sampling is fast enough for the times of contacts."""
        return self.fs_hz is not None and self.fs_hz >= MIN_TIMING_FS_HZ

    @property
    def impact(self) -> bool:
        """Whether the sampling is fast enough for an impact peak."""
        return self.fs_hz is not None and self.fs_hz >= MIN_IMPACT_FS_HZ


MIN_IMPACT_FS_HZ = 190.0
"""Hz. Below it a peak is cut, by 0.5-1.4 g at 102 Hz (Mitschke 2017), so none is given."""

MIN_TIMING_FS_HZ = 50.0
"""Hz. Below it no contact is timed: the analysis refuses such a stream."""


class Decoder(Protocol):
    """The decoder of one connection: it may hold what the pod sent before on it, nothing else."""

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Turn one notification into values.

        Returns
        -------
        tuple of Decoded
            Empty where the notification is the first part of a packet or a command's answer.

        Raises
        ------
        BadPacketError
            Where the bytes cannot be what the protocol sends. The decoder stays usable.
        """
        ...


class Pod(Protocol):
    """One kind of pod."""

    kind: str
    title: str
    abilities: Abilities
    notify_uuids: tuple[str, ...]

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:
        """Whether an advertisement with this name and these services is such a pod."""
        ...

    def decoder(self) -> Decoder:
        """Return a fresh decoder, for a new connection."""
        ...

    def configure(self) -> Configuration:
        """Yield the operations that start the stream; raises LinkError where the pod refuses."""
        ...
