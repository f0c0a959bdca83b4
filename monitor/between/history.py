"""What was done: a strip of the last days, and how impact, cadence and load went on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.gate.events import Pain, RedFlag
from monitor.gate.outcome import Outcome, Shortfall
from monitor.people.outlook import Judged, Outlook
from monitor.people.patient import Patient
from monitor.people.sessions import SessionFile
from monitor.people.zones import local_day

DAYS: Final = 14
"""Days of the strip: two of the gate's weeks, and the span in which three fails lock."""

OUTCOME_GLYPHS: Final[Mapping[Outcome, str]] = {
    Outcome.SUCCESS: "✓",
    Outcome.PENDING: "…",
    Outcome.INVALID: "?",
    Outcome.HOLD: "‖",
    Outcome.REGRESS: "▼",
    Outcome.LOCKOUT: "■",
}
"""A shape for what a session is worth, so that nothing hangs on colour alone."""

OUTCOME_WORDS: Final[Mapping[Outcome, str]] = {
    Outcome.SUCCESS: "counts",
    Outcome.PENDING: "answers open",
    Outcome.INVALID: "not valid",
    Outcome.HOLD: "count again",
    Outcome.REGRESS: "one stage back",
    Outcome.LOCKOUT: "locked",
}
"""The same in a word."""

_WORST_FIRST: Final = tuple(Outcome)


@dataclass(frozen=True, slots=True)
class Day:
    """One of the patient's days.

    Attributes
    ----------
    day : date
        Where the patient lives.
    stages : tuple of str
        Of its sessions, in order.
    pain : int or None
        The highest that was told on that day, 0 to 10; None where nothing was told.
    has_warning : bool
        Whether a warning sign was told, night and rest pain among them.
    outcome : Outcome or None
        The worst of its sessions; None where there was none.
    """

    day: date
    stages: tuple[str, ...]
    pain: int | None
    has_warning: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Done:
    """One session in the history.

    Attributes
    ----------
    id, stage : str
        Which.
    t_s : int
        When it was closed, UTC seconds since 1970.
    outcome : Outcome
        What it is worth.
    reasons : tuple of Shortfall
        What kept it from counting.
    pain : int or None
        The highest of its answers; None where none was given.
    impact_g, cadence_spm, load_pct, coverage_pct : float or None
        Medians of its judged steps, and per cent of the plan; None where not measured.
    recording : str or None
        Its file.
    """

    id: str
    stage: str
    t_s: int
    outcome: Outcome
    reasons: tuple[Shortfall, ...]
    pain: int | None
    impact_g: float | None
    cadence_spm: float | None
    load_pct: float | None
    coverage_pct: float | None
    recording: str | None


@dataclass(frozen=True, slots=True)
class HistoryView:
    """A patient's history.

    Attributes
    ----------
    days : tuple of Day
        The last ``DAYS``, today last.
    sessions : tuple of Done
        All that were closed, oldest first.
    """

    days: tuple[Day, ...]
    sessions: tuple[Done, ...]


def history_view(patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int) -> HistoryView:
    """Return a patient's history.

    Parameters
    ----------
    patient, outlook
        Of one patient; the outlook is that of ``now_s``.
    zone : ZoneInfo
        The patient's: what a day is.
    now_s : int
        UTC seconds since 1970.
    """
    today = local_day(now_s, zone)
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    by_day: dict[date, list[Judged]] = {}
    for judged in outlook.sessions:
        by_day.setdefault(local_day(judged.t_s, zone), []).append(judged)
    pains: dict[date, int] = {}
    warned = {date.fromisoformat(a.date) for a in patient.daily if a.night_pain or a.rest_pain}
    for event in patient.events:
        if isinstance(event, Pain):
            day = local_day(event.t_s, zone)
            pains[day] = max(event.site, pains.get(day, 0))
        elif isinstance(event, RedFlag):
            warned.add(local_day(event.t_s, zone))
    strip = tuple(
        Day(
            day=day,
            stages=tuple(judged.stage for judged in by_day.get(day, [])),
            pain=pains.get(day),
            has_warning=day in warned,
            outcome=min(
                (judged.outcome for judged in by_day.get(day, [])),
                key=_WORST_FIRST.index,
                default=None,
            ),
        )
        for day in days
    )
    files = {file.id: file for file in patient.sessions}
    return HistoryView(strip, tuple(_done(judged, files[judged.id]) for judged in outlook.sessions))


def _done(judged: Judged, file: SessionFile) -> Done:
    measures: Mapping[str, Any] = {} if file.measured is None else file.measured.measures
    opened = None if file.opened is None else file.opened.recording
    return Done(
        id=judged.id,
        stage=judged.stage,
        t_s=judged.t_s,
        outcome=judged.outcome,
        reasons=judged.reasons,
        pain=max(file.answers.values(), default=None),
        impact_g=_number(measures, "median_impact_g"),
        cadence_spm=_number(measures, "median_cadence_spm"),
        load_pct=_number(measures, "load_pct"),
        coverage_pct=_number(measures, "coverage_pct"),
        recording=opened if file.measured is None else file.measured.recording or opened,
    )


def _number(measures: Mapping[str, Any], name: str) -> float | None:
    # Measures are kept as they were: another version may have had other fields.
    value = measures.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
