"""A proposal of the own baselines W0 (walking) and R0 (running) from sessions' steps.

Every limit of the programme is a ratio to them, so a bad baseline makes every limit wrong. What is
computed here is a proposal with its reasons for refusal; a clinician accepts it elsewhere. That
shoe, mount and surface were the same in the sessions is for the caller to see to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median, quantiles
from typing import Final

from analysis.step import Gait, Step


class BaselineKind(StrEnum):
    """Which baseline."""

    W0 = "W0"
    R0 = "R0"


class Refusal(StrEnum):
    """Why no baseline can be proposed."""

    TOO_FEW_SESSIONS = "too_few_sessions"
    TOO_FEW_STEPS = "too_few_steps"
    SESSIONS_DIFFER = "sessions_differ"
    CLIPPED = "clipped"


@dataclass(frozen=True, slots=True)
class BaselineRule:
    """What a baseline asks for.

    Attributes
    ----------
    gait : Gait
        The steps it is made of.
    discard_s : float
        Seconds at the start of each session that are left out: the pod settles, the gait too.
    min_sessions : int
        Sessions with steps.
    min_steps : int
        Valid steps of all sessions together.
    max_difference_pct : float
        Of the sessions' medians: the largest over the smallest, less one. Exactly this passes.
    max_clipped_pct : float
        Share of the valid steps that may be clipped. Exactly this passes.
    """

    gait: Gait
    discard_s: float
    min_sessions: int
    min_steps: int
    max_difference_pct: float
    max_clipped_pct: float


RULES: Final = {
    BaselineKind.W0: BaselineRule(Gait.WALK, 30.0, 2, 200, 15.0, 5.0),
    BaselineKind.R0: BaselineRule(Gait.RUN, 30.0, 2, 300, 15.0, 5.0),
}
"""The programme's section 3 (design defaults)."""

_CURES: Final = {
    Refusal.TOO_FEW_SESSIONS: (
        "{sessions} of {min_sessions} sessions with {gait} steps: do another one "
        "with the same shoe and mount"
    ),
    Refusal.TOO_FEW_STEPS: (
        "{steps} of {min_steps} valid {gait} steps: do another session with the same shoe and mount"
    ),
    Refusal.SESSIONS_DIFFER: (
        "the sessions' medians differ by {difference:.1f} % (at most {max_difference:g} %): "
        "check strap and place, and do another session"
    ),
    Refusal.CLIPPED: (
        "{clipped:.1f} % of the steps are beyond the pod's scale (at most {max_clipped:g} %): "
        "wear it at the shank, or use a pod of ±32 g"
    ),
}


@dataclass(frozen=True, slots=True)
class CapturedSteps:
    """The valid steps of one session that a baseline is made of, after the discarded start.

    Attributes
    ----------
    impacts_g : tuple of float
        Impact in g of the steps measured whole.
    clipped_steps : int
        Steps beyond the pod's scale: they are above every other.
    cadences_spm : tuple of float
        Cadence where it is known, steps per minute of both feet.
    """

    impacts_g: tuple[float, ...]
    clipped_steps: int
    cadences_spm: tuple[float, ...]

    @property
    def valid_steps(self) -> int:
        """All of them."""
        return len(self.impacts_g) + self.clipped_steps

    @property
    def median_g(self) -> float | None:
        """The median with clipped steps above all others; None where that leaves no number."""
        if not self.valid_steps:
            return None
        middle = median((*self.impacts_g, *(float("inf") for _ in range(self.clipped_steps))))
        return None if middle == float("inf") else middle

    @property
    def cadence_spm(self) -> float | None:
        """The median cadence; None where none is known."""
        return median(self.cadences_spm) if self.cadences_spm else None


@dataclass(frozen=True, slots=True)
class SessionBaseline:
    """What one session gives.

    Attributes
    ----------
    valid_steps, clipped_steps : int
        Steps of the gait after the discarded start; the clipped ones are among the valid.
    median_g : float or None
        Median impact; None without steps, and where half of them or more clipped.
    iqr_g : float or None
        Interquartile range of the steps measured whole; None with fewer than two of them.
    cadence_spm : float or None
        Median cadence of the same steps, steps per minute of both feet; None where unknown.
    """

    valid_steps: int
    clipped_steps: int
    median_g: float | None
    iqr_g: float | None = None
    cadence_spm: float | None = None


@dataclass(frozen=True, slots=True)
class BaselineProposal:
    """A baseline as the sessions suggest it.

    Attributes
    ----------
    kind : BaselineKind
        W0 or R0.
    sessions : tuple of SessionBaseline
        In the order given.
    valid_steps, clipped_steps : int
        Of all sessions.
    impact_g : float or None
        Median of all valid steps in g, a clipped one being above every other; None where refused.
    iqr_g : float or None
        Interquartile range of the steps measured whole; None where refused. Where some clipped
        it is too small: read ``clipped_steps`` beside it.
    cadence_spm : float or None
        Median cadence of the same steps, steps per minute of both feet; None where refused.
    difference_pct : float or None
        Between the sessions' medians; None with fewer than two of them.
    clipped_pct : float or None
        Clipped share of the valid steps; None without any.
    refusals : tuple of Refusal
        Empty where the baseline can be put before a clinician.
    """

    kind: BaselineKind
    sessions: tuple[SessionBaseline, ...]
    valid_steps: int
    clipped_steps: int
    impact_g: float | None
    iqr_g: float | None
    cadence_spm: float | None
    difference_pct: float | None
    clipped_pct: float | None
    refusals: tuple[Refusal, ...]

    @property
    def is_acceptable(self) -> bool:
        """Whether a clinician may be asked to accept it."""
        return not self.refusals

    @property
    def sentences(self) -> tuple[str, ...]:
        """Each refusal in one line, with what to do about it."""
        rule = RULES[self.kind]
        return tuple(
            f"No {self.kind} yet: "
            + _CURES[refusal].format(
                sessions=_with_steps(self.sessions),
                min_sessions=rule.min_sessions,
                steps=self.valid_steps,
                min_steps=rule.min_steps,
                gait=rule.gait,
                difference=self.difference_pct or 0.0,
                max_difference=rule.max_difference_pct,
                clipped=self.clipped_pct or 0.0,
                max_clipped=rule.max_clipped_pct,
            )
            + "."
            for refusal in self.refusals
        )


def session_baseline(kind: BaselineKind, start_s: float, steps: Sequence[Step]) -> SessionBaseline:
    """Return what one session gives to a baseline.

    Parameters
    ----------
    kind : BaselineKind
        W0 or R0.
    start_s : float
        The session's start in the time base of its steps, in seconds.
    steps : sequence of Step
        All its steps.
    """
    return _measured(capture(kind, start_s, steps))


def propose_baseline(
    kind: BaselineKind, sessions: Sequence[tuple[float, Sequence[Step]]]
) -> BaselineProposal:
    """Propose a baseline.

    Parameters
    ----------
    kind : BaselineKind
        W0 or R0; for R0 give the supervised (WR0) sessions only.
    sessions : sequence of (float, sequence of Step)
        Each session's start in the time base of its steps, in seconds, and all its steps.

    Returns
    -------
    BaselineProposal
    """
    return propose_from(kind, [capture(kind, start_s, steps) for start_s, steps in sessions])


def capture(kind: BaselineKind, start_s: float, steps: Sequence[Step]) -> CapturedSteps:
    """Return what a session holds for a baseline.

    Parameters
    ----------
    kind : BaselineKind
        W0 or R0.
    start_s : float
        Its start in the time base of its steps, in seconds.
    steps : sequence of Step
        All its steps.
    """
    kept = _judged(RULES[kind], start_s, steps)
    return CapturedSteps(
        impacts_g=tuple(s.impact_g for s in kept if s.impact_g is not None),
        clipped_steps=sum(s.impact_g is None for s in kept),
        cadences_spm=tuple(s.cadence_spm for s in kept if s.cadence_spm is not None),
    )


def propose_from(kind: BaselineKind, sessions: Sequence[CapturedSteps]) -> BaselineProposal:
    """Propose a baseline from what ``capture`` kept of each session."""
    rule = RULES[kind]
    parts = tuple(_measured(session) for session in sessions)
    steps = CapturedSteps(
        tuple(impact_g for session in sessions for impact_g in session.impacts_g),
        sum(session.clipped_steps for session in sessions),
        tuple(cadence_spm for session in sessions for cadence_spm in session.cadences_spm),
    )
    clipped = steps.clipped_steps
    clipped_pct = 100.0 * clipped / steps.valid_steps if steps.valid_steps else None
    medians = [part.median_g for part in parts if part.median_g is not None]
    difference_pct = (
        100.0 * (max(medians) - min(medians)) / min(medians) if len(medians) > 1 else None
    )
    refusals = []
    if _with_steps(parts) < rule.min_sessions:
        refusals.append(Refusal.TOO_FEW_SESSIONS)
    if steps.valid_steps < rule.min_steps:
        refusals.append(Refusal.TOO_FEW_STEPS)
    # A rounding error of the percentage must not refuse what stands exactly at the limit.
    if difference_pct is not None and difference_pct > rule.max_difference_pct + 1e-9:
        refusals.append(Refusal.SESSIONS_DIFFER)
    if clipped_pct is not None and clipped_pct > rule.max_clipped_pct + 1e-9:
        refusals.append(Refusal.CLIPPED)
    accepted = CapturedSteps((), 0, ()) if refusals else steps
    return BaselineProposal(
        kind=kind,
        sessions=parts,
        valid_steps=steps.valid_steps,
        clipped_steps=clipped,
        impact_g=accepted.median_g,
        iqr_g=_iqr_g(accepted.impacts_g),
        cadence_spm=accepted.cadence_spm,
        difference_pct=difference_pct,
        clipped_pct=clipped_pct,
        refusals=tuple(refusals),
    )


def _measured(steps: CapturedSteps) -> SessionBaseline:
    return SessionBaseline(
        valid_steps=steps.valid_steps,
        clipped_steps=steps.clipped_steps,
        median_g=steps.median_g,
        iqr_g=_iqr_g(steps.impacts_g),
        cadence_spm=steps.cadence_spm,
    )


def _with_steps(parts: Sequence[SessionBaseline]) -> int:
    return sum(part.valid_steps > 0 for part in parts)


def _judged(rule: BaselineRule, start_s: float, steps: Sequence[Step]) -> list[Step]:
    begin_s = start_s + rule.discard_s
    return [s for s in steps if s.gait is rule.gait and s.is_valid and s.t_ic_s >= begin_s]


def _iqr_g(impacts_g: Sequence[float]) -> float | None:
    if len(impacts_g) < 2:
        return None
    low, _, high = quantiles(impacts_g, n=4, method="inclusive")
    return high - low
