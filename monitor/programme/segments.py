"""Stretches of walking and running, and how they are written in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from analysis.step import Gait

SECONDS_PER_MINUTE: Final = 60.0


class Part(StrEnum):
    """Which part of a session a segment belongs to; only the main set is the dose."""

    WARM_UP = "warm-up"
    MAIN = "main"
    COOL_DOWN = "cool-down"


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of walking or running.

    Attributes
    ----------
    gait : Gait
        What is to be done.
    duration_s : float
        For how long.
    part : Part
        The part of the session it belongs to.
    """

    gait: Gait
    duration_s: float
    part: Part = Part.MAIN


def fitted(plan: tuple[Segment, ...], total_s: float) -> tuple[Segment, ...]:
    """Return the segments stretched or shortened to ``total_s`` seconds in all, in proportion."""
    factor = total_s / sum(segment.duration_s for segment in plan)
    ends_s = [factor * sum(s.duration_s for s in plan[: i + 1]) for i in range(len(plan))]
    # Rounded ends, not rounded lengths: the whole is then total_s to the millisecond.
    ends_ms = [0, *(round(1000 * end_s) for end_s in ends_s)]
    return tuple(
        replace(segment, duration_s=(end - begin) / 1000)
        for segment, begin, end in zip(plan, ends_ms, ends_ms[1:], strict=False)
    )


def in_words(segments: Sequence[Segment]) -> str:
    """Return segments in words, for example "6 × (4 min walk, 1 min run)"."""
    phrases = [f"{_duration(segment.duration_s)} {segment.gait.value}" for segment in segments]
    for period in range(1, len(phrases) // 2 + 1):
        repeats, rest = divmod(len(phrases), period)
        if rest == 0 and phrases == phrases[:period] * repeats:
            return f"{repeats} × ({', '.join(phrases[:period])})"
    return ", ".join(phrases)


def _duration(duration_s: float) -> str:
    if duration_s < SECONDS_PER_MINUTE:
        return f"{round(duration_s, 1):g} s"
    return f"{round(duration_s / SECONDS_PER_MINUTE, 2):g} min"
