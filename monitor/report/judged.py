"""What a session judged where its pods changed legs: the foot stays the same, its pod does not."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from analysis.quality import Quality
from monitor.analysed import Analysed, within_session
from monitor.batches import pipeline_of
from monitor.core import Input, SessionCore
from monitor.marks import Mark, MarkKind
from monitor.record import RecordedSession
from monitor.replay import core_in_haste, stepped
from sensors.samples import ImuSamples

_SUMMED: Final = (
    *("samples", "bad_samples", "disordered_samples", "holes", "missing_samples"),
    *("filled_samples", "clipped_samples", "measured_s"),
)


@dataclass(frozen=True, slots=True)
class Decided:
    """A recorded session decided again.

    Attributes
    ----------
    core : SessionCore
        The session, over.
    worn : tuple
        Since which session second the judged foot wore the pod of which slot.
    """

    core: SessionCore
    worn: tuple[tuple[float, str], ...]


def has_swap(session: RecordedSession) -> bool:
    """Return whether the labels of two pods were swapped."""
    return any(
        isinstance(item, Mark) and item.kind is MarkKind.SWAP_SIDES for item in session.inputs()
    )


def decided(session: RecordedSession) -> Decided:
    """Decide a session again, and note which pod was the judged foot's."""
    core = core_in_haste(session.setup)
    worn = [(-math.inf, core.judge.setup.slot)]

    def watched() -> Iterator[Input]:
        for item in session.inputs():
            # What comes behind it in here, comes after the core has taken it.
            yield item
            if core.judge.setup.slot != worn[-1][1]:
                worn.append((item.t_s, core.judge.setup.slot))

    for _ in stepped(core, watched(), session.ended_s):
        pass
    return Decided(core, tuple(worn))


def found_of_foot(
    session: RecordedSession, course: Decided
) -> tuple[Analysed, tuple[ImuSamples, ...]]:
    """Return what was found of the judged foot, and its samples, over every pod that it wore.

    The steps and the holes are those that were judged.
    """
    core = course.core
    pods = {pod.slot: pod for pod in session.setup.pods}
    spans = [
        (slot, (begin_s, end_s))
        for (begin_s, slot), (end_s, _) in pairwise((*course.worn, (math.inf, "")))
    ]
    parts = [pipeline_of(pods[slot], session.inputs(), span) for slot, span in spans]
    samples = tuple(piece for part in parts for piece in part.pieces)
    found = replace(
        Analysed.by(core.judge, core.t_s),
        steps=tuple(core.steps),
        reports=tuple(
            (t_s, spm)
            for part, (_, (begin_s, end_s)) in zip(parts, spans, strict=True)
            for t_s, spm in part.reports
            if begin_s <= t_s < end_s
        ),
        quality=_together([p.analyser.quality for p in parts if p.analyser is not None]),
        holes=within_session(core.holes, core.t_s) if samples else (),
    )
    return found, samples


def _together(parts: Sequence[Quality]) -> Quality | None:
    if not parts:
        return None
    sums: dict[str, Any] = {name: sum(getattr(p, name) for p in parts) for name in _SUMMED}
    starts = [part.start_s for part in parts if part.start_s is not None]
    ends = [part.end_s for part in parts if part.end_s is not None]
    return replace(
        parts[-1], **sums, start_s=min(starts, default=None), end_s=max(ends, default=None)
    )
