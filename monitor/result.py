"""What a session leaves behind: one value, printed, and stored in the recording."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from analysis.step import Gait
from monitor.analysed import sha256_of
from monitor.capture import captured, refused
from monitor.core import SessionCore
from monitor.gate.outcome import Shortfall
from monitor.gate.words import SESSION_SENTENCES
from monitor.journal import Kind
from monitor.measures import gate_event, measures_of, shortfalls
from monitor.setup import Purpose, SessionSetup
from monitor.text import clock_text, known
from monitor.twofeet import sides_lines

_AGAINST_PLAN: Final = (Shortfall.OVER_DOSE, Shortfall.LOAD_RED, Shortfall.UNDER_DOSE)
"""What can be said of no session for which nothing was planned."""


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """One segment of the plan: planned and done as prescribed, in seconds."""

    gait: str
    part: str
    planned_s: float
    done_s: float


@dataclass(frozen=True, slots=True)
class SessionResult:
    """The stored result of a session.

    Attributes
    ----------
    session_id : str
        The session's own name; empty in recordings of earlier versions.
    purpose, patient, programme, stage : str
        Whose session of what, and whether it is a demo.
    end : str
        ``"complete"``, ``"stopped"``, ``"pain"``, ``"red-flag"`` or ``"interrupted"``.
    ended_s : float
        The last grid time: a replay decides up to there.
    segments : tuple of SegmentResult
        The plan, planned and done.
    steps, run_steps, walk_steps : int or None
        Contacts of the instrumented foot; None where the pod sent no samples to find them in.
    clipped_steps : int or None
        Steps whose impact reached the full scale.
    alarms, alarms_cleared, red_events : int
        Prompts to ease off or to walk, how many of them ended, and red events.
    drops, drops_recovered : int
        Links lost, and made again.
    coverage_pct, run_pct, load_pct, amber_pct : float or None
        Main set covered by valid strides; dose, load and steps above amber: see
        ``monitor.measures``. None where it is not known.
    has_impact : bool
        Whether impact was measured against a current accepted baseline.
    gate_event : dict
        The fields of the ``session`` event that the gate reads, but for its time.
    shortfalls : tuple of str
        The gate's reasons, by these measures alone, why the session would not count.
    baseline : dict or None
        What the session gives to the baseline of its stage: kind, valid and clipped steps, median,
        interquartile range and cadence, and why it is refused; None where the stage measures none.
    contacts : int or None
        Judged contacts done; None where the stage prescribes minutes, or nothing was measured.
    median_impact_g : float or None
        Of the judged valid steps; None where there were none.
    lost_samples : int or None
        Samples known to be missing; None where no pod sends samples.
    bad_packets, dropped_packets : int
        Notifications that no decoder accepts; packets that came twice, too late or with an
        impossible counter.
    pain : tuple of int
        Pain scores given during the session.
    alarm_log : tuple of str
        Every alarm, its end, red event and single step, each with its session time.
    steps_sha256, decisions_sha256 : str
        Hashes of the steps and of the decision log: a replay must give the same.
    sides : dict or None
        Left against right, see ``monitor.twofeet``; None, and then not stored, without a pod at
        each leg.
    """

    session_id: str
    purpose: str
    patient: str
    programme: str
    stage: str
    end: str
    ended_s: float
    segments: tuple[SegmentResult, ...]
    steps: int | None
    run_steps: int | None
    walk_steps: int | None
    clipped_steps: int | None
    alarms: int
    alarms_cleared: int
    red_events: int
    drops: int
    drops_recovered: int
    coverage_pct: float | None
    run_pct: float | None
    load_pct: float | None
    amber_pct: float | None
    has_impact: bool
    gate_event: dict[str, Any]
    shortfalls: tuple[str, ...]
    baseline: dict[str, Any] | None
    contacts: int | None
    median_impact_g: float | None
    lost_samples: int | None
    bad_packets: int
    dropped_packets: int
    pain: tuple[int, ...]
    alarm_log: tuple[str, ...]
    steps_sha256: str
    decisions_sha256: str
    sides: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        value: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        if self.sides is None:
            del value["sides"]
        return value

    def lines(self) -> tuple[str, ...]:
        """Return the result as lines for a person: first whether it can count."""
        return (*self.worth_lines(), *self.detail_lines())

    def detail_lines(self) -> tuple[str, ...]:
        """Return what was done and measured."""
        ends = {
            "complete": "The session is complete.",
            "stopped": "The session was stopped early.",
            "pain": "The session was stopped because of pain.",
            "red-flag": "The session was stopped because of a warning sign.",
            "interrupted": "The session was ended before its plan.",
        }
        rows = [
            f"{ends[self.end]} {self.stage} of {self.programme}",
            f"Alarms: {self.alarms}, cleared {self.alarms_cleared}; red events: {self.red_events}",
            f"Done of the plan: {known(self.run_pct)} %, load {known(self.load_pct)} %",
            f"Above amber: {known(self.amber_pct)} % of the judged steps",
            f"Steps of the instrumented foot: {known(self.steps)}, running {known(self.run_steps)}",
            f"Impact, median of the judged steps: {known(self.median_impact_g, 1)} g",
            f"Clipped steps: {known(self.clipped_steps)}",
            *self._baseline_rows(),
            *(() if self.sides is None else sides_lines(self.sides)),
            f"Link drops: {self.drops}, recovered {self.drops_recovered}",
        ]
        if self.pain:
            rows.append(f"Pain given: {', '.join(str(score) for score in self.pain)} of 10")
        rows += [
            f"  {s.gait.upper():4} {s.part:9} planned {clock_text(s.planned_s)} "
            f"done {clock_text(s.done_s)}"
            for s in self.segments
        ]
        return tuple(rows)

    def worth_lines(self) -> tuple[str, ...]:
        """Return whether the session can count, before anything else is said of it."""
        against = "" if self.has_impact else "not "
        measured = (
            f"Coverage of the main set: {known(self.coverage_pct)} %, "
            f"impact {against}measured against a current own baseline"
        )
        sentences = [SESSION_SENTENCES[Shortfall(reason)] for reason in self.shortfalls]
        if self.purpose == Purpose.DEMO:
            return (f"A demonstration: it counts nowhere. {measured}", *sentences)
        worth = "Not a clean session." if sentences else "Valid, as far as it was measured."
        return (f"{worth} {measured}", *sentences)

    def _baseline_rows(self) -> tuple[str, ...]:
        b = self.baseline
        if b is None:
            return ()
        measured = (
            f"{b['kind']} of this session: median {known(b['median_g'], 2)} g, "
            f"interquartile range {known(b['iqr_g'], 2)} g, cadence {known(b['cadence_spm'])} "
            f"from {b['valid_steps']} steps, {b['clipped_steps']} clipped: a clinician decides"
        )
        return (measured, b["refused"]) if b["refused"] else (measured,)


def result_of(core: SessionCore) -> SessionResult:
    """Sum up a session that is over."""
    steps = core.steps
    measured = core.judge.has_samples
    pipelines = tuple(core.pipelines.values())
    lost = [p.lost_samples for p in pipelines if p.lost_samples is not None]
    journal = core.journal
    measures = measures_of(core)
    event = gate_event(core, measures)
    baseline = captured(core)
    raised = (Kind.ALARM, Kind.CLEARED, Kind.RED_EVENT, Kind.SINGLE)
    return SessionResult(
        session_id=core.setup.session_id,
        purpose=core.setup.purpose.value,
        patient=core.setup.patient,
        programme=core.setup.programme,
        stage=core.setup.stage,
        end=core.end_reason,
        ended_s=core.t_s,
        segments=tuple(
            SegmentResult(
                segment.gait.value,
                segment.part.value,
                round(segment.duration_s, 3),
                round(core.plan.done_s(index, core.t_s), 3),
            )
            for index, segment in enumerate(core.setup.segments)
        ),
        steps=len(steps) if measured else None,
        run_steps=core.run_steps if measured else None,
        walk_steps=sum(step.gait is Gait.WALK for step in steps) if measured else None,
        clipped_steps=core.clipped_steps if measured else None,
        alarms=core.alarms,
        alarms_cleared=journal.count(Kind.CLEARED),
        red_events=core.red_events,
        drops=core.links.drops,
        drops_recovered=core.links.drops_recovered,
        coverage_pct=measures.valid_pct,
        run_pct=measures.run_pct,
        load_pct=measures.load_pct,
        amber_pct=measures.amber_pct,
        has_impact=measures.impact,
        gate_event=event,
        shortfalls=tuple(reason.value for reason in shortfalls(core, event)),
        baseline=None
        if baseline is None
        else {"kind": str(core.setup.captures), **asdict(baseline), "refused": refused(core)},
        contacts=len(core.judged.steps) if measured and core.setup.contacts is not None else None,
        median_impact_g=_median_impact_g(core),
        lost_samples=sum(lost) if lost else None,
        bad_packets=sum(p.bad_packets.total() for p in pipelines),
        dropped_packets=sum(p.dropped_packets for p in pipelines),
        pain=tuple(mark.value for mark in core.pain if mark.value is not None),
        alarm_log=tuple(
            f"{entry.t_s:.1f} {entry.kind.value} {entry.text}"
            for entry in journal.entries
            if entry.kind in raised
        ),
        steps_sha256=sha256_of(steps),
        decisions_sha256=journal.sha256(),
        sides=None if core.feet is None else core.feet.result(_judged_gait(core)),
    )


def lines_of(result: SessionResult, setup: SessionSetup) -> tuple[str, ...]:
    """Return a result as lines for a person; of an imported file nothing against a plan."""
    if setup.is_imported:
        kept = _unplanned(result.shortfalls)
        result = replace(result, run_pct=None, load_pct=None, segments=(), shortfalls=kept)
    return result.lines()


def unplanned(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored result without what is said against a plan: for files without one."""
    kept = list(_unplanned(result.get("shortfalls", ())))
    return {**result, "run_pct": None, "load_pct": None, "segments": [], "shortfalls": kept}


def _unplanned(shortfalls: Iterable[str]) -> tuple[str, ...]:
    """Return the reasons that need no plan."""
    return tuple(reason for reason in shortfalls if reason not in _AGAINST_PLAN)


def _judged_gait(core: SessionCore) -> Gait | None:
    return None if core.setup.judged is None else core.setup.judged.prescribed


def _median_impact_g(core: SessionCore) -> float | None:
    impacts = sorted(step.impact_g for step in core.judged.steps if step.impact_g is not None)
    if not impacts:
        return None
    middle = len(impacts) // 2
    median = impacts[middle] if len(impacts) % 2 else (impacts[middle - 1] + impacts[middle]) / 2
    return round(median, 3)
