"""What a clinician may write when editing the limits of one patient."""

from collections.abc import Mapping, Sequence
from typing import Final

from monitor.programme.edits import CADENCE, DOSE, IMPACT, QUANTITIES, LimitEdit, values_after
from monitor.programme.model import Programme

RATIO_SPAN: Final = (1.05, 5.0)
"""Times the own baseline, for impact: every limit of the bundled programmes lies well within, and
what lies outside is likelier a slip of the pen. Design default."""

CADENCE_SPAN: Final = (0.85, 1.25)
"""Times the R0 cadence: a change beyond a quarter is another way of running. Design default."""

DOSE_SPAN_PCT: Final = (50.0, 100.0)
"""% of the stage's dose: less is an earlier stage's work, more a later one's. Design default."""

_RISING: Final = (
    ("amber_ratio", "red_ratio"),
    ("cadence_low_ratio", "cadence_target_ratio"),
    ("cadence_target_low_ratio", "cadence_target_ratio"),
    ("cadence_target_ratio", "cadence_target_high_ratio"),
)


def edit_faults(
    programme: Programme, edits: Sequence[LimitEdit], edit: LimitEdit
) -> tuple[str, ...]:
    """Return everything that is wrong with an edit, a sentence each; empty where it may be written.

    Parameters
    ----------
    programme : Programme
        The patient's.
    edits : sequence of LimitEdit
        The patient's earlier ones, in the order in which they were made.
    edit : LimitEdit
        The new one.
    """
    stages = {stage.id: stage for stage in programme.stages}
    given = edit.given()
    faults = _blanks(edit)
    faults += [
        f"programme {programme.id} has no stage {name}: choose one of {', '.join(stages)}"
        for name in edit.stages
        if name not in stages
    ]
    faults += [fault for name, value in given.items() if (fault := _out_of_span(name, value))]
    if faults:
        return tuple(faults)
    for name in edit.stages:
        before = values_after(stages[name], edits)
        faults += [
            f"stage {name} has no {quantity}: leave it out, or leave out the stage"
            for quantity in given
            if quantity not in before
        ]
        faults += _out_of_order(name, before | given, given)
    return tuple(faults)


def _blanks(edit: LimitEdit) -> list[str]:
    words = {"who makes it": edit.by, "a reason": edit.reason}
    faults = [
        f"an edit of limits needs {what}: add it" for what, t in words.items() if not t.strip()
    ]
    if not edit.stages:
        faults.append("an edit of limits needs a stage: name at least one")
    if not edit.given():
        faults.append(f"the edit changes nothing: give one of {', '.join(QUANTITIES)}")
    return faults


def _out_of_span(quantity: str, value: float) -> str | None:
    spans = dict.fromkeys(IMPACT, RATIO_SPAN) | dict.fromkeys(CADENCE, CADENCE_SPAN)
    low, high = (spans | {DOSE: DOSE_SPAN_PCT})[quantity]
    # Written so that what is not a number is outside too.
    if low <= value <= high:
        return None
    return f"{quantity} {value:g} is out of bounds: give a number from {low:g} to {high:g}"


def _out_of_order(stage: str, values: Mapping[str, float], given: Mapping[str, float]) -> list[str]:
    return [
        f"stage {stage}: {low} {values[low]:g} must be below {high} {values[high]:g}: "
        "change one of them"
        for low, high in _RISING
        if (low in given or high in given)
        and low in values
        and high in values
        and values[low] >= values[high]
    ]
