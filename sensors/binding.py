"""Which pod is a person's: by type, serial number and address, never by its name.

A name is typed by whoever makes a pod and proves nothing. A serial number is read at each
connection; an address is known before one. What says both the right serial number and the right
address cannot be told from the pod: neither Running Speed and Cadence nor Device Information
has any authentication.
"""

import re
from dataclasses import dataclass

from sensors.errors import LinkError, LinkFault
from sensors.samples import PodIdentity

_DEVICE_ADDRESS = re.compile(r"(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}")


def is_device_address(text: str) -> bool:
    """Whether an address is the pod's own; macOS gives an identifier of its own instead."""
    return _DEVICE_ADDRESS.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class PodBinding:
    """A pod that is a person's.

    Attributes
    ----------
    kind : str
        Its kind in ``sensors.pods``.
    serial : str
        As the pod says it; empty where it says none.
    address : str
        Its own Bluetooth address; empty where the system gives none, or it changes by itself.
    name : str
        As it was advertised: for a person to know it by, and to know who borrows it.
    """

    kind: str
    serial: str = ""
    address: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if not (self.serial or self.address):
            raise ValueError("a pod without a serial number and an address is not to be known")

    @classmethod
    def of(cls, pod: PodIdentity, *, with_address: bool = True) -> "PodBinding | None":
        """Return the binding to a pod; None where it says nothing to know it by.

        Parameters
        ----------
        pod : PodIdentity
            What it says of itself.
        with_address : bool
            Whether its address is its own for good.
        """
        address = pod.address if with_address and is_device_address(pod.address) else ""
        if not (pod.serial or address):
            return None
        return cls(pod.kind, pod.serial, address, pod.name)

    @property
    def title(self) -> str:
        """The pod for a person: name and what it is known by."""
        marks = [f"serial {self.serial}"] if self.serial else []
        marks += [f"address {self.address}"] if self.address else []
        return f"{self.name or self.kind} ({', '.join(marks)})"

    def has_address(self, address: str) -> bool:
        """Whether an address may be the pod's: one of another sort says nothing."""
        if not self.address or not is_device_address(address):
            return True
        return address.lower() == self.address.lower()

    def differences(self, pod: PodIdentity) -> tuple[str, ...]:
        """Return in which ways a pod is not this one; empty where it cannot be told from it."""
        found = []
        if pod.kind != self.kind:
            found.append(f"a {pod.kind}, not a {self.kind}")
        if self.serial and pod.serial != self.serial:
            found.append(f"serial {pod.serial or 'unsaid'}, not {self.serial}")
        if not self.has_address(pod.address):
            found.append(f"address {pod.address}, not {self.address}")
        return tuple(found)

    def check(self, pod: PodIdentity) -> None:
        """Refuse a stranger; raises LinkError."""
        differences = self.differences(pod)
        if differences:
            raise stranger(self.name or pod.name, ", ".join(differences))


def stranger(name: str, how: str) -> LinkError:
    """Return the refusal of another pod in a pod's place.

    Parameters
    ----------
    name : str
        Of the pod that is waited for.
    how : str
        How the other one is known.
    """
    return LinkError(
        LinkFault.STRANGER,
        f"Another pod answers for {name} ({how}): put that one away and wake your own.",
    )
