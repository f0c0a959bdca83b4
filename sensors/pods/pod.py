"""What every pod has to say of itself: the seam between a protocol's bytes and the rest.

A pod is sans-I/O. Its decoder turns bytes into values; its configuration is a generator that
yields the GATT operations it wants done and receives their answers, so that the radio's shell
(``sensors.link``) and a test drive it alike.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Protocol

from sensors.samples import Battery, ImuBlock, Notification, StepReport

Decoded = ImuBlock | StepReport | Battery


@dataclass(frozen=True, slots=True)
class Write:
    """Write ``payload`` to the characteristic ``uuid`` and wait for the acknowledgement."""

    uuid: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Await:
    """Wait for a notification that ``accepts`` says yes to; None is sent back at the time-out."""

    accepts: Callable[[Notification], bool]
    timeout_s: float


Configuration = Generator[Write | Await, Notification | None, None]


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


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a pod can give.

    Attributes
    ----------
    fs_hz : float or None
        Nominal sample rate; None where the pod sends no samples.
    full_scale_g : float or None
        Where the accelerometer clips; None where there is none, or it cannot be known.
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
    def impact(self) -> bool:
        """Whether the sampling is fast enough for an impact peak."""
        return self.fs_hz is not None and self.fs_hz >= MIN_IMPACT_FS_HZ


MIN_IMPACT_FS_HZ = 190.0
"""Hz. Below it a peak is cut, by 0.5-1.4 g at 102 Hz (Mitschke 2017), so none is given."""


class Decoder(Protocol):
    """The decoder of one connection: it may hold the first half of a packet, nothing else."""

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Turn one notification into values.

        Returns
        -------
        tuple of ImuBlock, StepReport or Battery
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
