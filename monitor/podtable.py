"""The pods in range as rows: what each can give, how well it is heard, and whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.text import NOT_KNOWN, known
from sensors.binding import PodBinding
from sensors.pods.pod import Abilities
from sensors.samples import PodIdentity

SIGNAL_WORDS: Final = ((-60, "strong"), (-75, "good"), (-85, "weak"))
"""dBm from which on a signal is called so; below the last it is very weak. Design default."""

NOBODY_HEARD: Final = "No pod was heard: tap the pod, or take 10 steps with it, and scan again."

HEADINGS: Final = ("pod", "kind", "gives", "signal", "battery", "bound to")


@dataclass(frozen=True, slots=True)
class PodRow:
    """One pod in range.

    Attributes
    ----------
    name, address, kind : str
        As it is heard.
    gives : str
        What it can measure, in words.
    rssi_dbm : int or None
        How strongly it is heard.
    charge_pct : int or None
        Its charge, where it tells.
    serial : str
        Where it was asked; empty otherwise.
    bound_to : str or None
        The pseudonym; None where it is nobody's.
    is_sure : bool
        Whether it is certain: an address or a serial number, and not a name alone.
    """

    name: str
    address: str
    kind: str
    gives: str
    rssi_dbm: int | None
    charge_pct: int | None
    serial: str
    bound_to: str | None
    is_sure: bool

    @property
    def cells(self) -> tuple[str, ...]:
        """The row for a person, one text for each of ``HEADINGS``."""
        owner = NOT_KNOWN if self.bound_to is None else self.bound_to
        charge = NOT_KNOWN if self.charge_pct is None else f"{known(self.charge_pct)} %"
        return (
            f"{self.name or 'without a name'} {self.address}",
            self.kind,
            self.gives,
            signal_text(self.rssi_dbm),
            charge,
            owner if self.is_sure or self.bound_to is None else f"{owner}, perhaps",
        )

    @property
    def json(self) -> dict[str, object]:
        """The row for a machine."""
        return {
            "name": self.name,
            "address": self.address,
            "kind": self.kind,
            "gives": self.gives.split(", "),
            "rssi_dbm": self.rssi_dbm,
            "battery_pct": self.charge_pct,
            "serial": self.serial or None,
            "bound_to": self.bound_to,
            "bound_is_sure": self.is_sure,
        }


def signal_text(rssi_dbm: int | None) -> str:
    """Return a signal's strength in dBm and in a word."""
    if rssi_dbm is None:
        return NOT_KNOWN
    word = next((word for least, word in SIGNAL_WORDS if rssi_dbm >= least), "very weak")
    return f"{rssi_dbm} dBm {word}"


def gives_text(abilities: Abilities) -> str:
    """Return what a kind of pod can measure."""
    gives = [
        name for name, has in (("impact", abilities.impact), ("timing", abilities.timing)) if has
    ]
    return ", ".join([*gives, "cadence"])


def owner_of(
    pod: PodIdentity, is_asked: bool, owners: Mapping[str, PodBinding]
) -> tuple[str | None, bool]:
    """Return whose a pod is, and whether that is certain.

    Parameters
    ----------
    pod : PodIdentity
        As far as it is known.
    is_asked : bool
        Whether it was asked for its serial number.
    owners : mapping of str to PodBinding
        Pseudonym to own pod.
    """
    for patient, bound in owners.items():
        if is_asked and not bound.differences(pod):
            return patient, True
    if is_asked:
        return None, True
    for patient, bound in owners.items():
        if bound.kind != pod.kind or not bound.has_address(pod.address):
            continue
        if bound.address and bound.address.lower() == pod.address.lower():
            return patient, True
        if bound.serial and bound.serial in pod.name.split():
            return patient, False
    return None, False


def table_lines(rows: Sequence[PodRow]) -> list[str]:
    """Return the table as lines of text; what to do where nothing was heard."""
    if not rows:
        return [NOBODY_HEARD]
    cells = [HEADINGS, *(row.cells for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(HEADINGS))]
    return [_joined(line, widths) for line in cells]


def _joined(line: Iterable[str], widths: Sequence[int]) -> str:
    return "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
