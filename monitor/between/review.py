"""A recorded session to look through: decided once by the live path, then any moment at no cost.

Every second of the session keeps the Snapshot that the screen showed then, but for the dot that
lights at a contact. What does not change from one to the next is kept once, so that an hour stays
small.
"""

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from statistics import median
from typing import Final, TypeVar

from analysis.step import Step
from monitor.core import GRID_HZ, SessionCore
from monitor.coverage import are_neighbours
from monitor.impactbins import peak_g
from monitor.limits import count_above
from monitor.record import RecordedSession
from monitor.replay import core_in_haste, stepped
from monitor.result import SessionResult, result_of
from monitor.snapshot import Snapshot
from monitor.view import snapshot_of

FRAME_S: Final = 1.0
"""s. Between two kept Snapshots: what one key moves by. Design default."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """One segment of the plan, planned and done.

    Attributes
    ----------
    number : int
        From 1.
    gait, part : str
        What was prescribed.
    begin_s : float or None
        Session time at which it began; None where it was not reached.
    planned_s, done_s : float
        In seconds; done as prescribed.
    steps : int or None
        Contacts of the leg with the pod; None where nothing was measured or done.
    impact_g : float or None
        Median of its valid steps, clipped ones at their lower bound; None without one.
    over_amber_pct, over_red_pct : float or None
        Of its judged valid steps; None where the segment is not judged, or without a limit.
    cadence_spm : float or None
        Median, steps per minute of both feet.
    coverage_pct : float or None
        Of its time, covered by strides between valid steps; None where nothing was done.
    """

    number: int
    gait: str
    part: str
    begin_s: float | None
    planned_s: float
    done_s: float
    steps: int | None
    impact_g: float | None
    over_amber_pct: float | None
    over_red_pct: float | None
    cadence_spm: float | None
    coverage_pct: float | None


@dataclass(frozen=True, slots=True)
class Review:
    """A session that was decided again.

    Attributes
    ----------
    frames : tuple of Snapshot
        One for each ``FRAME_S`` from 0 on, and the end.
    segments : tuple of SegmentRow
        The plan in order.
    result : SessionResult
        What came out.
    amber_g, red_g : float or None
        The limits that held.
    damage : tuple of str
        What the reader of the recording had to leave out, in sentences.
    """

    frames: tuple[Snapshot, ...]
    segments: tuple[SegmentRow, ...]
    result: SessionResult
    amber_g: float | None
    red_g: float | None
    damage: tuple[str, ...]

    @property
    def end_s(self) -> float:
        """The session's last moment, in session seconds."""
        return self.frames[-1].t_s

    def at(self, t_s: float) -> Snapshot:
        """Return what was shown at a session time: the latest frame that is not after it."""
        if t_s >= self.end_s:
            return self.frames[-1]
        return self.frames[min(len(self.frames) - 1, max(0, int(t_s / FRAME_S)))]

    def segment_at(self, t_s: float) -> int | None:
        """Return the place of the segment in which a time lies; None before the first."""
        begun = [i for i, row in enumerate(self.segments) if _has_begun(row, t_s)]
        return begun[-1] if begun else None

    def neighbour_s(self, t_s: float, *, ahead: bool) -> float:
        """Return where the segment before or after a time begins; the end after the last one."""
        starts = [row.begin_s for row in self.segments if row.begin_s is not None]
        if ahead:
            return min((begin for begin in starts if begin > t_s), default=self.end_s)
        return max((begin for begin in starts if begin < t_s), default=0.0)


def reviewed(session: RecordedSession, on_second: Callable[[float], None] | None = None) -> Review:
    """Decide a recorded session once, as ``monitor.replay`` does, and keep what was shown.

    Parameters
    ----------
    session : RecordedSession
        What is looked at.
    on_second : callable, optional
        Called with the session time as it goes on; an exception of it ends the work.
    """
    core = core_in_haste(session.setup)
    once = _Once()
    frames = [once.kept(snapshot_of(core, 0.0))]
    for t_s in stepped(core, session.inputs(), session.ended_s):
        if round(t_s * GRID_HZ) % round(FRAME_S * GRID_HZ) == 0:
            frames.append(once.kept(snapshot_of(core, t_s)))
            if on_second is not None:
                on_second(t_s)
    last = once.kept(snapshot_of(core, core.t_s))
    # The end is another look at its second: over, with what the analysis still held.
    if frames[-1].t_s == last.t_s and len(frames) > 1:
        frames.pop()
    frames.append(last)
    limits = session.setup.limits
    return Review(
        tuple(frames),
        segment_rows(core),
        result_of(core),
        limits.amber_g,
        limits.red_g,
        session.recording.damage,
    )


def segment_rows(core: SessionCore) -> tuple[SegmentRow, ...]:
    """Return the segments of a session that is over, planned and done."""
    judged = {id(step) for step in core.judged.steps}
    return tuple(_row(core, index, judged) for index in range(len(core.setup.segments)))


def _has_begun(row: SegmentRow, t_s: float) -> bool:
    return row.begin_s is not None and row.begin_s <= t_s


def _row(core: SessionCore, index: int, judged: set[int]) -> SegmentRow:
    segment, limits = core.setup.segments[index], core.setup.limits
    spans = core.plan.spans(index, core.t_s)
    done_s = core.plan.done_s(index, core.t_s)
    steps = [s for s in core.judge.steps if any(a <= s.t_ic_s < b for a, b in spans)]
    valid = [s for s in steps if s.is_valid]
    held = [s for s in valid if id(s) in judged]
    cadences = [s.cadence_spm for s in steps if s.cadence_spm is not None]
    is_known = core.judge.has_samples and bool(spans)
    return SegmentRow(
        number=index + 1,
        gait=segment.gait.value,
        part=segment.part.value,
        begin_s=spans[0][0] if spans else None,
        planned_s=segment.duration_s,
        done_s=done_s,
        steps=len(steps) if is_known else None,
        impact_g=median(map(peak_g, valid)) if valid else None,
        over_amber_pct=_above_pct(held, limits.amber_g),
        over_red_pct=_above_pct(held, limits.red_g),
        cadence_spm=median(cadences) if cadences else None,
        coverage_pct=_coverage_pct(core.judge.steps, spans) if is_known else None,
    )


def _above_pct(steps: list[Step], limit_g: float | None) -> float | None:
    if limit_g is None or not steps:
        return None
    return 100.0 * count_above(steps, limit_g) / len(steps)


def _coverage_pct(steps: list[Step], spans: tuple[tuple[float, float], ...]) -> float | None:
    whole_s = sum(end - begin for begin, end in spans)
    if whole_s <= 0.0:
        return None
    covered_s = 0.0
    for before, step in itertools.pairwise(steps):
        if before.is_valid and step.is_valid and are_neighbours(before, step):
            covered_s += sum(
                max(0.0, min(end, step.t_ic_s) - max(begin, before.t_ic_s)) for begin, end in spans
            )
    return min(100.0, 100.0 * covered_s / whole_s)


class _Once:
    """Keeps equal parts of Snapshots once: most of one second stands in the next one too."""

    def __init__(self) -> None:
        self._parts: dict[object, object] = {}

    def kept(self, snapshot: Snapshot) -> Snapshot:
        return replace(
            snapshot,
            impacts=self._all(snapshot.impacts),
            events=self._all(snapshot.events),
            session_impacts=self._all(snapshot.session_impacts),
            segments=self._whole(snapshot.segments),
        )

    def _all(self, parts: Iterable[T]) -> tuple[T, ...]:
        return self._whole(tuple(self._whole(part) for part in parts))

    def _whole(self, part: T) -> T:
        return self._parts.setdefault(part, part)  # type: ignore[return-value]
