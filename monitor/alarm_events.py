"""What the alarm rule says, as values."""

from dataclasses import dataclass
from enum import StrEnum

from analysis.step import Step


class Verdict(StrEnum):
    """What the rule says now."""

    UNKNOWN = "unknown"
    FINE = "fine"
    EASE_OFF = "ease-off"
    WALK_NOW = "walk-now"


class AlarmKind(StrEnum):
    """What an event is about."""

    EASE_OFF = "ease-off"
    WALK_NOW = "walk-now"
    RED_EVENT = "red-event"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class AlarmEvent:
    """One thing that happened at a grid time.

    Attributes
    ----------
    t_s : float
        The grid time, in session seconds.
    kind : AlarmKind
        What it is about.
    text : str
        What was measured, in words.
    is_raised : bool
        False where EASE OFF or WALK NOW ends.
    let_go_on : bool
        Whether a clinician let the session go on: this red event does not turn it into walking.
    """

    t_s: float
    kind: AlarmKind
    text: str
    is_raised: bool = True
    let_go_on: bool = False


def single_text(step: Step, limit_g: float) -> str:
    """Return one step above a limit in words; a clipped one never with a measured number."""
    if step.impact_g is not None:
        value = f"{step.impact_g:.1f} g"
    elif step.impact_at_least_g is not None:
        value = f"at least {step.impact_at_least_g:.0f} g"
    else:
        value = "beyond the sensor's scale"
    return f"One step of {value} at {step.t_ic_s:.2f} s, above {limit_g:.1f} g"
