"""Two pods' clocks held together by a double stomp: noted, and never a reason for anything.

Each pod's own clock is fitted to the session's by its arrivals (``sensors.timebase``); a stomp is a
measurement of what that leaves, to within what two feet land apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from analysis.stomp import DoubleStomp
from monitor.sides import LEFT, RIGHT

PAIR_S: Final = 0.15
"""s. Two pods' peaks further apart are not of one stomp: a walker's or runner's feet land 0.3 s and
more apart. Design default."""

WAIT_S: Final = 10.0
"""s. A stomp that no other pod has felt by then was of one foot. Design default."""

AGREES_S: Final = 0.02
"""s. Both stomps have to give the same offset to within it: what two feet land apart. Design
default."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """What one double stomp says.

    Attributes
    ----------
    t_s : float
        Session time of its first peak.
    offset_ms : float
        By how much the right pod's clock is behind the left one's, in milliseconds.
    spread_ms : float
        By how much its two stomps differ.
    """

    t_s: float
    offset_ms: float
    spread_ms: float

    @property
    def text(self) -> str:
        """What is noted of it."""
        text = (
            f"Double stomp: the right pod is {self.offset_ms:+.0f} ms to the left one, "
            f"its two stomps {self.spread_ms:.0f} ms apart"
        )
        if self.spread_ms > 1000.0 * AGREES_S:
            return f"{text}: the feet did not land together, repeat it"
        return text


class AlignmentCheck:
    """Pairs the double stomps of two pods.

    Attributes
    ----------
    last : Alignment or None
        The last one; None before any.
    """

    def __init__(self) -> None:
        self.last: Alignment | None = None
        self._waiting: dict[str, list[DoubleStomp]] = {LEFT: [], RIGHT: []}

    def add(self, side: str, stomps: Sequence[DoubleStomp]) -> None:
        """Take the double stomps of one pod, in order."""
        self._waiting[side].extend(stomps)

    def look(self, t_s: float) -> Alignment | None:
        """Return the next alignment; None where no two stomps belong together."""
        for side, stomps in self._waiting.items():
            # The other pod's samples come at most so much later.
            self._waiting[side] = [stomp for stomp in stomps if stomp.first_s > t_s - WAIT_S]
        for left in self._waiting[LEFT]:
            for right in self._waiting[RIGHT]:
                first_s, second_s = (
                    right.first_s - left.first_s,
                    right.second_s - left.second_s,
                )
                if max(abs(first_s), abs(second_s)) <= PAIR_S:
                    self._waiting = {LEFT: [], RIGHT: []}
                    self.last = Alignment(
                        left.first_s,
                        round(1000.0 * (first_s + second_s) / 2.0, 1),
                        round(1000.0 * abs(second_s - first_s), 1),
                    )
                    return self.last
        return None
