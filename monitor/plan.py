"""The plan's clock: which segment runs, how much of each is done, on session time.

Everything is derived from four facts (start, holds, stop, and the moment from which the rest of
the main set is walked), so that a step found two seconds late still falls into its own segment.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from analysis.step import Gait
from monitor.programme.model import Part, Segment


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of session time in which one thing was to be done.

    Attributes
    ----------
    begin_s, end_s : float
        In session seconds.
    gait : Gait
        What was to be done: a run segment is walked after a red event.
    part : Part
        The part of the session it belongs to.
    """

    begin_s: float
    end_s: float
    gait: Gait
    part: Part

    def common_s(self, begin_s: float, end_s: float) -> float:
        """Return how much of a span of session time lies in this stretch, in seconds."""
        return max(0.0, min(self.end_s, end_s) - max(self.begin_s, begin_s))


@dataclass(frozen=True, slots=True)
class Moment:
    """Where the plan stands at one session time.

    Attributes
    ----------
    plan_s : float
        Time done of the plan: holds do not count.
    index : int or None
        The running segment; None before the start and after the end.
    gait : Gait or None
        What is to be done now: a run segment is walked after a red event.
    left_s : float or None
        Countdown of the running segment.
    """

    plan_s: float
    index: int | None
    gait: Gait | None
    left_s: float | None


class Plan:
    """The clock of one session's segments.

    Parameters
    ----------
    segments : sequence of Segment
        The prescribed segments in order.
    """

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self._ends_s = tuple(accumulate(segment.duration_s for segment in segments))
        self._begins_s = (0.0, *self._ends_s[:-1])
        self._running: list[tuple[float, float | None]] = []
        self._walk_from_s: float | None = None
        self._stopped = False
        self._asked: tuple[float, Moment] | None = None

    @property
    def planned_s(self) -> float:
        """Length of the whole plan."""
        return self._ends_s[-1] if self._ends_s else 0.0

    @property
    def is_started(self) -> bool:
        """Whether the first segment has begun."""
        return bool(self._running)

    @property
    def began_s(self) -> float | None:
        """Session time of the start; None before it."""
        return self._running[0][0] if self._running else None

    @property
    def is_holding(self) -> bool:
        """Whether the plan is on hold now."""
        return bool(self._running) and self._running[-1][1] is not None and not self._stopped

    @property
    def is_stopped(self) -> bool:
        """Whether the plan was cut short for good."""
        return self._stopped

    @property
    def walks_the_rest(self) -> bool:
        """Whether what is left of the main set is walked."""
        return self._walk_from_s is not None

    def start(self, t_s: float) -> None:
        """Begin the first segment, or go on after a hold."""
        if not self._stopped and (not self._running or self.is_holding):
            self._running.append((t_s, None))
            self._asked = None

    def hold(self, t_s: float) -> None:
        """Stand still: time on hold does not count."""
        if self._running and self._running[-1][1] is None:
            self._running[-1] = (self._running[-1][0], t_s)
            self._asked = None

    def stop(self, t_s: float) -> None:
        """Cut the plan short; what is done stays done."""
        self.hold(t_s)
        self._stopped = True

    def walk_the_rest(self, t_s: float) -> None:
        """From ``t_s`` on every run segment of the main set is walked."""
        if self._walk_from_s is None:
            self._walk_from_s = self.plan_s(t_s)
            self._asked = None

    def plan_s(self, t_s: float) -> float:
        """Return the time done of the plan at session time ``t_s``, at most its length."""
        done = sum(
            max(0.0, (t_s if end is None else min(end, t_s)) - begin)
            for begin, end in self._running
        )
        return min(done, self.planned_s)

    def is_done(self, t_s: float) -> bool:
        """Whether every segment is over at ``t_s``, or the plan was stopped."""
        return self._stopped or (self.is_started and self.at(t_s).plan_s >= self.planned_s)

    def at(self, t_s: float) -> Moment:
        """Return where the plan stands at session time ``t_s``."""
        # Asked several times at each grid time: the last answer holds until the plan changes.
        if self._asked is None or self._asked[0] != t_s:
            self._asked = t_s, self._moment(t_s)
        return self._asked[1]

    def _moment(self, t_s: float) -> Moment:
        plan_s = self.plan_s(t_s)
        index = bisect_right(self._ends_s, plan_s)
        if not self.is_started or t_s < self._running[0][0] or index >= len(self.segments):
            return Moment(plan_s, None, None, None)
        return Moment(plan_s, index, self._gait(index, plan_s), self._ends_s[index] - plan_s)

    def _gait(self, index: int, plan_s: float) -> Gait:
        return Gait.WALK if self._is_converted(index, plan_s) else self.segments[index].gait

    def segment_began_s(self, t_s: float) -> float | None:
        """Return the session time at which the segment running at ``t_s`` began.

        After a hold it is the time of going on: a window of steps never spans a pause. After the
        main set was turned into walking it is the time of that.
        """
        moment = self.at(t_s)
        if moment.index is None or self.is_holding:
            return None
        began = self.session_s(self._begins_s[moment.index])
        latest = max(begin for begin, _ in self._running if begin <= t_s)
        if self._is_converted(moment.index, moment.plan_s) and self._walk_from_s is not None:
            began = max(began, self.session_s(self._walk_from_s))
        return max(began, latest)

    def session_s(self, plan_s: float) -> float:
        """Return the first session time at which ``plan_s`` of the plan was done."""
        left = plan_s
        for begin, end in self._running:
            if end is None or left < end - begin:
                return begin + left
            left -= end - begin
        return self._running[-1][0] if self._running else 0.0

    def done_s(self, index: int, t_s: float) -> float:
        """Return how much of a segment was done as prescribed, at session time ``t_s``."""
        begin, end = self._begins_s[index], self._ends_s[index]
        until = self.plan_s(t_s)
        if self._is_converted(index, end) and self._walk_from_s is not None:
            until = min(until, self._walk_from_s)
        return min(max(until - begin, 0.0), end - begin)

    def stretches(self, t_s: float) -> tuple[Stretch, ...]:
        """Return what was to be done when, up to session time ``t_s``: in order, without holds."""
        stretches: list[Stretch] = []
        offset = 0.0
        for begin, end in self._running:
            stop = t_s if end is None else min(end, t_s)
            for low, high, gait, part in self._prescribed():
                a = max(begin, begin + low - offset)
                b = min(stop, begin + high - offset)
                if b > a:
                    stretches.append(Stretch(a, b, gait, part))
            offset += max(0.0, stop - begin)
        return tuple(stretches)

    def spans(self, index: int, t_s: float) -> tuple[tuple[float, float], ...]:
        """Return when a segment ran, up to session time ``t_s``: begin and end, without holds."""
        spans: list[tuple[float, float]] = []
        offset = 0.0
        for begin, end in self._running:
            stop = t_s if end is None else min(end, t_s)
            a = max(begin, begin + self._begins_s[index] - offset)
            b = min(stop, begin + self._ends_s[index] - offset)
            if b > a:
                spans.append((a, b))
            offset += max(0.0, stop - begin)
        return tuple(spans)

    def stretch_at(self, t_s: float) -> Stretch | None:
        """Return what was to be done at a time; None before the start, on hold, after the end."""
        return next((s for s in self.stretches(math.inf) if s.begin_s <= t_s < s.end_s), None)

    def _prescribed(self) -> Iterator[tuple[float, float, Gait, Part]]:
        """Yield the segments in plan time; the one that a red event cuts, in two."""
        for index, segment in enumerate(self.segments):
            low, high = self._begins_s[index], self._ends_s[index]
            cut = high
            if self._is_converted(index, high) and self._walk_from_s is not None:
                cut = max(low, self._walk_from_s)
            yield low, cut, segment.gait, segment.part
            yield cut, high, Gait.WALK, segment.part

    def _is_converted(self, index: int, plan_s: float) -> bool:
        segment = self.segments[index]
        return (
            self._walk_from_s is not None
            and segment.part is Part.MAIN
            and segment.gait is Gait.RUN
            and plan_s >= self._walk_from_s
        )
