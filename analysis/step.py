"""A step as the analysis reports it, and the words it uses."""

from dataclasses import dataclass
from enum import StrEnum


class Placement(StrEnum):
    """Where the pod is worn; the event offsets and thresholds differ."""

    SHANK = "shank"
    FOOT = "foot"


class Gait(StrEnum):
    """How a step was taken."""

    WALK = "walk"
    RUN = "run"


class NoImpact(StrEnum):
    """Why a step has no impact value."""

    RATE = "rate"
    """The sampling is below 190 Hz."""
    HOLE = "hole"
    """Samples are missing near the peak."""
    CLIPPED = "clipped"
    """The accelerometer reached its full scale: only a lower bound is known."""


@dataclass(frozen=True, slots=True)
class Step:
    """One ground contact of the instrumented foot, final.

    Attributes
    ----------
    t_ic_s : float
        Initial contact, in the time base of the samples.
    t_tc_s : float or None
        Terminal contact; None where it could not be found.
    t_known_s : float
        Time of the latest sample that the step's values depend on: a live consumer cannot have
        had it before. The last steps before a hole are known when the hole ends.
    stride_s : float or None
        From the initial contact before, of the same foot, to this one. The first of a bout has the
        stride period of the rhythm; None where that is not known yet.
    cadence_spm : float or None
        120 / stride, in steps per minute of both feet.
    impact_g : float or None
        Peak resultant acceleration around initial contact in g; None where it was not measured
        whole, with the reason in ``impact_reason``.
    impact_at_least_g : float or None
        A lower bound where the accelerometer clipped.
    impact_reason : NoImpact or None
        Why ``impact_g`` is None.
    gait : Gait
        Walk or run.
    flags : tuple of str
        What a reader should know, for example ``"clipped"`` or ``"filled"``.
    """

    t_ic_s: float
    t_tc_s: float | None
    t_known_s: float
    stride_s: float | None
    cadence_spm: float | None
    impact_g: float | None
    impact_at_least_g: float | None
    impact_reason: NoImpact | None
    gait: Gait
    flags: tuple[str, ...]

    @property
    def contact_s(self) -> float | None:
        """Contact time in seconds, where both contacts are known."""
        return None if self.t_tc_s is None else self.t_tc_s - self.t_ic_s

    @property
    def is_clipped(self) -> bool:
        """Whether the impact reached the accelerometer's full scale."""
        return self.impact_reason is NoImpact.CLIPPED

    @property
    def is_valid(self) -> bool:
        """Whether the impact was measured whole, or is known to be at least the full scale."""
        return self.impact_g is not None or self.is_clipped


@dataclass(frozen=True, slots=True)
class Strike:
    """A contact announced at once, for a screen: it may yet prove to be no step, or a lost one.

    Attributes
    ----------
    t_ic_s : float
        Initial contact, provisional: the ``Step`` that follows may move it by a few hundredths.
    t_known_s : float
        Time of the latest sample that it depends on.
    """

    t_ic_s: float
    t_known_s: float
