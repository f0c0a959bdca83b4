"""The pod that is a patient's own: bound by consent at its first use, by a clinician ever after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from monitor.people.entries import value_of
from monitor.store.chain import Entry
from sensors.binding import PodBinding

POD: Final = "pod"
"""Kind of the entry that binds a pod, or lets it go."""


@dataclass(frozen=True, slots=True)
class BoundPod:
    """A pod was bound to the patient, or the patient's pod was let go.

    Attributes
    ----------
    t_s : int
        When, in seconds since 1970 in UTC.
    pod, serial, address, name : str
        Kind and the rest as in ``sensors.binding.PodBinding``; all empty where it was let go.
    by : str or None
        The clinician who signed; None where the patient said after the first use that the pod is
        their own.
    reason : str or None
        Why another pod took its place, or none.
    """

    t_s: int
    pod: str = ""
    serial: str = ""
    address: str = ""
    name: str = ""
    by: str | None = None
    reason: str | None = None

    @classmethod
    def of(
        cls, binding: PodBinding | None, *, by: str | None = None, reason: str | None = None
    ) -> "BoundPod":
        """Return the entry for a binding; None lets the pod go."""
        if binding is None:
            return cls(0, by=by, reason=reason)
        return cls(
            0, binding.kind, binding.serial, binding.address, binding.name, by=by, reason=reason
        )

    @property
    def binding(self) -> PodBinding | None:
        """The pod from then on; None where there is none."""
        if not (self.serial or self.address):
            return None
        return PodBinding(self.pod, self.serial, self.address, self.name)


def own_pod(entries: Iterable[Entry]) -> PodBinding | None:
    """Return the pod that is bound to a patient by their chain; None where there is none."""
    last = None
    for entry in entries:
        if entry.kind == POD:
            last = entry
    return None if last is None else value_of(BoundPod, last).binding
