"""What has to stay as it was for a baseline to hold: shoe, pod, firmware, placement, surface."""

from dataclasses import dataclass, fields, replace
from typing import Final

from sensors.pods.cadence import CadenceMemory

CONDITIONS: Final = "conditions"
"""Kind of the entry that says what the patient trains with from then on."""

_WORDS: Final = {
    "shoe": "shoe",
    "pod": "pod",
    "serial": "pod",
    "firmware": "firmware",
    "placement": "placement",
    "surface": "surface",
}
"""What makes a baseline stale, and how it is called; the scale goes with the pod."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a patient trains with; None where it is not known yet.

    Attributes
    ----------
    shoe : str or None
        As the patient or clinician calls it.
    pod, serial, firmware : str or None
        Kind, serial number and firmware of the pod, as it says them itself.
    placement : str or None
        ``foot`` or ``shank``.
    surface : str or None
        Class of the ground, for example ``treadmill`` or ``road``.
    full_scale_g : float or None
        Of the accelerometer, in g; None where the pod sends no samples.
    cadence : CadenceMemory or None
        What the cadence of a step-counting pod counts, as chosen or learnt.
    """

    shoe: str | None = None
    pod: str | None = None
    serial: str | None = None
    firmware: str | None = None
    placement: str | None = None
    surface: str | None = None
    full_scale_g: float | None = None
    cadence: CadenceMemory | None = None

    def changed_since(self, before: "Conditions") -> tuple[str, ...]:
        """Return what is not as it was, in words; what one of both does not know is not the same.

        Only where both do not know it, it counts as unchanged.
        """
        names = [f.name for f in fields(self) if f.name in _WORDS]
        changed = [_WORDS[name] for name in names if getattr(self, name) != getattr(before, name)]
        return tuple(dict.fromkeys(changed))

    def merged(self, others: "Conditions") -> "Conditions":
        """Return these with what the others know in its place."""
        known = {f.name: getattr(others, f.name) for f in fields(others)}
        return replace(self, **{name: value for name, value in known.items() if value is not None})
