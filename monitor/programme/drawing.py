"""A programme's ladder drawn in lines for a person: phases, stages, doses, limits, signatures."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import groupby
from textwrap import wrap
from typing import Final

from monitor.programme.model import Phase, Preset, Programme, Stage, StageKind
from monitor.programme.ruletext import graded, limit_texts
from monitor.programme.segments import SECONDS_PER_MINUTE, Part
from monitor.programme.sites import Risk, Site

NARROWEST: Final = 60
"""Columns. A narrower terminal breaks the lines itself. Design default."""

WIDEST: Final = 110
"""Columns. Wider lines are hard to read. Design default."""

_HARD_SPACE: Final = "\u00a0"
_ID: Final = 7
_DOSE: Final = 12
_NEED: Final = 11
_DAYS: Final = 8


class Tone(StrEnum):
    """What a line is, so that a terminal may colour it."""

    TITLE = auto()
    NOTICE = auto()
    HEAD = auto()
    STAGE = auto()
    NOTE = auto()
    SIGNATURE = auto()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the drawing."""

    text: str
    tone: Tone = Tone.STAGE


def ladder_lines(programme: Programme, columns: int) -> tuple[Line, ...]:
    """Return a programme as lines of at most ``columns`` characters, from 60 to 110.

    Parameters
    ----------
    programme : Programme
        Any.
    columns : int
        Of the terminal.
    """
    width = min(max(columns, NARROWEST), WIDEST)
    return tuple(_lines(programme, width))


def _lines(programme: Programme, width: int) -> Iterator[Line]:
    yield from _wrapped(programme.title, width, Tone.TITLE)
    state = "draft, signed by no clinician" if programme.is_draft else "signed"
    about = f"{programme.id} {programme.version} by {programme.author}: {state}"
    yield from _wrapped(about, width, Tone.NOTICE)
    if programme.sha256:
        yield from _wrapped(f"sha256 {programme.sha256}", width, Tone.NOTE)
    yield from _wrapped(
        "[V] read in the source, [R] recalled, [D] design default. Days and clean sessions "
        "are the least, limits are amber / red.",
        width,
        Tone.NOTE,
    )
    cadence = f"planned at {programme.run_cadence_spm:g} steps/min running, "
    cadence += f"{programme.walk_cadence_spm:g} walking"
    yield from _wrapped(graded(cadence, programme.cadence_evidence, None), width, Tone.NOTE)
    for phase in programme.phases:
        yield Line("")
        yield from _phase(phase, [s for s in programme.stages if s.phase == phase.id], width)
    yield from _days(programme, width)
    yield from _lists(programme, width)


def _phase(phase: Phase, stages: list[Stage], width: int) -> Iterator[Line]:
    low, high = phase.min_days_range
    span = "" if low == high else f" ({low}–{high})"
    days = graded(f"{phase.min_days} days{span}", phase.evidence, phase.source)
    yield from _ends(f"{phase.id}  {phase.title}", days, width, Tone.HEAD)
    first = stages[0]
    if first.min_gap_h is not None:
        text = f"{first.min_gap_h:g} h between sessions, at most {first.max_per_week} in 7 days"
        walks = [s for s in first.segments() if s.part is not Part.MAIN]
        text += "".join(
            f"; {w.duration_s / SECONDS_PER_MINUTE:g} min {w.part.value} walk" for w in walks
        )
        yield from _wrapped(text, width, Tone.NOTE, "│ ")
    for limits, group in groupby(stages, key=lambda stage: stage.limits):
        for stage in group:
            yield from _stage(stage, width)
        # A limit stays on one line: half of one reads like another.
        texts = [text.replace(" ", _HARD_SPACE) for text in limit_texts(limits)]
        yield from _wrapped("; ".join(texts), width, Tone.NOTE, "│ " + " " * _ID)
    confirmed = "; ".join(
        item.title + (f" (only {', '.join(item.only_sites)})" if item.only_sites else "")
        for item in phase.exit
    )
    yield from _wrapped(f"signature: {confirmed}", width, Tone.SIGNATURE, "└ ", "  ")


def _stage(stage: Stage, width: int) -> Iterator[Line]:
    if not stage.has_sessions:
        yield from _wrapped(stage.title, width, Tone.STAGE, "├ ", "│ ")
        return
    marks = [stage.title]
    marks += [f"sets {stage.captures.value}"] if stage.captures else []
    marks += ["supervised"] if stage.is_supervised else []
    room = width - 2 - _ID - _DOSE - _NEED - _DAYS
    what = wrap("; ".join(marks), room - 1) or [""]
    need, days = f"{stage.sessions_required} × clean", f"{stage.min_days} days"
    numbers = f"{_dose(stage):>{_DOSE}}{need:>{_NEED}}{days:>{_DAYS}}"
    yield Line(f"├ {stage.id + ' ':{_ID}}{what[0]:{room}}{numbers}".rstrip())
    yield from (Line(f"│ {'':{_ID}}{more}") for more in what[1:])


def _dose(stage: Stage) -> str:
    if stage.kind is StageKind.CONTACTS:
        return f"{stage.contacts} contacts"
    seconds = sum(s.duration_s for plan in stage.plans for s in plan if stage.is_dose(s))
    dose = f"{round(seconds / SECONDS_PER_MINUTE, 2):g} min"
    return f"{dose}/week" if len(stage.plans) > 1 else dose


def _days(programme: Programme, width: int) -> Iterator[Line]:
    rows: list[tuple[str, str, Site | Preset]] = [
        ("Sites", s.title + (", high risk" if s.risk is Risk.HIGH else ""), s)
        for s in programme.sites
    ]
    rows += [("Presets", p.title, p) for p in programme.presets]
    for name, group in groupby(rows, key=lambda row: row[0]):
        yield Line("")
        yield Line(f"{name}, and the least days that they set", Tone.HEAD)
        for _, title, entry in group:
            days = [
                f"{phase.id} {entry.min_days[phase.id]}"
                if phase.id in entry.min_days
                else f"{phase.id} surgeon"
                for phase in programme.phases
                if phase.id in entry.min_days or phase.id in entry.surgeon_sets
            ]
            text = graded("  ".join(days), entry.evidence, entry.source)
            yield from _ends(f"  {title}", text, width, Tone.STAGE)


def _lists(programme: Programme, width: int) -> Iterator[Line]:
    for head, items in (
        ("Hard blocks: it neither starts nor goes on", programme.hard_blocks),
        ("Soft blocks: a clinician says why it goes on", programme.soft_blocks),
        ("Red flags: they lock", programme.red_flags),
    ):
        if items:
            yield Line("")
            yield Line(head, Tone.HEAD)
            yield from _wrapped("; ".join(i.title for i in items), width, Tone.STAGE, "  ")


def _wrapped(
    text: str, width: int, tone: Tone, first: str = "", more: str | None = None
) -> Iterable[Line]:
    indent = first if more is None else more
    lines = wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False
    )
    return [Line(line.replace(_HARD_SPACE, " "), tone) for line in lines]


def _ends(left: str, right: str, width: int, tone: Tone) -> Iterable[Line]:
    """Return the two at the ends of a line, or of two where there is no room."""
    if len(left) + 2 + len(right) <= width:
        return [Line(f"{left}{right:>{width - len(left)}}", tone)]
    return [*_wrapped(left, width, tone), *_wrapped(right, width, tone, "    ")]
