"""An edit of one patient's limits as it is typed: what it would be, what is wrong, what changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.programme.editchecks import edit_faults
from monitor.programme.edits import (
    QUANTITIES,
    Change,
    LimitEdit,
    changes,
    values_after,
)
from monitor.programme.model import Programme

LABELS: Final[Mapping[str, str]] = {
    "amber_ratio": "Impact amber, × baseline",
    "red_ratio": "Impact red, × baseline",
    "cadence_low_ratio": "Cadence too slow, × R0",
    "cadence_target_ratio": "Cadence aim, × R0",
    "cadence_target_low_ratio": "Cadence band from, × R0",
    "cadence_target_high_ratio": "Cadence band to, × R0",
    "dose_pct": "Dose (% of the programme's)",
}
"""What each quantity of an edit is called."""


@dataclass(frozen=True, slots=True)
class LimitsDraft:
    """An edit as it is typed.

    Attributes
    ----------
    edit : LimitEdit
        Without signer and time.
    faults : tuple of str
        Everything that is wrong, a sentence each: those of ``stridegate limits``.
    changes : tuple of Change
        What it changes; empty while something is wrong.
    """

    edit: LimitEdit
    faults: tuple[str, ...]
    changes: tuple[Change, ...]


def values_now(
    programme: Programme, edits: Sequence[LimitEdit], stages: Sequence[str]
) -> dict[str, float | None]:
    """Return what the stages have now: quantity to value, None where they differ.

    A quantity that one of them does not have is left out.

    Parameters
    ----------
    programme : Programme
        The patient's.
    edits : sequence of LimitEdit
        The patient's, in the order in which they were made.
    stages : sequence of str
        At least one.
    """
    found = [values_after(programme.stage(name), edits) for name in stages]
    shared = [name for name in QUANTITIES if all(name in values for values in found)]
    return {
        name: found[0][name] if len({values[name] for values in found}) == 1 else None
        for name in shared
    }


def limits_draft(
    programme: Programme,
    edits: Sequence[LimitEdit],
    stages: Sequence[str],
    typed: Mapping[str, str],
    reason: str,
) -> LimitsDraft:
    """Return what was typed as an edit, with its faults and changes.

    Parameters
    ----------
    programme : Programme
        The patient's.
    edits : sequence of LimitEdit
        The patient's earlier ones, in order.
    stages : sequence of str
        What it is for.
    typed : mapping of str to str
        Quantity to what stands in its field; an empty one keeps what was before.
    reason : str
        Why.
    """
    given: dict[str, float] = {}
    faults: list[str] = []
    for name, text in typed.items():
        if not text.strip():
            continue
        try:
            given[name] = float(text.replace(",", "."))
        except ValueError:
            faults.append(f"{name} {text.strip()!r} is no number: write it like 1.25")
    edit = LimitEdit(t_s=0, by="clinician", reason=reason.strip(), stages=tuple(stages), **given)
    if not faults:
        faults += edit_faults(programme, edits, edit)
    made = () if faults else changes(programme.stages, edits, edit)
    if not faults and not made:
        faults.append("the limits are so already: change a number")
    return LimitsDraft(edit, tuple(faults), made)
