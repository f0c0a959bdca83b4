"""What a report knows of one session: its steps, its plan as it went, and the stored result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from analysis.quality import Quality
from analysis.step import Step
from monitor.analysed import Analysed
from monitor.batches import pipeline_of
from monitor.core import SessionCore
from monitor.journal import Journal, Kind
from monitor.plan import Stretch
from monitor.record import RecordedSession
from monitor.report.judged import decided, found_of_foot, has_swap
from monitor.result import result_of, unplanned
from monitor.setup import PodSetup, SessionSetup
from sensors.samples import ImuSamples, Notification, PodIdentity


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One recorded session, for a report or an export.

    Attributes
    ----------
    setup : SessionSetup
        Plan, limits, baselines and pods.
    t0_utc_ns : int
        UTC of session second 0, in nanoseconds since 1970.
    ended_s : float
        The last moment, in session seconds.
    steps : tuple of Step
        Contacts of the judged foot, whichever pod it wore.
    reports : tuple of tuple of float
        Session second and cadence (steps/min of both feet) of each step report.
    samples : tuple of ImuSamples
        All samples of the judged foot, where they were asked for.
    has_samples : bool
        Whether its samples could be analysed.
    fs_hz, full_scale_g : float or None
        Measured sampling rate, and where the accelerometer clips.
    quality : Quality or None
        Samples arrived, missing and clipped; None without samples.
    stretches : tuple of Stretch
        What was to be done when.
    holes : tuple of tuple of float
        Where samples are missing, in session seconds from end to end.
    pain, flags : tuple
        Session second and score of each tap; second and name of each warning sign.
    alarms : tuple of tuple
        Session second, kind and words of each alarm and red event.
    judge : PodSetup
        The pod of the judged foot; the last one, where pods changed legs.
    pod : PodIdentity or None
        What that pod said of itself.
    has_virtual_pod : bool
        Whether a pod was no real one: by the setup, or by what it said of itself.
    result : mapping
        The stored result, or that of a replay where the file holds none; of an imported file
        without what is said against a plan, for it has none.
    is_replayed : bool
        Whether the result was decided now.
    is_from_record : bool
        Whether the patient's record holds the result, and the file does not.
    damage : tuple of str
        What is missing in the file.
    """

    setup: SessionSetup
    t0_utc_ns: int
    ended_s: float
    steps: tuple[Step, ...]
    reports: tuple[tuple[float, float], ...]
    samples: tuple[ImuSamples, ...]
    has_samples: bool
    fs_hz: float | None
    full_scale_g: float | None
    quality: Quality | None
    stretches: tuple[Stretch, ...]
    holes: tuple[tuple[float, float], ...]
    pain: tuple[tuple[float, int], ...]
    flags: tuple[tuple[float, str], ...]
    alarms: tuple[tuple[float, str, str], ...]
    judge: PodSetup
    pod: PodIdentity | None
    has_virtual_pod: bool
    result: Mapping[str, Any]
    is_replayed: bool
    damage: tuple[str, ...]
    is_from_record: bool = False

    def with_record(self, measures: Mapping[str, Any]) -> Self:
        """Return the same with what the patient's record holds, where the file has no result.

        Parameters
        ----------
        measures : mapping
            ``SessionMeasured.measures``: the result but for what stands elsewhere in the record.
        """
        if not self.is_replayed or not is_whole_result(measures):
            return self
        result = {**self.result, **measures}
        return replace(self, result=result, is_replayed=False, is_from_record=True)


_RAISED = (Kind.ALARM, Kind.RED_EVENT)
WALKS_ON = "the rest is walked"
"""How the alarm rule words a red event that turns the main set into walking."""


def is_whole_result(measures: Mapping[str, Any]) -> bool:
    """Whether the record's measures of a session are a result: of a lost one only its end is."""
    return "steps_sha256" in measures


def session_facts(session: RecordedSession, *, with_samples: bool = False) -> SessionFacts:
    """Return what is known of a recorded session.

    What was stored is taken as it was decided and found; it is decided and found anew only where
    there is none, and found anew where the samples are wanted too, or the pods changed legs.
    """
    decisions: list[Mapping[str, Any]] = list(session.decisions)
    is_swapped = has_swap(session)
    again = decided(session) if is_swapped or session.result is None else None
    core = _course(session, _raised(decisions)) if again is None else again.core
    result, is_replayed = session.result, False
    if result is None:
        result, is_replayed = result_of(core).to_json(), True
        decisions = [entry.to_json() for entry in core.journal.entries]
    ended_s = float(result["ended_s"])
    flags = [e for e in core.journal.entries if e.kind is Kind.RED_FLAG]
    found = None if with_samples or is_swapped else session.analysed()
    samples: tuple[ImuSamples, ...] = ()
    if is_swapped and again is not None:
        found, samples = found_of_foot(session, again)
    elif found is None:
        pipeline = pipeline_of(session.setup.pods[0], session.inputs())
        found, samples = Analysed.by(pipeline, ended_s), tuple(pipeline.pieces)
    if session.setup.is_imported:
        result = unplanned(result)
    return SessionFacts(
        setup=session.setup,
        t0_utc_ns=session.recording.t0_utc_ns,
        ended_s=ended_s,
        steps=found.steps,
        reports=found.reports,
        samples=samples,
        has_samples=found.has_samples,
        fs_hz=found.fs_hz,
        full_scale_g=found.full_scale_g,
        quality=found.quality,
        stretches=core.plan.stretches(ended_s),
        holes=found.holes,
        pain=tuple((m.t_s, m.value) for m in core.pain if m.value is not None),
        flags=tuple((e.t_s, e.text) for e in flags),
        alarms=tuple((float(d["t_s"]), str(d["kind"]), str(d["text"])) for d in _raised(decisions)),
        judge=core.judge.setup,
        pod=core.judge_identity,
        has_virtual_pod=core.has_virtual_pod,
        result=result,
        is_replayed=is_replayed,
        damage=session.recording.damage,
    )


def _raised(decisions: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [decision for decision in decisions if decision.get("kind") in _RAISED]


def _course(session: RecordedSession, raised: Sequence[Mapping[str, Any]]) -> SessionCore:
    """Return the plan's course by what people did and what the alarm rule decided.

    No sample is decoded for it. Both are taken in the order of time: what comes first turns the
    rest of the main set into walking. What is stamped on a grid time was fed after that step.
    """
    core = SessionCore(session.setup, Journal())
    walks_on_s = [
        float(red["t_s"])
        for red in raised
        if red["kind"] == Kind.RED_EVENT and WALKS_ON in red["text"]
    ]
    for item in session.recording.items:
        given = None if isinstance(item, Notification) else session.as_input(item)
        if given is None:
            continue
        while walks_on_s and walks_on_s[0] <= given.t_s:
            core.plan.walk_the_rest(walks_on_s.pop(0))
        core.feed(given)
    for t_s in walks_on_s:
        core.plan.walk_the_rest(t_s)
    return core
