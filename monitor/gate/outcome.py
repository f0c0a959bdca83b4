"""What one session is worth: ``docs/programme.md``, section 5.2.

The rules stand in order, and the first that holds decides. Danger comes first, missing data never
makes a success, and more answers make an outcome worse or settle a pending one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from monitor.gate.events import Session, When
from monitor.programme.sites import Risk

AMBER_PCT: Final = 20
"""%. More steps than this above amber hold the patient back."""

OVER_DOSE_PCT: Final = 110
"""%. More of the prescribed dose than this is too much."""

UNDER_DOSE_PCT: Final = 90
"""%. Less of the prescribed dose than this is no full session."""

LOAD_RED_PCT: Final = 125
"""%. More of the planned load than this is too much."""

VALID_PCT: Final = 85
"""%. Below it too little was measured to judge the session."""

SORE: Final = 4
"""Of 10. Soreness from here on holds the patient back."""


@dataclass(frozen=True, slots=True)
class LockoutLevel:
    """The pain from which the gate locks, of 10: around the session, and the next morning."""

    pain: int
    next_morning: int


LOCKOUT_LEVELS: Final[Mapping[Risk, LockoutLevel]] = MappingProxyType(
    {Risk.HIGH: LockoutLevel(2, 1), Risk.OTHER: LockoutLevel(3, 2)}
)
"""By the risk of the site."""

REGRESS_PAIN: Final = 2
"""Of 10. One stage back; at a site of high risk this is lock-out level already."""

HOLD_PAIN: Final = 1
"""Of 10. No step forward; the next morning, at a site of high risk, this is lock-out level."""

REQUIRED: Final = frozenset({When.DURING, When.AFTER, When.NEXT_MORNING})
"""The answers without which a session never counts."""


class Outcome(StrEnum):
    """What a session is worth, the worst first."""

    LOCKOUT = "lockout"
    REGRESS = "regress"
    HOLD = "hold"
    INVALID = "invalid"
    PENDING = "pending"
    SUCCESS = "success"


class Shortfall(StrEnum):
    """Why a session did not succeed, in the order in which the reasons are listed."""

    PAIN = "pain"
    PAIN_NEXT_MORNING = "pain-next-morning"
    IMPACT_RED = "impact-red"
    IMPACT_AMBER = "impact-amber"
    OVER_DOSE = "over-dose"
    LOAD_RED = "load-red"
    SORENESS = "soreness"
    TOO_SOON = "too-soon"
    STAGE_AHEAD = "stage-ahead"
    SIGNAL_QUALITY = "signal-quality"
    NO_IMPACT_DATA = "no-impact-data"
    UNDER_DOSE = "under-dose"
    ANSWERS_MISSING = "answers-missing"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers about one session so far; of several for one moment the highest counts.

    Attributes
    ----------
    given : frozenset of When
        The moments answered.
    pain : int
        The highest before, during, after and in the evening; 0 where none was given, too, which
        ``given`` tells apart.
    next_morning, soreness : int
        The highest, likewise.
    """

    given: frozenset[When] = frozenset()
    pain: int = 0
    next_morning: int = 0
    soreness: int = 0

    @property
    def are_complete(self) -> bool:
        """Whether every required answer was given."""
        return self.given >= REQUIRED

    @property
    def highest(self) -> int:
        """The highest pain of all answers; 0 where there is none."""
        return max(self.pain, self.next_morning)

    def add(self, when: When, site: int, soreness: int | None) -> "Answers":
        """Return the answers with one more."""
        is_morning = when is When.NEXT_MORNING
        return Answers(
            self.given | {when},
            self.pain if is_morning else max(self.pain, site),
            max(self.next_morning, site) if is_morning else self.next_morning,
            self.soreness if soreness is None else max(self.soreness, soreness),
        )


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds of a session beside its own numbers and answers.

    Attributes
    ----------
    risk : Risk
        Of the injured site.
    needs_impact : bool
        Whether its stage is a running one.
    is_too_soon, is_ahead : bool
        Judged once, when the session entered the log.
    """

    risk: Risk
    needs_impact: bool
    is_too_soon: bool
    is_ahead: bool


def is_lockout_level(when: When, site: int, risk: Risk) -> bool:
    """Return whether one answer alone locks the gate."""
    level = LOCKOUT_LEVELS[risk]
    return site >= (level.next_morning if when is When.NEXT_MORNING else level.pain)


def judge(
    session: Session, answers: Answers, around: Circumstances, *, has_red_flag: bool
) -> tuple[Outcome, tuple[Shortfall, ...]]:
    """Return what a session is worth, and why.

    Returns
    -------
    outcome : Outcome
        By the first rule that holds.
    reasons : tuple of Shortfall
        In order; empty for a success and for ``LOCKOUT`` and ``REGRESS``, where the pain or the
        red flag is the reason.
    """
    level = LOCKOUT_LEVELS[around.risk]
    if has_red_flag or answers.pain >= level.pain or answers.next_morning >= level.next_morning:
        return Outcome.LOCKOUT, ()
    if answers.pain == REGRESS_PAIN:
        return Outcome.REGRESS, ()
    if held := tuple(_holds(session, answers, around)):
        return Outcome.HOLD, held
    if invalid := tuple(_invalidates(session, around)):
        return Outcome.INVALID, invalid
    if not answers.are_complete:
        return Outcome.PENDING, (Shortfall.ANSWERS_MISSING,)
    return Outcome.SUCCESS, ()


def _holds(session: Session, answers: Answers, around: Circumstances) -> Iterator[Shortfall]:
    if answers.pain == HOLD_PAIN:
        yield Shortfall.PAIN
    if answers.next_morning == HOLD_PAIN:
        yield Shortfall.PAIN_NEXT_MORNING
    if session.red_events:
        yield Shortfall.IMPACT_RED
    if session.amber_pct > AMBER_PCT:
        yield Shortfall.IMPACT_AMBER
    if session.run_pct > OVER_DOSE_PCT:
        yield Shortfall.OVER_DOSE
    if session.load_pct > LOAD_RED_PCT:
        yield Shortfall.LOAD_RED
    if answers.soreness >= SORE:
        yield Shortfall.SORENESS
    if around.is_too_soon:
        yield Shortfall.TOO_SOON
    if around.is_ahead:
        yield Shortfall.STAGE_AHEAD


def _invalidates(session: Session, around: Circumstances) -> Iterator[Shortfall]:
    if session.valid_pct < VALID_PCT:
        yield Shortfall.SIGNAL_QUALITY
    if around.needs_impact and not session.impact:
        yield Shortfall.NO_IMPACT_DATA
    if session.run_pct < UNDER_DOSE_PCT:
        yield Shortfall.UNDER_DOSE
