"""What the analysis found in the judged pod's signal, as a recording keeps it beside the result.

A report wants the steps and not the samples: with them in the recording it need not go over an
hour of packets again. They are used where this version of the analysis found them, and where they
are the steps that the stored result vouches for. Pure.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Self

from pydantic import TypeAdapter, ValidationError

from analysis.quality import Quality
from analysis.step import Step
from monitor.core import SessionCore
from monitor.pipeline import PodPipeline
from monitor.setup import ANALYSIS_VERSION

STEP_BYTES: Final = 60
"""bytes. What a step takes in a closed recording (measured: 59 a step over an hour)."""

MAX_SHARE: Final = 0.04
"""Share of what a pod sent that its steps may take; where they would take more, there is less to go
over anew (design default)."""

PIECE: Final = 100
"""Steps or reports of one message: 25 kB (measured: 248 bytes a step). What a recording writes at
once stays below what a power cut may tear (design default)."""

_VERSION, _PIECES = "analysis", "pieces"

_LISTS: Final = ("steps", "reports")

_STEP_NAMES: Final = tuple(sorted(field.name for field in fields(Step)))

_encode: Final = json.JSONEncoder().encode


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was found in one pod's signal from the start of a session to its end.

    Attributes
    ----------
    has_samples : bool
        Whether the pod's samples could be analysed.
    steps : tuple of Step
        In order of contact.
    reports : tuple of tuple of float
        Session second and cadence (steps/min of both feet) of each step report.
    fs_hz, full_scale_g : float or None
        Measured sampling rate, and where the accelerometer clips.
    quality : Quality or None
        Samples arrived, missing and clipped; None without samples.
    holes : tuple of tuple of float
        Where samples are missing, in session seconds from end to end.
    """

    has_samples: bool
    steps: tuple[Step, ...]
    reports: tuple[tuple[float, float], ...]
    fs_hz: float | None
    full_scale_g: float | None
    quality: Quality | None
    holes: tuple[tuple[float, float], ...]

    @classmethod
    def by(cls, pipeline: PodPipeline, ended_s: float) -> Self:
        """Return what a pipeline found that was flushed, up to a session second."""
        analyser = pipeline.analyser
        return cls(
            has_samples=pipeline.has_samples,
            steps=tuple(pipeline.steps),
            reports=tuple(pipeline.reports),
            fs_hz=pipeline.fs_hz if pipeline.samples else None,
            full_scale_g=pipeline.full_scale_g,
            quality=None if analyser is None else analyser.quality,
            holes=within_session(pipeline.holes, ended_s) if pipeline.samples else (),
        )

    def messages(self) -> Iterator[dict[str, Any]]:
        """Yield it as JSON values: the version of the analysis with what is one, then the lists."""
        values = asdict(self)
        pieces = [
            {name: rows[start : start + PIECE]}
            for name, rows in ((name, values.pop(name)) for name in _LISTS)
            for start in range(0, len(rows), PIECE)
        ]
        yield {_VERSION: ANALYSIS_VERSION, _PIECES: len(pieces), **values}
        yield from pieces


_READ: Final = TypeAdapter(Analysed)


def kept_of(core: SessionCore) -> Analysed | None:
    """Return what the recording of a session that is over is to keep; None for nothing.

    Where the pods changed legs the judged foot is not one pod's: then it is found anew, too.
    """
    pipeline = core.judge
    steps = len(pipeline.steps)
    if pipeline is not core.pipelines[core.setup.pods[0].slot] or core.steps != pipeline.steps:
        return None
    if not pipeline.has_samples or STEP_BYTES * steps > MAX_SHARE * pipeline.received_bytes:
        return None
    return Analysed.by(pipeline, core.t_s)


def analysed_from(messages: Sequence[Mapping[str, Any]], steps_sha256: object) -> Analysed | None:
    """Return what a recording kept; None where it is to be found anew.

    Parameters
    ----------
    messages : sequence of mapping
        The JSON values of all that it kept; of a session that was closed twice the last ones count.
    steps_sha256 : object
        The hash of the steps that the stored result holds.
    """
    starts = [n for n, message in enumerate(messages) if _VERSION in message]
    if not starts:
        return None
    head, *pieces = messages[starts[-1] :]
    if head[_VERSION] != ANALYSIS_VERSION or head.get(_PIECES) != len(pieces):
        return None
    try:
        lists = {name: [row for p in pieces for row in p.get(name, ())] for name in _LISTS}
        kept = _READ.validate_python({**head, **lists})
    except (TypeError, ValidationError):
        return None
    return kept if sha256_of(kept.steps) == steps_sha256 else None


def sha256_of(steps: Iterable[Step]) -> str:
    """Return the hash of steps, to the last bit of each number."""
    rows = ({name: getattr(step, name) for name in _STEP_NAMES} for step in steps)
    return hashlib.sha256("".join(_encode(row) + "\n" for row in rows).encode()).hexdigest()


def within_session(
    holes: Iterable[tuple[float, float]], ended_s: float
) -> tuple[tuple[float, float], ...]:
    """Return stretches cut to a session that ended at a second; what is left of none is none."""
    spans = ((max(0.0, a), min(b, ended_s)) for a, b in holes)
    return tuple((a, b) for a, b in spans if b > a)
